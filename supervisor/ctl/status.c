#include "base/clock.h"
#include "ctl/ask.h"
#include "ctl/call.h"
#include "ctl/human.h"
#include "ctl/logs.h"
#include "ctl/member.h"
#include "ctl/unitview.h"
#include "ctl/verb.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* One member of `system` that we know nothing about but its name: its suffix names its unit. */
static void add_member(struct text *t, const struct style *s, const char *name, const json_t *v)
{
	size_t at = t->size;

	if (json_is_string(v) && !json_string_length(v))
		return;
	if (!json_is_string(v) && !json_is_integer(v) && !json_is_boolean(v))
		return;
	text_printf(t, "%12s: ", name);
	for (size_t i = at; i < t->size; i++)
		if (t->data[i] == '_')
			t->data[i] = ' ';
	while (at < t->size && t->data[at] == ' ')
		at++;
	if (at < t->size && t->data[at] >= 'a' && t->data[at] <= 'z')
		t->data[at] = (char)(t->data[at] - 'a' + 'A');
	if (json_is_string(v))
		style_visible(t, s, json_string_value(v), json_string_length(v), false);
	else if (json_is_boolean(v))
		text_puts(t, json_is_true(v) ? "yes" : "no");
	else if (str_ends(name, "_bytes") && json_integer_value(v) >= 0)
		human_bytes(t, (uint64_t)json_integer_value(v));
	else if (str_ends(name, "_usec") && json_integer_value(v) >= 0)
		human_span(t, (uint64_t)json_integer_value(v));
	else
		text_printf(t, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	text_puts(t, "\n");
}

static void add_system(struct text *t, const struct ctl *c, json_t *system)
{
	const char *state = member_string(system, "state", "unknown");
	bool good = str_eq(state, "running");
	uint64_t since = member_time(system, "since");
	const char *name;
	json_t *v;

	unit_add_dot(t, &c->out, good ? "active" : str_eq(state, "degraded") ? "failed" : state);
	text_printf(t, " %ssvinit%s at ", style_on(&c->out, COLOUR_BOLD),
		    style_off(&c->out, COLOUR_BOLD));
	style_visible(t, &c->out, c->runtime, strlen(c->runtime), false);
	text_puts(t, "\n");
	json_object_foreach(system, name, v)
	{
		/* The one is said below, the other above. */
		if (!str_eq(name, "since") && !str_eq(name, "runtime"))
			add_member(t, &c->out, name, v);
	}
	if (since) {
		text_printf(t, "%12s: ", "Since");
		human_date(t, since);
		text_puts(t, "; ");
		human_ago(t, since, clock_wall_usec());
		text_puts(t, "\n");
	}
}

static int print_system(const struct ctl *c, const json_t *reply)
{
	const json_t *units = member_array(reply, "units");
	struct text t = { 0 };

	add_system(&t, c, json_object_get(reply, "system"));
	if (json_array_size(units)) {
		text_puts(&t, "\n");
		if (unit_add_table(&t, &c->out, units, false) < 0)
			t.failed = true;
	}
	if (!t.failed && t.data)
		fwrite(t.data, 1, t.size, stdout);
	else
		ctl_complain(c, "out of memory");
	text_fini(&t);
	return t.failed ? CTL_FAILED : CTL_DONE;
}

/* What the logs cannot tell is not the status's failure; the error was told on stderr. */
static void print_last_lines(const struct ctl *c, const json_t *unit, uint64_t lines)
{
	const char *name = member_string(unit, "name", NULL);
	char *names[1];
	struct logs_query query = { .c = c,
				    .units = names,
				    .n_units = 1,
				    .last = lines,
				    .until_usec = UINT64_MAX,
				    .gap_before = true };

	if (!name || !lines)
		return;
	names[0] = (char *)(uintptr_t)name;
	logs_print(&query);
}

static int print_units(const struct ctl *c, const json_t *reply, uint64_t lines)
{
	const json_t *units = member_array(reply, "units"), *unit;
	size_t i;

	json_array_foreach(units, i, unit)
	{
		struct text t = { 0 };

		if (i)
			text_puts(&t, "\n");
		unit_add_block(&t, &c->out, unit, clock_wall_usec());
		if (t.data)
			fwrite(t.data, 1, t.size, stdout);
		text_fini(&t);
		fflush(stdout);
		print_last_lines(c, unit, lines);
	}
	return CTL_DONE;
}

static bool all_active(const json_t *reply)
{
	const json_t *units = member_array(reply, "units"), *unit;
	size_t i;

	json_array_foreach(units, i, unit) if (!str_eq(unit_active(unit), "active")) return false;
	return true;
}

int verb_status(const struct ctl *c)
{
	uint64_t lines = 10;
	json_t *reply;
	int status = logs_parse_lines(c, &lines);

	if (status != CTL_DONE)
		return status;
	status = ask_units(c, ask_tell_missing, &reply);
	if (!reply)
		return status;
	if (c->json)
		call_print_json(c, reply);
	else if (c->n_words)
		print_units(c, reply, lines);
	else
		status = print_system(c, reply);
	if (status == CTL_DONE && c->n_words && !all_active(reply))
		status = CTL_NOT_RUNNING;
	json_decref(reply);
	return status;
}
