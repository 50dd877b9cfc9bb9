#ifndef SVINIT_UNIT_LOAD_H
#define SVINIT_UNIT_LOAD_H

/*
 * One unit from the bytes of one file: the adapter gives sections and pairs, the key table says
 * what they mean, the rules check what the pairs mean together. References to other units are
 * refs.h.
 */

#include "unit/files.h"
#include "unit/report.h"

#define UNIT_FILE_MAX (1024 * 1024)

/* A unit with the defaults, of that name and file (interned here). NULL when out of memory. */
struct unit *unit_new(struct unit_files *files, const char *name, const char *source);

/* Reads the text into a fresh unit; what is wrong goes to the report and marks it broken. 0 or
 * -ENOMEM. */
int unit_read_text(struct unit *u, const char *text, size_t size, struct report *report);

#endif
