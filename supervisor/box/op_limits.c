#include "box/ops.h"

#include "base/fd.h"
#include "base/names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>

static int refused(int r)
{
	return r == -EPERM || r == -EACCES;
}

/* Before pivot_root, so that /proc is one that we can trust. */
int op_oom_score(struct box_child *c, const struct box_op *op)
{
	int score = (int)(int64_t)op->n[0], n, r;
	char text[16];

	if (score == c->host->oom_score_adjust)
		return 0;
	n = snprintf(text, sizeof(text), "%d", score);
	r = fd_write_file(AT_FDCWD, "/proc/self/oom_score_adj", text, (size_t)n);
	if (r < 0 && !(op->flags & BOX_OP_DEFAULT && (refused(r) || r == -ENOENT)))
		return box_fail(c, -r, "write: oom_score_adj <- %s", text);
	return 0;
}

int op_nice(struct box_child *c, const struct box_op *op)
{
	int nice_value = (int)(int64_t)op->n[0];

	if (nice_value == c->host->nice)
		return 0;
	if (setpriority(PRIO_PROCESS, 0, nice_value) < 0 &&
	    !(op->flags & BOX_OP_DEFAULT && refused(-errno)))
		return box_fail_errno(c, "setpriority: %d", nice_value);
	return 0;
}

int op_rlimit(struct box_child *c, const struct box_op *op)
{
	struct rlimit limit = { .rlim_cur = op->n[0], .rlim_max = op->n[1] };

	/* UINT64_MAX is RLIM_INFINITY: the unit language and the kernel agree. */
	if (setrlimit((__rlimit_resource_t)op->b, &limit) < 0)
		return box_fail_errno(c, "setrlimit: %s", rlimit_name((int)op->b));
	return 0;
}
