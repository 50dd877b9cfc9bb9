#ifndef SVINIT_CTL_STYLE_H
#define SVINIT_CTL_STYLE_H

/*
 * How a stream wants to be written: colour, width, and what may reach a terminal.
 *
 * Names, descriptions, messages and log lines are data of others. On a terminal they are written
 * through style_visible(), so that no escape sequence, no C1 control and no bidirectional override
 * of theirs ever steers it; into a pipe or a file they go byte for byte.
 */

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct style {
	bool terminal;
	bool colour;  /* a terminal, NO_COLOR unset or empty, TERM not "dumb" */
	bool utf8;    /* the locale's character set, by LC_ALL, LC_CTYPE, LANG */
	size_t width; /* columns; 0 when it is no terminal: no limit */
};

enum colour { COLOUR_NONE, COLOUR_BOLD, COLOUR_DIM, COLOUR_RED, COLOUR_GREEN, COLOUR_YELLOW };

/* Looks at the descriptor and the environment. */
void style_init(struct style *s, int fd);

/* The escape sequence that begins a colour, or that ends every colour; "" without colour. */
const char *style_on(const struct style *s, enum colour colour);
const char *style_off(const struct style *s, enum colour colour);

/* The colour of an active state (`active`, `failed`, …). */
enum colour style_of_state(const char *active);

/*
 * Adds n bytes of foreign text to t: as they are when the stream is no terminal; else controls as
 * ^X, bytes that are no UTF-8 as \xHH, format overrides as <U+202E>. A tab stays a tab when
 * `tabs`.
 */
void style_visible(struct text *t, const struct style *s, const char *data, size_t n, bool tabs);

/* Columns that the string takes on a terminal (UTF-8, no escape sequences in it). */
size_t style_columns(const char *s);

/* Bytes of the longest prefix of s that takes at most `columns`. */
size_t style_fit(const char *s, size_t columns);

/*
 * Decodes one character of n > 0 bytes: returns its length and sets *ret; 0 when the bytes are no
 * valid UTF-8 (overlong forms and surrogates included).
 */
size_t style_decode(const char *s, size_t n, unsigned *ret);

#endif
