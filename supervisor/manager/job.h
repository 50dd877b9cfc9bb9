#ifndef SVINIT_MANAGER_JOB_H
#define SVINIT_MANAGER_JOB_H

/*
 * Jobs: what was asked for and is not done yet, at most one a unit. A request marks every unit
 * that it reaches (phase one); then an idle handle looks at the marked ones and starts those whose
 * order allows it (phase two), and again at the neighbours of each that is done. Nothing recurses.
 *
 * A start waits for the jobs of all that it comes after; a stop waits for the stops of all that
 * come after it. A restart is a stop that turns into a start. A new job replaces the old one of the
 * unit, and whoever waited for the old one is told.
 */

#include "manager/service.h"

/* "none", "start", "stop", "restart". */
const char *job_kind_name(enum job_kind kind);

enum job_result { JOB_DONE, JOB_FAILED, JOB_REPLACED, JOB_SKIPPED };

struct waiter {
	struct waiter *next;
	void (*done)(void *arg, struct service *s, enum job_result result, const char *message);
	void *arg;
};

/*
 * Plans a request for s (plan.c). 0, or negative errno with *e set and nothing planned: -ESHUTDOWN
 * while svinit ends, -EINVAL for a broken unit or a request that contradicts itself.
 */
int job_request(struct service *s, enum job_kind kind, struct error *e);

/* Who wants to see a plan: called for each unit with the job that it would get. */
struct job_show {
	void (*planned)(void *arg, struct service *s, enum job_kind kind);
	void *arg;
};

/* The same; with `show` the plan is told and nothing is done. */
int job_plan(struct service *s, enum job_kind kind, const struct job_show *show, struct error *e);

/* Gives the unit a job in place of the one it has, whose waiters are told. */
void job_set(struct service *s, enum job_kind kind);

/* Calls done() once, when the unit's job ends (at once when it has none). The waiter is freed. */
int job_wait(struct service *s,
	     void (*done)(void *arg, struct service *s, enum job_result result,
			  const char *message),
	     void *arg);

/* Drops all waiters with this argument. */
void job_forget(struct service *s, void *arg);

/* True when the job runs and the state, even if nobody was told yet, ends it. */
bool job_is_over(const struct service *s);

/* The service changed its state. */
void job_on_state(struct service *s);

/* Makes the idle handle look at this unit's job. */
void job_check_later(struct service *s);

/* Stops everything; job_idle() is then watched by finish.h. */
void job_stop_all(struct manager *m);

/* True when no unit has a job or a process. */
bool job_all_down(const struct manager *m);

void job_init(struct manager *m);

/* Has the idle handle look once: at marked units, at the end of svinit, at transient units. */
void job_wake(struct manager *m);

#endif
