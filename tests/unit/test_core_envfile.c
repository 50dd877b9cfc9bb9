#include "base/str.h"
#include "core/envfile.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static int gather(void *arg, const char *assignment)
{
	text_printf(arg, "[%s]", assignment);
	return 0;
}

static void files_are_read_as_systemd_reads_them(void **unused)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "", "" },
		{ "A=1\nB=2\n", "[A=1][B=2]" },
		{ "A=1", "[A=1]" },
		{ "# no\n; no\n\n  A=1\n", "[A=1]" },
		{ "A=  two  words  \n", "[A=two  words]" },
		{ "A=\nB=x\n", "[A=][B=x]" },
		{ "A='it''s $x'\n", "[A=its $x]" },
		{ "A=\"a \\\"q\\\" \\$ \\\\ \\n\"\n", "[A=a \"q\" $ \\ \\n]" },
		{ "A=\"two\nlines\"\nB=1\n", "[A=two\nlines][B=1]" },
		{ "A=one\\\ntwo\n", "[A=onetwo]" },
		{ "A=x#y ; z\n", "[A=x#y ; z]" },
		{ "A = b\n", "[A=b]" },
		{ "A=b\r\n", "[A=b]" },
		{ "A=a=b=c\n", "[A=a=b=c]" },
		{ "A=\\ x\n", "[A= x]" },
		{ "A=' '\n", "[A= ]" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text got = { 0 };
		struct error e = { 0 };

		assert_int_equal(
			envfile_parse("f", cases[i].text, strlen(cases[i].text), gather, &got, &e),
			0);
		assert_string_equal(got.data ? got.data : "", cases[i].wanted);
		text_fini(&got);
	}
}

static void what_is_wrong_has_its_line_and_column(void **unused)
{
	static const struct {
		const char *text;
		size_t size;
		uint32_t line, column;
	} cases[] = {
		{ "A=1\n1B=2\n", 9, 2, 1 }, { "A=1\nB 2\n", 8, 2, 3 }, { "A=1\n\n=x\n", 8, 3, 1 },
		{ "A='open\n", 8, 2, 1 },   { "A\n", 2, 1, 2 },        { "A=1\nB=\0\n", 8, 2, 3 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text got = { 0 };
		struct error e = { 0 };

		assert_int_equal(envfile_parse("f", cases[i].text, cases[i].size, gather, &got, &e),
				 -EINVAL);
		assert_int_equal(e.at.line, cases[i].line);
		assert_int_equal(e.at.column, cases[i].column);
		text_fini(&got);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_read_as_systemd_reads_them),
		cmocka_unit_test(what_is_wrong_has_its_line_and_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
