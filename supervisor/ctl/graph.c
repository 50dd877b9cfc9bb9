/* graph and list-dependencies. */

#include "ctl/call.h"
#include "ctl/graphview.h"
#include "ctl/verb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Marks what the words reach as shown; without words all. */
static int select_units(const struct ctl *c, struct graphview *g, char *const *words, size_t n,
			bool pulling)
{
	int status = CTL_DONE;

	for (size_t i = 0; i < g->n && !n; i++)
		g->nodes[i].shown = true;
	for (size_t i = 0; i < n; i++) {
		size_t at = graphview_find(g, words[i]);

		if (at == g->n) {
			ctl_complain(c, "%s: no such unit", words[i]);
			status = CTL_NO_UNIT;
		} else if (graphview_reach(g, at, pulling) < 0) {
			ctl_complain(c, "%s", strerror(ENOMEM));
			return CTL_FAILED;
		}
	}
	return status;
}

static void print_json(const struct ctl *c, const struct graphview *g, bool pulling)
{
	json_t *units = json_array(), *edges = json_array(), *all;

	for (size_t i = 0; i < g->n; i++)
		if (g->nodes[i].shown)
			json_array_append_new(units, json_deep_copy(g->nodes[i].json));
	for (size_t i = 0; i < g->n_edges; i++) {
		const struct view_edge *e = &g->edges[i];

		if (g->nodes[e->from].shown && g->nodes[e->to].shown &&
		    (!pulling || view_kind_pulls(e->kind)))
			json_array_append_new(edges, json_deep_copy(e->json));
	}
	all = json_pack("{s:o, s:o}", "units", units, "edges", edges);
	call_print_json(c, all);
	json_decref(all);
}

/* Marks in `pulled` what some other unit pulls in. */
static void mark_pulled(const struct graphview *g, bool *pulled)
{
	for (size_t i = 0; i < g->n_edges; i++)
		if (view_kind_pulls(g->edges[i].kind) && g->edges[i].from != g->edges[i].to)
			pulled[g->edges[i].to] = true;
}

/* The trees of the words; without words of what nobody pulls in, then of what stands on circles. */
static int add_trees(const struct ctl *c, const struct graphview *g, char *const *words, size_t n,
		     struct text *out)
{
	AUTO_FREE bool *unfolded = calloc(g->n + 1, sizeof(unfolded[0]));
	AUTO_FREE bool *pulled = calloc(g->n + 1, sizeof(pulled[0]));
	int r = unfolded && pulled ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < n; i++) {
		size_t at = graphview_find(g, words[i]);

		if (at < g->n)
			r = graphtree_add(g, at, unfolded, &c->out, out);
	}
	if (r == 0)
		mark_pulled(g, pulled);
	for (size_t pass = 0; pass < 2 && !n; pass++)
		for (size_t i = 0; r == 0 && i < g->n; i++) {
			/* A leaf is named below what pulls it in, and never unfolded. */
			bool leaf = g->first[i] == g->first[i + 1];

			if (!unfolded[i] && (pass ? !leaf && g->nodes[i].shown : !pulled[i]))
				r = graphtree_add(g, i, unfolded, &c->out, out);
		}
	return r;
}

static int print_text(const struct ctl *c, struct text *out, int r)
{
	if (r == 0 && out->data)
		fwrite(out->data, 1, out->size, stdout);
	if (r < 0)
		ctl_complain(c, "%s", strerror(-r));
	text_fini(out);
	return r < 0 ? CTL_FAILED : CTL_DONE;
}

int verb_graph(const struct ctl *c)
{
	struct text out = { 0 };
	struct graphview g;
	int status = graphview_load(c, ctl_has(c, OPT_REVERSE), &g), selected, r;

	if (status == CTL_DONE) {
		selected = select_units(c, &g, c->words, c->n_words, false);
		if (c->json) {
			print_json(c, &g, false);
		} else {
			r = ctl_has(c, OPT_DOT)   ? graphdraw_dot(&g, &out)
			    : ctl_has(c, OPT_SVG) ? graphdraw_svg(&g, &out)
						  : add_trees(c, &g, c->words, c->n_words, &out);
			status = print_text(c, &out, r);
		}
		status = status == CTL_DONE ? selected : status;
	}
	graphview_fini(&g);
	return status;
}

int verb_list_dependencies(const struct ctl *c)
{
	static char usual[] = "default";
	char *const one[1] = { usual };
	char *const *words = c->n_words ? c->words : one;
	size_t n = c->n_words ? c->n_words : 1;
	struct text out = { 0 };
	struct graphview g;
	int status = graphview_load(c, ctl_has(c, OPT_REVERSE), &g), selected;

	if (status == CTL_DONE) {
		selected = select_units(c, &g, words, n, true);
		if (c->json)
			print_json(c, &g, true);
		else
			status = print_text(c, &out, add_trees(c, &g, words, n, &out));
		status = status == CTL_DONE ? selected : status;
	}
	graphview_fini(&g);
	return status;
}
