/* Sections and keys as names, duplicates, lists, origins, and the table itself. */
#include "unit_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static void unknown_names_are_errors_with_a_suggestion(void **state)
{
	static const char *const cases[][2] = {
		{ "[Servce]\nFoo=1\n",
		  "x.ini:1:1: error: unknown section [Servce]; did you mean [Service]?" },
		{ "[service]\n",
		  "x.ini:1:1: error: unknown section [service]; did you mean [Service]?" },
		{ "[Mine]\n", "x.ini:1:1: error: unknown section [Mine]; a section of your own "
			      "begins with X-" },
		{ "[]\n", "x.ini:1:1: error: unknown section []" },
		{ "[Unit]\nAftre=a\n",
		  "x.ini:2:1: error: unknown key Aftre in [Unit]; did you mean After?" },
		{ "[Unit]\nafter=a\n",
		  "x.ini:2:1: error: unknown key after in [Unit]; did you mean After?" },
		{ "[Unit]\nMemoryMax=1G\n",
		  "x.ini:2:1: error: MemoryMax belongs to [Resources], not to [Unit]" },
		{ "[Unit]\nmemorymax=1G\n", "x.ini:2:1: error: unknown key memorymax in [Unit]; "
					    "did you mean MemoryMax in [Resources]?" },
		{ "[Service]\nExecStart=/x\n",
		  "x.ini:2:1: error: unknown key ExecStart in [Service]; did you mean Exec?" },
		{ "[Unit]\nFrobnicate=1\n", "x.ini:2:1: error: unknown key Frobnicate in [Unit]; a "
					    "key of your own begins with X-" },
		{ "[Unit]\nConditionFrobnicated=1\n",
		  "x.ini:2:1: error: unknown key ConditionFrobnicated" },
		{ "Exec=/x\n", "x.ini:1:1: error: Exec stands before the first section; put "
			       "[Service] above it" },
		{ "Frob=/x\n",
		  "x.ini:1:1: error: Frob stands before the first section; put [Unit] above it" },
		{ "[Unit]\nDescription: x\n",
		  "x.ini:2:1: error: this is neither [Section] nor Key=value" },
		{ "[Unit]\nDescription\n",
		  "x.ini:2:1: error: this is neither [Section] nor Key=value" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_one_error(cases[i][0], cases[i][1]);
}

static void names_that_begin_with_x_are_passed_over(void **state)
{
	(void)state;
	assert_no_error(
		"[X-Mine]\nAnything=1\nAnything=2\n[Unit]\nX-Key=1\nX-Key=2\nDescription=a\n");
}

static void a_duplicate_names_the_first_line(void **state)
{
	struct loaded l;

	(void)state;
	assert_one_error("[Unit]\nDescription=a\n\nDescription=b\n",
			 "x.ini:4:13: error: Description: is given twice, first on line 2");
	assert_one_error("[Service]\nExec=/a\nExec=/b\n", "x.ini:3:6: error: Exec: is given twice");
	load_text(&l, "[Unit]\nDescription=a\nDescription=b\n");
	assert_string_equal(l.unit->description, "a");
	unload(&l);
}

static void sections_may_be_opened_again(void **state)
{
	(void)state;
	assert_no_error("[Unit]\nAfter=a\n[Service]\nExec=/x\n[Unit]\nAfter=b\n");
}

static void lists_append_and_an_empty_value_resets(void **state)
{
	struct loaded l;

	(void)state;
	load_text(&l, "[Unit]\nAfter=a b\nAfter=\nAfter=c\nAfter=d\n");
	assert_int_equal(l.unit->after.n, 2);
	assert_string_equal(l.unit->after.items[0].text, "c");
	assert_string_equal(l.unit->after.items[1].text, "d");
	unload(&l);
	load_text(&l, "[Service]\nExec=/x\n[Container]\nVolume=/a:/b\nVolume=\nTmpfs=/c\nTmpfs=\n"
		      "AddCapability=all\nAddCapability=\n");
	assert_int_equal(l.report.n, 0);
	assert_int_equal(l.unit->box.n_volumes, 0);
	assert_int_equal(l.unit->box.n_tmpfs, 0);
	assert_true(l.unit->box.add_capabilities == 0);
	unload(&l);
}

static void a_refused_line_leaves_the_list_as_it_was(void **state)
{
	struct loaded l;

	(void)state;
	load_text(&l, "[Unit]\nAfter=a\nAfter=b .c\n[Service]\nExec=/x\n[Container]\nVolume=/a:/b\n"
		      "Volume=/c:/d /e\n");
	assert_int_equal(l.report.errors, 2);
	assert_int_equal(l.unit->after.n, 1);
	assert_int_equal(l.unit->box.n_volumes, 1);
	unload(&l);
}

static void all_errors_of_a_file_are_reported_in_order(void **state)
{
	struct loaded l;
	AUTO_FREE char *all = NULL;

	(void)state;
	load_text(&l, "[Service]\nExec=/x\nRestartSec=10\nRestartMaxDelaySec=1\nNice=99\n"
		      "[Container]\nHostname=a_b\nBogus=1\n");
	all = report_text(&l.report);
	assert_string_equal(
		all, "x.ini:4:20: error: RestartMaxDelaySec: the longest delay is below the "
		     "first one, RestartSec=\n"
		     "x.ini:5:6: error: Nice: 99 is out of range; write a whole number from "
		     "-20 (first) to 19 (last), for example Nice=10\n"
		     "x.ini:7:10: error: Hostname: \"a_b\" is not a host name; write letters, "
		     "digits and hyphens, in labels separated by dots, at most 64 bytes, for "
		     "example Hostname=shop-1\n"
		     "x.ini:8:1: error: unknown key Bogus in [Container]; a key of your own "
		     "begins with X-\n");
	unload(&l);
}

static void the_last_assignment_of_a_variable_counts(void **state)
{
	struct loaded l;
	AUTO_FREE char *got = NULL;

	(void)state;
	load_text(&l, "[Service]\nExec=/x\nEnvironment=A=1 AB=2 A=3\nEnvironment=B=4 A=5\n");
	got = key_text(l.unit, "Service", "Environment");
	assert_string_equal(got, "AB=2 | B=4 | A=5");
	unload(&l);
}

static void values_know_where_they_came_from(void **state)
{
	struct loaded l;
	const struct origin *at;

	(void)state;
	load_text(&l, "[Service]\nExec=/x\nNice=5\n");
	at = unit_origin(l.unit, service.nice);
	assert_string_equal(at->file, "x.ini");
	assert_string_equal(at->key, "Nice");
	assert_int_equal(at->line, 3);
	assert_int_equal(at->column, 6);
	assert_true(unit_is_set(l.unit, service.nice));
	at = unit_origin(l.unit, service.umask);
	assert_string_equal(at->file, "x.ini");
	assert_int_equal(at->line, 0);
	assert_false(unit_is_set(l.unit, service.umask));
	unload(&l);
}

static void defaults_are_those_of_the_table(void **state)
{
	struct loaded l;
	const struct unit *u;

	(void)state;
	load_text(&l, "[Service]\nExec=/x\n");
	u = l.unit;
	assert_true(u->container);
	assert_int_equal(u->service.type, TYPE_SIMPLE);
	assert_int_equal(u->service.restart, RESTART_NO);
	assert_int_equal(u->service.restart_usec, 100000);
	assert_int_equal(u->service.restart_max_delay_usec, 300000000);
	assert_int_equal(u->service.timeout_start_usec, 90000000);
	assert_int_equal(u->service.timeout_stop_usec, 10000000);
	assert_int_equal(u->service.kill_signal, 15);
	assert_int_equal(u->service.umask, 022);
	assert_int_equal(u->box.namespaces, UNIT_NS_DEFAULT);
	assert_true(u->box.no_new_privs);
	assert_int_equal(u->network.mode, NETWORK_PRIVATE);
	assert_true(u->resources.memory_max_bytes == UNIT_INFINITY);
	assert_true(u->resources.cpu_quota_percent_x100 == UNIT_INFINITY);
	assert_true(u->resources.cpu_weight == 0);
	assert_true(u->resources.tasks_max == UNIT_INFINITY);
	assert_int_equal(u->log.max_file_bytes, 10 * 1024 * 1024);
	assert_int_equal(u->log.max_files, 5);
	for (int i = 0; i < (int)RLIM_NLIMITS; i++)
		assert_false(u->service.limits[i].set);
	unload(&l);
}

static void a_continuation_that_looks_like_a_key_is_warned_of(void **state)
{
	struct loaded l;
	AUTO_FREE char *all = NULL;

	(void)state;
	load_text(&l, "[Service]\nExec=/bin/a\n  User=b\n  x=1\n");
	all = report_text(&l.report);
	assert_string_equal(all,
			    "x.ini:3:3: warning: Exec: the indented line continues this value; "
			    "a key of its own (User) begins in the first column\n");
	assert_false(l.unit->broken);
	assert_int_equal(l.unit->service.exec.n, 3);
	unload(&l);
}

static void a_file_of_errors_is_cut_short(void **state)
{
	struct text text = { 0 };
	struct loaded l;

	(void)state;
	text_puts(&text, "[Unit]\n");
	for (int i = 0; i < 50000; i++)
		text_puts(&text, i % 2 ? "Bogus=1\n" : "junk\n");
	load_text(&l, text.data);
	assert_int_equal(l.report.errors, 201);
	assert_string_equal(l.report.items[200].text,
			    "more than 200 errors; the rest is not shown");
	assert_true(l.unit->broken);
	unload(&l);
	text_fini(&text);
}

/* --- the table --- */

static void every_row_is_whole_and_unique(void **state)
{
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	(void)state;
	assert_true(n > 50);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(keys[i].example);
		assert_non_null(keys[i].help);
		assert_true(isupper((unsigned char)keys[i].help[0]) || strchr(keys[i].help, ':'));
		assert_int_equal(keys[i].help[strlen(keys[i].help) - 1], '.');
		assert_non_null(unit_key_type_name(&keys[i]));
		assert_non_null(unit_key_grammar(&keys[i]));
		assert_true(unit_key_find(keys[i].section, keys[i].name) == &keys[i]);
		for (size_t k = 0; k < i; k++) {
			assert_false(str_eq(keys[k].name, keys[i].name));
			if (keys[i].offset != offsetof(struct unit, conditions))
				assert_true(keys[k].offset != keys[i].offset);
		}
	}
	assert_null(unit_key_find("Unit", "Exec"));
	assert_null(unit_key_find(NULL, "Nope"));
}

static char *one_line(const struct unit_key *key, const char *value)
{
	bool target = key->flags & KEY_TARGET || str_eq(key->name, "Exec");

	return str_printf("%s[%s]\n%s=%s\n", target ? "" : "[Service]\nExec=/bin/a\n", key->section,
			  key->name, value);
}

static int collect(void *arg, const struct unit_key *key, const char *value,
		   const struct origin *at)
{
	(void)at;
	text_printf(arg, "[%s]\n%s=%s\n", key->section, key->name, value);
	return 0;
}

/* parse, format, parse, format: the second text equals the first. */
static void assert_round_trip(const struct unit_key *key, const char *value)
{
	AUTO_FREE char *text = one_line(key, value);
	struct text once = { 0 }, twice = { 0 };
	struct loaded a, b;

	load_source(&a, "thing@1", "thing@.ini", text, strlen(text));
	if (a.report.n) {
		AUTO_FREE char *all = report_text(&a.report);

		fail_msg("%s: %s", text, all);
	}
	if (!str_eq(key->name, "Exec") && !(key->flags & KEY_TARGET))
		text_puts(&once, "[Service]\nExec=/bin/a\n");
	unit_key_format(key, a.unit, collect, &once);
	load_source(&b, "thing@1", "thing@.ini", once.data, strlen(once.data));
	if (b.report.n) {
		AUTO_FREE char *all = report_text(&b.report);

		fail_msg("%s written as %s: %s", text, once.data, all);
	}
	if (!str_eq(key->name, "Exec") && !(key->flags & KEY_TARGET))
		text_puts(&twice, "[Service]\nExec=/bin/a\n");
	unit_key_format(key, b.unit, collect, &twice);
	assert_string_equal(once.data, twice.data);
	assert_true(strlen(once.data) >= strlen(key->name));
	text_fini(&once);
	text_fini(&twice);
	unload(&a);
	unload(&b);
}

static void every_example_and_default_survives_a_round_trip(void **state)
{
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_round_trip(&keys[i], keys[i].example);
		if (keys[i].preset)
			assert_round_trip(&keys[i], keys[i].preset);
	}
}

