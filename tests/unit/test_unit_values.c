/* Value types: what is accepted and what it means, what is refused, where and with which words. */
#include "unit_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct good {
	const char *section, *name, *value, *written;
};

static const struct good good[] = {
	{ "Unit", "Description", "Grüße; # = \"x\"", "Grüße; # = \"x\"" },
	{ "Unit", "Description", "100%% of %n %p", "100%% of web web" },
	{ "Unit", "After", "a b@1 c:d", "a | b@1 | c:d" },
	{ "Service", "Exec", "sh -c \"a ; b\"", "sh -c \"a ; b\"" },
	{ "Service", "Exec", "a 'b c'd \"\" \\x41\\n\\t\\s\\u00e4\\101 $X *",
	  "a \"b cd\" \"\" \"A\\x0a\\x09 äA\" $X *" },
	{ "Service", "Exec", "a \"it's\" '\"' \\\\", "a \"it's\" \"\\\"\" \"\\\\\"" },
	{ "Service", "Exec", "a \xff", "a \"\xff\"" },
	{ "Service", "Exec", "a \\U0001F600", "a \"😀\"" },
	{ "Service", "Type", "oneshot", "oneshot" },
	{ "Service", "RemainAfterExit", "TRUE", "yes" },
	{ "Service", "RemainAfterExit", "on", "yes" },
	{ "Service", "RemainAfterExit", "0", "no" },
	{ "Service", "Restart", "on-abnormal", "on-abnormal" },
	{ "Service", "RestartSec", "0", "0" },
	{ "Service", "RestartSec", "90", "1min 30s" },
	{ "Service", "RestartSec", "1.5s", "1s 500ms" },
	{ "Service", "RestartSec", "1min30s", "1min 30s" },
	{ "Service", "RestartSec", "2 min 3 msec 4us", "2min 3ms 4us" },
	{ "Service", "TimeoutStopSec", "infinity", "infinity" },
	{ "Service", "TimeoutStopSec", "1w 1d 1h", "1w 1d 1h" },
	{ "Service", "KillSignal", "quit", "SIGQUIT" },
	{ "Service", "KillSignal", "SIGRTMIN+3", "SIGRTMIN+3" },
	{ "Service", "KillSignal", "9", "SIGKILL" },
	{ "Service", "User", "www-data", "www-data" },
	{ "Service", "User", "0", "0" },
	{ "Service", "User", "4294967294", "4294967294" },
	{ "Service", "Group", "host$", "host$" },
	{ "Service", "WorkingDirectory", "/a//b/./c/", "/a/b/c" },
	{ "Service", "WorkingDirectory", "/", "/" },
	{ "Service", "WorkingDirectory", "/with blank/%p", "/with blank/web" },
	{ "Service", "Environment", "A=1 \"B=x y\" C= A=2", "\"B=x y\" | C= | A=2" },
	{ "Service", "UMask", "77", "0077" },
	{ "Service", "Nice", "-20", "-20" },
	{ "Service", "OOMScoreAdjust", "-1000", "-1000" },
	{ "Service", "LimitNOFILE", "1024:4096", "1024:4096" },
	{ "Service", "LimitNOFILE", "infinity", "infinity" },
	{ "Service", "LimitSTACK", "8M:infinity", "8M:infinity" },
	{ "Service", "LimitCORE", "0", "0" },
	{ "Service", "LimitCPU", "1min 1ms", "61" },
	{ "Service", "LimitRTTIME", "200ms", "200ms" },
	{ "Service", "LimitNICE", "-5", "25" },
	{ "Service", "LimitNICE", "+19", "1" },
	{ "Service", "LimitNICE", "0:40", "0:40" },
	{ "Service", "LimitRTPRIO", "99", "99" },
	{ "Container", "Namespaces", "none", "none" },
	{ "Container", "Namespaces", "cgroup mount pid", "mount pid cgroup" },
	{ "Container", "Hostname", "shop-1.example", "shop-1.example" },
	{ "Container", "Volume", "/a/:/b", "/a:/b" },
	{ "Container", "Volume", "-/a:/b:ro,norbind,suid,dev,noexec",
	  "-/a:/b:ro,noexec,suid,dev,norbind" },
	{ "Container", "Volume", "/a:/b \"/c d:/e f\"", "/a:/b | \"/c d:/e f\"" },
	{ "Container", "Tmpfs", "/run", "/run:mode=1777" },
	{ "Container", "Tmpfs", "/run:size=16M,mode=755,ro,noexec",
	  "/run:mode=0755,size=16M,ro,noexec" },
	{ "Container", "AddCapability", "net_raw CAP_SYS_NICE", "CAP_NET_RAW | CAP_SYS_NICE" },
	{ "Container", "DropCapability", "all", "all" },
	{ "Network", "Mode", "none", "none" },
	{ "Resources", "MemoryMax", "512M", "512M" },
	{ "Resources", "MemoryMax", "1.5G", "1536M" },
	{ "Resources", "MemoryMax", "1048577", "1048577" },
	{ "Resources", "MemoryMax", "infinity", "infinity" },
	{ "Resources", "CPUQuota", "50%", "50%" },
	{ "Resources", "CPUQuota", "12.5%", "12.50%" },
	{ "Resources", "CPUWeight", "10000", "10000" },
	{ "Resources", "TasksMax", "64", "64" },
	{ "Log", "MaxFileSize", "4K", "4K" },
	{ "Log", "MaxFiles", "1", "1" },
	{ "Install", "WantedBy", "default", "default" },
};

