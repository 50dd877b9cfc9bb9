/*
 * The graph as a picture. graphviz lays out better; the plain layout here is for machines without
 * it: what waits for nothing stands on the left, every unit right of all that it waits for.
 */

#include "ctl/graphview.h"

#include <errno.h>
#include <stdlib.h>

static const struct {
	const char *colour, *dash, *dot_style;
} looks[VIEW_KINDS] = {
	[VIEW_BINDS_TO] = { "#111111", "", "bold" },
	[VIEW_REQUIRES] = { "#111111", "", "solid" },
	[VIEW_WANTS] = { "#777777", "", "solid" },
	[VIEW_PART_OF] = { "#2255aa", "6 3", "dashed" },
	[VIEW_ON_FAILURE] = { "#cc7700", "6 3", "dashed" },
	[VIEW_CONFLICTS] = { "#cc2222", "6 3", "dashed" },
	[VIEW_AFTER] = { "#22884a", "2 3", "dotted" },
};

static const char *fill_of(const struct view_node *v)
{
	if (str_eq(v->active, "active"))
		return "#d9f2df";
	if (str_eq(v->active, "failed"))
		return "#f8d7d7";
	return str_eq(v->active, "inactive") ? "#f4f4f4" : "#fdf3d0";
}

/* Both ends are shown, and no stronger edge of the pair says the same as an order does. */
static bool is_drawn(const struct graphview *g, size_t i)
{
	const struct view_edge *e = &g->edges[i], *before = i ? e - 1 : NULL;

	if (!g->nodes[e->from].shown || !g->nodes[e->to].shown)
		return false;
	return e->kind != VIEW_AFTER || !before || before->from != e->from || before->to != e->to;
}

static void add_quoted(struct text *out, const char *s)
{
	text_puts(out, "\"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			text_puts(out, "\\");
		text_add(out, s, 1);
	}
	text_puts(out, "\"");
}

int graphdraw_dot(const struct graphview *g, struct text *out)
{
	text_puts(out, "digraph svinit {\n\trankdir=LR;\n\tnode [style=filled];\n");
	for (size_t i = 0; i < g->n; i++) {
		if (!g->nodes[i].shown)
			continue;
		text_puts(out, "\t");
		add_quoted(out, g->nodes[i].name);
		text_printf(out, " [shape=%s, fillcolor=\"%s\"];\n",
			    g->nodes[i].target ? "ellipse" : "box", fill_of(&g->nodes[i]));
	}
	for (size_t i = 0; i < g->n_edges; i++) {
		const struct view_edge *e = &g->edges[i];

		if (!is_drawn(g, i))
			continue;
		text_puts(out, "\t");
		add_quoted(out, g->nodes[e->from].name);
		text_puts(out, " -> ");
		add_quoted(out, g->nodes[e->to].name);
		text_printf(out, " [color=\"%s\", style=%s, tooltip=\"%s\"];\n",
			    looks[e->kind].colour, looks[e->kind].dot_style,
			    view_kind_name(e->kind));
	}
	text_puts(out, "}\n");
	return out->failed ? -ENOMEM : 0;
}

enum { BOX_HEIGHT = 26, ROW = 44, GAP = 90, MARGIN = 20, GLYPH = 8, LEGEND = 24 };

struct place {
	size_t column, row;
};

/*
 * Columns by the longest way along the order: what all was placed that a unit waits for is placed
 * next. Units on a circle never get there and come last.
 */
static int place_columns(const struct graphview *g, struct place *places, size_t *ret_columns)
{
	AUTO_FREE size_t *waits = calloc(g->n + 1, sizeof(waits[0]));
	AUTO_FREE bool *placed = calloc(g->n + 1, sizeof(placed[0]));
	size_t left = 0, column = 0;

	if (!waits || !placed)
		return -ENOMEM;
	for (size_t i = 0; i < g->n; i++)
		left += g->nodes[i].shown;
	while (left) {
		size_t before = left;

		memset(waits, 0, g->n * sizeof(waits[0]));
		for (size_t i = 0; i < g->n_edges; i++) {
			const struct view_edge *e = &g->edges[i];

			if (e->kind == VIEW_AFTER && g->nodes[e->to].shown && !placed[e->to])
				waits[e->from]++;
		}
		for (size_t i = 0; i < g->n; i++) {
			if (!g->nodes[i].shown || placed[i] || waits[i])
				continue;
			placed[i] = true;
			places[i].column = column;
			left--;
		}
		for (size_t i = 0; left == before && i < g->n; i++) {
			if (!g->nodes[i].shown || placed[i])
				continue;
			placed[i] = true;
			places[i].column = column;
		}
		left = left == before ? 0 : left;
		column++;
	}
	*ret_columns = column;
	return 0;
}

struct layout {
	const struct graphview *g;
	struct place *places;
	size_t *x;     /* left edge of each column */
	size_t *width; /* of the boxes in it */
	size_t *rows;  /* how many */
	size_t columns, most_rows;
};

