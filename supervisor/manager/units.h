#ifndef SVINIT_MANAGER_UNITS_H
#define SVINIT_MANAGER_UNITS_H

/*
 * The set of units in force and the services that go with it: the first load, a reload, and units
 * that no file describes (svctl run, and those that run although their file is gone). The latter
 * are kept as text in RUNTIME/transient/NAME.ini, so that a later manager finds them.
 */

#include "manager/service.h"

/* The first load. Broken units are reported on stderr and stay; negative errno ends svmanager. */
int units_load(struct manager *m, struct error *e);

/*
 * Builds a new set beside the old one and swaps when it has no errors; else -EINVAL with the
 * diagnostics in the report and nothing changed. Units that run go on with their new definition
 * from their next start.
 */
int units_reload(struct manager *m, struct report *report, size_t *ret_changed, struct error *e);

/* Adds a transient unit; -EEXIST when the name is taken, -EINVAL with *report filled. */
int units_add_transient(struct manager *m, const char *name, const char *text, size_t size,
			struct service **ret, struct report *report);

/*
 * For a restore: the service of a record whose unit has no file. Its text comes from
 * RUNTIME/transient, else it gets a stand-in that can only be stopped.
 */
struct service *units_add_lost(struct manager *m, const char *name, int record);

/* Takes a service without process out of the set and frees it. */
void units_remove(struct service *s);

/* The first thing that is wrong with a broken unit, as `file:line:column: error: …`. */
const char *units_first_error(const struct service *s, char *buf, size_t size);

/* The unit as a file would say it, in a new string; NULL when memory ran out. */
char *units_dump(const struct unit *u);

#endif
