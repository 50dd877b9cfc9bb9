#ifndef SVINIT_BASE_STR_H
#define SVINIT_BASE_STR_H

/*
 * Strings: owned heap strings with AUTO_FREE, and `struct text`, a growing byte buffer that carries
 * its failure (out of memory) to the end, so that a builder checks once.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define AUTO_FREE __attribute__((cleanup(str_cleanup)))

/* Frees what the pointer at p points to (for AUTO_FREE). */
void str_cleanup(void *p);

/* Moves the pointer out of *p and leaves NULL. */
#define take_ptr(p)                                                                                \
	({                                                                                         \
		__typeof__(*(p)) taken_ = *(p);                                                    \
		*(p) = NULL;                                                                       \
		taken_;                                                                            \
	})

static inline bool str_eq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* After `prefix` in s, or NULL when s does not begin with it. */
const char *str_after(const char *s, const char *prefix);

/* True when the last bytes of s are `suffix`. */
bool str_ends(const char *s, const char *suffix);

/* A copy of n bytes with a NUL behind them; NULL when out of memory. Freed with free(). */
char *str_dup_n(const char *s, size_t n);

/* printf into a new string; NULL when out of memory. Freed with free(). */
char *str_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * How many edits (insert, delete, replace, swap of neighbours) lead from a to b, case ignored; more
 * than `most` is returned as most + 1. For "did you mean".
 */
unsigned str_distance(const char *a, const char *b, unsigned most);

/* The candidate nearest to `word`, when it is near enough to be meant; else NULL. */
const char *str_nearest(const char *word, const char *const *candidates, size_t n);

struct text {
	char *data; /* terminated with NUL once anything was added; NULL when empty */
	size_t size;
	size_t capacity;
	bool failed; /* out of memory at some point; data is then incomplete */
};

void text_fini(struct text *t);
void text_add(struct text *t, const char *data, size_t n);
void text_puts(struct text *t, const char *s);
void text_printf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The finished string (never NULL unless memory ran out), moved out of t. */
char *text_take(struct text *t);

#endif
