#include "manager/job.h"

#include "base/str.h"
#include "manager/condition.h"
#include "manager/finish.h"
#include "manager/methods.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void on_idle(uv_idle_t *idle);

const char *job_kind_name(enum job_kind kind)
{
	static const char *const names[] = { "none", "start", "stop", "restart" };

	return names[kind];
}

void job_init(struct manager *m)
{
	uv_idle_init(&m->loop, &m->idle);
	m->idle.data = m;
}

void job_check_later(struct service *s)
{
	struct manager *m = s->m;

	if (s->check_queued)
		return;
	s->check_queued = true;
	s->check_next = NULL;
	if (m->check_last)
		m->check_last->check_next = s;
	else
		m->check_first = s;
	m->check_last = s;
	uv_idle_start(&m->idle, on_idle);
}

static void tell_waiters(struct service *s, enum job_result result, const char *message)
{
	struct waiter *w = s->waiters;

	s->waiters = NULL;
	while (w) {
		struct waiter *next = w->next;

		w->done(w->arg, s, result, message);
		free(w);
		w = next;
	}
}

int job_wait(struct service *s,
	     void (*done)(void *arg, struct service *s, enum job_result result,
			  const char *message),
	     void *arg)
{
	struct waiter *w;

	if (s->job == JOB_NONE) {
		done(arg, s, s->job_failed ? JOB_FAILED : JOB_DONE, s->facts.message);
		return 0;
	}
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->done = done;
	w->arg = arg;
	w->next = s->waiters;
	s->waiters = w;
	return 0;
}

void job_forget(struct service *s, void *arg)
{
	struct waiter **p = &s->waiters;

	while (*p) {
		struct waiter *w = *p;

		if (w->arg != arg) {
			p = &w->next;
			continue;
		}
		*p = w->next;
		free(w);
	}
}

static void wake_neighbours(struct service *s, enum edge_kind kind)
{
	struct manager *m = s->m;
	size_t n;
	const struct edge *e = graph_edges(m->graph, kind, s->index, &n);

	for (; n; n--, e++)
		if (m->services[e->to]->job != JOB_NONE)
			job_check_later(m->services[e->to]);
}

void job_set(struct service *s, enum job_kind kind)
{
	if (s->job != JOB_NONE && s->job != kind) {
		char text[96];

		snprintf(text, sizeof(text), "replaced by a %s", job_kind_name(kind));
		tell_waiters(s, JOB_REPLACED, text);
	}
	s->job = (uint8_t)kind;
	s->job_running = false;
	s->job_failed = false;
	service_commit(s);
	job_check_later(s);
}

static void finish_job(struct service *s, enum job_result result)
{
	bool start = s->job == JOB_START;

	s->job = JOB_NONE;
	s->job_running = false;
	s->job_failed = result == JOB_FAILED;
	service_commit(s);
	tell_waiters(s, result, s->facts.message);
	wake_neighbours(s, EDGE_BEFORE);
	if (start)
		return;
	wake_neighbours(s, EDGE_AFTER);
	wake_neighbours(s, EDGE_CONFLICTS);
}

/* It has recovered: what failed for its sake alone is started again. */
static void revive_dependents(struct service *s)
{
	size_t n;
	const struct edge *e = graph_edges(s->m->graph, EDGE_REQUIRED_BY, s->index, &n);

	for (; n; n--, e++) {
		struct service *d = s->m->services[e->to];
		struct error ignored = { 0 };

		if (d->job == JOB_NONE && service_is_down(d) && d->facts.flags & FACT_WANTED)
			job_request(d, JOB_START, &ignored);
	}
}

static bool going_down(enum service_state state)
{
	return state == SERVICE_STOPPING || state == SERVICE_KILLING || state == SERVICE_SWEEPING;
}

