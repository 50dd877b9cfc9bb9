#include "box/ops.h"

#include "net/loopback.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int op_hostname(struct box_child *c, const struct box_op *op)
{
	const char *name = box_string(c, op->a);

	if (sethostname(name, strlen(name)) < 0)
		return box_fail_errno(c, "sethostname: %s", name);
	return 0;
}

int op_loopback(struct box_child *c, const struct box_op *op)
{
	int r = net_loopback_up();

	(void)op;
	return r < 0 ? box_fail(c, -r, "ioctl: lo up") : 0;
}
