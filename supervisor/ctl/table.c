#include "ctl/table.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

void table_init(struct table *t, const struct style *s, const struct table_column *columns,
		size_t n_columns)
{
	*t = (struct table){ .columns = columns, .n_columns = n_columns, .style = s };
}

void table_fini(struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->cells[i].text);
	free(t->cells);
	*t = (struct table){ 0 };
}

void table_add(struct table *t, enum colour colour, const char *text)
{
	struct text visible = { 0 };
	struct table_cell *cells;

	if (t->n == t->capacity) {
		size_t capacity = t->capacity ? t->capacity * 2 : 64;

		cells = realloc(t->cells, capacity * sizeof(cells[0]));
		if (!cells) {
			t->failed = true;
			return;
		}
		t->cells = cells;
		t->capacity = capacity;
	}
	if (!text || !*text)
		text = "-";
	style_visible(&visible, t->style, text, strlen(text), false);
	t->cells[t->n] = (struct table_cell){ text_take(&visible), colour };
	if (t->cells[t->n].text)
		t->n++;
	else
		t->failed = true;
}

void table_take(struct table *t, enum colour colour, struct text *text)
{
	table_add(t, colour, text->data);
	text_fini(text);
}

struct line {
	struct text *out;
	const struct style *style;
	size_t left; /* columns until the terminal's edge */
	size_t owed; /* spaces that are written only when something follows */
};

static void pay(struct line *l)
{
	size_t n = l->owed < l->left ? l->owed : l->left;

	for (size_t i = 0; i < n; i++)
		text_add(l->out, " ", 1);
	l->left -= n;
	l->owed = 0;
}

static void put(struct line *l, enum colour colour, const char *s, size_t columns)
{
	size_t n;

	pay(l);
	n = columns <= l->left ? strlen(s) : style_fit(s, l->left);
	if (!n)
		return;
	text_puts(l->out, style_on(l->style, colour));
	text_add(l->out, s, n);
	text_puts(l->out, style_off(l->style, colour));
	l->left -= columns <= l->left ? columns : l->left;
}

static void put_cell(struct line *l, const struct table_column *c, const struct table_cell *cell,
		     size_t width)
{
	size_t columns = style_columns(cell->text), pad = width > columns ? width - columns : 0;

	if (c->right)
		l->owed += pad;
	put(l, cell->colour, cell->text, columns);
	l->owed += (c->right ? 0 : pad) + 2;
}

static void put_row(const struct table *t, const struct table_cell *row, const size_t *widths,
		    struct text *out)
{
	struct line l = { .out = out,
			  .style = t->style,
			  .left = t->style->width ? t->style->width : SIZE_MAX };

	for (size_t i = 0; i < t->n_columns; i++)
		put_cell(&l, &t->columns[i], &row[i], widths[i]);
	text_add(out, "\n", 1);
}

int table_write(const struct table *t, struct text *out)
{
	AUTO_FREE size_t *widths = calloc(t->n_columns + 1, sizeof(widths[0]));
	AUTO_FREE struct table_cell *titles = calloc(t->n_columns + 1, sizeof(titles[0]));

	if (t->failed || !widths || !titles)
		return -ENOMEM;
	for (size_t i = 0; i < t->n_columns; i++) {
		titles[i] =
			(struct table_cell){ (char *)(uintptr_t)t->columns[i].title, COLOUR_BOLD };
		widths[i] = style_columns(t->columns[i].title);
	}
	for (size_t i = 0; i < t->n; i++) {
		size_t columns = style_columns(t->cells[i].text), at = i % t->n_columns;

		if (columns > widths[at])
			widths[at] = columns;
	}
	put_row(t, titles, widths, out);
	for (size_t i = 0; i + t->n_columns <= t->n; i += t->n_columns)
		put_row(t, t->cells + i, widths, out);
	return out->failed ? -ENOMEM : 0;
}
