#include "core/graph.h"

#include "base/str.h"

#include <errno.h>
#include <stdlib.h>

/* Where the edges of a kind come from: its own list, or another one's turned round. */
static const struct {
	const char *name;
	enum edge_kind from;
	bool reverse;
} kinds[EDGE_KINDS] = {
	[EDGE_AFTER] = { "after", EDGE_AFTER, false },
	[EDGE_BEFORE] = { "before", EDGE_AFTER, true },
	[EDGE_REQUIRES] = { "requires", EDGE_REQUIRES, false },
	[EDGE_REQUIRED_BY] = { "required-by", EDGE_REQUIRES, true },
	[EDGE_WANTS] = { "wants", EDGE_WANTS, false },
	[EDGE_BINDS_TO] = { "binds-to", EDGE_BINDS_TO, false },
	[EDGE_BOUND_BY] = { "bound-by", EDGE_BINDS_TO, true },
	[EDGE_PART_OF] = { "part-of", EDGE_PART_OF, false },
	[EDGE_PARTS] = { "parts", EDGE_PART_OF, true },
	[EDGE_CONFLICTS] = { "conflicts", EDGE_CONFLICTS, false },
	[EDGE_ON_FAILURE] = { "on-failure", EDGE_ON_FAILURE, false },
};

const char *edge_kind_name(enum edge_kind kind)
{
	return kinds[kind].name;
}

/* One edge while the graph is being built, before it is sorted into place. */
struct raw_edge {
	uint32_t from, to;
	struct origin at;
};

struct raw_list {
	struct raw_edge *items;
	size_t n, capacity;
};

static int raw_add(struct raw_list *l, uint32_t from, uint32_t to, const struct origin *at)
{
	if (l->n == l->capacity) {
		size_t capacity = l->capacity ? l->capacity * 2 : 64;
		struct raw_edge *items = realloc(l->items, capacity * sizeof(*items));

		if (!items)
			return -ENOMEM;
		l->items = items;
		l->capacity = capacity;
	}
	l->items[l->n++] = (struct raw_edge){ .from = from, .to = to, .at = *at };
	return 0;
}

struct builder {
	const struct unit_set *set;
	struct raw_list lists[EDGE_KINDS]; /* the reverse kinds stay empty */
};

static bool list_names(const struct unit_list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->items[i].text, name))
			return true;
	return false;
}

/* A named need of `from`: the edge of its kind, and the order unless it is turned round. */
static int add_need(struct builder *b, uint32_t from, const struct unit_item *item,
		    enum edge_kind kind)
{
	int to = unit_set_index(b->set, item->text);
	const struct unit *u = b->set->units[from];
	int r;

	if (to < 0 || (uint32_t)to == from)
		return 0;
	r = raw_add(&b->lists[kind], from, (uint32_t)to, &item->at);
	if (r < 0)
		return r;
	if (list_names(&u->before, item->text) || list_names(&b->set->units[to]->after, u->name))
		return 0;
	return raw_add(&b->lists[EDGE_AFTER], from, (uint32_t)to, &item->at);
}

static int add_order(struct builder *b, uint32_t from, const struct unit_item *item, bool reverse)
{
	int to = unit_set_index(b->set, item->text);

	if (to < 0 || (uint32_t)to == from)
		return 0;
	if (reverse)
		return raw_add(&b->lists[EDGE_AFTER], (uint32_t)to, from, &item->at);
	return raw_add(&b->lists[EDGE_AFTER], from, (uint32_t)to, &item->at);
}

/* WantedBy= and RequiredBy=: the need stands in the unit that is named. */
static int add_needed_by(struct builder *b, uint32_t unit, const struct unit_item *item,
			 enum edge_kind kind)
{
	int target = unit_set_index(b->set, item->text);
	int r;

	if (target < 0 || (uint32_t)target == unit)
		return 0;
	r = raw_add(&b->lists[kind], (uint32_t)target, unit, &item->at);
	if (r < 0)
		return r;
	if (list_names(&b->set->units[unit]->after, item->text) ||
	    list_names(&b->set->units[target]->before, b->set->units[unit]->name))
		return 0;
	return raw_add(&b->lists[EDGE_AFTER], (uint32_t)target, unit, &item->at);
}

/* An edge that says nothing about order; `both` adds the way back. */
static int add_plain(struct builder *b, uint32_t from, const struct unit_list *list,
		     enum edge_kind kind, bool both)
{
	int r = 0;

	for (size_t k = 0; !r && k < list->n; k++) {
		int to = unit_set_index(b->set, list->items[k].text);

		if (to < 0 || (uint32_t)to == from)
			continue;
		r = raw_add(&b->lists[kind], from, (uint32_t)to, &list->items[k].at);
		if (!r && both)
			r = raw_add(&b->lists[kind], (uint32_t)to, from, &list->items[k].at);
	}
	return r;
}