static uint32_t step(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void generated_values_survive_a_round_trip(void **state)
{
	uint32_t seed = 7;
	char buf[256];

	(void)state;
	for (int i = 0; i < 300; i++) {
		static const char bytes[] = "ab %\\\"'$;#:=,-\t/\x01\xc3\xa4z";
		struct text words = { 0 };

		snprintf(buf, sizeof(buf), "%u%c", step(&seed) % 100000 + 1, "KMGT"[i % 4]);
		assert_round_trip(unit_key_find(NULL, "MemoryMax"), buf);
		assert_round_trip(unit_key_find(NULL, "LimitAS"), buf);
		snprintf(buf, sizeof(buf), "%u%s", step(&seed) + 1, i % 3 ? "us" : "ms");
		assert_round_trip(unit_key_find(NULL, "RestartSec"), i % 2 ? "0" : buf);
		assert_round_trip(unit_key_find(NULL, "TimeoutStopSec"), buf);
		snprintf(buf, sizeof(buf), "%u:%u", step(&seed) % 1000, step(&seed) % 1000 + 1000);
		assert_round_trip(unit_key_find(NULL, "LimitNOFILE"), buf);
		snprintf(buf, sizeof(buf), "%u.%02u%%", step(&seed) % 1000 + 1, step(&seed) % 100);
		assert_round_trip(unit_key_find(NULL, "CPUQuota"), buf);
		snprintf(buf, sizeof(buf), "%d", i % 64 + 1);
		assert_round_trip(unit_key_find(NULL, "KillSignal"), buf);
		text_puts(&words, "/bin/a \"");
		for (uint32_t k = step(&seed) % 20; k; k--) {
			unsigned char c = (unsigned char)bytes[step(&seed) % (sizeof(bytes) - 1)];

			text_printf(&words, "\\x%02x", c);
		}
		text_puts(&words, "\"");
		assert_round_trip(unit_key_find(NULL, "Exec"), words.data);
		text_fini(&words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_names_are_errors_with_a_suggestion),
		cmocka_unit_test(names_that_begin_with_x_are_passed_over),
		cmocka_unit_test(a_duplicate_names_the_first_line),
		cmocka_unit_test(sections_may_be_opened_again),
		cmocka_unit_test(lists_append_and_an_empty_value_resets),
		cmocka_unit_test(a_refused_line_leaves_the_list_as_it_was),
		cmocka_unit_test(all_errors_of_a_file_are_reported_in_order),
		cmocka_unit_test(the_last_assignment_of_a_variable_counts),
		cmocka_unit_test(values_know_where_they_came_from),
		cmocka_unit_test(defaults_are_those_of_the_table),
		cmocka_unit_test(a_continuation_that_looks_like_a_key_is_warned_of),
		cmocka_unit_test(a_file_of_errors_is_cut_short),
		cmocka_unit_test(every_row_is_whole_and_unique),
		cmocka_unit_test(every_example_and_default_survives_a_round_trip),
		cmocka_unit_test(generated_values_survive_a_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
