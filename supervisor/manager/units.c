#include "manager/units.h"

#include "base/fd.h"
#include "base/str.h"
#include "manager/logs.h"
#include "manager/spawn.h"
#include "manager/transient.h"
#include "unit/key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct retired_set {
	struct retired_set *next;
	struct unit_set *set;
};

static void print_report(const struct report *r)
{
	char line[1024];

	for (size_t i = 0; i < r->n; i++)
		fprintf(stderr, "%s\n", report_line(&r->items[i], line, sizeof(line)));
}

/* Whoever requires a broken unit is broken; the unit language did this, but not for cycles. */
int units_break_cycles(struct unit_set *set, struct graph *g, struct report *report)
{
	size_t n = set->n ? set->n : 1;
	AUTO_FREE bool *in_cycle = calloc(n, sizeof(*in_cycle));
	AUTO_FREE bool *reached = calloc(n, sizeof(*reached));
	int cycles;

	if (!in_cycle || !reached)
		return -ENOMEM;
	cycles = graph_find_cycles(g, set, in_cycle, report);
	for (size_t i = 0; cycles > 0 && i < set->n; i++)
		if (in_cycle[i] && graph_mark_stop(g, i, reached) < 0)
			return -ENOMEM;
	for (size_t i = 0; cycles > 0 && i < set->n; i++)
		if (in_cycle[i] || reached[i])
			set->units[i]->broken = true;
	return cycles;
}

/* Set and graph, checked; broken units have no edges. */
static int build(const struct manager *m, struct unit_set **ret_set, struct graph **ret_graph,
		 struct report *report, struct error *e)
{
	struct unit_set *set = NULL;
	struct graph *g = NULL;
	const struct unit_context context = {
		.runtime_dir = m->options.runtime,
		.state_dir = m->options.state,
		.logs_dir = m->options.logs,
	};
	const struct unit_load request = {
		.paths = m->options.units,
		.n_paths = m->options.n_units,
		.context = &context,
	};
	int r;

	r = unit_set_load_with(&request, &set, report, e);
	if (r < 0)
		return r;
	r = graph_build(set, &g);
	if (r == 0)
		r = units_break_cycles(set, g, report);
	if (r > 0) {
		graph_free(g);
		g = NULL;
		r = graph_build(set, &g);
	}
	if (r < 0) {
		graph_free(g);
		unit_set_free(set);
		return error_set(e, r, "graph");
	}
	*ret_set = set;
	*ret_graph = g;
	return 0;
}

int units_load(struct manager *m, struct error *e)
{
	int r = build(m, &m->set, &m->graph, &m->report, e);

	if (r < 0)
		return r;
	print_report(&m->report);
	m->services = calloc(m->set->n + 1, sizeof(*m->services));
	if (!m->services)
		return error_set(e, -ENOMEM, "services");
	m->n_services = m->set->n;
	return 0;
}

static int dump_one(void *arg, const struct unit_key *key, const char *value,
		    const struct origin *at)
{
	struct text *t = arg;

	if (!at || !at->line)
		return 0; /* a default */
	text_printf(t, "[%s]\n%s=%s\n", key->section, key->name, value);
	return t->failed ? -ENOMEM : 0;
}

char *units_dump(const struct unit *u)
{
	struct text t = { 0 };
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	for (size_t i = 0; i < n; i++) {
		if (unit_key_format(&keys[i], u, dump_one, &t) < 0) {
			text_fini(&t);
			return NULL;
		}
	}
	return text_take(&t);
}

const char *units_first_error(const struct service *s, char *buf, size_t size)
{
	const struct report *r = &s->m->report;

	for (size_t i = 0; i < r->n; i++)
		if (r->items[i].severity == SEVERITY_ERROR && r->items[i].unit &&
		    str_eq(r->items[i].unit, s->unit->name))
			return report_line(&r->items[i], buf, size);
	snprintf(buf, size, "its unit file %s has errors", s->unit->source);
	return buf;
}

static void free_retired(struct manager *m)
{
	while (m->retired && !m->starts) {
		struct retired_set *r = m->retired;

		m->retired = r->next;
		unit_set_free(r->set);
		free(r);
	}
}

/* A service whose file is gone: kept with its old definition while there is a use for it. */
static int carry_over(struct manager *m, struct unit_set *set, struct service *s,
		      struct report *report)
{
	AUTO_FREE char *text = units_dump(s->unit);
	struct unit *u = NULL;
	int r = text ? transient_keep(m, s->unit->name, text, strlen(text)) : -ENOMEM;

	if (r == 0)
		r = unit_set_parse(set, s->unit->name, s->unit->source, text, strlen(text), &u,
				   report);
	if (r == 0)
		r = unit_set_add(set, u);
	if (r < 0)
		unit_free(u);
	return r;
}

/* Its job, and whoever looks at it or waits for it, point to it even when nothing runs. */
static bool has_use(const struct service *s)
{
	return !service_is_down(s) || s->job != JOB_NONE || s->check_queued || s->waiters;
}

