#include "box/child.h"

#include "box/ops.h"
#include "proto/box.h"

#include <errno.h>
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

int box_fail_errno(struct box_child *c, const char *format, ...)
{
	int error = errno;
	va_list ap;
	size_t n;

	va_start(ap, format);
	vsnprintf(c->call, sizeof(c->call), format, ap);
	va_end(ap);
	n = strlen(c->call);
	if (error == EINVAL) /* whoever prints it takes -EINVAL for a text that says it all */
		snprintf(c->call + n, sizeof(c->call) - n, ": %s", strerror(error));
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

/*
 * A `go` that was written and never read would make the manager's next recv say ECONNRESET before
 * it gives the report: nothing may be left unread behind us, and nothing may come any more.
 */
static void refuse_go(struct box_child *c)
{
	char byte;

	shutdown(c->go, SHUT_RD);
	recv(c->go, &byte, 1, MSG_DONTWAIT);
}

void box_child_run(struct box_child *c)
{
	for (int i = 0; i < c->spec->n_ops; i++) {
		const struct box_op *op = &c->spec->ops[i];
		int r = box_ops[op->kind](c, op);

		if (r < 0) {
			refuse_go(c);
			box_report_send(c, i, r);
			break;
		}
	}
	_exit(BOX_EXIT_UNWANTED);
}
