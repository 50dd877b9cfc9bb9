/* The tree in text: what a unit pulls in, below it. Bounded: each unit is unfolded once. */

#include "ctl/graphview.h"
#include "ctl/unitview.h"

#include <errno.h>
#include <stdlib.h>

enum { DEEPEST = 64 };

struct level {
	size_t node;
	size_t next;   /* edge to look at next */
	size_t prefix; /* bytes of the prefix that belong to the levels above */
};

struct tree {
	const struct graphview *g;
	const struct style *style;
	struct text *out;
	struct text prefix;
	bool *unfolded;
	struct level levels[DEEPEST];
	size_t depth;
};

/* The next edge that pulls in a unit that was not just named; g->n_edges at the end. */
static size_t next_edge(const struct graphview *g, size_t node, size_t from)
{
	for (size_t e = from; e < g->first[node + 1]; e++) {
		bool again = e > g->first[node] && g->edges[e - 1].to == g->edges[e].to;

		if (view_kind_pulls(g->edges[e].kind) && !again)
			return e;
	}
	return g->n_edges;
}

static bool is_above(const struct tree *t, size_t node)
{
	for (size_t i = 0; i < t->depth; i++)
		if (t->levels[i].node == node)
			return true;
	return false;
}

static void add_line(struct tree *t, size_t node, const char *branch, const char *kind,
		     const char *remark)
{
	const struct view_node *v = &t->g->nodes[node];

	unit_add_dot(t->out, t->style, v->active);
	text_puts(t->out, " ");
	text_add(t->out, t->prefix.data ? t->prefix.data : "", t->prefix.size);
	text_puts(t->out, branch);
	style_visible(t->out, t->style, v->name, strlen(v->name), false);
	if (*kind || *remark)
		text_printf(t->out, "%s%s%s%s%s%s", style_on(t->style, COLOUR_DIM),
			    *kind ? "  " : "", kind, *remark ? "  " : "", remark,
			    style_off(t->style, COLOUR_DIM));
	text_puts(t->out, "\n");
}

static void push(struct tree *t, size_t node, const char *continued)
{
	struct level *l = &t->levels[t->depth++];

	*l = (struct level){ node, t->g->first[node], t->prefix.size };
	text_puts(&t->prefix, continued);
	t->unfolded[node] = true;
}

static void pop(struct tree *t)
{
	t->prefix.size = t->levels[--t->depth].prefix;
}

/* One child of the innermost level, which is then perhaps unfolded itself. */
static void add_child(struct tree *t, size_t edge, bool last)
{
	const struct view_edge *e = &t->g->edges[edge];
	bool utf8 = t->style->utf8;
	bool leaf = next_edge(t->g, e->to, t->g->first[e->to]) == t->g->n_edges;
	const char *remark = is_above(t, e->to)             ? "(a circle)"
			     : t->unfolded[e->to] && !leaf  ? "(see above)"
			     : t->depth == DEEPEST && !leaf ? "(and more below)"
							    : "";

	add_line(t, e->to, last ? (utf8 ? "└─" : "`-") : (utf8 ? "├─" : "|-"),
		 e->kind == VIEW_REQUIRES ? "" : view_kind_name(e->kind), remark);
	if (!*remark && !leaf)
		push(t, e->to, last ? "  " : (utf8 ? "│ " : "| "));
}

int graphtree_add(const struct graphview *g, size_t root, bool *unfolded, const struct style *s,
		  struct text *out)
{
	struct tree t = { .g = g, .style = s, .out = out, .unfolded = unfolded };

	add_line(&t, root, "", "", "");
	push(&t, root, "");
	while (t.depth) {
		struct level *l = &t.levels[t.depth - 1];
		size_t edge = next_edge(g, l->node, l->next), after;

		if (edge == g->n_edges) {
			pop(&t);
			continue;
		}
		l->next = edge + 1;
		after = next_edge(g, l->node, l->next);
		add_child(&t, edge, after == g->n_edges);
	}
	out->failed |= t.prefix.failed;
	text_fini(&t.prefix);
	return out->failed ? -ENOMEM : 0;
}
