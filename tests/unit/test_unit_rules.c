/* Rules across keys, and what follows from keys that were not given. */
#include "unit_text.h"

#include <linux/capability.h>
#include <stdlib.h>

#define S         "[Service]\nExec=/bin/a\n" /* two lines */
#define CAP(name) (UINT64_C(1) << CAP_##name)

static void a_target_has_no_containers_keys(void **state)
{
	(void)state;
	assert_no_error("[Unit]\nDescription=a\nWants=b\n[Install]\nWantedBy=default\n");
	assert_no_error("");
	assert_one_error(
		"[Unit]\nDescription=a\n[Container]\nRootfs=/a\nReadOnly=yes\n",
		"x.ini:4:1: error: Rootfs: [Container] keys describe a container, and Exec= "
		"is missing");
	assert_one_error("[Service]\nUser=a\n", "x.ini:2:1: error: User: [Service] keys describe");
}

static void a_broken_exec_is_still_one(void **state)
{
	(void)state;
	assert_one_error("[Service]\nExec=\"a\nUser=b\n", "x.ini:2:6: error: Exec: the quote");
	assert_one_error("[Service]\nExec=\nUser=b\n",
			 "x.ini:2:6: error: Exec: the value is empty");
}

static void mounts_need_the_mount_namespace(void **state)
{
	(void)state;
	assert_one_error(S "[Container]\nNamespaces=pid\nRootfs=/a\n[Network]\nMode=host\n",
			 "x.ini:5:8: error: Rootfs: needs the mount namespace; add \"mount\"");
	assert_one_error(S "[Container]\nNamespaces=none\nReadOnly=yes\n",
			 "x.ini:5:10: error: ReadOnly: needs the mount namespace");
	assert_one_error(S "[Container]\nNamespaces=none\nVolume=/a:/b\n",
			 "x.ini:5:8: error: Volume: needs the mount namespace");
	assert_one_error(S "[Container]\nNamespaces=none\nTmpfs=/a\n",
			 "x.ini:5:7: error: Tmpfs: needs the mount namespace");
	assert_no_error(S "[Container]\nNamespaces=none\nReadOnly=no\n");
}

static void a_host_name_needs_the_uts_namespace(void **state)
{
	(void)state;
	assert_one_error(S "[Container]\nNamespaces=mount\nHostname=a\n",
			 "x.ini:5:10: error: Hostname: needs the uts namespace");
	assert_no_error(S "[Container]\nNamespaces=uts\nHostname=a\n");
}

static void network_mode_and_net_namespace_agree(void **state)
{
	(void)state;
	assert_one_error(
		S "[Container]\nNamespaces=net\n[Network]\nMode=host\n",
		"x.ini:6:6: error: Mode: host contradicts \"net\" in Namespaces= (line 4)");
	assert_one_error(
		S "[Container]\nNamespaces=mount\n[Network]\nMode=private\n",
		"x.ini:6:6: error: Mode: needs the net namespace; add \"net\" to Namespaces= "
		"(line 4)");
	assert_one_error(S "[Container]\nNamespaces=none\n[Network]\nMode=none\n",
			 "x.ini:6:6: error: Mode: needs the net namespace");
	assert_no_error(S "[Container]\nNamespaces=net\n[Network]\nMode=none\n");
}

static void host_mode_takes_net_out_of_the_default(void **state)
{
	struct loaded l;

	(void)state;
	load_text(&l, S "[Network]\nMode=host\n");
	assert_false(l.unit->broken);
	assert_int_equal(l.unit->box.namespaces, UNIT_NS_DEFAULT & ~UNIT_NS_NET);
	unload(&l);
	load_text(&l, S "[Container]\nNamespaces=mount pid\n");
	assert_false(l.unit->broken);
	assert_int_equal(l.unit->network.mode, NETWORK_HOST);
	unload(&l);
}

static void the_longest_restart_delay_is_the_longest(void **state)
{
	struct loaded l;

	(void)state;
	assert_one_error(S "RestartSec=2\nRestartMaxDelaySec=1\n",
			 "x.ini:4:20: error: RestartMaxDelaySec: the longest delay is below");
	assert_one_error(S "RestartMaxDelaySec=1ms\n", "x.ini:3:20: error: RestartMaxDelaySec:");
	assert_no_error(S "RestartSec=2\nRestartMaxDelaySec=2\n");
	load_text(&l, S "RestartSec=10min\n");
	assert_false(l.unit->broken);
	assert_int_equal(l.unit->service.restart_max_delay_usec, 600000000);
	unload(&l);
}

static void a_refused_value_breaks_no_rule_besides(void **state)
{
	(void)state;
	assert_one_error(S "RestartSec=x\nRestartMaxDelaySec=1ms\n",
			 "x.ini:3:12: error: RestartSec:");
	assert_one_error(S "[Container]\nNamespaces=monut\nRootfs=/a\n[Network]\nMode=host\n",
			 "x.ini:4:12: error: Namespaces:");
}

