#ifndef SVINIT_MANAGER_MANAGER_H
#define SVINIT_MANAGER_MANAGER_H

/*
 * svmanager: every decision, none of the children.
 *
 * One struct manager, one loop, no other thread but libuv's pool for rmdir of control groups. What
 * must survive is in the state file (state.h); everything else is rebuilt at start from the unit
 * files and that file, on the first start as on any later one (restore.h).
 *
 * The road of a start: a request plans jobs (job.h) over the graph; a job whose order allows it
 * posts an event to its service (service.h); the table in core/ answers with an action; spawn.h
 * and ending.h perform actions. What comes back (from svbox, svinit, timers) is posted as events
 * again. Nobody calls another unit's transition from inside one: jobs run from an idle handle.
 */

#include "cgroup/cgroup.h"
#include "core/graph.h"
#include "manager/channel.h"
#include "manager/state.h"
#include "proto/link.h"
#include "unit/set.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct control;
struct service;
struct start;
struct finish;
struct leaving;
struct retired_set;

enum {
	MANAGER_MAX_DIRS = 16,
	PID_BUCKETS = 1024,
};

struct manager_options {
	const char *units[MANAGER_MAX_DIRS];
	size_t n_units;
	const char *runtime;
	const char *state;
	const char *logs;
	const char *target;
};

struct manager {
	uv_loop_t loop;
	struct manager_options options;
	int runtime_dir;
	int streams_dir;
	int kept_control; /* the listening socket that svinit kept; -1: none */

	/* Given by svinit in LINK_WELCOME. */
	enum link_mode mode;
	int init_pid;
	uint64_t started_usec; /* wall clock of svinit's start */
	uint64_t init_usec;    /* the same, monotonic */

	struct channel *link, *box, *logd;

	struct state *state;
	struct unit_set *set;
	struct retired_set *retired; /* replaced, but a start under way still points into them */
	struct graph *graph;
	struct report report;      /* what is wrong with the set in force */
	struct service **services; /* by index in the set */
	size_t n_services;
	struct service *by_pid[PID_BUCKETS];

	struct cgroup_tree *tree;
	bool privileged; /* may make namespaces */

	struct leaving *leaving;                  /* streams of units that are gone, see logs.c */
	struct start *starts, **starts_last;      /* sent to svbox and not done, oldest first */
	struct service *check_first, *check_last; /* jobs to look at, see job.h */
	uv_idle_t idle;
	bool ready; /* LINK_READY came: restored, the target may be started */
	bool finishing;
	bool sweep;     /* a transient unit has ended */
	int finish_how; /* enum link_finish */
	int finish_status;
	struct finish *finish;
	uint64_t tokens; /* of starts, given to svbox */
	uint64_t runs;   /* for the names of transient units */
	struct control *control;
};

/* Ends the program because going on would lie: one line on stderr, exit 1. */
void manager_die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* One line for the operator on stderr: `svinit: …`. */
void manager_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
