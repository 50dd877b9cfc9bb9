/*
 * Cycles of order: a depth-first walk with an explicit stack over the AFTER edges. A unit that is
 * met again while it is on the stack closes a cycle; the stack then holds the whole of it.
 */
#include "core/graph.h"

#include "base/str.h"

#include <errno.h>
#include <stdlib.h>

enum colour { WHITE, GREY, BLACK };

struct frame {
	uint32_t unit;
	uint32_t next; /* which of its edges comes next */
};

struct walk {
	const struct graph *g;
	const struct unit_set *set;
	unsigned char *colour;
	struct frame *stack;
	size_t depth;
	bool *in_cycle;
	struct report *report;
	int found;
};

/* The edge that the frame is following. */
static const struct edge *followed(const struct walk *w, size_t at)
{
	size_t n;
	const struct edge *e = graph_edges(w->g, EDGE_AFTER, w->stack[at].unit, &n);

	return e + w->stack[at].next - 1;
}

static void report_cycle(struct walk *w, uint32_t met)
{
	size_t from = w->depth;
	struct text t = { 0 };
	const struct edge *first;

	while (from && w->stack[from - 1].unit != met)
		from--;
	from--;
	first = followed(w, from);
	for (size_t i = from; i < w->depth; i++) {
		const struct edge *e = followed(w, i);

		w->in_cycle[w->stack[i].unit] = true;
		text_printf(&t, "%s%s waits for %s (%s:%u)", i == from ? "" : ", ",
			    w->set->units[w->stack[i].unit]->name, w->set->units[e->to]->name,
			    e->at.file, e->at.line);
	}
	report_add(w->report, SEVERITY_ERROR, w->set->units[met]->name, &first->at,
		   "the order is a cycle: %s", t.failed ? "" : t.data);
	text_fini(&t);
	w->found++;
}

static void walk_from(struct walk *w, uint32_t start)
{
	w->stack[0] = (struct frame){ .unit = start };
	w->depth = 1;
	w->colour[start] = GREY;
	while (w->depth) {
		struct frame *top = &w->stack[w->depth - 1];
		size_t n;
		const struct edge *e = graph_edges(w->g, EDGE_AFTER, top->unit, &n);
		uint32_t to;

		if (top->next == n) {
			w->colour[top->unit] = BLACK;
			w->depth--;
			continue;
		}
		to = e[top->next++].to;
		if (w->colour[to] == GREY) {
			report_cycle(w, to);
		} else if (w->colour[to] == WHITE) {
			w->colour[to] = GREY;
			w->stack[w->depth++] = (struct frame){ .unit = to };
		}
	}
}

int graph_find_cycles(const struct graph *g, const struct unit_set *set, bool *in_cycle,
		      struct report *report)
{
	struct walk w = { .g = g, .set = set, .in_cycle = in_cycle, .report = report };
	AUTO_FREE unsigned char *colour = calloc(g->n ? g->n : 1, 1);
	AUTO_FREE struct frame *stack = calloc(g->n + 1, sizeof(*stack));

	if (!colour || !stack)
		return -ENOMEM;
	w.colour = colour;
	w.stack = stack;
	for (uint32_t i = 0; i < g->n; i++)
		if (colour[i] == WHITE)
			walk_from(&w, i);
	return w.found;
}
