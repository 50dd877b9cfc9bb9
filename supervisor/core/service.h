#ifndef SVINIT_CORE_SERVICE_H
#define SVINIT_CORE_SERVICE_H

/*
 * The life of a unit as a table: state and event in, next state and action out. Pure; the manager
 * performs the action. A cell that is not set is a defect and a test finds it: events that cannot
 * meet a state are written as such (NEVER) and leave the state alone.
 *
 * A life in order: DOWN, WAITING (a start is queued behind its dependencies), STARTING (svbox
 * builds), then UP for a service, WORKING for a oneshot until it ends, EXITED for one that remains.
 * Whatever way the main process ends, SWEEPING kills what it left behind and waits until the
 * container is empty; only then service_settle() decides between DOWN, EXITED, FAILED and BACKOFF.
 */

#include <stdbool.h>
#include <stdint.h>

#include "unit/unit.h"

/* state, what `active` says, what `sub` says */
#define SERVICE_STATES(X)                                                                          \
	X(DOWN, "inactive", "dead")                                                                \
	X(WAITING, "activating", "waiting")                                                        \
	X(STARTING, "activating", "starting")                                                      \
	X(WORKING, "activating", "running")                                                        \
	X(UP, "active", "running")                                                                 \
	X(EXITED, "active", "exited")                                                              \
	X(STOPPING, "deactivating", "stopping")                                                    \
	X(KILLING, "deactivating", "killing")                                                      \
	X(SWEEPING, "deactivating", "sweeping")                                                    \
	X(BACKOFF, "activating", "auto-restart")                                                   \
	X(FAILED, "failed", "failed")

enum service_state {
#define X(name, active, sub) SERVICE_##name,
	SERVICE_STATES(X)
#undef X
		SERVICE_STATE_COUNT,
};

#define SERVICE_EVENTS(X)                                                                          \
	X(QUEUE)  /* a start was asked for and waits for others */                                 \
	X(START)  /* nothing stands in the way: start now */                                       \
	X(READY)  /* the program runs (Type= decides when that is so) */                           \
	X(REFUSE) /* it could not be started and has no process */                                 \
	X(EXIT)   /* the main process has ended */                                                 \
	X(EMPTY)  /* nothing of the container is left */                                           \
	X(STOP)   /* a stop was asked for */                                                       \
	X(EXPIRE) /* the deadline of the state has passed */                                       \
	X(RESET)  /* forget that it failed */

enum service_event {
#define X(name) EVENT_##name,
	SERVICE_EVENTS(X)
#undef X
		EVENT_COUNT,
};

enum service_action {
	ACTION_UNSET, /* a hole in the table; the test fails on it */
	ACTION_NONE,
	ACTION_NEVER,  /* this event does not come in this state */
	ACTION_SPAWN,  /* send the spec to svbox, arm TimeoutStartSec= */
	ACTION_LIVE,   /* it is up: tell whoever waits; arm nothing, or the time-out of a oneshot */
	ACTION_CANCEL, /* a stop while svbox builds: take the go away, kill what is there */
	ACTION_SIGNAL, /* send KillSignal=, arm TimeoutStopSec= */
	ACTION_KILL,   /* SIGKILL to the whole container */
	ACTION_SWEEP,  /* kill what is left, wait until it is empty */
	ACTION_SETTLE, /* ask service_settle() */
	ACTION_DROPPED, /* a queued or delayed start was called off */
};

struct service_step {
	enum service_state next;
	enum service_action action;
};

struct service_step service_next(enum service_state state, enum service_event event);

const char *service_state_name(enum service_state state); /* "UP" */
const char *service_active(enum service_state state);     /* "active" */
const char *service_sub(enum service_state state);        /* "running" */
const char *service_event_name(enum service_event event); /* "READY" */

/* True when the unit has, or is about to have, a process. */
bool service_state_live(enum service_state state);

#define EXIT_REASONS(X)                                                                            \
	X(NONE, "")                                                                                \
	X(EXITED, "exited")                                                                        \
	X(SIGNALED, "signaled")                                                                    \
	X(OOM, "oom")                                                                              \
	X(WATCHDOG, "watchdog")                                                                    \
	X(HEALTH, "health")                                                                        \
	X(TIMEOUT, "timeout")                                                                      \
	X(START_FAILED, "start-failed")                                                            \
	X(STOPPED, "stopped")                                                                      \
	X(UNKNOWN, "unknown")

enum exit_reason {
#define X(name, text) REASON_##name,
	EXIT_REASONS(X)
#undef X
		REASON_COUNT,
};

const char *exit_reason_name(enum exit_reason reason);

/* How a unit ended: `code` is the exit status when it exited, `signal` the signal when killed. */
struct service_end {
	enum exit_reason reason;
	int32_t code;
	int32_t signal;
};

/* True for exit status 0 and the signals HUP INT TERM PIPE (as systemd counts them). */
bool service_end_clean(const struct service_end *end);

/* True when Restart= asks for another start after this end. */
bool service_restarts(enum unit_restart policy, const struct service_end *end);

/* Where an emptied container goes: DOWN, EXITED, FAILED or BACKOFF. */
enum service_state service_settle(const struct unit *u, const struct service_end *end,
				  bool stop_asked);

/*
 * The delay before restart number `tries` (counted from 0 since the last stable run): base *
 * 2^tries up to `max`, then spread by ±10% with `random` (any 32 bits). With base 0 the first
 * restart is immediate and the following ones begin at 10 ms. Microseconds.
 */
uint64_t service_backoff_usec(uint64_t base_usec, uint64_t max_usec, unsigned tries,
			      uint32_t random);

/* True when a run of `ran_usec` was long enough for the delay to begin again at the first one. */
bool service_run_stable(uint64_t base_usec, uint64_t ran_usec);

#endif