static char *unit_with(const char *section, const char *name, const char *value)
{
	if (str_eq(name, "Exec"))
		return str_printf("[Service]\nExec=%s\n", value);
	return str_printf("[Service]\nExec=/bin/a\n[%s]\n%s=%s\n", section, name, value);
}

static void good_values_mean_what_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		AUTO_FREE char *text = unit_with(good[i].section, good[i].name, good[i].value);
		AUTO_FREE char *got = NULL;
		struct loaded l;

		load_text(&l, text);
		if (l.report.n) {
			AUTO_FREE char *all = report_text(&l.report);

			fail_msg("%s=%s: %s", good[i].name, good[i].value, all);
		}
		got = key_text(l.unit, good[i].section, good[i].name);
		if (!str_eq(got, good[i].written))
			fail_msg("%s=%s: %s instead of %s", good[i].name, good[i].value, got,
				 good[i].written);
		unload(&l);
	}
}

/* The value stands on line 4, except Exec= (line 2). The column counts from the line's beginning.
 */
struct bad {
	const char *section, *name, *value, *expected;
};

static const struct bad bad[] = {
	{ "Unit", "Description", "a\x1b[1m", "4:14: error: Description: a control character" },
	{ "Unit", "Description", "a\xff",
	  "4:14: error: Description: the value is not written in UTF-8" },
	{ "Unit", "Description", "",
	  "4:13: error: Description: the value is empty; leave the line out or write one" },
	{ "Unit", "Description", "50%",
	  "4:15: error: Description: a % at the end; write %% for a percent sign" },
	{ "Unit", "Description", "a %q",
	  "4:15: error: Description: unknown specifier %q; write %%" },

	{ "Unit", "Description", "x%i", "4:14: error: Description: %i: the unit is no instance" },
	{ "Unit", "After", "a, b",
	  "4:7: error: After: units are separated by blanks, not by commas" },
	{ "Unit", "After", "a db.ini",
	  "4:9: error: After: a unit is named without its suffix; write db" },
	{ "Unit", "After", "nginx.service",
	  "4:7: error: After: a unit is named without its suffix; write nginx" },
	{ "Unit", "After", "a .b",
	  "4:9: error: After: \".b\" is not a unit's name; write names of units" },
	{ "Unit", "Requires", "db:healthy",
	  "4:10: error: Requires: waiting for health is not available yet in this version; write "
	  "db" },
	{ "Service", "Exec", "a \"b", "2:8: error: Exec: the quote \" is not closed" },
	{ "Service", "Exec", "a \\q",
	  "2:8: error: Exec: unknown escape \\q; write \\\\ for a backslash" },
	{ "Service", "Exec", "a \\x4", "2:8: error: Exec: \\x needs 2 hexadecimal digits" },
	{ "Service", "Exec", "a \\x00", "2:8: error: Exec: a NUL byte cannot be part of a word" },
	{ "Service", "Exec", "a \\ud800", "2:8: error: Exec: \\ud800 is no Unicode character" },
	{ "Service", "Exec", "a \\400", "2:8: error: Exec: \\400 is not between" },
	{ "Service", "Exec", "\"\" a", "2:6: error: Exec: the program's name is empty" },
	{ "Service", "Exec", "-/bin/a",
	  "2:6: error: Exec: the prefix - is not available for this key; write /bin/a" },
	{ "Service", "Exec", "/bin/", "2:6: error: Exec: \"/bin/\" is a directory's name" },
	{ "Service", "Type", "simpel",
	  "4:6: error: Type: unknown value \"simpel\"; did you mean simple?" },
	{ "Service", "Type", "dbus",
	  "4:6: error: Type: unknown value \"dbus\"; write simple, exec or oneshot, for example "
	  "Type=exec" },
	{ "Service", "RemainAfterExit", "maybe",
	  "4:17: error: RemainAfterExit: \"maybe\" is neither yes nor no; write yes, no" },
	{ "Service", "RestartSec", "5x",
	  "4:12: error: RestartSec: \"5x\" is not a time; write seconds" },
	{ "Service", "RestartSec", "-1", "4:12: error: RestartSec: \"-1\" is not a time" },
	{ "Service", "RestartSec", "infinity",
	  "4:12: error: RestartSec: infinity is not possible here" },
	{ "Service", "RestartSec", "99999999999999999999w",
	  "4:12: error: RestartSec: 99999999999999999999w is too long" },
	{ "Service", "RestartSec", "9999999999999999w",
	  "4:12: error: RestartSec: 9999999999999999w is too long" },
	{ "Service", "TimeoutStopSec", "0",
	  "4:16: error: TimeoutStopSec: 0 is ambiguous; write infinity for no limit or 1ms for at "
	  "once" },
	{ "Service", "KillSignal", "SIGTREM",
	  "4:12: error: KillSignal: \"SIGTREM\" is not a signal; did you mean SIGTERM?" },
	{ "Service", "KillSignal", "0", "4:12: error: KillSignal: \"0\" is not a signal" },
	{ "Service", "KillSignal", "65", "4:12: error: KillSignal: \"65\" is not a signal" },
	{ "Service", "User", "-1", "4:6: error: User: \"-1\" is not a name or an id" },
	{ "Service", "User", "4294967295", "4:6: error: User: 4294967295 is out of range" },
	{ "Service", "User", "4294967296", "4:6: error: User: 4294967296 is out of range" },
	{ "Service", "User", "+5", "4:6: error: User: \"+5\" is not a name or an id" },
	{ "Service", "User", "007", "4:6: error: User: \"007\" begins with 0" },
	{ "Service", "User", "a b", "4:6: error: User: \"a b\" is not a name or an id" },
	{ "Service", "User", "a:b",
	  "4:6: error: User: \"a:b\" has a colon; the group has a key of its own, Group=" },
	{ "Service", "User", "1000x", "4:6: error: User: \"1000x\" is not a name or an id" },
	{ "Service", "User", "", "4:6: error: User: the value is empty" },
	{ "Service", "WorkingDirectory", "srv",
	  "4:18: error: WorkingDirectory: \"srv\" is not an absolute path" },
	{ "Service", "WorkingDirectory", "/a/../b",
	  "4:18: error: WorkingDirectory: \"..\" is not allowed in a path" },
	{ "Service", "Environment", "A=1 B", "4:17: error: Environment: \"B\" has no =" },
	{ "Service", "Environment", "1A=1",
	  "4:13: error: Environment: \"1A\" is not the name of a variable" },
	{ "Service", "Environment", "=1",
	  "4:13: error: Environment: \"\" is not the name of a variable" },
	{ "Service", "UMask", "18",
	  "4:8: error: UMask: \"18\" is not a mask; write an octal number" },
	{ "Service", "UMask", "1777", "4:7: error: UMask: 1777 is out of range" },
	{ "Service", "Nice", "20",
	  "4:6: error: Nice: 20 is out of range; write a whole number from -20 (first) to 19 "
	  "(last), for example Nice=10" },
	{ "Service", "Nice", "1.5", "4:6: error: Nice: \"1.5\" is not a whole number" },
	{ "Service", "Nice", "99999999999999999999",
	  "4:6: error: Nice: 99999999999999999999 is out of range" },
	{ "Service", "OOMScoreAdjust", "-1001",
	  "4:16: error: OOMScoreAdjust: -1001 is out of range" },
	{ "Service", "LimitNOFILE", "2:1",
	  "4:13: error: LimitNOFILE: the soft limit 2 is above the hard limit 1" },
	{ "Service", "LimitNOFILE", "infinity:1",
	  "4:13: error: LimitNOFILE: the soft limit infinity is above" },
	{ "Service", "LimitNOFILE",
	  "1:", "4:13: error: LimitNOFILE: one side of the colon is empty" },
	{ "Service", "LimitNOFILE", "1K",
	  "4:13: error: LimitNOFILE: \"1K\" is not a whole number" },
	{ "Service", "LimitAS", "1x", "4:9: error: LimitAS: \"1x\" is not a size" },
	{ "Service", "LimitNICE", "-21", "4:11: error: LimitNICE: -21 is out of range" },
	{ "Service", "LimitRTPRIO", "100", "4:13: error: LimitRTPRIO: 100 is out of range" },
	{ "Container", "Namespaces", "mount utc",
	  "4:18: error: Namespaces: unknown namespace \"utc\"; did you mean uts?" },
	{ "Container", "Namespaces", "mount user",
	  "4:18: error: Namespaces: user namespaces are not available yet in this version" },
	{ "Container", "Namespaces", "time",
	  "4:12: error: Namespaces: time namespaces are not available yet in this version" },
	{ "Container", "Namespaces", "pid none", "4:16: error: Namespaces: \"none\" stands alone" },
	{ "Container", "Hostname", "a_b", "4:10: error: Hostname: \"a_b\" is not a host name" },
	{ "Container", "Hostname", "-a", "4:10: error: Hostname: \"-a\" is not a host name" },
	{ "Container", "Hostname", "a..b", "4:10: error: Hostname: \"a..b\" is not a host name" },
	{ "Container", "Volume", "/a", "4:8: error: Volume: \"/a\" has no colon; write SRC:DST" },
	{ "Container", "Volume", "data:/b",
	  "4:8: error: Volume: \"data\" is not an absolute path" },
	{ "Container", "Volume", "/a:b", "4:8: error: Volume: \"b\" is not an absolute path" },
	{ "Container", "Volume", "/a:/b /c:/../d", "4:14: error: Volume: \"..\" is not allowed" },
	{ "Container", "Volume", "/a:/", "4:8: error: Volume: a volume cannot be mounted on /" },
	{ "Container", "Volume", "/a:/b:ro,rw", "4:8: error: Volume: the option rw contradicts" },
	{ "Container", "Volume", "/a:/b:nosiud",
	  "4:8: error: Volume: unknown option \"nosiud\"; did you mean nosuid?" },
	{ "Container", "Volume", "/a:/b:", "4:8: error: Volume: unknown option \"\"" },
	{ "Container", "Tmpfs", "run", "4:7: error: Tmpfs: \"run\" is not an absolute path" },
	{ "Container", "Tmpfs", "/run:size=x", "4:7: error: Tmpfs: \"x\" is not a size" },
	{ "Container", "Tmpfs", "/run:size=0", "4:7: error: Tmpfs: size=0 would mean no limit" },
	{ "Container", "Tmpfs", "/run:mode=9", "4:7: error: Tmpfs: \"9\" is not an octal mode" },
	{ "Container", "Tmpfs", "/run:mode=17777",
	  "4:7: error: Tmpfs: mode=17777 is out of range" },
	{ "Container", "Tmpfs", "/", "4:7: error: Tmpfs: a tmpfs cannot be mounted on /" },
	{ "Container", "AddCapability", "CAP_NET_RWA",
	  "4:15: error: AddCapability: unknown capability \"CAP_NET_RWA\"; did you mean "
	  "CAP_NET_RAW?" },
	{ "Container", "AddCapability", "chown xyzzy",
	  "4:21: error: AddCapability: unknown capability \"xyzzy\"; write names" },
	{ "Network", "Mode", "bridge",
	  "4:6: error: Mode: unknown value \"bridge\"; write private, host or none" },
	{ "Resources", "MemoryMax", "64MB",
	  "4:11: error: MemoryMax: \"64MB\" is not a size; write a number above 0 with K, M, G or "
	  "T" },
	{ "Resources", "MemoryMax", "0", "4:11: error: MemoryMax: 0 is too small" },
	{ "Resources", "MemoryMax", "-1", "4:11: error: MemoryMax: \"-1\" is not a size" },
	{ "Resources", "MemoryMax", "101%",
	  "4:11: error: MemoryMax: 101% is more than the machine has" },
	{ "Resources", "MemoryMax", "99999999T", "4:11: error: MemoryMax: 99999999T is too large" },
	{ "Resources", "CPUQuota", "50", "4:10: error: CPUQuota: \"50\" is not a percentage" },
	{ "Resources", "CPUQuota", "0%", "4:10: error: CPUQuota: 0% is out of range" },
	{ "Resources", "CPUQuota", "1.234%",
	  "4:10: error: CPUQuota: 1.234% has more than two decimals" },
	{ "Resources", "CPUWeight", "0", "4:11: error: CPUWeight: 0 is out of range" },
	{ "Resources", "TasksMax", "0", "4:10: error: TasksMax: 0 is out of range" },
	{ "Log", "MaxFileSize", "4095", "4:13: error: MaxFileSize: 4095 is too small" },
	{ "Log", "MaxFiles", "0", "4:10: error: MaxFiles: 0 is out of range" },
};

