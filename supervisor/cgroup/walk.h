#ifndef SVINIT_CGROUP_WALK_H
#define SVINIT_CGROUP_WALK_H

/*
 * Groups below a group, by descriptors: a container may make and rename groups while we look, so
 * no path is built. Works on any directory tree, which is how it is tested.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Deeper than this nothing is visited (-ELOOP); removing has no such bound. */
#define WALK_DEPTH_MAX 128

/* Called with the descriptor of one group; not 0 ends the walk with that value. */
typedef int walk_visit(int dir, void *arg);

/*
 * Visits the group `path` below `dir` and all groups in it, children first. 0, what `visit`
 * returned, or -errno. A group that vanishes while we walk is no error, except the first.
 */
int walk_groups(int dir, const char *path, walk_visit *visit, void *arg);

/* Removes `path` below `dir` with all groups in it. 0, also when it is not there; -EBUSY; -errno.
 */
int walk_remove(int dir, const char *path);

/* Calls `visit` with each sub-directory's name; not 0 ends it. 0, that value or -errno. */
int walk_names(int dir, int (*visit)(int dir, const char *name, void *arg), void *arg);

struct pids {
	pid_t *at;
	size_t n, capacity;
};

void pids_fini(struct pids *p);

/* Adds the pids that cgroup.procs in `dir` lists (0: a process of another namespace). */
int pids_read(int dir, struct pids *p);

/* Adds one. 0 or -ENOMEM. */
int pids_add(struct pids *p, pid_t pid);

#endif
