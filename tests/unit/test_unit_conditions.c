/* Conditions, assertions, start limits, and the other keys that relate a unit to its surroundings.
 */
#include "unit_text.h"

#include <stdlib.h>

/* The text of the only condition that `line` gives, with its prefixes. */
static void assert_reads(const char *line, const char *expected)
{
	AUTO_FREE char *text = str_printf("[Unit]\n%s\n", line);
	AUTO_FREE char *got = NULL;
	AUTO_FREE char *name = str_dup_n(line, strcspn(line, "="));
	struct loaded l;

	load_text(&l, text);
	assert_int_equal(l.report.n, 0);
	got = key_text(l.unit, "Unit", name);
	assert_string_equal(got, expected);
	unload(&l);
}

static void conditions_are_brought_into_one_form(void **state)
{
	(void)state;
	assert_reads("ConditionPathExists=|! //etc/./x", "|!/etc/x");
	assert_reads("ConditionPathExists=/srv/%n%%", "/srv/web%%");
	assert_reads("ConditionKernelVersion=>= 6.1", ">=6.1");
	assert_reads("ConditionKernelVersion=6.1.*-cloud", "6.1.*-cloud");
	assert_reads("ConditionKernelVersion=!=6.1", "!=6.1");
	assert_reads("ConditionMemory=512M", ">=512M");
	assert_reads("ConditionMemory=!<1.5G", "!<1.5G");
	assert_reads("ConditionCPUs===2", "=2");
	assert_reads("ConditionCPUs=4", ">=4");
	assert_reads("AssertHost=web-[0-9]*", "web-[0-9]*");
	assert_reads("AssertVirtualization=!vm", "!vm");
}

static void all_kinds_stand_in_the_order_of_the_file(void **state)
{
	struct loaded l;
	const struct unit_condition *c;

	(void)state;
	load_text(&l, "[Unit]\nAssertCPUs=2\nConditionPathExists=|/a\nConditionHost=!a\n"
		      "ConditionPathExists=|/b\n");
	assert_int_equal(l.report.n, 0);
	assert_int_equal(l.unit->n_conditions, 4);
	c = l.unit->conditions;
	assert_int_equal(c[0].kind, CONDITION_CPUS);
	assert_true(c[0].assert);
	assert_false(c[1].assert);
	assert_true(c[1].trigger);
	assert_int_equal(c[2].kind, CONDITION_HOST);
	assert_true(c[2].negate);
	assert_string_equal(c[3].text, "/b");
	assert_int_equal(c[3].at.line, 5);
	unload(&l);
}

static void an_empty_value_takes_back_the_conditions_of_its_key(void **state)
{
	struct loaded l;

	(void)state;
	load_text(&l, "[Unit]\nConditionPathExists=/a\nAssertPathExists=/b\nConditionCPUs=2\n"
		      "ConditionPathExists=\n");
	assert_int_equal(l.report.n, 0);
	assert_int_equal(l.unit->n_conditions, 2);
	assert_string_equal(l.unit->conditions[0].text, "/b");
	unload(&l);
}

