#ifndef SVINIT_CTL_GRAPHVIEW_H
#define SVINIT_CTL_GRAPHVIEW_H

/*
 * Units and what stands between them, for `graph` and `list-dependencies`: io.svinit.Graph of the
 * supervisor, or the same made from files. Which units are shown is decided here and not by the
 * supervisor, so that both sources answer alike.
 *
 * Nodes are sorted by name; edges by from, to and kind, the strongest kind first, so that the first
 * edge of a pair is the one to name.
 */

#include "ctl/ctl.h"

#include <jansson.h>

enum view_kind {
	VIEW_BINDS_TO,
	VIEW_REQUIRES,
	VIEW_WANTS,
	VIEW_PART_OF,
	VIEW_ON_FAILURE,
	VIEW_CONFLICTS,
	VIEW_AFTER,
	VIEW_KINDS,
};

struct view_node {
	const char *name;   /* borrowed from the reply */
	const char *active; /* "inactive" when it comes from files */
	bool target;
	bool shown;
	const json_t *json;
};

struct view_edge {
	size_t from, to;
	enum view_kind kind;
	const json_t *json;
};

struct graphview {
	json_t *reply;
	struct view_node *nodes;
	size_t n;
	struct view_edge *edges;
	size_t n_edges;
	size_t *first; /* n + 1 offsets into edges */
};

/*
 * Asks the supervisor, or loads files when the command line says so. With `reverse` every edge is
 * turned round. CTL_DONE or a status, told; graphview_fini() in every case.
 */
int graphview_load(const struct ctl *c, bool reverse, struct graphview *g);
void graphview_fini(struct graphview *g);

/* The node's number, or g->n when there is none. */
size_t graphview_find(const struct graphview *g, const char *name);

const char *view_kind_name(enum view_kind kind);

/* True for kinds by which starting one unit starts the other. */
bool view_kind_pulls(enum view_kind kind);

/* Marks node `from` and all that it leads to as shown; along pulling edges only, or all. 0,
 * -ENOMEM. */
int graphview_reach(struct graphview *g, size_t from, bool pulling);

/* Adds the tree below the node, each unit unfolded once. `unfolded` has n entries. 0, -ENOMEM. */
int graphtree_add(const struct graphview *g, size_t root, bool *unfolded, const struct style *s,
		  struct text *out);

/* The shown part as graphviz text, and as a picture that we lay out ourselves. 0 or -ENOMEM. */
int graphdraw_dot(const struct graphview *g, struct text *out);
int graphdraw_svg(const struct graphview *g, struct text *out);

#endif
