#include "manager/job.h"

#include "base/str.h"
#include "manager/finish.h"
#include "manager/methods.h"
#include "manager/units.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const job_names[] = { "none", "start", "stop", "restart" };

static void on_idle(uv_idle_t *idle);

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

static void set_job(struct service *s, enum job_kind kind)
{
	if (s->job != JOB_NONE && s->job != kind) {
		char text[96];

		snprintf(text, sizeof(text), "replaced by a %s", job_names[kind]);
		tell_waiters(s, JOB_REPLACED, text);
	}
	s->job = (uint8_t)kind;
	s->job_running = false;
	s->job_failed = false;
	service_commit(s);
	job_check_later(s);
}

static void finish_job(struct service *s, bool well)
{
	bool start = s->job == JOB_START;

	s->job = JOB_NONE;
	s->job_running = false;
	s->job_failed = !well;
	service_commit(s);
	tell_waiters(s, well ? JOB_DONE : JOB_FAILED, s->facts.message);
	wake_neighbours(s, start ? EDGE_BEFORE : EDGE_AFTER);
	if (!start)
		wake_neighbours(s, EDGE_BEFORE);
}

/* A start that failed takes along the queued starts of what requires it. */
static void fail_dependents(struct service *s)
{
	size_t n;
	const struct edge *e = graph_edges(s->m->graph, EDGE_REQUIRED_BY, s->index, &n);

	for (; n; n--, e++) {
		struct service *d = s->m->services[e->to];

		if (d->job != JOB_START || d->job_running)
			continue;
		d->facts.message[0] = '\0';
		service_blame(d, "%s:%u: Requires: %s failed", e->at.file, e->at.line,
			      s->unit->name);
		d->facts.reason = REASON_START_FAILED;
		d->facts.flags |= FACT_WANTED;
		if (service_state(d) != SERVICE_WAITING)
			service_post(d, EVENT_QUEUE);
		service_post(d, EVENT_REFUSE);
		service_say(d, "not started: %s", d->facts.message);
		finish_job(d, false);
		job_check_later(d);
	}
}