static void bad_values_are_refused_with_place_and_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		AUTO_FREE char *text = unit_with(bad[i].section, bad[i].name, bad[i].value);
		AUTO_FREE char *expected = str_printf("x.ini:%s", bad[i].expected);

		assert_one_error(text, expected);
	}
}

static void a_percentage_of_memory_is_the_machines(void **state)
{
	uint64_t all = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
	struct loaded l;

	(void)state;
	load_text(&l, "[Service]\nExec=a\n[Resources]\nMemoryMax=50%\n");
	assert_false(l.unit->broken);
	assert_in_range(l.unit->resources.memory_max_bytes, all / 2 - all / 50, all / 2 + all / 50);
	unload(&l);
}

static void an_instance_knows_its_argument(void **state)
{
	static const char text[] = "[Unit]\nDescription=%n %p %i %I\n[Service]\nExec=a %i\n";
	struct loaded l;

	(void)state;
	load_bytes(&l, "web@a-b", text, strlen(text));
	assert_false(l.unit->broken);
	assert_string_equal(l.unit->description, "web@a-b web a-b a/b");
	assert_string_equal(l.unit->service.exec.items[1].text, "a-b");
	unload(&l);
}

static void items_know_their_place_across_continued_lines(void **state)
{
	struct loaded l;

	(void)state;
	load_text(&l, "[Unit]\nAfter=a \\\n   bb cc\n  dd\n");
	assert_int_equal(l.unit->after.n, 4);
	assert_int_equal(l.unit->after.items[1].at.line, 3);
	assert_int_equal(l.unit->after.items[1].at.column, 4);
	assert_int_equal(l.unit->after.items[2].at.column, 7);
	assert_int_equal(l.unit->after.items[3].at.line, 4);
	assert_int_equal(l.unit->after.items[3].at.column, 3);
	unload(&l);
}

static void bytes_that_are_no_text_are_shown_escaped(void **state)
{
	(void)state;
	assert_one_error("[Unit]\nAfter=a\x1b[2Jb\n",
			 "x.ini:2:7: error: After: \"a\\x1b[2Jb\" is not");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_values_mean_what_they_say),
		cmocka_unit_test(bad_values_are_refused_with_place_and_words),
		cmocka_unit_test(a_percentage_of_memory_is_the_machines),
		cmocka_unit_test(an_instance_knows_its_argument),
		cmocka_unit_test(items_know_their_place_across_continued_lines),
		cmocka_unit_test(bytes_that_are_no_text_are_shown_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
