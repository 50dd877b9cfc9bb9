#include "ctl/unitview.h"

#include "base/clock.h"
#include "base/names.h"
#include "ctl/human.h"
#include "ctl/member.h"
#include "ctl/table.h"

#include <inttypes.h>

const char *unit_active(const json_t *unit)
{
	return member_string(unit, "active", "unknown");
}

void unit_add_dot(struct text *t, const struct style *s, const char *active)
{
	enum colour colour = style_of_state(active);
	bool hollow = str_eq(active, "inactive");

	text_puts(t, style_on(s, colour));
	text_puts(t, !s->utf8 ? "*" : hollow ? "○" : "●");
	text_puts(t, style_off(s, colour));
}

void unit_add_exit(struct text *t, const json_t *exit)
{
	const char *reason = member_string(exit, "reason", NULL);
	int64_t code = member_int(exit, "code", 0), number = member_int(exit, "signal", 0);
	char name[32];

	if (!reason)
		return;
	text_puts(t, reason);
	if (str_eq(reason, "exited") || code > 0)
		text_printf(t, ", status %" PRId64, code);
	if (number > 0 && number < 128)
		text_printf(t, ", signal %" PRId64 " (%s)", number,
			    signal_name((int)number, name, sizeof(name)));
}

static void add_number(struct table *t, const json_t *unit, const char *name)
{
	struct text s = { 0 };
	int64_t n = member_int(unit, name, 0);

	if (n > 0)
		text_printf(&s, "%" PRId64, n);
	table_take(t, COLOUR_NONE, &s);
}

static void add_row(struct table *t, const json_t *unit, bool all, uint64_t now_usec)
{
	const char *active = unit_active(unit);
	int64_t memory = member_int(unit, "memory_bytes", -1);
	uint64_t since = member_time(unit, "since");
	struct text s = { 0 };

	table_add(t, COLOUR_NONE, member_string(unit, "name", NULL));
	table_add(t, style_of_state(active), active);
	table_add(t, COLOUR_NONE, member_string(unit, "sub", NULL));
	add_number(t, unit, "pid");
	if (memory >= 0)
		human_bytes(&s, (uint64_t)memory);
	table_take(t, COLOUR_NONE, &s);
	if (all)
		add_number(t, unit, "restarts");
	if (since)
		human_ago(&s, since, now_usec);
	table_take(t, COLOUR_NONE, &s);
	table_add(t, COLOUR_NONE, member_string(unit, "description", NULL));
}

int unit_add_table(struct text *out, const struct style *s, const json_t *units, bool all)
{
	static const struct table_column full[] = {
		{ "NAME", false },  { "ACTIVE", false },      { "SUB", false },
		{ "PID", true },    { "MEMORY", true },       { "RESTARTS", true },
		{ "SINCE", false }, { "DESCRIPTION", false },
	};
	static const struct table_column compact[] = {
		{ "NAME", false },  { "ACTIVE", false }, { "SUB", false },         { "PID", true },
		{ "MEMORY", true }, { "SINCE", false },  { "DESCRIPTION", false },
	};
	uint64_t now = clock_wall_usec();
	struct table t;
	const json_t *unit;
	size_t i;
	int r;

	table_init(&t, s, all ? full : compact,
		   all ? sizeof(full) / sizeof(full[0]) : sizeof(compact) / sizeof(compact[0]));
	json_array_foreach(units, i, unit) add_row(&t, unit, all, now);
	r = table_write(&t, out);
	table_fini(&t);
	return r;
}

/* One `   Label: value` line of the block. */
struct block {
	struct text *out;
	const struct style *style;
	const json_t *unit;
};

static void add_label(struct block *b, const char *label)
{
	text_printf(b->out, "%12s: ", label);
}

static void add_visible(struct block *b, const char *s)
{
	style_visible(b->out, b->style, s, strlen(s), false);
}

static void add_loaded(struct block *b)
{
	const char *load = member_string(b->unit, "load", "unknown");
	const char *source = member_string(b->unit, "source", NULL);
	bool good = str_eq(load, "loaded");
	enum colour colour = good ? COLOUR_NONE : COLOUR_RED;

	add_label(b, "Loaded");
	text_puts(b->out, style_on(b->style, colour));
	add_visible(b, load);
	text_puts(b->out, style_off(b->style, colour));
	if (source && *source) {
		text_puts(b->out, " (");
		add_visible(b, source);
		text_puts(b->out, ")");
	}
	text_puts(b->out, "\n");
}

