#include "box/child.h"

#include "box/ops.h"
#include "proto/box.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int box_fail(struct box_child *c, int error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(c->call, sizeof(c->call), format, ap);
	va_end(ap);
	return -error;
}

void box_report_send(struct box_child *c, int op, int error)
{
	struct box_report report = { .op = op, .error = error };

	if (error)
		memcpy(report.call, c->call, sizeof(report.call));
	/* Nobody there: then nobody wants to know, and the read of `go` will end us. */
	send(c->go, &report, sizeof(report), MSG_NOSIGNAL);
}

void box_child_run(struct box_child *c)
{
	for (int i = 0; i < c->spec->n_ops; i++) {
		const struct box_op *op = &c->spec->ops[i];
		int r = box_ops[op->kind](c, op);

		if (r < 0) {
			box_report_send(c, i, r);
			break;
		}
	}
	_exit(BOX_EXIT_UNWANTED);
}