static bool start_may_run(const struct service *s)
{
	size_t n;
	const struct edge *e = graph_edges(s->m->graph, EDGE_AFTER, s->index, &n);

	if (going_down(service_state(s)))
		return false;
	for (; n; n--, e++)
		if (s->m->services[e->to]->job != JOB_NONE)
			return false;
	e = graph_edges(s->m->graph, EDGE_CONFLICTS, s->index, &n);
	for (; n; n--, e++)
		if (s->m->services[e->to]->job == JOB_STOP)
			return false;
	return true;
}

/* A requirement that is not up although nothing is planned for it: the start is in vain. */
static const struct edge *failed_requirement(const struct service *s)
{
	size_t n;
	const struct edge *e = graph_edges(s->m->graph, EDGE_REQUIRES, s->index, &n);

	for (; n; n--, e++) {
		enum service_state state = service_state(s->m->services[e->to]);

		if (state == SERVICE_FAILED || state == SERVICE_BACKOFF)
			return e;
	}
	return NULL;
}

/* Ends a start before it began, as failed; the message is set. */
static void refuse_start(struct service *s)
{
	s->facts.reason = REASON_START_FAILED;
	if (service_state(s) != SERVICE_WAITING)
		service_post(s, EVENT_QUEUE);
	service_post(s, EVENT_REFUSE);
	service_say(s, "not started: %s", s->facts.message);
	finish_job(s, JOB_FAILED);
}

static bool stop_may_run(const struct service *s)
{
	size_t n;
	const struct edge *e = graph_edges(s->m->graph, EDGE_BEFORE, s->index, &n);

	for (; n; n--, e++) {
		const struct service *later = s->m->services[e->to];

		if (later->job == JOB_STOP || later->job == JOB_RESTART)
			return false;
	}
	return true;
}

/* True when the conditions let it start; else its job has ended. */
static bool conditions_hold(struct service *s)
{
	char why[200];

	switch (condition_check(s, why, sizeof(why))) {
	case CONDITION_HOLDS:
		return true;
	case CONDITION_SKIPS:
		s->facts.message[0] = '\0';
		service_blame(s, "skipped: %s", why);
		service_say(s, "%s", s->facts.message);
		if (service_state(s) == SERVICE_WAITING || service_state(s) == SERVICE_BACKOFF)
			service_post(s, EVENT_STOP);
		finish_job(s, JOB_SKIPPED);
		return false;
	case CONDITION_FAILS:
		s->facts.message[0] = '\0';
		service_blame(s, "%s", why);
		refuse_start(s);
		return false;
	}
	return false;
}

bool job_is_over(const struct service *s)
{
	enum service_state state = service_state(s);

	if (!s->job_running)
		return false;
	if (s->job == JOB_STOP)
		return service_is_down(s);
	return s->job == JOB_START && (service_is_down(s) || state == SERVICE_UP ||
				       state == SERVICE_EXITED || state == SERVICE_BACKOFF);
}

static void check_start(struct service *s)
{
	enum service_state state = service_state(s);
	const struct edge *failed;

	if (s->job_running)
		return;
	if (state == SERVICE_UP || state == SERVICE_EXITED) {
		finish_job(s, JOB_DONE);
		return;
	}
	if (!start_may_run(s))
		return;
	failed = failed_requirement(s);
	if (failed) {
		s->facts.message[0] = '\0';
		service_blame(s, "%s:%u: Requires: %s failed", failed->at.file, failed->at.line,
			      s->m->services[failed->to]->unit->name);
		s->facts.flags |= FACT_WANTED;
		refuse_start(s);
		return;
	}
	if (state == SERVICE_STARTING || state == SERVICE_WORKING) {
		s->job_running = true; /* already on its way; its next state ends the job */
		return;
	}
	if (!conditions_hold(s))
		return;
	s->job_running = true;
	s->facts.flags &= (uint16_t)~FACT_WANTED;
	service_post(s, EVENT_START);
}

