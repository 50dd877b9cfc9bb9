/* The adapter: structure, bytes and places, before any key has a meaning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "unit/ini.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int on_section(void *arg, const char *name, size_t size, uint32_t line)
{
	text_printf(arg, "%u[%.*s] ", line, name ? (int)size : 4, name ? name : "NULL");
	return 0;
}

static int on_value(void *arg, const struct ini_value *v)
{
	text_printf(arg, "%u:%.*s=<%s>@%u:%u", v->line, (int)v->key_size, v->key, v->text,
		    v->places[0].line, v->places[0].column);
	for (size_t i = 1; i < v->n_places; i++)
		text_printf(arg, ",+%zu@%u:%u", v->places[i].offset, v->places[i].line,
			    v->places[i].column);
	assert_int_equal(strlen(v->text), v->size);
	if (v->bad_utf8 != SIZE_MAX)
		text_printf(arg, "!%zu", v->bad_utf8);
	text_puts(arg, " ");
	return 0;
}

static void on_wrong(void *arg, uint32_t line, uint32_t column, const char *message)
{
	text_printf(arg, "WRONG %u:%u %s ", line, column, message);
}

static const struct ini_handlers handlers = { on_section, on_value, on_wrong };

static char *events(const char *data, size_t size)
{
	struct text out = { 0 };

	assert_int_equal(ini_read(data, size, &handlers, &out), 0);
	text_puts(&out, "");
	return text_take(&out);
}

static void assert_events_n(const char *data, size_t size, const char *expected)
{
	AUTO_FREE char *got = events(data, size);

	assert_string_equal(got, expected);
}

static void assert_events(const char *data, const char *expected)
{
	assert_events_n(data, strlen(data), expected);
}

static void nothing_is_nothing(void **state)
{
	(void)state;
	assert_events("", "");
	assert_events("\n\n", "");
	assert_events("# a\n; b\n  # c\n#", "");
}

static void sections_and_pairs_have_their_places(void **state)
{
	(void)state;
	assert_events("[A]\nk=v\n[B]\n\nl = w x \n", "1[A] 2:k=<v>@2:3 3[B] 5:l=<w x>@5:5 ");
	assert_events("[ A ]\nk=", "1[A] 2:k=<>@2:3 ");
}

static void a_section_without_pairs_is_seen(void **state)
{
	(void)state;
	assert_events("[A]\n[B]\n[C]", "1[A] 2[B] 3[C] ");
}

static void a_pair_may_stand_before_all_sections(void **state)
{
	(void)state;
	assert_events("k=v\n[A]\n", "1:k=<v>@1:3 2[A] ");
}

static void everything_after_the_first_equals_is_the_value(void **state)
{
	(void)state;
	assert_events("[A]\nk=a=b:c ; d # e\n", "1[A] 2:k=<a=b:c ; d # e>@2:3 ");
	assert_events("[A]\nk==\n", "1[A] 2:k=<=>@2:3 ");
	assert_events("[A]\nExec=sh -c \"a ; b\"\n", "1[A] 2:Exec=<sh -c \"a ; b\">@2:6 ");
}

static void a_colon_is_no_equals(void **state)
{
	(void)state;
	assert_events("[A]\na:b=c\n", "1[A] 2:a:b=<c>@2:5 ");
	assert_events("[A]\na: b\n", "1[A] WRONG 2:1 this is neither [Section] nor Key=value (a "
				     "comment begins with #) ");
}

static void names_longer_than_inihs_buffers_survive(void **state)
{
	char text[1200], expected[1300], name[501];

	(void)state;
	memset(name, 'n', 500);
	name[500] = '\0';
	snprintf(text, sizeof(text), "[%s]\n%s=v\n", name, name);
	snprintf(expected, sizeof(expected), "1[%s] 2:%s=<v>@2:502 ", name, name);
	assert_events(text, expected);
}

static void a_value_of_4000_bytes_survives(void **state)
{
	char text[4100], expected[4100], value[4001];

	(void)state;
	for (int i = 0; i < 4000; i++)
		value[i] = (char)('a' + i % 26);
	value[4000] = '\0';
	snprintf(text, sizeof(text), "[A]\nk=%s\nl=1", value);
	snprintf(expected, sizeof(expected), "1[A] 2:k=<%s>@2:3 3:l=<1>@3:3 ", value);
	assert_events(text, expected);
}

static void a_backslash_continues(void **state)
{
	(void)state;
	assert_events("[A]\nk=a \\\n  b\\\nc\nl=1",
		      "1[A] 2:k=<a  b c>@2:3,+3@3:3,+5@4:1 5:l=<1>@5:3 ");
	assert_events("[A]\nk=a\\\\\nl=1", "1[A] 2:k=<a\\\\>@2:3 3:l=<1>@3:3 ");
	assert_events("[A]\nk=a\\\nl=1", "1[A] 2:k=<a l=1>@2:3,+2@3:1 ");
	assert_events("[A]\nk=a\\", "1[A] 2:k=<a>@2:3 ");
}

static void an_indented_line_continues(void **state)
{
	(void)state;
	assert_events("[A]\nk=a  \n\tb\n c\nl=1",
		      "1[A] 2:k=<a b c>@2:3,+2@3:2,+4@4:2 5:l=<1>@5:3 ");
}

static void a_comment_does_not_end_a_continuation(void **state)
{
	(void)state;
	assert_events("[A]\nk=a\\\n# c\nb", "1[A] 2:k=<a b>@2:3,+2@4:1 ");
	assert_events("[A]\nk=a\n# c\n b", "1[A] 2:k=<a b>@2:3,+2@4:2 ");
}

static void a_blank_line_ends_a_continuation(void **state)
{
	(void)state;
	assert_events("[A]\nk=a\\\n\nl=1", "1[A] 2:k=<a>@2:3 4:l=<1>@4:3 ");
}

static void an_indented_line_that_continues_nothing_is_wrong(void **state)
{
	static const char message[] = "an indented line continues the value above it, and there is "
				      "none; begin the key in the first column ";
	char expected[300];

	(void)state;
	snprintf(expected, sizeof(expected), "1[A] WRONG 2:1 %s", message);
	assert_events("[A]\n k=v\n", expected);
	snprintf(expected, sizeof(expected), "WRONG 1:1 %s2[A] ", message);
	assert_events(" k=v\n[A]\n", expected);
	snprintf(expected, sizeof(expected), "1[A] 2:k=<v>@2:3 WRONG 4:1 %s", message);
	assert_events("[A]\nk=v\n\n w\n", expected);
}

static void malformed_sections_are_wrong_and_hide_their_pairs(void **state)
{
	(void)state;
	assert_events("[A]\n[B\nk=v",
		      "1[A] WRONG 2:3 the section's ] is missing 2[NULL] 3:k=<v>@3:3 ");
	assert_events("[A] b\n",
		      "WRONG 1:5 text after the ]; a comment stands on a line of its own "
		      "1[A] ");
	assert_events_n("[A\0]\nk=v", sizeof("[A\0]\nk=v") - 1,
			"WRONG 1:3 a NUL byte; a unit file is text 1[NULL] 2:k=<v>@2:3 ");
}

static void a_pair_without_a_key_is_wrong(void **state)
{
	(void)state;
	assert_events("[A]\n=v\nk=w",
		      "1[A] WRONG 2:1 there is no key in front of the = 3:k=<w>@3:3 ");
}

static void nul_bytes_are_wrong_with_their_place(void **state)
{
	(void)state;
	assert_events_n("[A]\nk=a\0b\nl=1", sizeof("[A]\nk=a\0b\nl=1") - 1,
			"1[A] WRONG 2:4 a NUL byte; a unit file is text 3:l=<1>@3:3 ");
	assert_events_n("[A]\nk=a\\\nb\0\nl=1", sizeof("[A]\nk=a\\\nb\0\nl=1") - 1,
			"1[A] WRONG 3:2 a NUL byte; a unit file is text 4:l=<1>@4:3 ");
}

static void crlf_and_byte_order_mark_are_skipped(void **state)
{
	(void)state;
	assert_events("\xef\xbb\xbf[A]\r\nk=v\r\nl=a\\\r\nb\r\n",
		      "1[A] 2:k=<v>@2:3 3:l=<a b>@3:3,+2@4:1 ");
}

static void bad_utf8_is_found(void **state)
{
	(void)state;
	assert_events("[A]\nk=a\xff\n", "1[A] 2:k=<a\xff>@2:3!1 ");
	assert_events("# \xff\n[A]\n", "WRONG 1:3 the line is not written in UTF-8 2[A] ");
	assert_events("[A]\nk\xc3=1\n", "1[A] WRONG 2:2 the key is not written in UTF-8 ");
}

static void long_lines_are_wrong_and_read_once(void **state)
{
	size_t size = 1024 * 1024;
	AUTO_FREE char *text = malloc(size + 16);

	(void)state;
	memcpy(text, "[A]\nk=", 6);
	memset(text + 6, 'x', size);
	memcpy(text + 6 + size, "\nl=1\n", 5);
	assert_events_n(text, size + 11,
			"1[A] WRONG 2:65537 the line has 1048578 bytes; a line may have at most "
			"65536 (64 KiB) 3:l=<1>@3:3 ");
}

static void a_line_of_64_kib_is_read(void **state)
{
	AUTO_FREE char *text = malloc(INI_LINE_MAX + 2), *got = NULL;

	(void)state;
	memset(text, 'x', INI_LINE_MAX + 1);
	memcpy(text, "k=", 2);
	got = events(text, INI_LINE_MAX);
	assert_null(strstr(got, "WRONG"));
	free(got);
	got = events(text, INI_LINE_MAX + 1);
	assert_non_null(strstr(got, "WRONG"));
}

static int refuse(void *arg, const struct ini_value *v)
{
	(void)v;
	(*(int *)arg)++;
	return -ECANCELED;
}

static int accept_section(void *arg, const char *name, size_t size, uint32_t line)
{
	(void)arg;
	(void)name;
	(void)size;
	(void)line;
	return 0;
}

static void a_handlers_failure_ends_the_reading(void **state)
{
	static const struct ini_handlers refusing = { accept_section, refuse, on_wrong };
	int calls = 0;

	(void)state;
	assert_int_equal(ini_read("[A]\nk=1\nl=2\nm=3\n", 16, &refusing, &calls), -ECANCELED);
	assert_int_equal(calls, 1);
}

static void utf8_is_judged_as_unicode_does(void **state)
{
	static const struct {
		const char *bytes;
		size_t wrong;
	} cases[] = {
		{ "abc", SIZE_MAX },
		{ "\xc3\xa4", SIZE_MAX },
		{ "\xe2\x82\xac", SIZE_MAX },
		{ "\xf0\x9f\x98\x80", SIZE_MAX },
		{ "\x80", 0 },
		{ "a\xc3", 1 },
		{ "\xc0\x80", 0 },
		{ "\xe0\x80\x80", 0 },
		{ "\xed\xa0\x80", 0 },
		{ "\xf4\x90\x80\x80", 0 },
		{ "\xf0\x80\x80\x80", 0 },
		{ "x\xe2\x82z", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(utf8_find_wrong(cases[i].bytes, strlen(cases[i].bytes)),
				 cases[i].wrong);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_nothing),
		cmocka_unit_test(sections_and_pairs_have_their_places),
		cmocka_unit_test(a_section_without_pairs_is_seen),
		cmocka_unit_test(a_pair_may_stand_before_all_sections),
		cmocka_unit_test(everything_after_the_first_equals_is_the_value),
		cmocka_unit_test(a_colon_is_no_equals),
		cmocka_unit_test(names_longer_than_inihs_buffers_survive),
		cmocka_unit_test(a_value_of_4000_bytes_survives),
		cmocka_unit_test(a_backslash_continues),
		cmocka_unit_test(an_indented_line_continues),
		cmocka_unit_test(a_comment_does_not_end_a_continuation),
		cmocka_unit_test(a_blank_line_ends_a_continuation),
		cmocka_unit_test(an_indented_line_that_continues_nothing_is_wrong),
		cmocka_unit_test(malformed_sections_are_wrong_and_hide_their_pairs),
		cmocka_unit_test(a_pair_without_a_key_is_wrong),
		cmocka_unit_test(nul_bytes_are_wrong_with_their_place),
		cmocka_unit_test(crlf_and_byte_order_mark_are_skipped),
		cmocka_unit_test(bad_utf8_is_found),
		cmocka_unit_test(long_lines_are_wrong_and_read_once),
		cmocka_unit_test(a_line_of_64_kib_is_read),
		cmocka_unit_test(a_handlers_failure_ends_the_reading),
		cmocka_unit_test(utf8_is_judged_as_unicode_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
