#ifndef SVINIT_CGROUP_CGROUP_H
#define SVINIT_CGROUP_CGROUP_H

/*
 * The tree of control groups: limits in, events out.
 *
 * svinit works in a subtree of its own below the group that it was started in, in every hierarchy
 * that it needs, and touches nothing else:
 *
 *	<mount>/<own group>/<name>/<unit>.unit     one leaf a unit, the same path in each hierarchy
 *	<mount>/<own group>/<name>/supervisor      v2 only, see below; no unit is called that
 *
 * A machine has one v2 hierarchy, or several v1 hierarchies, or both (hybrid). They share the work:
 *
 *	tracking   v2 when it is mounted: CLONE_INTO_CGROUP, cgroup.kill, cgroup.events. Else the
 *	           cgroup.procs of one v1 hierarchy (pids, freezer, memory, cpu: the first there
 *is). limits     wherever the controller is: v2 when the kernel offers it there, else v1 memory,
 *	           cpu, cpuacct (its counter only) and pids. Other controllers are not joined.
 *
 * So a child enters its unit by CLONE_INTO_CGROUP (cgroup_tree_into()) and joins each of the
 * cgroup_tree_procs_count() v1 groups by writing "0" into their cgroup.procs before it execs; both
 * may be asked of one child, or only one of them. Controllers that are mounted together count once.
 *
 * v2 allows no group that has processes and gives controllers to its children. When our own group
 * is not the root and holds processes, cgroup_tree_open() moves them into the group `supervisor`
 * of the subtree, but only when all of them are ours: the caller, its parent (svinit) and the
 * other children of that parent. cgroup_tree_remove() moves them back. When others are in there
 * too, nobody is moved, units are tracked but not limited, and cgroup_tree_why_not() says so.
 *
 * The tree keeps one descriptor a hierarchy; a leaf keeps none, and is found by its name below
 * those, so 10,000 units cost no descriptors and about 100 bytes each. Everything is found again
 * after a restart of the manager by opening the tree under the same name.
 *
 * Threads: one at a time for each tree, except the functions marked "blocking", which may run on
 * another thread as long as the same leaf is not used meanwhile.
 *
 * Values: memory in bytes; CPU quota in hundredths of a percent of one CPU (5000 is half a CPU,
 * 20000 two); CPU weight 1..10000, 100 is the default; tasks as a number.
 * CGROUP_UNLIMITED takes a limit away (the weight goes back to 100).
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CGROUP_UNLIMITED UINT64_MAX

/* More v1 hierarchies than this are never joined: cgroup_tree_procs_count() is at most this. */
#define CGROUP_PROCS_MAX 4

enum cgroup_limit {
	CGROUP_MEMORY_MAX, /* bytes */
	CGROUP_CPU_QUOTA,  /* hundredths of a percent of one CPU, in periods of 100 ms */
	CGROUP_CPU_WEIGHT, /* 1..10000 */
	CGROUP_TASKS_MAX,
};

#define CGROUP_LIMITS 4 /* how many kinds there are */

struct cgroup_setting {
	enum cgroup_limit kind;
	uint64_t value;
	struct origin at; /* strings are not owned; used only while the call runs */
};

struct cgroup_usage {
	uint64_t memory_bytes;
	uint64_t cpu_usec;
	uint64_t tasks;
	bool has_memory, has_cpu, has_tasks; /* what the machine can tell */
};

/* The hierarchies of this machine and svinit's own subtree in them. */
struct cgroup_tree;

/*
 * Finds the hierarchies, makes (or finds again) the subtree `name` ("svinit"; no slash) below the
 * caller's own group in each, and enables the controllers on v2. A hierarchy that cannot be used
 * is left out. With none left the call still returns 0: cgroup_tree_usable() is then false and
 * cgroup_tree_reason() says why in one line. Negative errno only for a bad name or no memory.
 */
int cgroup_tree_open(const char *name, struct cgroup_tree **ret, struct error *e);

/* Frees memory and descriptors; the groups stay. NULL is legal. */
void cgroup_tree_close(struct cgroup_tree *t);

/*
 * Removes the subtree in every hierarchy, leaves and the groups inside them first; processes that
 * cgroup_tree_open() moved go back where they were. Groups with live processes stay: -EBUSY, and
 * the caller may come again. 0 when nothing is left. Blocking.
 */
int cgroup_tree_remove(struct cgroup_tree *t);

/* True when units can be put into groups at all. When false, no leaf can be made. */
bool cgroup_tree_usable(const struct cgroup_tree *t);

/*
 * One line, owned by the tree: why it is not usable, or, when it is, the first thing that some
 * hierarchy refused. "" when there is nothing to say.
 */
const char *cgroup_tree_reason(const struct cgroup_tree *t);

/* How many v1 hierarchies a child must join by itself: 0..CGROUP_PROCS_MAX. */
size_t cgroup_tree_procs_count(const struct cgroup_tree *t);

/* True when there is a v2 hierarchy to clone into. */
bool cgroup_tree_into(const struct cgroup_tree *t);

/* True when a limit of this kind can be set on a leaf. */
bool cgroup_tree_can(const struct cgroup_tree *t, enum cgroup_limit kind);

