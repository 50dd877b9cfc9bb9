#ifndef SVINIT_UNIT_SET_H
#define SVINIT_UNIT_SET_H

/*
 * A set of units: all unit files of the search directories, loaded, checked one by one and against
 * each other. A set is built beside the old one and never changed afterwards, except that a
 * transient unit (svctl run) may be added with unit_set_add().
 *
 * Checked across units here: every unit named in Requires= Wants= After= Before= WantedBy= exists
 * (an error with "did you mean" in the unit that names it). Order cycles are found by core/graph.
 * A unit that requires a broken unit is broken too, with a diagnostic that says which.
 *
 * The target `default` always exists: when no file gives it, it is made (source "(built in)").
 */

#include "unit/report.h"
#include "unit/unit.h"

struct unit_set {
	struct unit **units; /* sorted by name */
	size_t n;
	struct unit_files *files; /* the file names that origins point to; private */
};

/*
 * Loads every `NAME.ini` of the directories, the first directory wins for a name; a link to
 * /dev/null masks. A directory that does not exist is skipped. Errors inside units go to the report
 * and mark the unit broken; the return value is negative only when the set as a whole could not be
 * read (out of memory, a directory that cannot be opened), with *e set.
 */
int unit_set_load(const char *const *dirs, size_t n_dirs, struct unit_set **ret,
		  struct report *report, struct error *e);

/* The same for named files and directories (svctl verify FILE…); references are checked too. */
int unit_set_load_files(const char *const *paths, size_t n_paths, struct unit_set **ret,
			struct report *report, struct error *e);

/*
 * Parses one unit from memory: name without `.ini`; source is shown in messages and copied. The
 * unit belongs to the caller until unit_set_add(); its origins point to `source` as kept by `set`.
 */
int unit_set_parse(struct unit_set *set, const char *name, const char *source, const char *text,
		   size_t size, struct unit **ret, struct report *report);

/* Adds a unit parsed with unit_set_parse; -EEXIST when the name is taken. */
int unit_set_add(struct unit_set *set, struct unit *u);

/* Takes a unit out of the set again and frees it. */
void unit_set_remove(struct unit_set *set, struct unit *u);

/* By name; NULL when there is none. Binary search. */
struct unit *unit_set_find(const struct unit_set *set, const char *name);

void unit_set_free(struct unit_set *set);

/* True when the bytes are a legal unit name ([A-Za-z0-9:_.@-], not beginning with `.` or `-`). */
bool unit_name_valid(const char *name);

#endif
