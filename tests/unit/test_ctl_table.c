/* Tables, and what reaches a terminal. */
#include "ctl/table.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct table_column columns[] = { { "NAME", false },
					       { "PID", true },
					       { "TEXT", false } };
static const struct style pipe_style = { 0 };
static const struct style narrow = { .terminal = true, .width = 14 };
static const struct style coloured = { .terminal = true, .colour = true, .width = 80 };

static void expect_table(const struct style *s, const char *const *cells, size_t n,
			 const char *want)
{
	struct text out = { 0 };
	struct table t;

	table_init(&t, s, columns, 3);
	for (size_t i = 0; i < n; i++)
		table_add(&t, COLOUR_NONE, cells[i]);
	assert_int_equal(table_write(&t, &out), 0);
	assert_string_equal(out.data, want);
	table_fini(&t);
	text_fini(&out);
}

static void columns_are_as_wide_as_their_widest_cell(void **state)
{
	static const char *const cells[] = { "web", "7", "shop", "database", "12345", NULL };

	(void)state;
	expect_table(&pipe_style, cells, 6,
		     "NAME        PID  TEXT\n"
		     "web           7  shop\n"
		     "database  12345  -\n");
}

static void a_table_without_rows_is_its_titles(void **state)
{
	(void)state;
	expect_table(&pipe_style, NULL, 0, "NAME  PID  TEXT\n");
}

static void lines_are_cut_at_the_width_of_the_terminal(void **state)
{
	static const char *const cells[] = { "web", "7", "a long description" };

	(void)state;
	expect_table(&narrow, cells, 3, "NAME  PID  TEX\nweb     7  a l\n");
}

static void a_wide_character_counts_two_and_is_not_cut_in_half(void **state)
{
	static const char *const cells[] = { "日本", "7", "本本" };

	(void)state;
	expect_table(&narrow, cells, 3, "NAME  PID  TEX\n日本    7  本\n");
}

static void colour_does_not_count_as_width(void **state)
{
	struct text out = { 0 };
	struct table t;

	(void)state;
	table_init(&t, &coloured, columns, 3);
	table_add(&t, COLOUR_GREEN, "on");
	table_add(&t, COLOUR_NONE, "1");
	table_add(&t, COLOUR_NONE, "x");
	assert_int_equal(table_write(&t, &out), 0);
	assert_non_null(strstr(out.data, "\033[1;32mon\033[0m      1  x\n"));
	table_fini(&t);
	text_fini(&out);
}

static void expect_visible(const struct style *s, const char *data, size_t n, const char *want)
{
	struct text t = { 0 };

	style_visible(&t, s, data, n, true);
	assert_string_equal(t.data, want);
	text_fini(&t);
}

static void controls_are_shown_on_a_terminal(void **state)
{
	(void)state;
	expect_visible(&coloured, "\033[31mred", 8, "^[[31mred");
	expect_visible(&coloured, "a\0b\177\tc", 6, "a^@b^?\tc");
	expect_visible(&coloured, "\xc2\x9b", 2, "<U+009B>");
	expect_visible(&coloured, "\x9b\xff\xc3", 3, "\\x9b\\xff\\xc3");
	expect_visible(&coloured, "\xe2\x80\xae", 3, "<U+202E>");
	expect_visible(&coloured, "grün ●", 9, "grün ●");
	expect_visible(&coloured, "\xed\xa0\x80\xc0\xaf", 5, "\\xed\\xa0\\x80\\xc0\\xaf");
}

static void a_pipe_gets_the_bytes(void **state)
{
	(void)state;
	expect_visible(&pipe_style, "\033[31m\xff", 6, "\033[31m\xff");
}

static void a_cell_cannot_break_the_line(void **state)
{
	static const char *const cells[] = { "a\nb", "7", "x" };

	(void)state;
	expect_table(&narrow, cells, 3, "NAME  PID  TEX\na^Jb    7  x\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
		cmocka_unit_test(a_table_without_rows_is_its_titles),
		cmocka_unit_test(lines_are_cut_at_the_width_of_the_terminal),
		cmocka_unit_test(a_wide_character_counts_two_and_is_not_cut_in_half),
		cmocka_unit_test(colour_does_not_count_as_width),
		cmocka_unit_test(controls_are_shown_on_a_terminal),
		cmocka_unit_test(a_pipe_gets_the_bytes),
		cmocka_unit_test(a_cell_cannot_break_the_line),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