static void measure(struct layout *l)
{
	for (size_t i = 0; i < l->g->n; i++) {
		size_t at = l->places[i].column, width;

		if (!l->g->nodes[i].shown)
			continue;
		width = style_columns(l->g->nodes[i].name) * GLYPH + 20;
		l->places[i].row = l->rows[at]++;
		if (width > l->width[at])
			l->width[at] = width;
		if (l->rows[at] > l->most_rows)
			l->most_rows = l->rows[at];
	}
	l->x[0] = MARGIN;
	for (size_t i = 0; i < l->columns; i++)
		l->x[i + 1] = l->x[i] + l->width[i] + GAP;
}

static size_t top_of(const struct layout *l, size_t node)
{
	const struct place *p = &l->places[node];

	/* A short column stands in the middle. */
	return MARGIN + p->row * ROW + (l->most_rows - l->rows[p->column]) * ROW / 2;
}

static void add_xml(struct text *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '<')
			text_puts(out, "&lt;");
		else if (*s == '&')
			text_puts(out, "&amp;");
		else
			text_add(out, s, 1);
	}
}

static void draw_edge(const struct layout *l, const struct view_edge *e, struct text *out)
{
	const struct place *a = &l->places[e->from], *b = &l->places[e->to];
	bool back = a->column > b->column;
	size_t x1 = l->x[a->column] + (back ? 0 : l->width[a->column]);
	size_t x2 = l->x[b->column] + (back ? l->width[b->column] : 0);
	size_t y1 = top_of(l, e->from) + BOX_HEIGHT / 2, y2 = top_of(l, e->to) + BOX_HEIGHT / 2;
	long bend = back ? -GAP / 2 : GAP / 2;

	/* In one column the line leaves and arrives on the right. */
	if (a->column == b->column)
		x2 = x1;
	text_printf(out,
		    "<path d=\"M%zu %zu C%ld %zu %ld %zu %zu %zu\" stroke=\"%s\" fill=\"none\" "
		    "stroke-dasharray=\"%s\" stroke-width=\"%s\" marker-end=\"url(#tip)\">"
		    "<title>",
		    x1, y1, (long)x1 + bend, y1, (long)x2 + (a->column == b->column ? bend : -bend),
		    y2, x2, y2, looks[e->kind].colour,
		    *looks[e->kind].dash ? looks[e->kind].dash : "none",
		    e->kind == VIEW_BINDS_TO ? "2.2" : "1.2");
	add_xml(out, l->g->nodes[e->from].name);
	text_printf(out, " %s ", view_kind_name(e->kind));
	add_xml(out, l->g->nodes[e->to].name);
	text_puts(out, "</title></path>\n");
}

static void draw_node(const struct layout *l, size_t i, struct text *out)
{
	size_t x = l->x[l->places[i].column], y = top_of(l, i);

	text_printf(out,
		    "<rect x=\"%zu\" y=\"%zu\" width=\"%zu\" height=\"%d\" rx=\"%d\" fill=\"%s\" "
		    "stroke=\"#333333\"/>\n<text x=\"%zu\" y=\"%zu\">",
		    x, y, l->width[l->places[i].column], BOX_HEIGHT,
		    l->g->nodes[i].target ? BOX_HEIGHT / 2 : 3, fill_of(&l->g->nodes[i]), x + 10,
		    y + 18);
	add_xml(out, l->g->nodes[i].name);
	text_puts(out, "</text>\n");
}

static void draw(const struct layout *l, struct text *out)
{
	size_t width = l->x[l->columns] - GAP + MARGIN, height = l->most_rows * ROW + 2 * MARGIN;
	size_t x = MARGIN;

	width = width > 640 ? width : 640;
	text_printf(out,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%zu\" height=\"%zu\" "
		    "font-family=\"monospace\" font-size=\"13\">\n"
		    "<defs><marker id=\"tip\" markerWidth=\"8\" markerHeight=\"8\" refX=\"7\" "
		    "refY=\"3\" orient=\"auto\"><path d=\"M0 0L7 3L0 6z\"/></marker></defs>\n",
		    width, height + LEGEND);
	for (size_t i = 0; i < l->g->n_edges; i++)
		if (is_drawn(l->g, i))
			draw_edge(l, &l->g->edges[i], out);
	for (size_t i = 0; i < l->g->n; i++)
		if (l->g->nodes[i].shown)
			draw_node(l, i, out);
	for (size_t k = 0; k < VIEW_KINDS; k++) {
		const char *name = view_kind_name((enum view_kind)k);

		text_printf(out, "<text x=\"%zu\" y=\"%zu\" fill=\"%s\">%s</text>\n", x, height + 8,
			    looks[k].colour, name);
		x += strlen(name) * GLYPH + 16;
	}
	text_puts(out, "</svg>\n");
}

int graphdraw_svg(const struct graphview *g, struct text *out)
{
	AUTO_FREE struct place *places = calloc(g->n + 1, sizeof(places[0]));
	AUTO_FREE size_t *sizes = calloc(3 * (g->n + 2), sizeof(sizes[0]));
	struct layout l = { .g = g, .places = places };
	int r;

	if (!places || !sizes)
		return -ENOMEM;
	l.x = sizes;
	l.width = sizes + g->n + 2;
	l.rows = l.width + g->n + 2;
	r = place_columns(g, places, &l.columns);
	if (r < 0)
		return r;
	measure(&l);
	draw(&l, out);
	return out->failed ? -ENOMEM : 0;
}
