#include "ctl/graphview.h"

#include "core/graph.h"
#include "ctl/call.h"
#include "ctl/member.h"
#include "ctl/offline.h"

#include <errno.h>
#include <stdlib.h>

static const struct {
	const char *name;
	enum edge_kind edge;
} kinds[VIEW_KINDS] = {
	[VIEW_BINDS_TO] = { "binds-to", EDGE_BINDS_TO },
	[VIEW_REQUIRES] = { "requires", EDGE_REQUIRES },
	[VIEW_WANTS] = { "wants", EDGE_WANTS },
	[VIEW_PART_OF] = { "part-of", EDGE_PART_OF },
	[VIEW_ON_FAILURE] = { "on-failure", EDGE_ON_FAILURE },
	[VIEW_CONFLICTS] = { "conflicts", EDGE_CONFLICTS },
	[VIEW_AFTER] = { "after", EDGE_AFTER },
};

const char *view_kind_name(enum view_kind kind)
{
	return kinds[kind].name;
}

bool view_kind_pulls(enum view_kind kind)
{
	return kind <= VIEW_WANTS;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct view_node *)a)->name, ((const struct view_node *)b)->name);
}

static int compare(size_t a, size_t b)
{
	return a < b ? -1 : a > b;
}

static int by_ends(const void *a, const void *b)
{
	const struct view_edge *x = a, *y = b;

	if (x->from != y->from)
		return compare(x->from, y->from);
	return x->to != y->to ? compare(x->to, y->to) : compare(x->kind, y->kind);
}

size_t graphview_find(const struct graphview *g, const char *name)
{
	const struct view_node key = { .name = name };
	const struct view_node *found = bsearch(&key, g->nodes, g->n, sizeof(key), by_name);

	return found ? (size_t)(found - g->nodes) : g->n;
}

static void take_edge(struct graphview *g, const json_t *json, bool reverse)
{
	const char *kind = member_string(json, "kind", "");
	size_t from = graphview_find(g, member_string(json, "from", ""));
	size_t to = graphview_find(g, member_string(json, "to", ""));

	for (size_t k = 0; from < g->n && to < g->n && k < VIEW_KINDS; k++) {
		if (!str_eq(kind, kinds[k].name))
			continue;
		g->edges[g->n_edges++] =
			(struct view_edge){ reverse ? to : from, reverse ? from : to,
					    (enum view_kind)k, json };
	}
}

/* Indexes g->reply. Whatever of it is no node and no edge is passed over. */
static int take_reply(struct graphview *g, bool reverse)
{
	const json_t *units = member_array(g->reply, "units"), *item;
	const json_t *edges = member_array(g->reply, "edges");
	size_t i;

	g->nodes = calloc(json_array_size(units) + 1, sizeof(g->nodes[0]));
	g->edges = calloc(json_array_size(edges) + 1, sizeof(g->edges[0]));
	g->first = calloc(json_array_size(units) + 2, sizeof(g->first[0]));
	if (!g->nodes || !g->edges || !g->first)
		return -ENOMEM;
	json_array_foreach(units, i, item)
	{
		const char *name = member_string(item, "name", NULL);

		if (name)
			g->nodes[g->n++] = (struct view_node){
				.name = name,
				.active = member_string(item, "active", "inactive"),
				.target = str_eq(member_string(item, "kind", ""), "target"),
				.json = item,
			};
	}
	qsort(g->nodes, g->n, sizeof(g->nodes[0]), by_name);
	json_array_foreach(edges, i, item) take_edge(g, item, reverse);
	qsort(g->edges, g->n_edges, sizeof(g->edges[0]), by_ends);
	for (i = 0; i < g->n_edges; i++)
		g->first[g->edges[i].from + 1]++;
	for (i = 0; i < g->n; i++)
		g->first[i + 1] += g->first[i];
	return 0;
}

static void add_edges(json_t *edges, const struct graph *graph, const struct unit_set *set,
		      size_t from)
{
	for (size_t k = 0; k < VIEW_KINDS; k++) {
		size_t n;
		const struct edge *e = graph_edges(graph, kinds[k].edge, from, &n);

		for (; n; n--, e++) {
			AUTO_FREE char *place = str_printf("%s:%u", e->at.file, e->at.line);

			json_array_append_new(edges, json_pack("{s:s, s:s, s:s, s:s}", "from",
							       set->units[from]->name, "to",
							       set->units[e->to]->name, "kind",
							       kinds[k].name, "origin",
							       place ? place : ""));
		}
	}
}

/* The answer that a supervisor would give for the set, but for the states. */
static json_t *reply_of_set(const struct unit_set *set)
{
	json_t *units = json_array(), *edges = json_array();
	struct graph *graph = NULL;

	if (graph_build(set, &graph) == 0) {
		for (size_t i = 0; i < set->n; i++) {
			const struct unit *u = set->units[i];

			json_array_append_new(units,
					      json_pack("{s:s, s:s}", "name", u->name, "kind",
							u->container ? "container" : "target"));
			add_edges(edges, graph, set, i);
		}
		graph_free(graph);
		return json_pack("{s:o, s:o}", "units", units, "edges", edges);
	}
	json_decref(units);
	json_decref(edges);
	return NULL;
}

static int load_offline(const struct ctl *c, struct graphview *g)
{
	struct offline o;
	int status = offline_load(c, false, &o);

	/* What is broken leaves no edges: the picture is only as good as its units. */
	offline_tell(c, &o, NULL);
	if (status == CTL_DONE) {
		g->reply = reply_of_set(o.set);
		if (!g->reply) {
			ctl_complain(c, "%s", strerror(ENOMEM));
			status = CTL_FAILED;
		}
	}
	offline_fini(&o);
	return status;
}

int graphview_load(const struct ctl *c, bool reverse, struct graphview *g)
{
	struct call call = { .method = "io.svinit.Graph", .kind = CALL_READ };
	int status;

	*g = (struct graphview){ 0 };
	status = offline_wanted(c) ? load_offline(c, g) : call_once(c, &call, &g->reply);
	if (status == CTL_DONE && take_reply(g, reverse) < 0) {
		ctl_complain(c, "%s", strerror(ENOMEM));
		status = CTL_FAILED;
	}
	return status;
}

void graphview_fini(struct graphview *g)
{
	json_decref(g->reply);
	free(g->nodes);
	free(g->edges);
	free(g->first);
	*g = (struct graphview){ 0 };
}

int graphview_reach(struct graphview *g, size_t from, bool pulling)
{
	AUTO_FREE size_t *queue = calloc(g->n + 1, sizeof(queue[0]));
	size_t n = 0;

	if (!queue)
		return -ENOMEM;
	if (!g->nodes[from].shown)
		queue[n++] = from;
	g->nodes[from].shown = true;
	for (size_t i = 0; i < n; i++) {
		for (size_t e = g->first[queue[i]]; e < g->first[queue[i] + 1]; e++) {
			struct view_node *to = &g->nodes[g->edges[e].to];

			if (to->shown || (pulling && !view_kind_pulls(g->edges[e].kind)))
				continue;
			to->shown = true;
			queue[n++] = g->edges[e].to;
		}
	}
	return 0;
}
