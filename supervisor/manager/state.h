#ifndef SVINIT_MANAGER_STATE_H
#define SVINIT_MANAGER_STATE_H

/*
 * What is happening to every unit, outside the heap: one fixed-size record a unit in RUNTIME/state,
 * a shared mapping. A manager that is killed at any instruction leaves it consistent: each record
 * holds two copies of the facts and a commit counter; a commit writes the copy that is not in force
 * and then raises the counter, whose lowest bit says which copy is.
 *
 * The file has a version; one of another version is refused with a clear error, never misread. One
 * of an earlier boot (a runtime directory that is no tmpfs) says nothing about now: it is emptied.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum facts_flag {
	FACT_STOP_ASKED = 1 << 0,   /* somebody wants it down: no restart after this end */
	FACT_CLAIMED = 1 << 1,      /* pid is svinit's to report; its go may not be written yet */
	FACT_GO = 1 << 2,           /* its go was written */
	FACT_TIMED_OUT = 1 << 3,    /* a deadline of ours ended it */
	FACT_TRANSIENT = 1 << 4,    /* made by svctl run */
	FACT_OOM = 1 << 5,          /* the kernel killed inside it for want of memory */
	FACT_TOLD = 1 << 6,         /* SIGKILL was sent in place of `translated` */
	FACT_WANTED = 1 << 7,       /* it failed for its requirement and starts again with it */
	FACT_START_FAILED = 1 << 8, /* the child reported a failure before exec */
	FACT_LIMITED = 1 << 10,     /* StartLimitBurst= was reached: no restart by itself */
	FACT_ATTACHED = 1 << 9,     /* svctl run waits for it; it ends with that connection */
};

/* All that must survive the manager. Times in microseconds: since_ wall clock, others monotonic. */
struct facts {
	uint8_t state;  /* enum service_state */
	uint8_t reason; /* enum exit_reason of the last end */
	uint16_t flags;
	uint32_t job; /* enum job_kind: what is asked for and not done */
	int32_t pid;  /* 0: none */
	uint32_t reserved;
	uint64_t pid_start;     /* start time of the process in clock ticks, from /proc/PID/stat */
	uint64_t since_usec;    /* wall clock of the last change of state; 0: never */
	uint64_t started_usec;  /* monotonic time of the last start */
	uint64_t deadline_usec; /* monotonic; UINT64_MAX: none */
	uint64_t oom_base;      /* the leaf's counter at the start */
	uint64_t cpu_usec;      /* of the last main process */
	uint32_t restarts;      /* by itself, since the unit was started by request */
	uint32_t tries;         /* since the last stable run, for the delay */
	int32_t code;           /* exit status of the last end */
	int32_t signal;         /* signal of the last end */
	int32_t translated;     /* FACT_TOLD: the signal that was meant */
	uint32_t limit_starts;  /* starts since limit_begin_usec, for StartLimitBurst= */
	uint64_t limit_begin_usec; /* monotonic */
	char message[260];         /* why it failed, for people; "" for none */
};

struct state;

/* Opens or makes RUNTIME/state below the directory descriptor. 0 or negative errno with *e set. */
int state_open(int runtime_dir, struct state **ret, struct error *e);

/* Unmaps; the file stays. NULL is legal. */
void state_close(struct state *s);

/*
 * What concerns all units. `started`: the target was started once, so a later manager starts
 * nothing by itself. `finishing`: 0, or 1 + enum link_finish: the end was asked for. It counts for
 * the svinit that was asked, told by when it started (link_welcome.started_usec): when another one
 * finds it, that end has come, and all begins anew.
 */
bool state_started(const struct state *s);
void state_set_started(struct state *s);
int state_finishing(struct state *s, uint64_t init_usec);
void state_set_finishing(struct state *s, int finishing, uint64_t init_usec);

/* How many records there are, used or free; valid indices are below it. */
size_t state_count(const struct state *s);

/* The record at index i: false when it is free, else its name and a copy of its facts. */
bool state_read(const struct state *s, size_t i, const char **ret_name, struct facts *ret);

/* The record of that name, or -1. Linear. */
int state_find(const struct state *s, const char *name);

/* A free record for `name` (not longer than UNIT_NAME_MAX); returns its index or negative errno. */
int state_add(struct state *s, const char *name);

/* Makes *facts what is in force. Cannot fail and does not allocate. */
void state_commit(struct state *s, size_t i, const struct facts *facts);

/* Frees the record. */
void state_drop(struct state *s, size_t i);

#endif
