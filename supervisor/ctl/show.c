#include "base/clock.h"
#include "ctl/call.h"
#include "ctl/member.h"
#include "ctl/offline.h"
#include "ctl/unitview.h"
#include "ctl/verb.h"
#include "unit/key.h"

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

static int show_unit(const struct ctl *c, const char *name, json_t **ret)
{
	struct call call = { .method = "io.svinit.Show",
			     .kind = CALL_READ,
			     .parameters = json_pack("{s:s}", "unit", name) };
	json_t *reply;
	int status;

	if (!call.parameters)
		return ctl_usage(c, "a unit name is no UTF-8 text");
	status = call_once(c, &call, &reply);
	if (status == CTL_DONE)
		*ret = json_incref(reply);
	json_decref(reply);
	return status;
}

static int add_setting(void *arg, const struct unit_key *key, const char *value,
		       const struct origin *at)
{
	AUTO_FREE char *place = at && at->file && at->line ? str_printf("%s:%u", at->file, at->line)
							   : str_printf("default");
	json_t *setting = json_pack("{s:s, s:s, s:s, s:s}", "section", key->section, "key",
				    key->name, "value", value, "origin", place ? place : "");

	/* A value that is no UTF-8 is not for JSON; it is left out rather than changed. */
	return setting ? json_array_append_new(arg, setting) : 0;
}

/* The same answer as the supervisor's, made here from files. */
static int show_offline(const struct ctl *c, const char *word, json_t **ret)
{
	const struct unit_key *keys;
	const struct unit *u = NULL;
	json_t *settings = json_array(), *files = json_array();
	struct offline o;
	size_t n;
	int status = offline_load_unit(c, word, &o, &u);

	keys = unit_keys(&n);
	for (size_t i = 0; u && i < n; i++)
		unit_key_format(&keys[i], u, add_setting, settings);
	for (size_t i = 0; u && i < u->files.n; i++)
		json_array_append_new(files, json_string(u->files.items[i].text));
	if (u) {
		offline_tell(c, &o, u->name);
		*ret = json_pack("{s:{s:s, s:s?, s:s, s:s, s:s, s:O}, s:O}", "unit", "name",
				 u->name, "description", u->description, "load",
				 u->broken ? "broken" : "loaded", "kind",
				 u->container ? "container" : "target", "source", u->source,
				 "files", files, "settings", settings);
		status = u->broken || !*ret ? CTL_FAILED : CTL_DONE;
	}
	json_decref(settings);
	json_decref(files);
	offline_fini(&o);
	return status;
}

/* The head of a unit that nobody runs: no state to tell. */
static void add_head(struct text *t, const struct style *s, const json_t *unit)
{
	const char *name = member_string(unit, "name", "?");
	const char *source = member_string(unit, "source", "");

	text_puts(t, style_on(s, COLOUR_BOLD));
	style_visible(t, s, name, strlen(name), false);
	text_printf(t, "%s  %s# ", style_off(s, COLOUR_BOLD), style_on(s, COLOUR_DIM));
	style_visible(t, s, source, strlen(source), false);
	text_printf(t, "%s\n", style_off(s, COLOUR_DIM));
}

static void print_shown(const struct ctl *c, const json_t *reply)
{
	const json_t *unit = member_object(reply, "unit");
	struct text t = { 0 };

	if (member_string(unit, "active", NULL))
		unit_add_block(&t, &c->out, unit, clock_wall_usec());
	else
		add_head(&t, &c->out, unit);
	add_settings(&t, &c->out, member_array(reply, "settings"));
	if (t.data)
		fwrite(t.data, 1, t.size, stdout);
	text_fini(&t);
}

int verb_show(const struct ctl *c)
{
	json_t *shown = c->json ? json_array() : NULL;
	int status = CTL_DONE;

	for (size_t i = 0; i < c->n_words; i++) {
		bool offline = offline_is_path(c->words[i]) || offline_wanted(c);
		json_t *reply = NULL;
		int r = offline ? show_offline(c, c->words[i], &reply)
				: show_unit(c, c->words[i], &reply);

		if (reply && c->json)
			json_array_append(shown, reply);
		if (reply && i && !c->json)
			putchar('\n');
		if (reply && !c->json)
			print_shown(c, reply);
		json_decref(reply);
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
