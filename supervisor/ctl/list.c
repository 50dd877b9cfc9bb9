#include "ctl/ask.h"
#include "ctl/call.h"
#include "ctl/member.h"
#include "ctl/unitview.h"
#include "ctl/verb.h"

#include <stdio.h>

/* True when `state` is one of the words of the comma-separated list. */
static bool is_listed(const char *list, const char *state)
{
	size_t n = strlen(state);

	for (;;) {
		size_t m = strcspn(list, ",");

		if (n && m == n && memcmp(list, state, n) == 0)
			return true;
		if (!list[m])
			return false;
		list += m + 1;
	}
}

static bool is_wanted(const struct ctl *c, const json_t *unit)
{
	const char *states = ctl_value(c, OPT_STATE);
	const char *active = unit_active(unit);

	if (ctl_has(c, OPT_FAILED) && !str_eq(active, "failed"))
		return false;
	return !states || is_listed(states, active) ||
	       is_listed(states, member_string(unit, "sub", ""));
}

static json_t *filter(const struct ctl *c, const json_t *units)
{
	json_t *kept = json_array(), *unit;
	size_t i;

	json_array_foreach(units, i, unit) if (json_is_object(unit) && is_wanted(c, unit))
		json_array_append(kept, unit);
	return kept;
}

static void print_names(const struct ctl *c, const json_t *units)
{
	const json_t *unit;
	size_t i;

	json_array_foreach(units, i, unit)
	{
		const char *name = member_string(unit, "name", NULL);
		struct text t = { 0 };

		if (name)
			style_visible(&t, &c->out, name, strlen(name), false);
		if (t.data)
			printf("%s\n", t.data);
		text_fini(&t);
	}
}

int verb_list(const struct ctl *c)
{
	struct text t = { 0 };
	json_t *reply, *kept;
	int status = ask_units(c, ask_tell_missing, &reply);

	if (!reply)
		return status;
	kept = filter(c, member_array(reply, "units"));
	json_decref(reply);
	if (c->json) {
		call_print_json(c, kept);
	} else if (ctl_has(c, OPT_NAMES)) {
		print_names(c, kept);
	} else if (unit_add_table(&t, &c->out, kept, true) < 0) {
		ctl_complain(c, "out of memory");
		status = CTL_FAILED;
	} else {
		fwrite(t.data, 1, t.size, stdout);
	}
	text_fini(&t);
	json_decref(kept);
	return status;
}
