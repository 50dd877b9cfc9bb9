/*
 * Phase one of a request: what it means for every unit that it reaches. Nothing runs before all of
 * it is known to fit together.
 */
#include "manager/job.h"

#include "base/str.h"
#include "manager/units.h"

#include <errno.h>
#include <stdlib.h>

struct plan {
	struct manager *m;
	bool *start;                 /* by index: units that the request starts */
	bool *stop;                  /* units that it stops, by Conflicts= of one that it starts */
	const struct job_show *show; /* NULL: the jobs are given */
};

static int plan_init(struct plan *p, struct manager *m)
{
	size_t n = m->n_services ? m->n_services : 1;

	*p = (struct plan){ .m = m };
	p->start = calloc(n, sizeof(*p->start));
	p->stop = calloc(n, sizeof(*p->stop));
	return p->start && p->stop ? 0 : -ENOMEM;
}

static void plan_fini(struct plan *p)
{
	free(p->start);
	free(p->stop);
}

/* What Conflicts= of the units to start takes down; refused when one request wants both. */
static int plan_conflicts(struct plan *p, struct error *e)
{
	struct manager *m = p->m;

	for (size_t i = 0; i < m->n_services; i++) {
		size_t n;
		const struct edge *edge = graph_edges(m->graph, EDGE_CONFLICTS, i, &n);

		for (; p->start[i] && n; n--, edge++) {
			if (p->start[edge->to])
				return error_set(
					e, -EINVAL,
					"%s and %s exclude each other (%s:%u: Conflicts) and "
					"this needs both",
					m->services[i]->unit->name,
					m->services[edge->to]->unit->name, edge->at.file,
					edge->at.line);
			if (!service_is_down(m->services[edge->to]) ||
			    m->services[edge->to]->job == JOB_START)
				if (graph_mark_stop(m->graph, edge->to, p->stop) < 0)
					return error_set(e, -ENOMEM, "plan");
		}
	}
	return 0;
}

static int plan_check(const struct plan *p, struct error *e)
{
	for (size_t i = 0; i < p->m->n_services; i++)
		if (p->start[i] && p->stop[i])
			return error_set(e, -EINVAL,
					 "it needs %s, which requires what it conflicts with",
					 p->m->services[i]->unit->name);
	return 0;
}

/* What the request makes of one unit: the job that it gets, or none. */
static enum job_kind decide(const struct service *s, enum job_kind wanted, bool asked)
{
	enum service_state state = service_state(s);

	switch (wanted) {
	case JOB_START:
		if (s->unit->broken || s->vanished || s->job == JOB_START || s->job == JOB_RESTART)
			return JOB_NONE;
		if (state == SERVICE_UP || state == SERVICE_EXITED)
			return s->job == JOB_STOP ? JOB_RESTART : JOB_NONE;
		return JOB_START;
	case JOB_STOP:
		return !service_is_down(s) || s->job != JOB_NONE ? JOB_STOP : JOB_NONE;
	case JOB_RESTART:
		if (!service_is_down(s))
			return JOB_RESTART;
		return asked || s->job != JOB_NONE ? decide(s, JOB_START, asked) : JOB_NONE;
	case JOB_NONE:
		break;
	}
	return JOB_NONE;
}

/* Gives the job, or only tells it when somebody wants to see the plan. */
static void give(const struct plan *p, struct service *s, enum job_kind wanted, bool asked)
{
	enum job_kind kind = decide(s, wanted, asked);

	if (p->show) {
		if (kind != JOB_NONE)
			p->show->planned(p->show->arg, s, kind);
		return;
	}
	if (wanted != JOB_START)
		s->facts.flags &= (uint16_t)~FACT_WANTED;
	if (kind == JOB_NONE)
		return;
	if (kind == JOB_START && (asked || service_state(s) != SERVICE_BACKOFF))
		s->facts.restarts = s->facts.tries = 0;
	job_set(s, kind);
	if (kind == JOB_START)
		service_post(s, EVENT_QUEUE);
}

static int plan_stop(const struct plan *p, struct service *s, enum job_kind kind)
{
	struct manager *m = s->m;
	AUTO_FREE bool *reached = calloc(m->n_services ? m->n_services : 1, sizeof(*reached));

	if (!reached || graph_mark_stop(m->graph, s->index, reached) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < m->n_services; i++)
		if (reached[i])
			give(p, m->services[i], kind, i == s->index);
	return 0;
}

static int plan_start(struct plan *p, struct service *s, bool restart, struct error *e)
{
	struct manager *m = s->m;
	int r = graph_mark_start(m->graph, s->index, p->start);

	if (r == 0)
		r = plan_conflicts(p, e);
	if (r == 0)
		r = plan_check(p, e);
	if (r == 0 && restart)
		r = plan_stop(p, s, JOB_RESTART);
	for (size_t i = 0; r == 0 && i < m->n_services; i++) {
		if (p->stop[i])
			give(p, m->services[i], JOB_STOP, false);
		if (p->start[i] && !(restart && i == s->index))
			give(p, m->services[i], JOB_START, i == s->index);
	}
	return r;
}

int job_plan(struct service *s, enum job_kind kind, const struct job_show *show, struct error *e)
{
	struct plan p;
	char line[480];
	int r;

	if (kind != JOB_STOP && s->m->finishing)
		return error_set(e, -ESHUTDOWN, "svinit is stopping");
	if (kind != JOB_STOP && s->unit->broken)
		return error_set(e, -EINVAL, "%s", units_first_error(s, line, sizeof(line)));
	if (kind != JOB_STOP && s->vanished)
		return error_set(e, -EINVAL, "its unit file %s is gone", s->unit->source);
	r = plan_init(&p, s->m);
	p.show = show;
	if (r == 0 && kind == JOB_STOP)
		r = plan_stop(&p, s, JOB_STOP);
	else if (r == 0)
		r = plan_start(&p, s, kind == JOB_RESTART, e);
	plan_fini(&p);
	return r < 0 ? error_set(e, r, "plan") : 0;
}

int job_request(struct service *s, enum job_kind kind, struct error *e)
{
	return job_plan(s, kind, NULL, e);
}
