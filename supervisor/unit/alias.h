#ifndef SVINIT_UNIT_ALIAS_H
#define SVINIT_UNIT_ALIAS_H

/* Alias=: further names of units, kept by the set in one sorted array. */

#include "unit/set.h"

/* By alias alone; NULL when there is none. */
struct unit *alias_find(const struct unit_set *set, const char *name);

/* All aliases of all units, once; one that is taken or masked is an error. 0 or -ENOMEM. */
int aliases_enter(struct unit_set *set, struct report *report);

/* Those of one more unit, which collide with nothing. 0 or -ENOMEM. */
int alias_add(struct unit_set *set, struct unit *u);
void alias_remove(struct unit_set *set, const struct unit *u);

#endif
