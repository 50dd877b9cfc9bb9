#ifndef SVINIT_CORE_GRAPH_H
#define SVINIT_CORE_GRAPH_H

/*
 * The units of a set as a graph: who waits for whom, who needs whom. Units are numbers, their index
 * in the set. BindsTo= requires as well; RequiredBy= is Requires= in the unit that it names. Built
 * in time linear in the edges, never changed afterwards.
 *
 * Requires= and Wants= also order: the unit starts after what it names, unless it stands before it
 * by Before= (or the other says After=). WantedBy= in a unit is Wants= in the target that it names.
 * Names that are not in the set, and broken units, leave no edge (the set has reported them).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "unit/report.h"
#include "unit/set.h"

enum edge_kind {
	EDGE_AFTER,       /* from waits until `to` is started */
	EDGE_BEFORE,      /* the reverse of AFTER */
	EDGE_REQUIRES,    /* from cannot be without `to` */
	EDGE_REQUIRED_BY, /* the reverse of REQUIRES */
	EDGE_WANTS,       /* starting from starts `to` */
	EDGE_BINDS_TO,    /* from goes down whenever `to` does; REQUIRES stands beside it */
	EDGE_BOUND_BY,    /* the reverse of BINDS_TO */
	EDGE_PART_OF,     /* a stop or restart of `to` that was asked for is one of from */
	EDGE_PARTS,       /* the reverse of PART_OF */
	EDGE_CONFLICTS,   /* only one of both may be up; stands in both directions */
	EDGE_ON_FAILURE,  /* when from fails, `to` is started */
	EDGE_KINDS,
};

struct edge {
	uint32_t to;
	struct origin at; /* the line that asks for it */
};

struct graph {
	size_t n;                    /* units */
	uint32_t *first[EDGE_KINDS]; /* n + 1 offsets into edges[kind] */
	struct edge *edges[EDGE_KINDS];
};

/* The word for the kind ("requires"), as svctl graph prints it. */
const char *edge_kind_name(enum edge_kind kind);

/* Builds the graph of the set. 0 or -ENOMEM. */
int graph_build(const struct unit_set *set, struct graph **ret);

void graph_free(struct graph *g);

/* The edges of one kind that leave unit i: *ret_n of them. */
const struct edge *graph_edges(const struct graph *g, enum edge_kind kind, size_t i, size_t *ret_n);

/*
 * Finds cycles of order. Each is one error in the report that names every unit on it with
 * `file:line` of the edge; every unit on a cycle gets in_cycle[i] = true. Returns the number of
 * cycles or -ENOMEM. in_cycle has n entries, set by the caller to false.
 */
int graph_find_cycles(const struct graph *g, const struct unit_set *set, bool *in_cycle,
		      struct report *report);

/*
 * Marks what a request reaches: start reaches along REQUIRES and WANTS, stop along REQUIRED_BY and
 * PARTS.
 * marked has n entries; entries that are already true are taken as visited. Without recursion.
 * 0 or -ENOMEM.
 */
int graph_mark_start(const struct graph *g, size_t from, bool *marked);
int graph_mark_stop(const struct graph *g, size_t from, bool *marked);

#endif
