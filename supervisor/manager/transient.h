#ifndef SVINIT_MANAGER_TRANSIENT_H
#define SVINIT_MANAGER_TRANSIENT_H

/*
 * Units that come and go while the set is in force: those of svctl run, instances of templates that
 * somebody names, and those that run although their file is gone. What no file describes is kept as
 * text in RUNTIME/transient/NAME.ini, so that a later manager finds it.
 */

#include "manager/service.h"

/* Adds a unit from its text; -EEXIST when the name is taken, -EINVAL with *report filled. */
int units_add_transient(struct manager *m, const char *name, const char *text, size_t size,
			struct service **ret, struct report *report);

/*
 * Makes the instance `name` of a template, with the instances that it names. -ENOENT when there is
 * no such template, -EINVAL with *report filled.
 */
int units_add_instance(struct manager *m, const char *name, struct report *report);

/*
 * For a restore: the service of a record whose unit is not in the set. Made from its template or
 * from RUNTIME/transient, else it gets a stand-in that can only be stopped. NULL: no memory.
 */
struct service *units_add_lost(struct manager *m, const char *name, int record);

/* Takes a service without process out of the set and frees it. */
void units_remove(struct service *s);

/* Keeps the text of a unit for a later manager. 0 or negative errno. */
int transient_keep(const struct manager *m, const char *name, const char *text, size_t size);

/* After the set or the list of services changed: services know their unit and index again. */
void transient_reindex_services(struct manager *m);

#endif
