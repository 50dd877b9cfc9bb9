/* is-active and is-failed: one word a unit, and an exit status for scripts. */

#include "ctl/ask.h"
#include "ctl/call.h"
#include "ctl/member.h"
#include "ctl/unitview.h"
#include "ctl/verb.h"

#include <stdio.h>

/* A unit that does not exist is an answer here (`unknown`), no error. */
static void ignore_missing(const struct ctl *c, const char *unit, const json_t *parameters)
{
	(void)c;
	(void)unit;
	(void)parameters;
}

static const char *state_of(const json_t *units, const char *name)
{
	const json_t *unit, *alias;
	size_t i, k;

	json_array_foreach(units, i, unit)
	{
		if (str_eq(member_string(unit, "name", ""), name))
			return unit_active(unit);
		json_array_foreach(json_object_get(unit, "aliases"), k, alias)
		{
			if (json_is_string(alias) && str_eq(json_string_value(alias), name))
				return unit_active(unit);
		}
	}
	return "unknown";
}

/* Prints the states in the order of the words; the number of units in `wanted`. */
static size_t print_states(const struct ctl *c, const json_t *units, const char *wanted)
{
	json_t *list = json_array();
	size_t n = 0;

	for (size_t i = 0; i < c->n_words; i++) {
		const char *state = state_of(units, c->words[i]);

		n += str_eq(state, wanted);
		json_array_append_new(list,
				      json_pack("{s:s,s:s}", "name", c->words[i], "active", state));
		if (!c->json && !ctl_has(c, OPT_QUIET))
			printf("%s\n", state);
	}
	if (c->json)
		call_print_json(c, list);
	json_decref(list);
	return n;
}

/* `otherwise` is the status when all units are known and none is in the state. */
static int state_verb(const struct ctl *c, const char *wanted, int otherwise)
{
	json_t *reply;
	int status = ask_units(c, ignore_missing, &reply);

	if (!reply)
		return status;
	if (print_states(c, member_array(reply, "units"), wanted))
		status = CTL_DONE;
	else if (status == CTL_DONE)
		status = otherwise;
	json_decref(reply);
	return status;
}

int verb_is_active(const struct ctl *c)
{
	return state_verb(c, "active", CTL_NOT_RUNNING);
}

int verb_is_failed(const struct ctl *c)
{
	return state_verb(c, "failed", CTL_FAILED);
}
