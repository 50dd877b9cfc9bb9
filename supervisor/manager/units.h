#ifndef SVINIT_MANAGER_UNITS_H
#define SVINIT_MANAGER_UNITS_H

/*
 * The set of units in force and the services that go with it: the first load and a reload. Units
 * that come and go meanwhile: transient.h.
 */

#include "manager/service.h"

/* The first load. Broken units are reported on stderr and stay; negative errno ends svmanager. */
int units_load(struct manager *m, struct error *e);

/* A set that is read and checked, but not in force yet. */
struct units_next {
	struct unit_set *set;
	struct graph *graph;
};

/*
 * Reads all unit files anew, beside the set in force. 0 when the whole is valid; else -EINVAL with
 * the diagnostics in the report, or another negative errno, and *e set.
 */
int units_prepare(struct manager *m, struct units_next *next, struct report *report,
		  struct error *e);

/*
 * Puts it in force: services keep their names and processes, limits that changed are written to the
 * groups of what runs, everything else counts from a unit's next start. Units that run without a
 * file are kept and marked. Returns how many units are new or changed, or negative errno with
 * nothing changed; next is used up or to be discarded.
 */
int units_swap(struct manager *m, struct units_next *next, struct report *report, struct error *e);

void units_discard(struct units_next *next);

/* units_prepare() and units_swap() in one. */
int units_reload(struct manager *m, struct report *report, size_t *ret_changed, struct error *e);

/*
 * Finds cycles of order in the set and marks their units, and what requires them, as broken.
 * Returns how many there are, or -ENOMEM.
 */
int units_break_cycles(struct unit_set *set, struct graph *g, struct report *report);

/* The first thing that is wrong with a broken unit, as `file:line:column: error: …`. */
const char *units_first_error(const struct service *s, char *buf, size_t size);

/* The unit as a file would say it, in a new string; NULL when memory ran out. */
char *units_dump(const struct unit *u);

#endif
