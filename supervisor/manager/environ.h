#ifndef SVINIT_MANAGER_ENVIRON_H
#define SVINIT_MANAGER_ENVIRON_H

/* The environment of a start: Environment= of the unit, then its EnvironmentFile=s as they are now.
 */

#include "unit/unit.h"

/*
 * Fills *ret with all assignments in order (the last of a name counts); freed with environ_fini().
 * 0 or negative errno with *e set; a missing file is an error unless it was written as `-/path`.
 */
int environ_read(const struct unit *u, struct unit_list *ret, struct error *e);

void environ_fini(struct unit_list *list);

#endif
