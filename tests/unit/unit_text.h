#ifndef SVINIT_TESTS_UNIT_TEXT_H
#define SVINIT_TESTS_UNIT_TEXT_H

/* A unit from text, and what was said about it, for the tests of the unit language. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "unit/key.h"
#include "unit/set.h"

struct loaded {
	struct unit_set *set;
	struct unit *unit;
	struct report report;
};

static inline void load_source(struct loaded *l, const char *name, const char *source,
			       const char *text, size_t size)
{
	struct error e = { 0 };

	*l = (struct loaded){ 0 };
	assert_int_equal(unit_set_load(NULL, 0, &l->set, &l->report, &e), 0);
	assert_int_equal(unit_set_parse(l->set, name, source, text, size, &l->unit, &l->report), 0);
	assert_false(l->report.failed);
}

static inline void load_bytes(struct loaded *l, const char *name, const char *text, size_t size)
{
	load_source(l, name, "x.ini", text, size);
}

static inline void load_text(struct loaded *l, const char *text)
{
	load_bytes(l, "web", text, strlen(text));
}

static inline void unload(struct loaded *l)
{
	unit_free(l->unit);
	report_fini(&l->report);
	unit_set_free(l->set);
}

/* All diagnostics, one a line. The caller frees. */
static inline char *report_text(const struct report *r)
{
	struct text out = { 0 };
	char line[2048];

	for (size_t i = 0; i < r->n; i++)
		text_printf(&out, "%s\n", report_line(&r->items[i], line, sizeof(line)));
	return text_take(&out);
}

/* The text gives exactly one diagnostic, whose line begins with `expected`. */
static inline void assert_one_error(const char *text, const char *expected)
{
	struct loaded l;
	char line[2048] = "(none)";

	load_text(&l, text);
	if (l.report.n)
		report_line(&l.report.items[0], line, sizeof(line));
	if (l.report.n != 1 || strncmp(line, expected, strlen(expected)) != 0) {
		AUTO_FREE char *all = report_text(&l.report);

		fail_msg("%s\nexpected: %s\ngot:\n%s", text, expected, all);
	}
	assert_true(l.unit->broken);
	unload(&l);
}

static inline void assert_no_error(const char *text)
{
	struct loaded l;

	load_text(&l, text);
	if (l.report.n) {
		AUTO_FREE char *all = report_text(&l.report);

		fail_msg("%s\ngot:\n%s", text, all);
	}
	assert_false(l.unit->broken);
	unload(&l);
}

static inline int join_value(void *arg, const struct unit_key *key, const char *value,
			     const struct origin *at)
{
	struct text *out = arg;

	(void)key;
	assert_non_null(at);
	text_printf(out, "%s%s", out->size ? " | " : "", value);
	return 0;
}

/* The key's items as unit_key_format() writes them, joined by " | ". The caller frees. */
static inline char *key_text(const struct unit *u, const char *section, const char *name)
{
	struct text out = { 0 };
	const struct unit_key *key = unit_key_find(section, name);

	assert_non_null(key);
	assert_int_equal(unit_key_format(key, u, join_value, &out), 0);
	return text_take(&out);
}

#endif