static void a_oneshot_unit_is_not_restarted_after_success(void **state)
{
	struct loaded l;

	(void)state;
	assert_one_error(S "Type=oneshot\nRestart=always\n",
			 "x.ini:4:9: error: Restart: a oneshot");
	assert_one_error(S "Type=oneshot\nRestart=on-success\n",
			 "x.ini:4:9: error: Restart: a one");
	assert_no_error(S "Type=oneshot\nRestart=on-failure\n");
	load_text(&l, S "Type=oneshot\n");
	assert_true(l.unit->service.timeout_start_usec == UNIT_INFINITY);
	unload(&l);
	load_text(&l, S "Type=oneshot\nTimeoutStartSec=1\n");
	assert_true(l.unit->service.timeout_start_usec == 1000000);
	unload(&l);
}

static void a_capability_is_added_or_dropped(void **state)
{
	(void)state;
	assert_one_error(S "[Container]\nAddCapability=NET_RAW\nDropCapability=chown NET_RAW\n",
			 "x.ini:5:16: error: DropCapability: CAP_NET_RAW is also in AddCapability= "
			 "(line 4)");
	assert_one_error(S "[Container]\nAddCapability=all\nDropCapability=all\n",
			 "x.ini:5:16: error: DropCapability: all is also in AddCapability=");
}

static void capabilities_begin_with_the_short_list(void **state)
{
	static const uint64_t list = CAP(CHOWN) | CAP(DAC_OVERRIDE) | CAP(FOWNER) | CAP(FSETID) |
				     CAP(KILL) | CAP(SETGID) | CAP(SETUID) | CAP(SETPCAP) |
				     CAP(NET_BIND_SERVICE) | CAP(SYS_CHROOT) | CAP(SETFCAP);
	static const struct {
		const char *text;
		uint64_t mask;
	} cases[] = {
		{ S, list },
		{ S "[Container]\nAddCapability=NET_RAW\n", list | CAP(NET_RAW) },
		{ S "[Container]\nDropCapability=KILL\n", list & ~CAP(KILL) },
		{ S "[Container]\nDropCapability=all\n", 0 },
		{ S "[Container]\nAddCapability=KILL\nDropCapability=all\n", CAP(KILL) },
		{ S "[Container]\nAddCapability=all\n", (UINT64_C(1) << (CAP_LAST_CAP + 1)) - 1 },
		{ S "[Container]\nAddCapability=all\nDropCapability=KILL\n",
		  ((UINT64_C(1) << (CAP_LAST_CAP + 1)) - 1) & ~CAP(KILL) },
	};
	struct loaded l;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		load_text(&l, cases[i].text);
		assert_int_equal(l.report.n, 0);
		assert_true(l.unit->box.capabilities == cases[i].mask);
		unload(&l);
	}
}

static void the_mask_knows_its_line(void **state)
{
	struct loaded l;

	(void)state;
	load_text(&l, S "[Container]\nDropCapability=KILL\n");
	assert_int_equal(unit_origin(l.unit, box.capabilities)->line, 4);
	unload(&l);
}

static void one_mount_a_place(void **state)
{
	(void)state;
	assert_one_error(S "[Container]\nVolume=/a:/x\nTmpfs=/y\nVolume=/b:/x/\n",
			 "x.ini:6:8: error: Volume: /x is mounted already, by Volume= (line 4)");
	assert_one_error(S "[Container]\nTmpfs=/x\nVolume=/b:/x\n",
			 "x.ini:5:8: error: Volume: /x is mounted already, by Tmpfs= (line 4)");
	assert_no_error(S "[Container]\nTmpfs=/x\nVolume=/b:/x/y\n");
}

static void a_unit_does_not_name_itself(void **state)
{
	(void)state;
	assert_one_error("[Unit]\nAfter=a web\n", "x.ini:2:9: error: After: the unit names itself");
	assert_one_error("[Install]\nWantedBy=%n\n", "x.ini:2:10: error: WantedBy: the unit names");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_has_no_containers_keys),
		cmocka_unit_test(a_broken_exec_is_still_one),
		cmocka_unit_test(mounts_need_the_mount_namespace),
		cmocka_unit_test(a_host_name_needs_the_uts_namespace),
		cmocka_unit_test(network_mode_and_net_namespace_agree),
		cmocka_unit_test(host_mode_takes_net_out_of_the_default),
		cmocka_unit_test(the_longest_restart_delay_is_the_longest),
		cmocka_unit_test(a_refused_value_breaks_no_rule_besides),
		cmocka_unit_test(a_oneshot_unit_is_not_restarted_after_success),
		cmocka_unit_test(a_capability_is_added_or_dropped),
		cmocka_unit_test(capabilities_begin_with_the_short_list),
		cmocka_unit_test(the_mask_knows_its_line),
		cmocka_unit_test(one_mount_a_place),
		cmocka_unit_test(a_unit_does_not_name_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
