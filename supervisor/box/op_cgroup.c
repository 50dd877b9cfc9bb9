#include "box/ops.h"

#include <errno.h>
#include <sched.h>
#include <unistd.h>

/* v1 only; the first write after a quiet time waits for an RCU grace period: here, in the child. */
int op_join_cgroup(struct box_child *c, const struct box_op *op)
{
	ssize_t n;

	do
		n = write(c->inputs[op->input], "0", 1);
	while (n < 0 && errno == EINTR);
	return n < 0 ? box_fail_errno(c, "write: cgroup.procs") : 0;
}

/*
 * Not a flag of clone: namespaces are copied before the child is in its groups, so CLONE_NEWCGROUP
 * would root the namespace at svbox's group, also with CLONE_INTO_CGROUP.
 */
int op_cgroup_ns(struct box_child *c, const struct box_op *op)
{
	(void)op;
	return unshare(CLONE_NEWCGROUP) < 0 ? box_fail_errno(c, "unshare: cgroup namespace") : 0;
}
