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

/* A further name of a unit. */
struct unit_alias {
	const char *name; /* owned by the unit */
	struct unit *unit;
};

struct unit_set {
	struct unit **units; /* sorted by name */
	size_t n;
	struct unit_files *files;   /* the file names that origins point to; private */
	struct catalog *catalog;    /* templates and what else later instances need; private */
	struct unit_alias *aliases; /* sorted by name */
	size_t n_aliases;
};

/* What specifiers stand for; NULL is what this process finds out, or the default. */
struct unit_context {
	const char *machine_id;  /* %m: /etc/machine-id */
	const char *boot_id;     /* %b: of the running kernel */
	const char *user;        /* %u: this process's */
	const char *runtime_dir; /* %t: /run/svinit */
	const char *state_dir;   /* %S: /var/lib/svinit */
	const char *logs_dir;    /* %L: /var/log/svinit */
};

/* Paths are directories, or unit files and directories. Nothing is kept. */
struct unit_load {
	const char *const *paths;
	size_t n_paths;
	bool named_files;                   /* as unit_set_load_files() */
	const struct unit_context *context; /* NULL: all members are NULL */
};

/*
 * Loads every `NAME.ini` of the directories with its drop-ins, the first directory wins for a
 * name; a link to /dev/null masks. Instances of `NAME@.ini` are in the set when a unit names them,
 * when NAME@ARG.ini is there, or when the template has it as DefaultInstance=. A directory that
 * does not exist is skipped. Errors inside units go to the report and mark the unit broken; the
 * return value is negative only when the set as a whole could not be read (out of memory, a
 * directory that cannot be opened), with *e set.
 */
int unit_set_load(const char *const *dirs, size_t n_dirs, struct unit_set **ret,
		  struct report *report, struct error *e);

/* The same with all that can be chosen. */
int unit_set_load_with(const struct unit_load *request, struct unit_set **ret,
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

/*
 * Makes the instance `name` of a template, from the text that the template had when the set was
 * loaded, and adds it to the set, together with instances that it names and that are new. *ret is
 * an array of the added units, the one asked for first, *ret_n of them; the caller frees the array.
 * -EEXIST when there is such a unit; -ENOENT when there is no template; -EINVAL when the name is
 * none, is masked, or the instance is broken: nothing is added then, and the report says why.
 */
int unit_set_instantiate(struct unit_set *set, const char *name, struct unit ***ret, size_t *ret_n,
			 struct report *report);

/* Takes a unit out of the set again and frees it. */
void unit_set_remove(struct unit_set *set, struct unit *u);

/* The index of the unit of that very name (no alias) in set->units, or -1. Binary search. */
int unit_set_index(const struct unit_set *set, const char *name);

/* By name or alias; NULL when there is none. Binary search. */
struct unit *unit_set_find(const struct unit_set *set, const char *name);

void unit_set_free(struct unit_set *set);

/* True when the bytes are a legal unit name ([A-Za-z0-9:_.@-], not beginning with `.` or `-`). */
bool unit_name_valid(const char *name);

#endif
