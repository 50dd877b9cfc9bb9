/* Our place in the hierarchies, from the text of /proc. */
#include "base/str.h"
#include "cgroup/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const char groups[] = "12:name=systemd:/x\n"
			     "4:memory:/jobs/a:b\n"
			     "3:cpu,cpuacct:/c\n"
			     "0::/user.slice/session\n";

static const char mounts[] =
	"31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
	"32 31 0:29 /docker/1 /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory\n"
	"33 31 0:41 / /mnt/with\\040space rw - cgroup2 none rw\n"
	"34 31 0:42 /old /twice rw - cgroup cgroup rw,cpu\n"
	"35 31 0:43 /new /twice rw - cgroup cgroup rw,pids\n";

static void expect(char *got, const char *want)
{
	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
	free(got);
}

static void the_group_is_on_the_line_of_the_controller(void **state)
{
	(void)state;
	expect(place_group(groups, "memory"), "/jobs/a:b");
	expect(place_group(groups, "cpu"), "/c");
	expect(place_group(groups, "cpuacct"), "/c");
	expect(place_group(groups, NULL), "/user.slice/session");
}

static void a_part_of_a_controllers_name_is_not_it(void **state)
{
	(void)state;
	expect(place_group(groups, "acct"), NULL);
	expect(place_group(groups, "systemd"), NULL);
	expect(place_group("4:memory:/m\n", NULL), NULL);
	expect(place_group("nonsense\n:\n", "memory"), NULL);
}

static void the_v2_mount_is_found_and_unescaped(void **state)
{
	(void)state;
	expect(place_v2_mount(mounts), "/mnt/with space");
	expect(place_v2_mount("31 23 0:28 / / rw - ext4 /dev/x rw\nshort\n"), NULL);
}

static void the_uppermost_mount_counts(void **state)
{
	(void)state;
	expect(place_mount_root(mounts, "/sys/fs/cgroup/memory"), "/docker/1");
	expect(place_mount_root(mounts, "/twice"), "/new");
	expect(place_mount_root(mounts, "/nowhere"), NULL);
}

static void a_group_is_taken_relative_to_the_mounted_root(void **state)
{
	(void)state;
	assert_string_equal(place_below("/", "/"), "");
	assert_string_equal(place_below("/a/b", "/"), "/a/b");
	assert_string_equal(place_below("/docker/1", "/docker/1"), "");
	assert_string_equal(place_below("/docker/1/x", "/docker/1"), "/x");
	assert_string_equal(place_below("/..a", "/"), "/..a");
}

static void a_group_outside_of_the_mount_has_no_path(void **state)
{
	(void)state;
	assert_null(place_below("/docker/10", "/docker/1"));
	assert_null(place_below("/", "/docker/1"));
	assert_null(place_below("/../x", "/"));
	assert_null(place_below("/..", "/"));
}

static void where_we_stepped_aside_is_not_our_own_group(void **state)
{
	char in[] = "/a/svinit/supervisor", top[] = "/svinit/supervisor", other[] = "/a/supervisor";

	(void)state;
	place_strip(in, "svinit");
	assert_string_equal(in, "/a");
	place_strip(top, "svinit");
	assert_string_equal(top, "/");
	place_strip(other, "svinit");
	assert_string_equal(other, "/a/supervisor");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_group_is_on_the_line_of_the_controller),
		cmocka_unit_test(a_part_of_a_controllers_name_is_not_it),
		cmocka_unit_test(the_v2_mount_is_found_and_unescaped),
		cmocka_unit_test(the_uppermost_mount_counts),
		cmocka_unit_test(a_group_is_taken_relative_to_the_mounted_root),
		cmocka_unit_test(a_group_outside_of_the_mount_has_no_path),
		cmocka_unit_test(where_we_stepped_aside_is_not_our_own_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
