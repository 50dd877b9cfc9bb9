#ifndef SVINIT_UNIT_FILES_H
#define SVINIT_UNIT_FILES_H

/*
 * The names of files that origins point to, each kept once, for as long as the set lives. Also what
 * a new unit begins as: the defaults of every row of the key table, parsed once a set.
 */

#include "unit/set.h"
#include "unit/unit.h"

struct unit_files {
	char **names; /* open addressing; capacity is a power of two */
	size_t n, capacity;
	struct unit defaults;        /* owns nothing */
	struct unit_context context; /* the strings are owned */
};

/* The context is copied; NULL: the defaults. NULL when out of memory. */
struct unit_files *files_new(const struct unit_context *context);
void files_free(struct unit_files *files);

/* The kept copy of `name`; NULL when out of memory. */
const char *files_intern(struct unit_files *files, const char *name);

#endif
