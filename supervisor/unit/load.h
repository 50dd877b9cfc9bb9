#ifndef SVINIT_UNIT_LOAD_H
#define SVINIT_UNIT_LOAD_H

/*
 * One unit from the bytes of one file: the adapter gives sections and pairs, the key table says
 * what they mean, the rules check what the pairs mean together. References to other units are
 * refs.h.
 */

#include "unit/files.h"
#include "unit/report.h"
#include "unit/unit.h"

#define UNIT_FILE_MAX (1024 * 1024)

/* A unit with the defaults, of that name and file (interned here). NULL when out of memory. */
struct unit *unit_new(struct unit_files *files, const char *name, const char *source);

/* A file of a unit: its own, or a drop-in, which changes what the files before it said. */
struct unit_text {
	const char *file; /* kept by the set */
	const char *text;
	size_t size;
	bool drop_in;
};

/*
 * Reads the texts, in this order, into a fresh unit; what is wrong goes to the report and marks it
 * broken. 0 or -ENOMEM. A unit whose name ends in `@` is a template that is only checked: values
 * with %i or %I are not judged.
 */
int unit_read(struct unit_files *files, struct unit *u, const struct unit_text *texts, size_t n,
	      struct report *report);

/* True when a unit of these texts is a container: the last that speaks of Exec= gives one. */
bool unit_texts_have_exec(const struct unit_text *texts, size_t n);

#endif
