#ifndef SVINIT_UNIT_REFS_H
#define SVINIT_UNIT_REFS_H

/*
 * References between the units of a set: each named unit exists, and what requires a broken unit is
 * broken. Linear in units and references, but for the suggestions, of which there is a bounded
 * number.
 */

#include "unit/set.h"

/*
 * Checks all units of the sorted set. `masked` are the names of masked units, sorted: requiring one
 * is an error, naming one elsewhere leaves it out with a warning. 0 or -ENOMEM.
 */
int refs_check(struct unit_set *set, char *const *masked, size_t n_masked, struct report *report);

#endif
