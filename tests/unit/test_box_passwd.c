/* Users and groups from the text of files that nobody vouches for. */

#include "box/passwd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
			     "short:x:1\n"
			     ":x:7:7:::\n"
			     "text:x:one:1:::\n"
			     "huge:x:4294967295:1:::\n"
			     "web:x:33:34:Web, server:/srv/www:/bin/false\n"
			     "web:x:99:99::/again:/bin/sh\n"
			     "last:x:5:6::/l:";
static const char group[] = "root:x:0:\nweb:x:33:\nlog:x:4:foo,web\nlog2:x:4:web\nadm:x:5:webber\n"
			    "tape:x:26:web,\nself:x:34:web\n";

static void the_first_entry_of_a_name_counts(void **state)
{
	struct passwd_entry e;

	(void)state;
	assert_true(passwd_find(passwd, sizeof(passwd) - 1, "web", NULL, &e));
	assert_int_equal(e.uid, 33);
	assert_int_equal(e.gid, 34);
	assert_int_equal(e.home.n, strlen("/srv/www"));
	assert_memory_equal(e.home.at, "/srv/www", e.home.n);
	assert_memory_equal(e.shell.at, "/bin/false", e.shell.n);
}

static void a_last_line_without_newline_counts(void **state)
{
	struct passwd_entry e;

	(void)state;
	assert_true(passwd_find(passwd, sizeof(passwd) - 1, "last", NULL, &e));
	assert_int_equal(e.shell.n, 0);
}

static void an_entry_is_found_by_number(void **state)
{
	const uid_t uid = 33;
	struct passwd_entry e;

	(void)state;
	assert_true(passwd_find(passwd, sizeof(passwd) - 1, NULL, &uid, &e));
	assert_memory_equal(e.name.at, "web", 3);
}

static void lines_that_make_no_sense_are_skipped(void **state)
{
	static const char *const names[] = { "short", "text", "huge", "", "we", "webb" };
	struct passwd_entry e;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_false(passwd_find(passwd, sizeof(passwd) - 1, names[i], NULL, &e));
}

static void only_whole_decimal_ids_are_numbers(void **state)
{
	static const char *const wrong[] = { "",   "-1",         "+1",          "1x",
					     " 1", "4294967295", "42949672960", "0x10" };
	unsigned id;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(passwd_number(wrong[i], strlen(wrong[i]), &id));
	assert_true(passwd_number("4294967294", 10, &id));
	assert_int_equal(id, 4294967294U);
}

static void a_group_is_found_by_its_whole_name(void **state)
{
	gid_t gid;

	(void)state;
	assert_true(group_find(group, sizeof(group) - 1, "tape", &gid));
	assert_int_equal(gid, 26);
	assert_false(group_find(group, sizeof(group) - 1, "tap", &gid));
}

static void a_user_is_in_each_group_that_lists_it_once(void **state)
{
	const struct slice web = { "web", 3 };
	gid_t groups[4];

	(void)state;
	assert_int_equal(group_of_user(group, sizeof(group) - 1, web, 34, groups, 4), 2);
	assert_int_equal(groups[0], 4);
	assert_int_equal(groups[1], 26);
}

static void more_groups_than_room_are_counted_and_not_written(void **state)
{
	const struct slice web = { "web", 3 };
	gid_t groups[2] = { 0, 77 };

	(void)state;
	assert_int_equal(group_of_user(group, sizeof(group) - 1, web, 34, groups, 1), 2);
	assert_int_equal(groups[1], 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_entry_of_a_name_counts),
		cmocka_unit_test(a_last_line_without_newline_counts),
		cmocka_unit_test(an_entry_is_found_by_number),
		cmocka_unit_test(lines_that_make_no_sense_are_skipped),
		cmocka_unit_test(only_whole_decimal_ids_are_numbers),
		cmocka_unit_test(a_group_is_found_by_its_whole_name),
		cmocka_unit_test(a_user_is_in_each_group_that_lists_it_once),
		cmocka_unit_test(more_groups_than_room_are_counted_and_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
