/*
 * Real starts: box-run plays svinit and the manager, svbox and the kernel are the real ones. Needs
 * root and busybox-static; skipped without.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[] = "/tmp/test-box-start.XXXXXX";
static char answer[65536];

static int command(const char *text)
{
	return WEXITSTATUS(system(text));
}

static int make_root(void **state)
{
	char text[1024];

	(void)state;
	if (geteuid() != 0 || access("/bin/busybox", X_OK) < 0)
		return 0;
	if (!mkdtemp(dir))
		return -1;
	snprintf(
		text, sizeof(text),
		"cd %s && chmod 755 . && mkdir -p root/bin root/etc && cp /bin/busybox root/bin && "
		"for i in $(/bin/busybox --list); do ln -s busybox root/bin/$i 2>/dev/null; done; "
		"printf 'root:x:0:0::/root:/bin/sh\\nweb:x:33:33::/srv:/bin/sh\\n' "
		">root/etc/passwd; "
		"printf 'web:x:33:\\nextra:x:44:web\\n' >root/etc/group; "
		"printf '#!/bin/absent\\n' >root/bin/script; chmod 755 root/bin/script",
		dir);
	return command(text);
}

static int remove_root(void **state)
{
	char text[128];

	(void)state;
	snprintf(text, sizeof(text), "rm -rf %s", dir);
	return strchr(dir, 'X') ? 0 : command(text);
}

/* Starts a unit; its output (or the failure) is in `answer`, its status is returned. */
static int start(const char *options, const char *container, const char *service)
{
	char path[128], text[512];
	size_t n;
	FILE *f;

	if (strstr(dir, "XXXXXX"))
		skip();
	snprintf(path, sizeof(path), "%s/u.ini", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "[Container]\nRootfs=%s/root\n%s\n[Service]\n%s\n", dir, container, service);
	fclose(f);
	snprintf(text, sizeof(text), "%s --svbox %s %s %s 2>&1", BOX_RUN, SVBOX, options, path);
	f = popen(text, "r");
	assert_non_null(f);
	n = fread(answer, 1, sizeof(answer) - 1, f);
	answer[n] = '\0';
	return WEXITSTATUS(pclose(f));
}

static void want(const char *part)
{
	if (!strstr(answer, part))
		fail_msg("no \"%s\" in: %s", part, answer);
}

static void the_exit_status_comes_back(void **state)
{
	(void)state;
	assert_int_equal(start("", "", "Exec=sh -c 'exit 7'"), 7);
}

static void the_program_is_pid_1_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(start("", "", "Exec=sh -c 'echo pid $$'"), 0);
	want("pid 1\n");
}

static void all_namespaces_are_its_own(void **state)
{
	static const char *const names[] = { "mnt", "pid", "net", "ipc", "uts", "cgroup" };

	(void)state;
	start("", "",
	      "Exec=sh -c 'for i in mnt pid net ipc uts cgroup; do "
	      "readlink /proc/self/ns/$i; done'");
	for (size_t i = 0; i < 6; i++) {
		char path[64], own[64] = "";

		snprintf(path, sizeof(path), "/proc/self/ns/%s", names[i]);
		assert_true(readlink(path, own, sizeof(own) - 1) > 0);
		want(names[i]);
		assert_null(strstr(answer, own));
	}
}

static void only_the_three_descriptors_are_open(void **state)
{
	(void)state;
	/* The fourth is the directory that ls reads. */
	assert_int_equal(start("", "", "Exec=sh -c 'ls /proc/self/fd | wc -l'"), 0);
	want("4");
}

static void dev_has_what_programs_expect(void **state)
{
	(void)state;
	assert_int_equal(start("", "",
			       "Exec=sh -c 'for i in null zero full random urandom tty; do "
			       "test -c /dev/$i || exit 9; done; test -e /dev/pts/ptmx && test -d "
			       "/dev/shm'"),
			 0);
}

static void stdout_can_be_opened_again_by_any_user(void **state)
{
	(void)state;
	assert_int_equal(start("", "",
			       "User=1234\nExec=sh -c 'echo one >/dev/stdout; "
			       "echo two >/proc/self/fd/1'"),
			 0);
	want("one\ntwo\n");
}

