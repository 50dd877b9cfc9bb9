#ifndef SVINIT_CTL_TABLE_H
#define SVINIT_CTL_TABLE_H

/*
 * A table on the way to a person: cells are collected, then the columns get the width of their
 * widest cell. On a terminal every line is cut at its width, so that a row stays a row; into a pipe
 * nothing is cut. Empty cells show as `-`.
 */

#include "base/str.h"
#include "ctl/style.h"

#include <stddef.h>

struct table_column {
	const char *title;
	bool right; /* numbers */
};

struct table_cell {
	char *text;
	enum colour colour;
};

struct table {
	const struct table_column *columns;
	size_t n_columns;
	const struct style *style;
	struct table_cell *cells; /* row after row */
	size_t n, capacity;
	bool failed; /* out of memory */
};

/* The columns stay the caller's and must outlive the table. */
void table_init(struct table *t, const struct style *s, const struct table_column *columns,
		size_t n_columns);
void table_fini(struct table *t);

/* Adds the next cell, made visible for the terminal; NULL or "" for none. Copies. */
void table_add(struct table *t, enum colour colour, const char *text);

/* Adds the next cell from a text, which is emptied. */
void table_take(struct table *t, enum colour colour, struct text *text);

/* Adds the whole table, title line first, to out. 0 or -ENOMEM. */
int table_write(const struct table *t, struct text *out);

#endif