static void add_active(struct block *b, uint64_t now_usec)
{
	const char *active = unit_active(b->unit), *sub = member_string(b->unit, "sub", NULL);
	enum colour colour = style_of_state(active);
	uint64_t since = member_time(b->unit, "since");

	add_label(b, "Active");
	text_puts(b->out, style_on(b->style, colour));
	add_visible(b, active);
	if (sub && *sub) {
		text_puts(b->out, " (");
		add_visible(b, sub);
		text_puts(b->out, ")");
	}
	text_puts(b->out, style_off(b->style, colour));
	if (since) {
		text_puts(b->out, " since ");
		human_date(b->out, since);
		text_puts(b->out, "; ");
		human_ago(b->out, since, now_usec);
	}
	text_puts(b->out, "\n");
}

static void add_count(struct block *b, const char *label, const char *name)
{
	int64_t n = member_int(b->unit, name, 0);

	if (n <= 0)
		return;
	add_label(b, label);
	text_printf(b->out, "%" PRId64 "\n", n);
}

static void add_measures(struct block *b)
{
	int64_t memory = member_int(b->unit, "memory_bytes", -1);
	int64_t cpu = member_int(b->unit, "cpu_usec", -1);

	add_count(b, "Tasks", "tasks");
	if (memory >= 0) {
		add_label(b, "Memory");
		human_bytes(b->out, (uint64_t)memory);
		text_puts(b->out, "\n");
	}
	if (cpu >= 0) {
		add_label(b, "CPU");
		human_span(b->out, (uint64_t)cpu);
		text_puts(b->out, "\n");
	}
}

static void add_string(struct block *b, const char *label, const char *name)
{
	const char *s = member_string(b->unit, name, NULL);

	if (!s || !*s)
		return;
	add_label(b, label);
	add_visible(b, s);
	text_puts(b->out, "\n");
}

static void add_next_start(struct block *b, uint64_t now_usec)
{
	uint64_t at = member_time(b->unit, "next_start");

	if (!at)
		return;
	add_label(b, "Next start");
	human_date(b->out, at);
	text_puts(b->out, "; ");
	human_ago(b->out, at, now_usec);
	text_puts(b->out, "\n");
}

static void add_exit(struct block *b)
{
	const json_t *exit = member_object(b->unit, "exit");
	struct text s = { 0 };

	unit_add_exit(&s, exit);
	if (s.data) {
		add_label(b, "Exit");
		add_visible(b, s.data);
		text_puts(b->out, "\n");
	}
	text_fini(&s);
}

static void add_not_enforced(struct block *b)
{
	const json_t *list = member_array(b->unit, "not_enforced"), *item;
	size_t i;

	if (!json_array_size(list))
		return;
	add_label(b, "Not enforced");
	text_puts(b->out, style_on(b->style, COLOUR_YELLOW));
	json_array_foreach(list, i, item)
	{
		text_puts(b->out, i ? ", " : "");
		add_visible(b, json_is_string(item) ? json_string_value(item) : "?");
	}
	text_puts(b->out, style_off(b->style, COLOUR_YELLOW));
	text_puts(b->out, "\n");
}

void unit_add_block(struct text *t, const struct style *s, const json_t *unit, uint64_t now_usec)
{
	struct block b = { .out = t, .style = s, .unit = unit };
	const char *description = member_string(unit, "description", NULL);

	unit_add_dot(t, s, unit_active(unit));
	text_printf(t, " %s", style_on(s, COLOUR_BOLD));
	add_visible(&b, member_string(unit, "name", "?"));
	text_puts(t, style_off(s, COLOUR_BOLD));
	if (description && *description) {
		text_puts(t, " - ");
		add_visible(&b, description);
	}
	text_puts(t, "\n");
	add_loaded(&b);
	add_active(&b, now_usec);
	add_next_start(&b, now_usec);
	add_string(&b, "Job", "job");
	add_string(&b, "Health", "health");
	add_count(&b, "Main PID", "pid");
	add_measures(&b);
	add_count(&b, "Restarts", "restarts");
	add_exit(&b);
	add_string(&b, "Message", "message");
	add_not_enforced(&b);
}