/* The services of the new set, in its order: the old ones where the name stays. */
static int match_services(struct manager *m, struct unit_set *set, struct service ***ret,
			  size_t *ret_changed)
{
	struct service **list = calloc(set->n + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	*ret_changed = 0;
	for (size_t i = 0; i < set->n; i++) {
		struct service *s = service_find(m, set->units[i]->name);
		bool changed = !s || s->unit->fingerprint != set->units[i]->fingerprint;

		*ret_changed += changed;
		list[i] = s ? s : service_new(m, set->units[i], -1);
		if (!list[i]) {
			free(list);
			return -ENOMEM;
		}
		list[i]->changed = changed && s;
	}
	*ret = list;
	return 0;
}

static void put_in_force(struct manager *m, struct unit_set *set, struct graph *g,
			 struct service **services, struct retired_set *retired)
{
	size_t n_old = m->n_services;
	struct service **old = m->services;

	for (size_t i = 0; i < n_old; i++) {
		struct service *s = old[i];

		if (!unit_set_find(set, s->unit->name)) {
			logs_forget(s);
			service_free(s);
		}
	}
	free(old);
	retired->set = m->set;
	retired->next = m->retired;
	m->retired = retired;
	graph_free(m->graph);
	m->set = set;
	m->graph = g;
	m->services = services;
	m->n_services = set->n;
	transient_reindex_services(m);
	free_retired(m);
}

/* Returns how many units were carried over, or negative errno. */
static int carry_all(struct manager *m, struct unit_set *set, struct report *report)
{
	int carried = 0;

	for (size_t i = 0; i < m->n_services; i++) {
		struct service *s = m->services[i];
		bool transient = s->facts.flags & FACT_TRANSIENT;
		int r;

		if (unit_set_find(set, s->unit->name)) {
			s->vanished = false;
			continue;
		}
		if (!has_use(s) && !transient && !s->leaf_going)
			continue;
		r = carry_over(m, set, s, report);
		if (r < 0)
			return r;
		s->vanished = !transient;
		carried++;
	}
	return carried;
}

/* Instances that somebody started by name are there again when their template is. */
static int instantiate_again(const struct manager *m, struct units_next *next)
{
	bool any = false;

	for (size_t i = 0; i < m->n_services; i++) {
		const struct service *s = m->services[i];
		struct report ignored = { 0 };
		struct unit **units = NULL;
		size_t n;

		if (!strchr(s->unit->name, '@') || !has_use(s) ||
		    unit_set_find(next->set, s->unit->name))
			continue;
		any |= unit_set_instantiate(next->set, s->unit->name, &units, &n, &ignored) == 0;
		free(units);
		report_fini(&ignored);
	}
	if (!any)
		return 0;
	graph_free(next->graph);
	next->graph = NULL;
	return graph_build(next->set, &next->graph);
}

int units_prepare(struct manager *m, struct units_next *next, struct report *report,
		  struct error *e)
{
	int r;

	*next = (struct units_next){ 0 };
	r = build(m, &next->set, &next->graph, report, e);
	if (r == 0)
		r = instantiate_again(m, next);
	if (r == 0 && report->errors) {
		units_discard(next);
		r = error_set(e, -EINVAL, "the new unit files have errors; nothing was changed");
	}
	return r;
}

void units_discard(struct units_next *next)
{
	graph_free(next->graph);
	unit_set_free(next->set);
	*next = (struct units_next){ 0 };
}

/* What can change while it runs: the limits of its group, the files of its log. */
static void update_live(struct service *s)
{
	struct error e = { 0 };
	char line[512];

	if (!s->changed)
		return;
	s->changed = false;
	if (s->leaf && s->facts.pid && spawn_update_limits(s, &e) < 0)
		service_say(s, "limits: %s", error_format(&e, line, sizeof(line)));
	if (s->log_added) {
		s->log_added = false;
		logs_add(s);
	}
}

int units_swap(struct manager *m, struct units_next *next, struct report *report, struct error *e)
{
	struct retired_set *retired = calloc(1, sizeof(*retired));
	struct service **services = NULL;
	size_t changed = 0;
	int r = retired ? carry_all(m, next->set, report) : -ENOMEM;

	if (r > 0) {
		/* The set has more units than its graph knows. */
		graph_free(next->graph);
		next->graph = NULL;
		r = graph_build(next->set, &next->graph);
	}
	if (r == 0)
		r = match_services(m, next->set, &services, &changed);
	if (r < 0) {
		units_discard(next);
		free(retired);
		return error_set(e, r, "reload");
	}
	put_in_force(m, next->set, next->graph, services, retired);
	*next = (struct units_next){ 0 };
	for (size_t i = 0; i < m->n_services; i++)
		update_live(m->services[i]);
	report_fini(&m->report);
	m->report = (struct report){ 0 };
	return (int)changed;
}

int units_reload(struct manager *m, struct report *report, size_t *ret_changed, struct error *e)
{
	struct units_next next;
	int r = units_prepare(m, &next, report, e);

	if (r == 0)
		r = units_swap(m, &next, report, e);
	if (r < 0)
		return r;
	*ret_changed = (size_t)r;
	return 0;
}
