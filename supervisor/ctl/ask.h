#ifndef SVINIT_CTL_ASK_H
#define SVINIT_CTL_ASK_H

/*
 * What units are, asked by several verbs: io.svinit.Status with named units, of which some may not
 * exist. The supervisor refuses a call that names an unknown unit; ask_units() then tells it, drops
 * it and asks for the rest, so that one wrong name hides nothing of the others.
 */

#include "ctl/ctl.h"

#include <jansson.h>

/* Called for every unit that does not exist. */
typedef void (*ask_missing_fn)(const struct ctl *c, const char *unit, const json_t *parameters);

/*
 * Status of the named units, in the order of the supervisor; with no words of all. *ret_reply is
 * {"system", "units"}, a new reference, also with CTL_NO_UNIT, which says that a unit was missing
 * (then perhaps with no units at all). Every other status means that it was told and *ret_reply is
 * NULL.
 */
int ask_units(const struct ctl *c, ask_missing_fn missing, json_t **ret_reply);

/* The usual `missing`: one line on stderr, with the supervisor's words. */
void ask_tell_missing(const struct ctl *c, const char *unit, const json_t *parameters);

#endif