/* It has recovered: what failed for its sake alone is started again. */
static void revive_dependents(struct service *s)
{
	size_t n;
	const struct edge *e = graph_edges(s->m->graph, EDGE_REQUIRED_BY, s->index, &n);

	for (; n; n--, e++) {
		struct service *d = s->m->services[e->to];
		struct error ignored = { 0 };

		if (d->job == JOB_NONE && service_state(d) == SERVICE_FAILED &&
		    d->facts.flags & FACT_WANTED)
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
	return true;
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

static bool is_down(enum service_state state)
{
	return state == SERVICE_DOWN || state == SERVICE_FAILED;
}

static void check_start(struct service *s)
{
	enum service_state state = service_state(s);

	if (s->job_running)
		return;
	if (state == SERVICE_UP || state == SERVICE_EXITED) {
		finish_job(s, true);
		return;
	}
	if (!start_may_run(s))
		return;
	s->job_running = true;
	if (state == SERVICE_STARTING || state == SERVICE_WORKING)
		return; /* already on its way; its next state ends the job */
	s->facts.flags &= (uint16_t)~FACT_WANTED;
	service_post(s, EVENT_START);
}

static void check_stop(struct service *s)
{
	enum service_state state = service_state(s);

	if (s->job_running || !stop_may_run(s))
		return;
	s->job_running = true;
	s->facts.flags &= (uint16_t)~FACT_WANTED;
	if (!is_down(state)) {
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
		finish_job(s, true);
		break;
	case SERVICE_DOWN:
		/* A oneshot that did its work, or a program that ended at once and well. */
		finish_job(s, true);
		break;
	case SERVICE_FAILED:
	case SERVICE_BACKOFF:
		finish_job(s, false);
		fail_dependents(s);
		break;
	default:
		break;
	}
}

void job_on_state(struct service *s)
{
	enum service_state state = service_state(s);

	if (state == SERVICE_UP || state == SERVICE_EXITED)
		revive_dependents(s);
	if (!s->job_running) {
		if (s->job != JOB_NONE)
			job_check_later(s);
		if (s->m->finishing)
			job_wake(s->m);
		return;
	}
	if (s->job == JOB_START) {
		start_job_on_state(s);
	} else if (is_down(state) && s->job == JOB_RESTART) {
		s->job = JOB_START;
		s->job_running = false;
		s->facts.restarts = s->facts.tries = 0;
		service_post(s, EVENT_QUEUE);
		wake_neighbours(s, EDGE_AFTER);
		job_check_later(s);
	} else if (is_down(state) && s->job == JOB_STOP) {
		finish_job(s, true);
	}
	if (s->m->finishing)
		job_wake(s->m);
}

static bool is_active(enum service_state state)
{
	return !is_down(state);
}

/* What a mark means for one unit. */
static void plan_one(struct service *s, enum job_kind kind, bool asked)
{
	enum service_state state = service_state(s);

	switch (kind) {
	case JOB_START:
		if (s->unit->broken || s->vanished)
			break;
		if (s->job == JOB_START || s->job == JOB_RESTART)
			break;
		if (state == SERVICE_UP || state == SERVICE_EXITED) {
			if (s->job == JOB_STOP)
				set_job(s, JOB_RESTART);
			break;
		}
		if (asked || state != SERVICE_BACKOFF)
			s->facts.restarts = s->facts.tries = 0;
		set_job(s, JOB_START);
		service_post(s, EVENT_QUEUE);
		break;
	case JOB_STOP:
		if (is_active(state) || s->job != JOB_NONE)
			set_job(s, JOB_STOP);
		break;
	case JOB_RESTART:
		if (is_active(state))
			set_job(s, JOB_RESTART);
		else if (asked || s->job != JOB_NONE)
			plan_one(s, JOB_START, asked);
		break;
	case JOB_NONE:
		break;
	}
}

static int plan(struct service *s, enum job_kind kind)
{
	struct manager *m = s->m;
	AUTO_FREE bool *marked = calloc(m->n_services ? m->n_services : 1, sizeof(*marked));
	int r;

	if (!marked)
		return -ENOMEM;
	if (kind != JOB_START) {
		r = graph_mark_stop(m->graph, s->index, marked);
		for (size_t i = 0; r == 0 && i < m->n_services; i++)
			if (marked[i])
				plan_one(m->services[i], kind, i == s->index);
		if (r < 0 || kind == JOB_STOP)
			return r;
		memset(marked, 0, m->n_services * sizeof(*marked));
	}
	r = graph_mark_start(m->graph, s->index, marked);
	for (size_t i = 0; r == 0 && i < m->n_services; i++)
		if (marked[i] && (kind == JOB_START || i != s->index))
			plan_one(m->services[i], JOB_START, kind == JOB_START && i == s->index);
	return r;
}

int job_request(struct service *s, enum job_kind kind, struct error *e)
{
	char line[480];

	if (kind != JOB_STOP && s->m->finishing)
		return error_set(e, -ESHUTDOWN, "svinit is stopping");
	if (kind != JOB_STOP && s->unit->broken)
		return error_set(e, -EINVAL, "%s", units_first_error(s, line, sizeof(line)));
	if (kind != JOB_STOP && s->vanished)
		return error_set(e, -EINVAL, "its unit file %s is gone", s->unit->source);
	if (plan(s, kind) < 0)
		return error_set(e, -ENOMEM, "plan");
	return 0;
}

void job_stop_all(struct manager *m)
{
	for (size_t i = 0; i < m->n_services; i++) {
		struct service *s = m->services[i];

		if (is_active(service_state(s)) || s->job != JOB_NONE)
			set_job(s, JOB_STOP);
	}
	job_wake(m);
}

bool job_all_down(const struct manager *m)
{
	for (size_t i = 0; i < m->n_services; i++) {
		const struct service *s = m->services[i];

		if (s->job != JOB_NONE || !is_down(service_state(s)) || s->leaf_going)
			return false;
	}
	return true;
}