static int add_unit(struct builder *b, uint32_t i)
{
	const struct unit *u = b->set->units[i];
	int r = 0;

	if (u->broken)
		return 0;
	for (size_t k = 0; !r && k < u->requires.n; k++)
		r = add_need(b, i, &u->requires.items[k], EDGE_REQUIRES);
	for (size_t k = 0; !r && k < u->wants.n; k++)
		r = add_need(b, i, &u->wants.items[k], EDGE_WANTS);
	for (size_t k = 0; !r && k < u->after.n; k++)
		r = add_order(b, i, &u->after.items[k], false);
	for (size_t k = 0; !r && k < u->before.n; k++)
		r = add_order(b, i, &u->before.items[k], true);
	for (size_t k = 0; !r && k < u->wanted_by.n; k++)
		r = add_needed_by(b, i, &u->wanted_by.items[k], EDGE_WANTS);
	for (size_t k = 0; !r && k < u->required_by.n; k++)
		r = add_needed_by(b, i, &u->required_by.items[k], EDGE_REQUIRES);
	for (size_t k = 0; !r && k < u->binds_to.n; k++)
		r = add_need(b, i, &u->binds_to.items[k], EDGE_REQUIRES);
	if (!r)
		r = add_plain(b, i, &u->binds_to, EDGE_BINDS_TO, false);
	if (!r)
		r = add_plain(b, i, &u->part_of, EDGE_PART_OF, false);
	if (!r)
		r = add_plain(b, i, &u->conflicts, EDGE_CONFLICTS, true);
	if (!r)
		r = add_plain(b, i, &u->on_failure, EDGE_ON_FAILURE, false);
	return r;
}

/* Counting sort of the raw edges by their source; `reverse` turns them round. */
static int place_edges(struct graph *g, enum edge_kind kind, const struct raw_list *l, bool reverse)
{
	uint32_t *first = calloc(g->n + 2, sizeof(*first));
	struct edge *edges = calloc(l->n ? l->n : 1, sizeof(*edges));

	if (!first || !edges) {
		free(first);
		free(edges);
		return -ENOMEM;
	}
	g->first[kind] = first;
	g->edges[kind] = edges;
	for (size_t i = 0; i < l->n; i++)
		first[(reverse ? l->items[i].to : l->items[i].from) + 2]++;
	for (size_t i = 2; i < g->n + 2; i++)
		first[i] += first[i - 1];
	for (size_t i = 0; i < l->n; i++) {
		const struct raw_edge *raw = &l->items[i];
		uint32_t from = reverse ? raw->to : raw->from;

		edges[first[from + 1]++] = (struct edge){
			.to = reverse ? raw->from : raw->to,
			.at = raw->at,
		};
	}
	return 0;
}

int graph_build(const struct unit_set *set, struct graph **ret)
{
	struct builder b = { .set = set };
	struct graph *g = calloc(1, sizeof(*g));
	int r = g ? 0 : -ENOMEM;

	for (uint32_t i = 0; !r && i < set->n; i++)
		r = add_unit(&b, i);
	if (!r)
		g->n = set->n;
	for (int k = 0; !r && k < EDGE_KINDS; k++)
		r = place_edges(g, (enum edge_kind)k, &b.lists[kinds[k].from], kinds[k].reverse);
	for (int k = 0; k < EDGE_KINDS; k++)
		free(b.lists[k].items);
	if (r) {
		graph_free(g);
		return r;
	}
	*ret = g;
	return 0;
}

void graph_free(struct graph *g)
{
	if (!g)
		return;
	for (int k = 0; k < EDGE_KINDS; k++) {
		free(g->first[k]);
		free(g->edges[k]);
	}
	free(g);
}

const struct edge *graph_edges(const struct graph *g, enum edge_kind kind, size_t i, size_t *ret_n)
{
	uint32_t first = g->first[kind][i];

	*ret_n = g->first[kind][i + 1] - first;
	return g->edges[kind] + first;
}

static int mark(const struct graph *g, size_t from, const enum edge_kind *along, size_t n_along,
		bool *marked)
{
	uint32_t *stack = malloc((g->n ? g->n : 1) * sizeof(*stack));
	size_t depth = 0;

	if (!stack)
		return -ENOMEM;
	if (!marked[from])
		stack[depth++] = (uint32_t)from;
	marked[from] = true;
	while (depth) {
		uint32_t i = stack[--depth];

		for (size_t k = 0; k < n_along; k++) {
			size_t n;
			const struct edge *e = graph_edges(g, along[k], i, &n);

			for (; n; n--, e++) {
				if (marked[e->to])
					continue;
				marked[e->to] = true;
				stack[depth++] = e->to;
			}
		}
	}
	free(stack);
	return 0;
}

int graph_mark_start(const struct graph *g, size_t from, bool *marked)
{
	static const enum edge_kind along[] = { EDGE_REQUIRES, EDGE_WANTS };

	return mark(g, from, along, 2, marked);
}

int graph_mark_stop(const struct graph *g, size_t from, bool *marked)
{
	static const enum edge_kind along[] = { EDGE_REQUIRED_BY, EDGE_PARTS };

	return mark(g, from, along, 2, marked);
}
