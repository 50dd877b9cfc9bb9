#ifndef SVINIT_MANAGER_CONDITION_H
#define SVINIT_MANAGER_CONDITION_H

/* Condition…= and Assert…= of a unit, looked at just before it would start. */

#include "manager/service.h"

enum condition_result {
	CONDITION_HOLDS,
	CONDITION_SKIPS, /* a Condition…= does not hold: the unit is not started, and that is well
			  */
	CONDITION_FAILS, /* an Assert…= does not hold: the unit fails */
};

/*
 * All must hold; of those with `|` in front one must. `why` tells the first that does not, as
 * `file:line: ConditionPathExists: /x`.
 */
enum condition_result condition_check(const struct service *s, char *why, size_t size);

#endif