/* Why cgroup_tree_can() is false, one line, owned by the tree; "" when it is true. */
const char *cgroup_tree_why_not(const struct cgroup_tree *t, enum cgroup_limit kind);

/* One unit's groups. Owned by who made it, freed by cgroup_leaf_free() before its tree is closed.
 */
struct cgroup_leaf;

/*
 * Makes the groups of `unit` (a unit's name: [A-Za-z0-9:_.@-]) and writes the n limits; call it
 * before a process is in. Groups that are already there are taken over, and limits that `s` does
 * not name are then taken away. A limit that no controller gives fails with -EOPNOTSUPP at its
 * origin, one that the kernel refuses with the kernel's errno at its origin; groups made by a call
 * that fails are removed again. Without a usable tree: -EOPNOTSUPP with the tree's reason.
 */
int cgroup_leaf_make(struct cgroup_tree *t, const char *unit, const struct cgroup_setting *s,
		     size_t n, struct cgroup_leaf **ret, struct error *e);

/* The groups of `unit` as an earlier manager left them, limits untouched; -ENOENT: none. */
int cgroup_leaf_adopt(struct cgroup_tree *t, const char *unit, struct cgroup_leaf **ret);

/*
 * A new descriptor of the leaf's v2 directory, for CLONE_INTO_CGROUP, owned by the caller;
 * -EOPNOTSUPP when cgroup_tree_into() is false; else -errno.
 */
int cgroup_leaf_open_dir(const struct cgroup_leaf *l);

/*
 * Opens the cgroup.procs of every v1 hierarchy for writing; n is cgroup_tree_procs_count(). The
 * descriptors belong to the caller. On failure -errno and none is open. A process joins by writing
 * "0" into each (the writer's own credentials at open count, so a child needs no rights).
 */
int cgroup_leaf_open_procs(const struct cgroup_leaf *l, int *fds, size_t n);

/*
 * Sends `signal` to every process in the leaf and in groups that the container made below it.
 * SIGKILL is one write to cgroup.kill where the kernel has it (5.14); else, and for other signals,
 * each pid in cgroup.procs, again until a pass finds nothing new; while that kills, pids.max is 0,
 * so that a fork bomb cannot outrun it. Returns how many were signalled (1 for "some" with
 * cgroup.kill; 0: it was empty) or -errno; -EAGAIN when new ones still appeared after many passes.
 * They die asynchronously: cgroup_leaf_populated() tells when.
 */
int cgroup_leaf_kill(const struct cgroup_leaf *l, int signal);

/* 1 when a live process is in the leaf or below, 0 when none, -errno. Zombies do not count. */
int cgroup_leaf_populated(const struct cgroup_leaf *l);

/*
 * How many processes the kernel killed for want of memory in this leaf, ever since it was made: a
 * number to compare with the one before the start, not to show (with memory.oom.group kernel 6.1
 * counts its first victim twice). -ENODATA without a memory controller. v1 kills one process where
 * v2 kills all of the leaf: on v1 the caller kills the rest. On v1 a kill in a nested group that is
 * gone is not counted.
 */
int cgroup_leaf_oom_kills(const struct cgroup_leaf *l, uint64_t *ret);

/*
 * A descriptor that becomes ready, for *ret_events of poll(2), when the kernel ran out of memory
 * in the leaf; the caller closes it, and then nothing is watched. v1: an eventfd, POLLIN; read its
 * 8 bytes to rearm. v2: memory.events, POLLPRI; read it from offset 0 to rearm. Ready means "look
 * at cgroup_leaf_oom_kills()": it also fires when a v1 group is removed and for other
 * memory.events, and v1 fires before the victim is counted. -ENODATA without a memory controller.
 */
int cgroup_leaf_oom_watch(const struct cgroup_leaf *l, int *ret_fd, short *ret_events);

/* What the leaf uses now (CPU: since it was made). 0, or -ENOENT when the leaf is gone. */
int cgroup_leaf_usage(const struct cgroup_leaf *l, struct cgroup_usage *ret);

/*
 * What the kernel says is in force, in the unit of measure of the setting (memory is rounded down
 * to pages, a v1 weight to what fits cpu.shares); CGROUP_UNLIMITED for no limit. -EOPNOTSUPP when
 * cgroup_tree_can() is false for the kind; else -errno.
 */
int cgroup_leaf_read_back(const struct cgroup_leaf *l, enum cgroup_limit kind, uint64_t *ret);

/*
 * Changes the limits that `s` names while the unit runs; others stay as they are. Stops at the
 * first that fails, with the error at its origin; those before it are in force. v1 refuses a
 * memory limit that is below what is in use and cannot be reclaimed (EBUSY); v2 kills.
 */
int cgroup_leaf_update(struct cgroup_leaf *l, const struct cgroup_setting *s, size_t n,
		       struct error *e);

/*
 * Removes the leaf's groups in every hierarchy, groups made inside first; gone already is success.
 * -EBUSY while processes (or their last remains) are in: come again. The leaf stays to be freed.
 * Blocking: rmdir of a v1 group may wait for an RCU grace period.
 */
int cgroup_leaf_remove(struct cgroup_leaf *l);

/* Frees the memory; the groups stay. NULL is legal. */
void cgroup_leaf_free(struct cgroup_leaf *l);

#endif
