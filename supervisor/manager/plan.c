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
	bool *start; /* by index: units that the request starts */
	bool *stop;  /* units that it stops, by Conflicts= of one that it starts */
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

static void give_start(struct service *s, bool asked)
{
	enum service_state state = service_state(s);

	if (s->unit->broken || s->vanished || s->job == JOB_START || s->job == JOB_RESTART)
		return;
	if (state == SERVICE_UP || state == SERVICE_EXITED) {
		if (s->job == JOB_STOP)
			job_set(s, JOB_RESTART);
		return;
	}
	if (asked || state != SERVICE_BACKOFF)
		s->facts.restarts = s->facts.tries = 0;
	job_set(s, JOB_START);
	service_post(s, EVENT_QUEUE);
}

static void give_stop(struct service *s)
{
	if (!service_is_down(s) || s->job != JOB_NONE)
		job_set(s, JOB_STOP);
}

static void give_restart(struct service *s, bool asked)
{
	if (!service_is_down(s))
		job_set(s, JOB_RESTART);
	else if (asked || s->job != JOB_NONE)
		give_start(s, asked);
}

static int plan_stop(struct service *s, bool restart)
{
	struct manager *m = s->m;
	AUTO_FREE bool *reached = calloc(m->n_services ? m->n_services : 1, sizeof(*reached));

	if (!reached || graph_mark_stop(m->graph, s->index, reached) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < m->n_services; i++) {
		if (!reached[i])
			continue;
		m->services[i]->facts.flags &= (uint16_t)~FACT_WANTED;
		if (restart)
			give_restart(m->services[i], i == s->index);
		else
			give_stop(m->services[i]);
	}
	return 0;
}

static int plan_start(struct service *s, bool restart, struct error *e)
{
	struct manager *m = s->m;
	struct plan p;
	int r = plan_init(&p, m);

	if (r == 0)
		r = graph_mark_start(m->graph, s->index, p.start);
	if (r == 0)
		r = plan_conflicts(&p, e);
	if (r == 0)
		r = plan_check(&p, e);
	if (r == 0 && restart)
		r = plan_stop(s, true);
	for (size_t i = 0; r == 0 && i < m->n_services; i++) {
		if (p.stop[i])
			give_stop(m->services[i]);
		if (p.start[i] && !(restart && i == s->index))
			give_start(m->services[i], i == s->index);
	}
	plan_fini(&p);
	return r;
}

int job_request(struct service *s, enum job_kind kind, struct error *e)
{
	char line[480];
	int r;

	if (kind != JOB_STOP && s->m->finishing)
		return error_set(e, -ESHUTDOWN, "svinit is stopping");
	if (kind != JOB_STOP && s->unit->broken)
		return error_set(e, -EINVAL, "%s", units_first_error(s, line, sizeof(line)));
	if (kind != JOB_STOP && s->vanished)
		return error_set(e, -EINVAL, "its unit file %s is gone", s->unit->source);
	r = kind == JOB_STOP ? plan_stop(s, false) : plan_start(s, kind == JOB_RESTART, e);
	return r < 0 ? error_set(e, r, "plan") : 0;
}
