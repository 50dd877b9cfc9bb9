#ifndef SVINIT_UNIT_ASSEMBLE_H
#define SVINIT_UNIT_ASSEMBLE_H

/*
 * One unit from all its files. After its own file (an instance's own one, or its template) come, in
 * this order, the drop-ins of container.ini.d when it is a container, of TEMPLATE@.ini.d when it is
 * an instance, and of NAME.ini.d; so the more special one has the last word. A drop-in takes the
 * place of one of the same name that stands before it, and a link to /dev/null is no drop-in.
 */

#include "unit/catalog.h"
#include "unit/set.h"

/*
 * `main` is the unit's file or template; NULL: it is built in and has drop-ins only. *ret is NULL
 * when the file masks the unit. What is wrong goes to the report. 0 or -ENOMEM.
 */
int unit_assemble(struct unit_set *set, const char *name, struct catalog_file *main,
		  struct report *report, struct unit **ret);

/*
 * Makes the instances that units of the set name, that default instances are, and whatever those
 * name in turn; checks templates that have no instance. 0 or -ENOMEM.
 */
int instances_make(struct unit_set *set, struct report *report);

#endif