static void arguments_are_checked(void **state)
{
	static const char *const cases[][2] = {
		{ "ConditionPathExists=etc", "x.ini:2:21: error: ConditionPathExists: \"etc\" is "
					     "not an absolute path" },
		{ "ConditionPathExists=!|/etc",
		  "x.ini:2:22: error: ConditionPathExists: | stands" },
		{ "ConditionPathExists=|!",
		  "x.ini:2:23: error: ConditionPathExists: nothing follows" },
		{ "AssertPathIsDirectory=/a/../b",
		  "x.ini:2:23: error: AssertPathIsDirectory: \"..\"" },
		{ "ConditionFileNotEmpty=!", "x.ini:2:24: error: ConditionFileNotEmpty: nothing" },
		{ "ConditionKernelVersion=>=",
		  "x.ini:2:24: error: ConditionKernelVersion: \"\" is" },
		{ "ConditionKernelVersion=>=six",
		  "x.ini:2:24: error: ConditionKernelVersion: \"six\"" },
		{ "ConditionKernelVersion=6 1",
		  "x.ini:2:24: error: ConditionKernelVersion: \"6 1\"" },
		{ "ConditionHost=a b", "x.ini:2:15: error: ConditionHost: \"a b\" is neither" },
		{ "ConditionVirtualization=docker", "x.ini:2:25: error: ConditionVirtualization" },
		{ "ConditionVirtualization=contaner",
		  "x.ini:2:25: error: ConditionVirtualization: unknown value \"contaner\"; did you "
		  "mean container?" },
		{ "ConditionMemory=>=lots",
		  "x.ini:2:17: error: ConditionMemory: \"lots\" is not a" },
		{ "ConditionMemory=50%%", "x.ini:2:17: error: ConditionMemory: \"50%\" is not" },
		{ "ConditionCPUs=>=-1",
		  "x.ini:2:15: error: ConditionCPUs: \"-1\" is not a number" },
		{ "ConditionCPUs=2x", "x.ini:2:15: error: ConditionCPUs: \"2x\" is not a number" },
		{ "StartLimitBurst=0", "x.ini:2:17: error: StartLimitBurst: 0 is out of range" },
		{ "StartLimitIntervalSec=soon",
		  "x.ini:2:23: error: StartLimitIntervalSec: \"soon\"" },
		{ "Documentation=nginx.org",
		  "x.ini:2:15: error: Documentation: \"nginx.org\" is not" },
		{ "Documentation=man:", "x.ini:2:15: error: Documentation: \"man:\" is not" },
		{ "Requires=worker@", "x.ini:2:10: error: Requires: worker@ is a template; name an "
				      "instance, worker@NAME" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO_FREE char *text = str_printf("[Unit]\n%s\n", cases[i][0]);

		assert_one_error(text, cases[i][1]);
	}
}

static void keys_that_contradict_are_refused(void **state)
{
	(void)state;
	assert_one_error(
		"[Unit]\nRequires=a b\nConflicts=c b\n",
		"x.ini:3:13: error: Conflicts: b is also in Requires= (line 2); leave one");
	assert_one_error("[Unit]\nConflicts=web\n",
			 "x.ini:2:11: error: Conflicts: the unit names itself");
	assert_one_error("[Unit]\nOnFailure=web\n",
			 "x.ini:2:11: error: OnFailure: the unit names itself");
	assert_one_error("[Install]\nAlias=web\n",
			 "x.ini:2:7: error: Alias: the unit names itself");
	assert_one_error("[Install]\nDefaultInstance=a\n",
			 "x.ini:2:17: error: DefaultInstance: only a template");
	assert_one_error("[Install]\nDefaultInstance=a/b\n",
			 "x.ini:2:17: error: DefaultInstance: \"a/b\" cannot be part of");
	assert_one_error("[Service]\nExec=/x\nEnvironmentFile=etc\n",
			 "x.ini:3:17: error: EnvironmentFile: \"etc\" is not an absolute path");
	assert_one_error("[Service]\nExec=/x\nEnvironmentFile=-etc\n",
			 "x.ini:3:18: error: EnvironmentFile: \"etc\" is not an absolute path");
}

static void start_limits_have_defaults(void **state)
{
	struct loaded l;

	(void)state;
	load_text(&l, "");
	assert_int_equal(l.unit->start_limit_interval_usec, 0);
	assert_int_equal(l.unit->start_limit_burst, 5);
	unload(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_are_brought_into_one_form),
		cmocka_unit_test(all_kinds_stand_in_the_order_of_the_file),
		cmocka_unit_test(an_empty_value_takes_back_the_conditions_of_its_key),
		cmocka_unit_test(arguments_are_checked),
		cmocka_unit_test(keys_that_contradict_are_refused),
		cmocka_unit_test(start_limits_have_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