static void check_stop(struct service *s)
{
	if (s->job_running || !stop_may_run(s))
		return;
	s->job_running = true;
	if (!service_is_down(s)) {
		service_post(s, EVENT_STOP);
		return;
	}
	job_on_state(s);
}

static void on_idle(uv_idle_t *idle)
{
	struct manager *m = idle->data;
	struct service *s = m->check_first;

	m->check_first = m->check_last = NULL;
	while (s) {
		struct service *next = s->check_next;

		s->check_queued = false;
		if (s->job == JOB_START)
			check_start(s);
		else if (s->job == JOB_STOP || s->job == JOB_RESTART)
			check_stop(s);
		s = next;
	}
	if (!m->check_first)
		uv_idle_stop(idle);
	finish_check(m);
	methods_sweep_transient(m);
}

void job_wake(struct manager *m)
{
	uv_idle_start(&m->idle, on_idle);
}

static void start_job_on_state(struct service *s)
{
	switch (service_state(s)) {
	case SERVICE_UP:
	case SERVICE_EXITED:
	case SERVICE_DOWN: /* a oneshot that did its work, or a program that ended well at once */
		finish_job(s, JOB_DONE);
		break;
	case SERVICE_FAILED:
	case SERVICE_BACKOFF:
		finish_job(s, JOB_FAILED);
		break;
	default:
		break;
	}
}

/* BindsTo=: what is bound goes down with it, and comes back with it unless it was asked for. */
static void stop_bound(struct service *s)
{
	size_t n;
	const struct edge *e = graph_edges(s->m->graph, EDGE_BOUND_BY, s->index, &n);

	for (; n; n--, e++) {
		struct service *d = s->m->services[e->to];

		if (service_is_down(d) || d->job == JOB_STOP || d->job == JOB_RESTART)
			continue;
		service_say(d, "stopped: it is bound to %s (%s:%u), which is not up", s->unit->name,
			    e->at.file, e->at.line);
		if (!(s->facts.flags & FACT_STOP_ASKED) && s->job != JOB_STOP)
			d->facts.flags |= FACT_WANTED;
		job_set(d, JOB_STOP);
	}
}

static void start_on_failure(struct service *s)
{
	size_t n;
	const struct edge *e = graph_edges(s->m->graph, EDGE_ON_FAILURE, s->index, &n);
	struct error ignored = { 0 };

	for (; n; n--, e++)
		job_request(s->m->services[e->to], JOB_START, &ignored);
}

void job_on_state(struct service *s)
{
	enum service_state state = service_state(s);

	if (state == SERVICE_UP || state == SERVICE_EXITED)
		revive_dependents(s);
	if (service_is_down(s) || state == SERVICE_BACKOFF)
		stop_bound(s);
	if (state == SERVICE_FAILED && !s->m->finishing)
		start_on_failure(s);
	if (s->m->finishing)
		job_wake(s->m);
	if (!s->job_running) {
		if (s->job != JOB_NONE)
			job_check_later(s);
	} else if (s->job == JOB_START) {
		start_job_on_state(s);
	} else if (service_is_down(s) && s->job == JOB_RESTART) {
		s->job = JOB_START;
		s->job_running = false;
		s->facts.restarts = s->facts.tries = 0;
		service_post(s, EVENT_QUEUE);
		wake_neighbours(s, EDGE_AFTER);
		job_check_later(s);
	} else if (service_is_down(s) && s->job == JOB_STOP) {
		finish_job(s, JOB_DONE);
	}
}

void job_stop_all(struct manager *m)
{
	for (size_t i = 0; i < m->n_services; i++) {
		struct service *s = m->services[i];

		if (!service_is_down(s) || s->job != JOB_NONE)
			job_set(s, JOB_STOP);
	}
	job_wake(m);
}

bool job_all_down(const struct manager *m)
{
	for (size_t i = 0; i < m->n_services; i++) {
		const struct service *s = m->services[i];

		if (s->job != JOB_NONE || !service_is_down(s) || s->leaf_going)
			return false;
	}
	return true;
}
