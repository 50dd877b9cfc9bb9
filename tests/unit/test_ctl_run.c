/* svctl run: the unit file that it makes, and being the person's end of the container. */
#include "ctl-fake.h"

#include "base/str.h"
#include "ctl/quote.h"

#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#define STARTED "{\"parameters\":{\"unit\":\"run-1\",\"pid\":9},\"continues\":true}"
#define ENDED(reason, code, number)                                                                \
	"{\"parameters\":{\"exit\":{\"reason\":\"" reason "\",\"code\":" #code                     \
	",\"signal\":" #number "}}}"

static int setup(void **state)
{
	static struct fake f;

	fake_open(&f);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	fake_close(*state);
	return 0;
}

static void words_are_quoted(void **state)
{
	static const char *const cases[][2] = {
		{ "/bin/true", "/bin/true" },
		{ "", "\"\"" },
		{ "a b", "\"a b\"" },
		{ "100%", "100%%" },
		{ "%n x", "\"%%n x\"" },
		{ "say \"hi\" \\ there", "\"say \\\"hi\\\" \\\\ there\"" },
		{ "it's", "\"it's\"" },
		{ "a\nb\tc\rd\033", "\"a\\nb\\tc\\rd\\x1b\"" },
		{ "$HOME;#*", "\"$HOME;#*\"" },
		{ "grün", "\"grün\"" },
		{ "\xff", "\"\\xff\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t = { 0 };

		quote_word(&t, cases[i][0]);
		assert_string_equal(t.data, cases[i][1]);
		text_fini(&t);
	}
}

static void options_become_a_unit_file(void **state)
{
	struct fake *f = *state;
	json_t *p;

	setenv("SVCTL_TEST", "own value", 1);
	fake_svctl(f, "run", "--name=job", "-m512m", "--cpus", "0.5", "--pids-limit", "-1", "-h",
		   "box", "--network", "none", "--read-only", "-v", "/a b:/b:ro", "--tmpfs", "/t",
		   "-e", "A=x y%", "-eSVCTL_TEST", "-u", "7:8", "-w", "/w", "--cap-drop",
		   "CAP_KILL", "--namespaces", "pid,mount", "-p", "Service.Nice=5", "-pUMask=077",
		   "-d", "--", "/bin/echo", "-n", "a b", NULL);
	p = fake_expect(f, "io.svinit.Run");
	assert_string_equal(json_string_value(json_object_get(p, "name")), "job");
	assert_true(json_is_false(json_object_get(p, "terminal")));
	assert_null(json_object_get(f->request, "more"));
	assert_int_equal(f->n_fds, 0);
	assert_string_equal(json_string_value(json_object_get(p, "text")),
			    "[Unit]\nDescription=/bin/echo -n a b\n\n"
			    "[Service]\nExec=/bin/echo -n \"a b\"\n"
			    "Environment=\"A=x y%%\"\nEnvironment=\"SVCTL_TEST=own value\"\n"
			    "User=7\nGroup=8\nWorkingDirectory=/w\nNice=5\nUMask=077\n\n"
			    "[Resources]\nMemoryMax=512M\nCPUQuota=50%\nTasksMax=infinity\n\n"
			    "[Container]\nHostname=box\nReadOnly=yes\nVolume=\"/a b:/b:ro\"\n"
			    "Tmpfs=/t\nDropCapability=CAP_KILL\nNamespaces=pid mount\n\n"
			    "[Network]\nMode=none\n");
	fake_reply(f, "{\"parameters\":{\"unit\":\"job\",\"pid\":9}}");
	assert_int_equal(fake_wait(f), 0);
	assert_string_equal(f->text[0], "job\n");
}

static void wrong_options_are_usage_errors(void **state)
{
	static const char *const cases[][3] = {
		{ "--cpus=x", "true", "svctl: --cpus: 'x' is no number" },
		{ "--volume=x", "true", "svctl: --volume: 'x' is not SRC:DST" },
		{ "--volume=./nope:/x", "true", "svctl: --volume: ./nope: No such file" },
		{ "--rootfs=nope", "true", "svctl: --rootfs: nope: No such file" },
		{ "--hostname=a\nExec=/evil", "true", "control characters" },
		{ "-pNice", "true", "svctl: --property: 'Nice' is not" },
		{ "-p=5", "true", "svctl: --property: '=5' is not" },
		{ "-pNcie=5", "true", "svctl: --property: unknown key Ncie; did you mean Nice?" },
		{ "--", "", "svctl: the command is empty" },
		{ "-d", NULL, "svctl: run needs" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake f;

		fake_open(&f);
		fake_svctl(&f, "run", cases[i][0], cases[i][1], NULL);
		assert_int_equal(fake_wait(&f), 2);
		if (!strstr(f.text[1], cases[i][2]))
			fail_msg("%s: %s", cases[i][0], f.text[1]);
		fake_close(&f);
	}
}

static void the_exit_status_is_that_of_the_container(void **state)
{
	static const struct {
		const char *answer;
		int status;
		const char *told;
	} cases[] = {
		{ ENDED("exited", 0, 0), 0, "" },
		{ ENDED("exited", 42, 0), 42, "" },
		{ ENDED("signaled", 0, 15), 143, "" },
		{ "{\"parameters\":{\"exit\":{\"reason\":\"exited\",\"code\":7,\"signal\":null},"
		  "\"message\":\"exited with status 7\"}}",
		  7, "" },
		{ ENDED("oom", 0, 9), 137, "svctl: run-1: killed because it ran out of memory\n" },
		{ "{\"parameters\":{\"exit\":{\"reason\":\"start-failed\",\"message\":\"x.ini:2: "
		  "no\"}}}",
		  1, "svctl: run-1: x.ini:2: no\n" },
		{ "{\"error\":\"io.svinit.Failed\",\"parameters\":{\"message\":\"no exec\"}}", 1,
		  "svctl: no exec\n" },
		{ "{}", 1, "svctl: run-1: could not be started\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake f;

		fake_open(&f);
		fake_svctl(&f, "run", "--", "/bin/true", NULL);
		fake_expect(&f, "io.svinit.Run");
		assert_true(json_is_true(json_object_get(f.request, "more")));
		fake_reply(&f, STARTED);
		fake_reply(&f, cases[i].answer);
		assert_int_equal(fake_wait(&f), cases[i].status);
		assert_string_equal(f.text[1], cases[i].told);
		fake_close(&f);
	}
}

static void two_answers_in_one_packet_are_both_read(void **state)
{
	static const char both[] = STARTED "\0" ENDED("exited", 3, 0);
	struct fake *f = *state;

	fake_svctl(f, "run", "true", NULL);
	fake_expect(f, "io.svinit.Run");
	fake_send(f, both, sizeof(both));
	assert_int_equal(fake_wait(f), 3);
}

static void without_a_terminal_the_container_gets_our_streams(void **state)
{
	struct fake *f = *state;
	int fds[2];
	char byte = 0;

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	f->input = fds[0];
	fake_svctl(f, "run", "cat", NULL);
	fake_expect(f, "io.svinit.Run");
	assert_int_equal(f->n_fds, 3);
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_int_equal(read(f->fds[0], &byte, 1), 1);
	assert_int_equal(byte, 'x');
	assert_int_equal(write(f->fds[1], "out", 3), 3);
	assert_int_equal(write(f->fds[2], "err", 3), 3);
	fake_reply(f, STARTED);
	fake_reply(f, ENDED("exited", 0, 0));
	assert_int_equal(fake_wait(f), 0);
	assert_string_equal(f->text[0], "out");
	assert_string_equal(f->text[1], "err");
	close(fds[1]);
}

static void a_lost_connection_is_told(void **state)
{
	struct fake *f = *state;

	fake_svctl(f, "run", "true", NULL);
	fake_expect(f, "io.svinit.Run");
	fake_reply(f, STARTED);
	fake_hang_up(f);
	assert_int_equal(fake_wait(f), 1);
	assert_string_equal(f->text[1],
			    "svctl: run-1: the connection to the supervisor was lost\n");
}

/* The signal must not come before svctl waits for it: its first read of the answer proves that. */
static void signals_are_forwarded_and_the_third_ends(void **state)
{
	struct fake *f = *state;
	int call;

	fake_svctl(f, "run", "true", NULL);
	fake_expect(f, "io.svinit.Run");
	fake_reply(f, STARTED);
	call = f->peer;
	f->peer = -1;
	usleep(200000);
	for (int i = 0; i < 2; i++) {
		json_t *p;

		kill(f->pid, i ? SIGTERM : SIGINT);
		p = fake_expect(f, "io.svinit.Kill");
		assert_int_equal(json_integer_value(json_object_get(p, "signal")),
				 i ? SIGTERM : SIGINT);
		assert_string_equal(json_string_value(json_object_get(p, "whom")),
				    i ? "main" : "all");
		fake_reply(f, "{\"parameters\":{}}");
	}
	kill(f->pid, SIGINT);
	assert_int_equal(fake_wait(f), 128 + SIGINT);
	close(call);
}

/* The container's side: sends the master of a new pseudo terminal, returns the slave. */
static int give_terminal(struct fake *f)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec v = { .iov_base = (void *)(uintptr_t) "x", .iov_len = 1 };
	struct msghdr m = { .msg_iov = &v,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);
	int master, slave;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	fcntl(slave, F_SETFD, FD_CLOEXEC);
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(h), &master, sizeof(int));
	assert_int_equal(f->n_fds, 1);
	assert_int_equal(sendmsg(f->fds[0], &m, MSG_NOSIGNAL), 1);
	close(master);
	close(f->fds[0]);
	f->n_fds = 0;
	return slave;
}

static void expect_size(int slave, int rows, int columns)
{
	struct winsize w = { 0 };

	for (int i = 0; i < 2000 && (w.ws_row != rows || w.ws_col != columns); i++) {
		usleep(1000);
		assert_int_equal(ioctl(slave, TIOCGWINSZ, &w), 0);
	}
	assert_int_equal(w.ws_row, rows);
	assert_int_equal(w.ws_col, columns);
}

static int begin_on_terminal(struct fake *f)
{
	int slave;

	fake_svctl_on_terminal(f, 91, "run", "sh", NULL);
	fake_expect(f, "io.svinit.Run");
	assert_true(json_is_true(
		json_object_get(json_object_get(f->request, "parameters"), "terminal")));
	slave = give_terminal(f);
	fake_reply(f, STARTED);
	expect_size(slave, 40, 91);
	return slave;
}

static void with_a_terminal_bytes_and_window_size_are_relayed(void **state)
{
	struct fake *f = *state;
	struct winsize w = { .ws_row = 22, .ws_col = 77 };
	struct termios raw, after;
	char buf[16] = { 0 };
	int slave = begin_on_terminal(f);

	/* Ctrl-C is a byte for the container: svctl's own terminal makes no signal of it. */
	while (tcgetattr(f->terminal, &raw) == 0 && (raw.c_lflag & ISIG))
		usleep(1000);
	assert_int_equal(write(f->terminal, "hi\r", 3), 3);
	assert_int_equal(read(slave, buf, sizeof(buf)), 3);
	assert_string_equal(buf, "hi\n");
	assert_int_equal(ioctl(f->terminal, TIOCSWINSZ, &w), 0);
	expect_size(slave, 22, 77);
	assert_int_equal(write(slave, "bye\n", 4), 4);
	fake_read_until(f, "bye");
	close(slave);
	fake_reply(f, ENDED("exited", 5, 0));
	fake_read_until(f, "");
	usleep(200000);
	assert_int_equal(tcgetattr(f->terminal, &after), 0);
	assert_true(after.c_lflag & ICANON);
	assert_int_equal(fake_wait(f), 5);
}

static void output_before_the_exit_is_never_lost(void **state)
{
	static char big[4000];
	struct fake *f = *state;
	int slave = begin_on_terminal(f);

	memset(big, 'x', sizeof(big));
	assert_int_equal(write(slave, big, sizeof(big)), sizeof(big));
	fake_reply(f, ENDED("exited", 0, 0));
	assert_int_equal(write(slave, "END", 3), 3);
	close(slave);
	assert_int_equal(fake_wait(f), 0);
	assert_true(strspn(f->text[0], "x") == sizeof(big));
	assert_non_null(strstr(f->text[0], "END"));
}

static void a_signal_gives_the_terminal_back(void **state)
{
	struct fake *f = *state;
	struct termios now;
	int slave = begin_on_terminal(f);

	while (tcgetattr(f->terminal, &now) == 0 && (now.c_lflag & ICANON))
		usleep(1000);
	/* With the slave open on our side too, the settings can be read after svctl's end. */
	kill(f->pid, SIGTERM);
	while (tcgetattr(f->terminal, &now) == 0 && !(now.c_lflag & ICANON))
		usleep(1000);
	assert_true(now.c_lflag & ICANON);
	assert_int_equal(fake_wait(f), 128 + SIGTERM);
	close(slave);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		cmocka_unit_test(words_are_quoted),
		T(options_become_a_unit_file),
		cmocka_unit_test(wrong_options_are_usage_errors),
		cmocka_unit_test(the_exit_status_is_that_of_the_container),
		T(two_answers_in_one_packet_are_both_read),
		T(without_a_terminal_the_container_gets_our_streams),
		T(a_lost_connection_is_told),
		T(signals_are_forwarded_and_the_third_ends),
		T(with_a_terminal_bytes_and_window_size_are_relayed),
		T(output_before_the_exit_is_never_lost),
		T(a_signal_gives_the_terminal_back),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
