#include "base/clock.h"
#include "ctl/call.h"
#include "ctl/member.h"
#include "ctl/unitview.h"
#include "ctl/verb.h"

#include <stdio.h>

/* The place of a setting: a string, or {file, line}. */
static void add_origin(struct text *t, const struct style *s, const json_t *setting)
{
	const json_t *at = member_object(setting, "origin");
	const char *file =
		at ? member_string(at, "file", NULL) : member_string(setting, "origin", NULL);
	int64_t line = member_int(at, "line", 0);

	if (!file || !*file)
		return;
	text_printf(t, "  %s# ", style_on(s, COLOUR_DIM));
	style_visible(t, s, file, strlen(file), false);
	if (line > 0)
		text_printf(t, ":%" JSON_INTEGER_FORMAT, (json_int_t)line);
	text_puts(t, style_off(s, COLOUR_DIM));
}

static void add_settings(struct text *t, const struct style *s, const json_t *settings)
{
	const char *section = "";
	const json_t *setting;
	size_t i;

	json_array_foreach(settings, i, setting)
	{
		const char *in = member_string(setting, "section", "");
		const char *value = member_string(setting, "value", "");

		if (i == 0 || !str_eq(in, section)) {
			text_printf(t, "\n%s[", style_on(s, COLOUR_BOLD));
			style_visible(t, s, in, strlen(in), false);
			text_printf(t, "]%s\n", style_off(s, COLOUR_BOLD));
		}
		section = in;
		in = member_string(setting, "key", "?");
		style_visible(t, s, in, strlen(in), false);
		text_puts(t, "=");
		style_visible(t, s, value, strlen(value), false);
		add_origin(t, s, setting);
		text_puts(t, "\n");
	}
}

static int show_unit(const struct ctl *c, const char *name, json_t *shown)
{
	struct call call = { .method = "io.svinit.Show",
			     .kind = CALL_READ,
			     .parameters = json_pack("{s:s}", "unit", name) };
	struct text t = { 0 };
	json_t *reply;
	int status;

	if (!call.parameters)
		return ctl_usage(c, "a unit name is no UTF-8 text");
	status = call_once(c, &call, &reply);
	if (status != CTL_DONE) {
		json_decref(reply);
		return status;
	}
	if (shown) {
		json_array_append_new(shown, reply);
		return CTL_DONE;
	}
	unit_add_block(&t, &c->out, json_object_get(reply, "unit"), clock_wall_usec());
	add_settings(&t, &c->out, member_array(reply, "settings"));
	if (t.data)
		fwrite(t.data, 1, t.size, stdout);
	text_fini(&t);
	json_decref(reply);
	return CTL_DONE;
}

int verb_show(const struct ctl *c)
{
	json_t *shown = c->json ? json_array() : NULL;
	int status = CTL_DONE;

	for (size_t i = 0; i < c->n_words; i++) {
		int r;

		if (i && !c->json)
			putchar('\n');
		r = show_unit(c, c->words[i], shown);
		if (r != CTL_DONE)
			status = r;
		if (r == CTL_NO_SUPERVISOR || r == CTL_NOT_PERMITTED)
			break;
	}
	/* One unit is one object, as asked; several are an array. */
	if (shown && c->n_words == 1 && json_array_size(shown))
		call_print_json(c, json_array_get(shown, 0));
	else if (shown && c->n_words > 1)
		call_print_json(c, shown);
	json_decref(shown);
	return status;
}
