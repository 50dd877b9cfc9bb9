#ifndef SVINIT_CGROUP_TREE_H
#define SVINIT_CGROUP_TREE_H

/*
 * Inside of the room: what a tree is made of. Nobody outside supervisor/cgroup includes this.
 *
 * A hierarchy is one mounted cgroup file system in which svinit has its subtree; its descriptor of
 * the subtree's directory is what everything on the hot path starts from, by openat with
 * "<unit>.unit/<file>". Measured on kernel 6.18, a leaf with three limits in four hierarchies: see
 * the README; libcgroup is used where speed does not count (finding, the subtree, reading back,
 * live changes).
 */

#include "cgroup/cgroup.h"

enum controller { CTL_MEMORY, CTL_CPU, CTL_PIDS, CTL_CPUACCT, CTL_FREEZER, CTL_COUNT };

/* The controllers that v2 can give to a leaf: these three. */
#define CTL_LIMITS 3

/* Room for "<unit>.unit/<file>". */
#define CGROUP_PATH_MAX 320

struct hierarchy {
	char *own;   /* absolute path of our own group's directory */
	char *group; /* the subtree below the mount point, as libcgroup names it: "a/b/svinit" */
	int dir;     /* the subtree's directory */
	bool v2;
	unsigned int controllers; /* bits 1 << enum controller that its leaves have */
};

struct cgroup_tree {
	char *name;
	struct hierarchy hier[1 + CGROUP_PROCS_MAX]; /* v2, when there is one, is the first */
	size_t n;
	int track;            /* the hierarchy that knows who is in a unit; -1: not usable */
	int gives[CTL_COUNT]; /* the hierarchy that has the controller, -1: none */
	char reason[320];
	char why[CTL_COUNT][320];
};

struct cgroup_leaf {
	struct cgroup_tree *tree;
	char name[]; /* "<unit>.unit" */
};

/* "memory" for CTL_MEMORY. */
const char *controller_name(enum controller c);

/* The hierarchy that has the controller, NULL when there is none. */
const struct hierarchy *tree_gives(const struct cgroup_tree *t, enum controller c);

/* The hierarchy that tracks. Only for a usable tree. */
const struct hierarchy *tree_track(const struct cgroup_tree *t);

/* Keeps the first reason, in one line. */
void tree_note(struct cgroup_tree *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Keeps the first reason why the controller cannot be used, and notes it for the tree too. */
void tree_refuse(struct cgroup_tree *t, enum controller c, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "<leaf>/<file>" into buf of CGROUP_PATH_MAX bytes; returns buf. */
const char *leaf_file(const struct cgroup_leaf *l, const char *file, char *buf);

/*
 * Gives the controllers of the v2 group that `h` is in to its children: writes own's
 * subtree_control, moving our processes away when they stand in the way. Sets h->controllers to
 * those that could be given; refusals go to the tree. h->own is valid, h->dir is not yet.
 */
void enable_own(struct cgroup_tree *t, struct hierarchy *h);

/* The same for the subtree, whose directory is open: only a controller that passes stays set. */
void enable_subtree(struct cgroup_tree *t, struct hierarchy *h);

/* Moves the processes of `supervisor` back into our own group and removes it. 0 or -errno. */
int enable_undo(const struct cgroup_tree *t, const struct hierarchy *h);

/*
 * Writes the limits s[0..n) of a leaf; `fresh` says that it was made just now, so that defaults
 * need no writing. Errors at their origins.
 */
int limit_write_all(const struct cgroup_leaf *l, const struct cgroup_setting *s, size_t n,
		    bool fresh, struct error *e);

/* -EOPNOTSUPP at its origin for the first limit that the tree cannot set; else 0. */
int limit_check_all(const struct cgroup_tree *t, const struct cgroup_setting *s, size_t n,
		    struct error *e);

#endif
