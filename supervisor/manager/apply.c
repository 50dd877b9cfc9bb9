#include "manager/apply.h"

#include "base/str.h"
#include "manager/job.h"
#include "manager/methods.h"
#include "manager/status.h"
#include "manager/units.h"
#include "unit/key.h"

#include <stdio.h>
#include <stdlib.h>

/* The values of one key in one unit, and where the last of them stands. */
struct said {
	struct text text;
	struct origin at;
};

static int collect(void *arg, const struct unit_key *key, const char *value,
		   const struct origin *at)
{
	struct said *s = arg;

	(void)key;
	if (s->text.size)
		text_add(&s->text, "\n", 1);
	text_puts(&s->text, value);
	if (at && at->line)
		s->at = *at;
	return s->text.failed ? -1 : 0;
}

static json_t *value_or_null(const struct said *s)
{
	return s->text.size ? json_string(s->text.data) : json_null();
}

static const char *place_text(const struct said *now, const struct said *before,
			      const struct unit *u, char *buf, size_t size)
{
	const struct origin *at = now->at.line ? &now->at : &before->at;

	if (at->line)
		snprintf(buf, size, "%s:%u", at->file, at->line);
	else
		snprintf(buf, size, "%s", u->source);
	return buf;
}

/* Whether the difference takes effect without a restart of what runs. */
static bool is_live(const struct unit_key *key)
{
	return key->flags & KEY_LIVE || str_eq(key->section, "Unit") ||
	       str_eq(key->section, "Install");
}

/* Adds the cause when the key differs. */
static void compare_key(const struct unit_key *key, const struct unit *before,
			const struct unit *now, json_t *causes, bool *live)
{
	struct said a = { 0 }, b = { 0 };
	char place[300];

	unit_key_format(key, before, collect, &a);
	unit_key_format(key, now, collect, &b);
	if (a.text.size != b.text.size ||
	    (a.text.size && memcmp(a.text.data, b.text.data, a.text.size) != 0)) {
		json_array_append_new(
			causes,
			json_pack("{s:s, s:s, s:o, s:o, s:s}", "section", key->section, "key",
				  key->name, "old", value_or_null(&a), "new", value_or_null(&b),
				  "origin", place_text(&b, &a, now, place, sizeof(place))));
		*live = *live && is_live(key);
	}
	text_fini(&a.text);
	text_fini(&b.text);
}

static json_t *compare_units(const struct unit *before, const struct unit *now, bool *live)
{
	json_t *causes = json_array();
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	*live = true;
	for (size_t i = 0; i < n; i++)
		compare_key(&keys[i], before, now, causes, live);
	return causes;
}

static void add_change(json_t *list, const char *name, const char *change, json_t *causes)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "name", name, "change", change,
					      "causes", causes));
}

/* A new unit is started when something that is up wants or requires it. */
static bool is_wanted(const struct manager *m, const struct units_next *next, size_t unit)
{
	for (size_t i = 0; i < next->set->n; i++) {
		static const enum edge_kind kinds[] = { EDGE_WANTS, EDGE_REQUIRES };
		const struct service *s = service_find(m, next->set->units[i]->name);

		if (!s || str_eq(service_active(service_state(s)), "inactive"))
			continue;
		for (size_t k = 0; k < 2; k++) {
			size_t n;
			const struct edge *e = graph_edges(next->graph, kinds[k], i, &n);

			for (; n; n--, e++)
				if (e->to == unit)
					return true;
		}
	}
	return false;
}

static json_t *list_changes(const struct manager *m, const struct units_next *next)
{
	json_t *list = json_array();

	for (size_t i = 0; i < next->set->n; i++) {
		const struct unit *now = next->set->units[i];
		const struct service *s = service_find(m, now->name);
		json_t *causes;
		bool live;

		if (!s) {
			add_change(list, now->name, is_wanted(m, next, i) ? "start" : "reload",
				   json_array());
			continue;
		}
		if (s->unit->fingerprint == now->fingerprint && !s->unit->broken)
			continue;
		causes = compare_units(s->unit, now, &live);
		if (!json_array_size(causes) && !s->unit->broken)
			json_decref(causes);
		else
			add_change(list, now->name,
				   live || service_is_down(s) ? "reload" : "restart", causes);
	}
	for (size_t i = 0; i < m->n_services; i++) {
		const struct service *s = m->services[i];

		if (!unit_set_find(next->set, s->unit->name) && !service_is_down(s) &&
		    !(s->facts.flags & FACT_TRANSIENT))
			add_change(list, s->unit->name, "vanished", json_array());
	}
	return list;
}

