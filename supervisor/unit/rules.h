#ifndef SVINIT_UNIT_RULES_H
#define SVINIT_UNIT_RULES_H

/*
 * Rules across keys: what each value alone cannot know. A small table of named predicates, run once
 * after a unit's file was read. A rule is skipped when a value that it reads was refused already,
 * so that one mistake is one message.
 */

#include "unit/report.h"
#include "unit/unit.h"

/* What the loader saw and the unit itself does not keep. */
struct rule_input {
	const struct unit *unit;
	struct origin foreign; /* the first key that a target may not have; file is NULL: none */
	bool (*refused)(const void *arg, size_t offset); /* the value of this member was refused */
	const void *arg;
	struct report *report;
};

void rules_check(const struct rule_input *in);

/* Values that follow from other values when no file gave them. Before rules_check(). 0 or -ENOMEM.
 */
int unit_derive(struct unit *u);

#endif
