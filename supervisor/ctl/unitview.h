#ifndef SVINIT_CTL_UNITVIEW_H
#define SVINIT_CTL_UNITVIEW_H

/*
 * How a unit of a status reply looks: the table of `list` and `status`, and the block of
 * `status UNIT`.
 */

#include "base/str.h"
#include "ctl/style.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* The unit's `active`, or `unknown`. Borrowed. */
const char *unit_active(const json_t *unit);

/* `●`, or `*` where the locale is no UTF-8, in the colour of the unit's state. */
void unit_add_dot(struct text *t, const struct style *s, const char *active);

/* The table; with `all` every column. 0 or -ENOMEM. */
int unit_add_table(struct text *t, const struct style *s, const json_t *units, bool all);

/* The block, without log lines; now_usec as clock_wall_usec(). */
void unit_add_block(struct text *t, const struct style *s, const json_t *unit, uint64_t now_usec);

/* `exited, status 3`, `killed by SIGSEGV`, `oom`: what an exit object says; nothing for NULL. */
void unit_add_exit(struct text *t, const json_t *exit);

#endif