static void request_jobs(struct manager *m, const json_t *list)
{
	const json_t *change;
	size_t i;

	json_array_foreach(list, i, change)
	{
		const char *kind = json_string_value(json_object_get(change, "change"));
		const char *name = json_string_value(json_object_get(change, "name"));
		struct service *s = service_find(m, name);
		bool restart = str_eq(kind, "restart");
		struct error e = { 0 };
		char line[512];

		if (!s || (!restart && !str_eq(kind, "start")))
			continue;
		if (job_request(s, restart ? JOB_RESTART : JOB_START, &e) < 0)
			service_say(s, "apply: %s", error_format(&e, line, sizeof(line)));
	}
}

void apply_call(struct call *c)
{
	bool dry = json_is_true(json_object_get(c->parameters, "dry_run"));
	struct report report = { 0 };
	struct units_next next;
	struct error e = { 0 };
	json_t *list = NULL;
	char line[512];
	int r = units_prepare(c->m, &next, &report, &e);

	if (r == 0)
		list = list_changes(c->m, &next);
	if (r == 0 && dry)
		units_discard(&next);
	else if (r == 0)
		r = units_swap(c->m, &next, &report, &e);
	if (r >= 0 && !dry)
		request_jobs(c->m, list);
	if (r >= 0) {
		call_answer(c, json_pack("{s:o}", "units", list), -1);
	} else {
		json_decref(list);
		methods_fail_report(c, error_format(&e, line, sizeof(line)), &report);
	}
	report_fini(&report);
}

static const enum edge_kind shown[] = {
	EDGE_AFTER,   EDGE_REQUIRES,  EDGE_WANTS,      EDGE_BINDS_TO,
	EDGE_PART_OF, EDGE_CONFLICTS, EDGE_ON_FAILURE,
};
enum { N_SHOWN = sizeof(shown) / sizeof(shown[0]) };

/* Everything that the marked units lead to, along every kind of edge. */
static void mark_reached(const struct graph *g, bool *marked)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < g->n; i++) {
			for (size_t k = 0; marked[i] && k < N_SHOWN; k++) {
				size_t n;
				const struct edge *e = graph_edges(g, shown[k], i, &n);

				for (; n; n--, e++) {
					more = more || !marked[e->to];
					marked[e->to] = true;
				}
			}
		}
	}
}

static void add_edges(const struct manager *m, size_t from, json_t *edges)
{
	char place[300];

	for (size_t k = 0; k < N_SHOWN; k++) {
		size_t n;
		const struct edge *e = graph_edges(m->graph, shown[k], from, &n);

		for (; n; n--, e++) {
			snprintf(place, sizeof(place), "%s:%u", e->at.file, e->at.line);
			json_array_append_new(edges,
					      json_pack("{s:s, s:s, s:s, s:s}", "from",
							m->services[from]->unit->name, "to",
							m->services[e->to]->unit->name, "kind",
							edge_kind_name(shown[k]), "origin", place));
		}
	}
}

void apply_graph(struct call *c)
{
	const struct manager *m = c->m;
	const json_t *names = json_object_get(c->parameters, "units");
	json_t *units = json_array(), *edges = json_array();
	AUTO_FREE bool *marked = calloc(m->n_services + 1, sizeof(*marked));

	for (size_t i = 0; marked && i < m->n_services; i++)
		marked[i] = json_array_size(names) == 0;
	for (size_t i = 0; marked && i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		const struct service *s = name ? service_find(m, name) : NULL;

		if (s) {
			marked[s->index] = true;
			continue;
		}
		json_decref(units);
		json_decref(edges);
		methods_no_unit(c, name ? name : "");
		return;
	}
	if (marked && json_array_size(names))
		mark_reached(m->graph, marked);
	for (size_t i = 0; marked && i < m->n_services; i++) {
		const struct service *s = m->services[i];

		if (!marked[i])
			continue;
		json_array_append_new(
			units, json_pack("{s:s, s:s, s:s, s:s}", "name", s->unit->name, "active",
					 service_active(service_state(s)), "sub", status_sub(s),
					 "kind", s->unit->container ? "container" : "target"));
		add_edges(m, i, edges);
	}
	call_answer(c, json_pack("{s:o, s:o}", "units", units, "edges", edges), -1);
}