static void a_named_user_has_its_groups_and_no_capability(void **state)
{
	(void)state;
	assert_int_equal(start("", "",
			       "User=web\nExec=sh -c 'id; cat /proc/self/status; "
			       "echo $HOME'"),
			 0);
	want("uid=33(web) gid=33(web)");
	want("Groups:\t33 44");
	want("CapEff:\t0000000000000000");
	want("/srv\n");
}

static void root_keeps_the_short_list_only(void **state)
{
	(void)state;
	start("", "", "Exec=grep -E 'CapEff|CapBnd|CapInh|NoNewPrivs' /proc/self/status");
	want("CapEff:\t00000000800405fb");
	want("CapBnd:\t00000000800405fb");
	want("CapInh:\t0000000000000000");
	want("NoNewPrivs:\t1");
}

static void loopback_is_up(void **state)
{
	(void)state;
	start("", "", "Exec=ip addr show lo");
	want("inet 127.0.0.1/8");
}

static void kernel_files_are_covered(void **state)
{
	(void)state;
	assert_int_equal(start("", "", "Exec=sh -c 'echo 1 >/proc/sys/kernel/panic'"), 1);
	want("Read-only file system");
	assert_int_equal(start("", "",
			       "Exec=sh -c 'test -z \"$(cat /proc/keys)\" && "
			       "! mkdir /sys/kernel/x && test -z \"$(ls /sys/firmware)\"'"),
			 0);
}

static void a_read_only_root_with_volume_and_tmpfs(void **state)
{
	(void)state;
	assert_int_equal(start("", "ReadOnly=yes\nVolume=/etc/hostname:/new/name:ro\nTmpfs=/run",
			       "Exec=sh -c 'test -s /new/name && touch /run/x && ! touch /x && "
			       "! touch /new/name'"),
			 0);
}

static void a_link_in_the_image_does_not_lead_out(void **state)
{
	char text[256];

	(void)state;
	if (strstr(dir, "XXXXXX"))
		skip();
	snprintf(text, sizeof(text), "ln -sfn /../../%s/outside %s/root/link", dir + 1, dir);
	assert_int_equal(command(text), 0);
	start("", "Volume=/etc/hostname:/link/name", "Exec=true");
	snprintf(text, sizeof(text), "test ! -e %s/outside", dir);
	assert_int_equal(command(text), 0);
}

static void a_terminal_is_the_controlling_one(void **state)
{
	(void)state;
	assert_int_equal(start("--terminal", "",
			       "User=web\nExec=sh -c 'tty; echo >/dev/tty && "
			       "test -w /dev/console && echo good'"),
			 0);
	want("/dev/pts/0");
	want("good");
}

static void without_go_nothing_is_executed(void **state)
{
	(void)state;
	assert_int_equal(start("--no-go", "", "Exec=echo executed"), 125);
	assert_string_equal(answer, "");
}

static void failures_name_their_place(void **state)
{
	(void)state;
	assert_int_equal(start("", "", "Exec=/bin/absent"), 3);
	want("u.ini:5:6: Exec: execve: /bin/absent: No such file or directory");
	start("", "", "Exec=script");
	want("interpreter /bin/absent: No such file or directory");
	start("", "", "User=nobody-here\nExec=true");
	want("u.ini:5:6: User: user nobody-here is not in the container's /etc/passwd");
	start("", "Volume=/absent:/x", "Exec=true");
	want("u.ini:3:8: Volume: open_tree: /absent: No such file or directory");
	start("", "", "WorkingDirectory=/absent\nExec=true");
	want("u.ini:5:18: WorkingDirectory: chdir: /absent: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exit_status_comes_back),
		cmocka_unit_test(the_program_is_pid_1_of_its_own),
		cmocka_unit_test(all_namespaces_are_its_own),
		cmocka_unit_test(only_the_three_descriptors_are_open),
		cmocka_unit_test(dev_has_what_programs_expect),
		cmocka_unit_test(stdout_can_be_opened_again_by_any_user),
		cmocka_unit_test(a_named_user_has_its_groups_and_no_capability),
		cmocka_unit_test(root_keeps_the_short_list_only),
		cmocka_unit_test(loopback_is_up),
		cmocka_unit_test(kernel_files_are_covered),
		cmocka_unit_test(a_read_only_root_with_volume_and_tmpfs),
		cmocka_unit_test(a_link_in_the_image_does_not_lead_out),
		cmocka_unit_test(a_terminal_is_the_controlling_one),
		cmocka_unit_test(without_go_nothing_is_executed),
		cmocka_unit_test(failures_name_their_place),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
