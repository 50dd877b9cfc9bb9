#ifndef SVINIT_LOGD_ENGINE_H
#define SVINIT_LOGD_ENGINE_H

/*
 * What runs: which stream has its turn, what waits, what is tried again. One thread, one libuv
 * loop.
 *
 * All FIFOs are in one epoll set of our own, edge-triggered, and libuv watches that set: two
 * descriptors a unit and no handle. A FIFO that has data is put at the end of the ready queue; each
 * turn gives every stream in it one batch (INTAKE_BATCH), so a flood in one unit delays another by
 * one batch. Edge-triggered, because the beginning of a line stays in its FIFO: every write
 * wakes us again (since Linux 5.14 also when the pipe was not empty), while what lies there does
 * not.
 *
 * The beginning of a line waits at most TAIL_MS for its newline, then it is written as a piece P;
 * a query, LOG_NOTE, LOG_REMOVE, LOG_FINISH and the end of svlogd do not wait. A note and an end
 * close the line (F).
 *
 * A unit whose files cannot be written is stalled: its data waits in its FIFOs, it is tried again
 * after RETRY_MIN_MS, growing to RETRY_MAX_MS, and all other units go on. No timer runs when
 * nothing waits. After a flood the buffers are given back (REST_MS).
 */

#include "logd/intake.h"

#include <uv.h>

enum { TAIL_MS = 200, RETRY_MIN_MS = 100, RETRY_MAX_MS = 1000, REST_MS = 1000 };

TAILQ_HEAD(stream_queue, log_stream);

enum engine_change { ENGINE_WRITTEN, ENGINE_ADDED, ENGINE_REMOVING };

struct engine {
	uv_loop_t *loop;
	const char *runtime;
	struct state state;
	struct store store;
	struct intake intake;
	struct units units;
	struct stream_queue ready, tails;
	size_t n_ready;
	int epoll;
	uv_poll_t wake;
	uv_idle_t more;
	uv_timer_t tail_timer, retry_timer, rest_timer;
	bool flooded; /* large batches came since the rest timer was started */
	unsigned n_stalled;
	uint64_t retry_ms;
	/* What happened to a unit: records were written, it was added, it is about to go. May be
	 * NULL. */
	void (*on_change)(void *arg, struct log_unit *u, enum engine_change what);
	void *on_change_arg;
};

/*
 * Opens the state and every unit in it, ends what the last svlogd left half done, and begins to
 * watch. `runtime` and `logs` are borrowed and must exist. 0 or negative errno with *err set.
 */
int engine_init(struct engine *e, uv_loop_t *loop, const char *runtime, const char *logs,
		struct error *err);

/* Drains everything (engine_finish) and lets go; the units stay in the state. */
void engine_fini(struct engine *e);

/* A new unit, or new settings of one that is there. 0 or negative errno. */
int engine_add(struct engine *e, const struct log_add *add);

/* Drains and forgets. A unit that is not there is no error. */
void engine_remove(struct engine *e, const char *unit);

/* Writes `stderr F svinit: TEXT` behind what the unit has written so far. 0 or negative errno. */
int engine_note(struct engine *e, const char *unit, const char *text, size_t n);

/* Brings into the files what the unit has written so far. */
void engine_drain(struct engine *e, struct log_unit *u, enum lines_end end);

/* Drains all units until nothing is left (or can be written); for two seconds at most. */
void engine_finish(struct engine *e);

#endif
