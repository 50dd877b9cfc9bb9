#ifndef SVINIT_BOX_CHILD_H
#define SVINIT_BOX_CHILD_H

/*
 * The child between clone and exec: a copy of svbox that turns itself into the container by running
 * the operations of a checked spec in their order, and never returns.
 *
 * It owns nothing that has to be given back: every descriptor that an operation opens is
 * close-on-exec and simply stays open until exec, every allocation until then as well. So an
 * operation that needs what an earlier one opened finds it in struct box_child, and nothing is
 * opened twice.
 */

#include "box/host.h"
#include "box/passwd.h"
#include "box/spec.h"

#include <stdint.h>
#include <sys/types.h>

struct box_child {
	const struct box_host *host;
	const struct box_spec *spec;
	const int *inputs;
	int go;   /* our end of the manager's socket */
	int root; /* the container's root directory, -1: the root directory of this process */
	int proc, sys, dev; /* our own mounts of these, -1 */
	struct box_user user;
	char **environ;
	char call[152]; /* what failed, for the report */
};

/* Runs all operations and executes the program. Failures are reported on c->go. */
void box_child_run(struct box_child *c) __attribute__((noreturn));

/*
 * Notes what failed and returns -error. With EINVAL the text is the whole message ("user web is not
 * in the container's /etc/passwd"), otherwise the error's own text comes behind it.
 */
int box_fail(struct box_child *c, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a system call that just failed: the error is errno. */
int box_fail_errno(struct box_child *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Tells the manager: an operation's failure, or BOX_REPORT_EXEC with error 0. */
void box_report_send(struct box_child *c, int op, int error);

static inline const char *box_string(const struct box_child *c, uint32_t offset)
{
	return box_spec_string(c->spec, offset);
}

#endif
