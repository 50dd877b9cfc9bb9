#ifndef SVINIT_UNIT_REFS_H
#define SVINIT_UNIT_REFS_H

/*
 * References between the units of a set: each named unit exists, and what requires a broken unit is
 * broken. Linear in units and references, but for the suggestions, of which there is a bounded
 * number.
 */

#include "unit/set.h"

/*
 * Checks all units of the sorted set and enters their aliases. Requiring a masked unit is an error,
 * naming one elsewhere leaves it out with a warning. A reference by an alias becomes one by name. 0
 * or -ENOMEM.
 */
int refs_check(struct unit_set *set, struct report *report);

/* The same for n units that were added to a checked set. */
int refs_check_added(struct unit_set *set, struct unit **units, size_t n, struct report *report);

#endif
