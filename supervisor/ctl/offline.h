#ifndef SVINIT_CTL_OFFLINE_H
#define SVINIT_CTL_OFFLINE_H

/*
 * Units without a supervisor: the files of the search directories, or those that the command line
 * names, loaded by the same rooms that the supervisor uses. This is where --units and --root are
 * understood: --units names the search directories, else they are the default ones, and --root
 * stands before every path, so that the tree of an image is looked at from outside of it.
 */

#include "ctl/ctl.h"
#include "unit/set.h"

struct offline {
	struct unit_set *set;
	struct report report;
};

/* True when the command line asks for units without a supervisor: --units or --root. */
bool offline_wanted(const struct ctl *c);

/* True when the word can only be a file or a directory: it has a `/` or ends in `.ini`. */
bool offline_is_path(const char *word);

/* The path with --root before it; NULL when out of memory. Freed with free(). */
char *offline_path(const struct ctl *c, const char *path);

/*
 * Where svctl writes: the last --units, else the first default directory, with --root before it.
 * Freed with free(); NULL when out of memory.
 */
char *offline_units_dir(const struct ctl *c);

/* The first search directory's file of that name, as a path; NULL when none has it. For free(). */
char *offline_find_file(const struct ctl *c, const char *file);

/*
 * Loads the search directories, or with `paths` the files and directories that the words name.
 * CTL_DONE or a status, told. What is wrong in the units stands in o->report. offline_fini() in
 * every case.
 */
int offline_load(const struct ctl *c, bool paths, struct offline *o);

/*
 * Loads the one unit of a file together with what stands beside it in its directory, so that its
 * drop-ins and its template count; or, when the word is no path, the unit of that name in the
 * search directories. CTL_DONE with *ret borrowed from o->set, CTL_NO_UNIT or another status, told.
 */
int offline_load_unit(const struct ctl *c, const char *word, struct offline *o,
		      const struct unit **ret);

/* Tells what the report says about the unit, or with NULL about all, on stderr. */
size_t offline_tell(const struct ctl *c, const struct offline *o, const char *unit);

void offline_fini(struct offline *o);

#endif
