/* apply: what reading the unit files again changes, and which lines caused it. */

#include "ctl/call.h"
#include "ctl/member.h"
#include "ctl/verb.h"

#include <stdio.h>

static void add_value(struct text *t, const struct style *s, const json_t *cause, const char *name)
{
	const char *value = member_string(cause, name, NULL);

	if (!value) {
		text_puts(t, "(none)");
		return;
	}
	/* The items of a list stand on lines of their own; here they share one. */
	for (;;) {
		size_t n = strcspn(value, "\n");

		style_visible(t, s, value, n, false);
		if (!value[n])
			break;
		text_puts(t, " ");
		value += n + 1;
	}
}

static void add_cause(struct text *t, const struct style *s, const json_t *cause)
{
	const char *key = member_string(cause, "key", "?");
	const char *origin = member_string(cause, "origin", "");

	text_puts(t, "    ");
	style_visible(t, s, key, strlen(key), false);
	text_puts(t, ": ");
	add_value(t, s, cause, "old");
	text_puts(t, " -> ");
	add_value(t, s, cause, "new");
	if (*origin) {
		text_printf(t, "  %s# ", style_on(s, COLOUR_DIM));
		style_visible(t, s, origin, strlen(origin), false);
		text_puts(t, style_off(s, COLOUR_DIM));
	}
	text_puts(t, "\n");
}

static void add_change(struct text *t, const struct style *s, const json_t *unit)
{
	const json_t *causes = member_array(unit, "causes"), *cause;
	const char *name = member_string(unit, "name", "?");
	const char *change = member_string(unit, "change", "none");
	enum colour colour = str_eq(change, "reload") ? COLOUR_GREEN : COLOUR_YELLOW;
	size_t i;

	if (str_eq(change, "none"))
		return;
	text_printf(t, "%s", style_on(s, colour));
	style_visible(t, s, change, strlen(change), false);
	text_printf(t, "%s ", style_off(s, colour));
	style_visible(t, s, name, strlen(name), false);
	text_puts(t, "\n");
	json_array_foreach(causes, i, cause) add_cause(t, s, cause);
}

int verb_apply(const struct ctl *c)
{
	struct call call = { .method = "io.svinit.Apply",
			     .kind = CALL_ACT,
			     .parameters = json_pack("{s:b}", "dry_run", ctl_has(c, OPT_DRY_RUN)) };
	struct text t = { 0 };
	const json_t *unit;
	json_t *reply;
	size_t i;
	int status = call_once(c, &call, &reply);

	if (status == CTL_DONE && c->json) {
		call_print_json(c, reply);
	} else if (status == CTL_DONE) {
		json_array_foreach(member_array(reply, "units"), i, unit)
			add_change(&t, &c->out, unit);
		if (t.data)
			fwrite(t.data, 1, t.size, stdout);
		else
			puts("nothing changes");
	}
	text_fini(&t);
	json_decref(reply);
	return status;
}
