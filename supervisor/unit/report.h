#ifndef SVINIT_UNIT_REPORT_H
#define SVINIT_UNIT_REPORT_H

/*
 * All that is wrong with a set of units, collected as a compiler does. One entry is one line for a
 * person: `file:line:column: error: Key: what was wrong; what would be right`.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

struct diagnostic {
	enum severity severity;
	char *file;
	uint32_t line, column; /* 0: unknown */
	char *unit;            /* name of the unit it belongs to; NULL: none */
	char *text;            /* with the key in front, without the place */
};

struct report {
	struct diagnostic *items;
	size_t n, capacity;
	size_t errors;
	bool failed; /* memory ran out: the list is incomplete */
};

void report_fini(struct report *r);

/* Adds one; `at` may be NULL. The text gets `Key: ` in front when at->key is set. */
void report_add(struct report *r, enum severity severity, const char *unit, const struct origin *at,
		const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Puts the entries from `first` on in the order of their file's lines. */
void report_sort(struct report *r, size_t first);

/* One entry as the line above, without a newline. Returns buf. */
const char *report_line(const struct diagnostic *d, char *buf, size_t size);

#endif
