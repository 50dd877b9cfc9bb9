/*
 * The real svinit and the link, with the test in the place of the manager
 * (tests/support/init-world.h). proto/link.h is what is checked here.
 */

#include "base/clock.h"
#include "base/fd.h"
#include "init-world.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void helpers_are_greeted_and_introduced(void **state)
{
	struct world *w = *state;
	int here, there, box_end;
	char c = 0;

	want_welcome(w, ROLE_MANAGER, 1);
	want_ready(w);
	here = want_peer(w, ROLE_MANAGER, ROLE_BOX);
	there = want_peer(w, ROLE_MANAGER, ROLE_LOGD);
	want_welcome(w, ROLE_BOX, 1);
	box_end = want_peer(w, ROLE_BOX, ROLE_MANAGER);
	assert_int_equal(send(here, "x", 1, 0), 1);
	assert_int_equal(recv(box_end, &c, 1, 0), 1);
	assert_int_equal(c, 'x');
	close(here);
	close(there);
	close(box_end);
}

static void a_new_box_gets_a_new_channel(void **state)
{
	struct world *w = *state;
	int old, fresh;

	want_welcome(w, ROLE_MANAGER, 1);
	want_ready(w);
	old = want_peer(w, ROLE_MANAGER, ROLE_BOX);
	close(want_peer(w, ROLE_MANAGER, ROLE_LOGD));
	want_welcome(w, ROLE_BOX, 1);
	close(want_peer(w, ROLE_BOX, ROLE_MANAGER));
	kill_helper(w, ROLE_BOX);
	want_end(w, old);
	fresh = want_peer(w, ROLE_MANAGER, ROLE_BOX);
	want_welcome(w, ROLE_BOX, 2);
	close(want_peer(w, ROLE_BOX, ROLE_MANAGER));
	close(old);
	close(fresh);
}

static void a_claimed_exit_is_told_with_its_status(void **state)
{
	struct world *w = *state;
	struct link_exit x;
	pid_t pid;

	greet_manager(w);
	pid = fork_child(w, CHILD_SLEEPS, 0);
	claim(w, pid);
	want_silence(w->fake[ROLE_MANAGER].link, 50);
	kill(pid, SIGTERM);
	x = want_exit(w);
	assert_int_equal(x.pid, pid);
	assert_int_equal(x.code, CLD_KILLED);
	assert_int_equal(x.status, SIGTERM);
	assert_int_equal(x.lost, 0);
	assert_true(x.max_rss_bytes > 0);
	assert_true(clock_wall_usec() - x.when_usec < WAIT_MS * 1000u);
}

/* svinit sleeps while both happen: it must read the claim before it reaps. */
static void a_claim_sent_before_the_child_ran_is_never_late(void **state)
{
	struct world *w = *state;
	struct link_exit x;
	pid_t pid;

	greet_manager(w);
	kill(w->init, SIGSTOP);
	pid = fork_child(w, CHILD_EXITS, 42);
	wait_until_zombie(pid);
	claim(w, pid);
	kill(w->init, SIGCONT);
	x = want_exit(w);
	assert_int_equal(x.pid, pid);
	assert_int_equal(x.code, CLD_EXITED);
	assert_int_equal(x.status, 42);
	assert_int_equal(x.lost, 0);
}

static void quick_ends_race_with_their_claims(void **state)
{
	struct world *w = *state;

	greet_manager(w);
	for (int i = 0; i < 1500; i++) {
		pid_t pid = fork_child(w, CHILD_SLEEPS, 0), other = fork_child(w, CHILD_SLEEPS, 0);
		struct link_exit x;

		kill(other, SIGKILL); /* an orphan, so that svinit reaps just now */
		claim(w, pid);
		kill(pid, SIGKILL);
		x = want_exit(w);
		assert_int_equal(x.pid, pid);
		assert_int_equal(x.lost, 0);
		assert_int_equal(x.status, SIGKILL);
		release(w, pid);
	}
}

static void the_claim_of_a_manager_that_died_counts(void **state)
{
	struct world *w = *state;
	struct link_exit x;
	pid_t pid;

	/* Its frames stay unread: svinit then sees ECONNRESET before it sees the claim. */
	kill(w->init, SIGSTOP);
	pid = fork_child(w, CHILD_EXITS, 5);
	claim(w, pid);
	kill(w->fake[ROLE_MANAGER].pid, SIGKILL);
	wait_until_zombie(w->fake[ROLE_MANAGER].pid);
	let_go(&w->fake[ROLE_MANAGER]);
	wait_until_zombie(pid);
	kill(w->init, SIGCONT);
	assert_int_equal(accept_fake(w), ROLE_MANAGER);
	want_welcome(w, ROLE_MANAGER, 2);
	x = want_exit(w);
	assert_int_equal(x.pid, pid);
	assert_int_equal(x.status, 5);
	want_ready(w);
}

static void a_new_manager_hears_unreleased_exits_only(void **state)
{
	struct world *w = *state;
	pid_t kept, released;

	greet_manager(w);
	kept = fork_child(w, CHILD_SLEEPS, 0);
	released = fork_child(w, CHILD_SLEEPS, 0);
	claim(w, kept);
	claim(w, released);
	kill(kept, SIGKILL);
	assert_int_equal(want_exit(w).pid, kept);
	kill(released, SIGKILL);
	assert_int_equal(want_exit(w).pid, released);
	release(w, released);
	kill_helper(w, ROLE_MANAGER);
	want_welcome(w, ROLE_MANAGER, 2);
	assert_int_equal(want_exit(w).pid, kept);
	want_ready(w);
}

static void an_exit_while_no_manager_runs_waits_for_the_next(void **state)
{
	struct world *w = *state;
	pid_t pid;

	greet_manager(w);
	pid = fork_child(w, CHILD_SLEEPS, 0);
	claim(w, pid);
	kill(w->fake[ROLE_MANAGER].pid, SIGKILL);
	kill(pid, SIGUSR1);
	let_go(&w->fake[ROLE_MANAGER]);
	assert_int_equal(accept_fake(w), ROLE_MANAGER);
	want_welcome(w, ROLE_MANAGER, 2);
	next_frame(w, w->fake[ROLE_MANAGER].link);
	if (w->f.type == LINK_READY)
		want_exit(w);
	else
		assert_int_equal(w->f.type, LINK_EXIT);
}

static void a_claim_for_no_child_is_lost(void **state)
{
	struct world *w = *state;
	struct link_exit x;

	greet_manager(w);
	claim(w, getpid());
	x = want_exit(w);
	assert_int_equal(x.pid, getpid());
	assert_int_equal(x.lost, 1);
}

static unsigned zombies_of(pid_t parent)
{
	char path[64], text[512], want[32];
	unsigned n = 0;

	snprintf(want, sizeof(want), ") Z %d ", (int)parent);
	for (int pid = parent; pid < parent + 30000; pid++) {
		snprintf(path, sizeof(path), "/proc/%d/stat", pid);
		if (fd_read_file(AT_FDCWD, path, text, sizeof(text)) > 0 && strstr(text, want))
			n++;
	}
	return n;
}

static void ten_thousand_orphans_are_reaped_in_silence(void **state)
{
	struct world *w = *state;
	struct link_exit x;
	pid_t pid;

	greet_manager(w);
	pid = fork_child(w, CHILD_ORPHANS, 10000);
	claim(w, pid);
	do
		next_frame(w, w->fake[ROLE_MANAGER].link);
	while (w->f.type != LINK_EXIT);
	x = *(const struct link_exit *)w->f.payload;
	assert_int_equal(x.pid, pid);
	assert_int_equal(x.status, 0);
	for (int i = 0; i < 200 && zombies_of(w->init); i++)
		poll(NULL, 0, 10);
	assert_int_equal(zombies_of(w->init), 0);
	want_silence(w->fake[ROLE_MANAGER].link, 20);
}

/* Strikes the pid out of the list; false when it is not in it (any more). */
static bool strike_out(pid_t *pids, int n, pid_t pid)
{
	for (int i = 0; i < n; i++) {
		if (pids[i] != pid)
			continue;
		pids[i] = 0;
		return true;
	}
	return false;
}

static void a_manager_that_does_not_read_loses_no_exit(void **state)
{
	enum { N = 1500 };
	struct world *w = *state;
	pid_t pids[N]; /* in no order: pids wrap */
	int seen = 0;

	greet_manager(w);
	for (int i = 0; i < N; i++) {
		pids[i] = fork_child(w, CHILD_EXITS, i % 200);
		claim(w, pids[i]);
	}
	wait_until_zombie(pids[N - 1]);
	poll(NULL, 0, 100);
	while (seen < N) {
		struct link_exit x = want_exit(w);

		/* A child that ended before its claim was sent is lost, as it may be here. */
		assert_true(strike_out(pids, N, x.pid));
		release(w, x.pid);
		seen++;
	}
	want_silence(w->fake[ROLE_MANAGER].link, 50);
}

static void keep(struct world *w, const char *name, int fd)
{
	struct link_name m = { { 0 } };

	snprintf(m.name, sizeof(m.name), "%s", name);
	assert_int_equal(frame_send(w->fake[ROLE_MANAGER].link, LINK_KEEP, &m, sizeof(m), &fd, 1),
			 0);
}

static void kept_descriptors_come_back_and_dropped_ones_do_not(void **state)
{
	struct world *w = *state;
	struct link_name gone = { "gone" };
	const struct link_name *m;
	int pipe_fds[2], fd;
	char c = 0;

	greet_manager(w);
	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	keep(w, "control", pipe_fds[1]);
	keep(w, "gone", pipe_fds[1]);
	close(pipe_fds[1]);
	say_to_init(w, LINK_DROP, &gone, sizeof(gone));
	kill_helper(w, ROLE_MANAGER);
	want_welcome(w, ROLE_MANAGER, 2);
	m = want_frame(w, w->fake[ROLE_MANAGER].link, LINK_KEPT, sizeof(*m));
	assert_string_equal(m->name, "control");
	fd = frame_take_fd(&w->f, 0);
	assert_int_equal(write(fd, "y", 1), 1);
	assert_int_equal(read(pipe_fds[0], &c, 1), 1);
	assert_int_equal(c, 'y');
	want_ready(w);
	close(fd);
	close(pipe_fds[0]);
}

static void many_kept_descriptors_come_back_all(void **state)
{
	enum { N = 900 };
	struct world *w = *state;
	char name[32];
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	greet_manager(w);
	for (int i = 0; i < N; i++) {
		struct pollfd p = { .fd = w->fake[ROLE_MANAGER].link, .events = POLLOUT };

		assert_int_equal(poll(&p, 1, WAIT_MS), 1);
		snprintf(name, sizeof(name), "fd%d", i);
		keep(w, name, fd);
	}
	close(fd);
	kill_helper(w, ROLE_MANAGER);
	want_welcome(w, ROLE_MANAGER, 2);
	for (int i = 0; i < N; i++) {
		want_frame(w, w->fake[ROLE_MANAGER].link, LINK_KEPT, sizeof(struct link_name));
		assert_int_equal(w->f.n_fds, 1);
		frame_fini(&w->f);
	}
	want_ready(w);
}

static struct link_ask want_ask(struct world *w)
{
	return *(const struct link_ask *)want_frame(w, w->fake[ROLE_MANAGER].link, LINK_ASK,
						    sizeof(struct link_ask));
}

static void signals_ask_the_manager_and_its_successor(void **state)
{
	struct world *w = *state;
	struct link_ask a;

	greet_manager(w);
	kill(w->init, SIGHUP);
	assert_int_equal(want_ask(w).wish, WISH_RELOAD);
	kill(w->init, SIGTERM);
	a = want_ask(w);
	assert_int_equal(a.wish, WISH_FINISH);
	assert_int_equal(a.signal, SIGTERM);
	assert_int_equal(a.times, 1);
	kill(w->init, SIGINT);
	assert_int_equal(want_ask(w).times, 2);
	kill_helper(w, ROLE_MANAGER);
	want_welcome(w, ROLE_MANAGER, 2);
	want_ready(w);
	a = want_ask(w);
	assert_int_equal(a.wish, WISH_FINISH);
	assert_int_equal(a.times, 2);
}

static void finish_ends_the_helpers_and_passes_the_status_on(void **state)
{
	struct world *w = *state;
	struct link_finish_request m = { .how = FINISH_EXIT, .status = 17 };
	pid_t logd = w->fake[ROLE_LOGD].pid;

	greet_manager(w);
	say_to_init(w, LINK_FINISH, &m, sizeof(m));
	assert_int_equal(end_init(w), 17);
	assert_int_equal(kill(logd, 0), -1);
}

static void asked_seven_times_it_ends_by_itself(void **state)
{
	struct world *w = *state;
	pid_t pid;

	greet_manager(w);
	pid = fork_child(w, CHILD_SLEEPS, 0);
	claim(w, pid);
	for (int i = 1; i <= 6; i++) {
		kill(w->init, SIGTERM);
		assert_int_equal(want_ask(w).times, i);
	}
	kill(w->init, SIGTERM);
	assert_int_equal(end_init(w), 1);
	assert_int_equal(kill(pid, 0), -1);
}

static void frames_that_are_none_harm_nobody(void **state)
{
	struct world *w = *state;
	char junk[2000];
	int dead;
	pid_t pid;

	memset(junk, 0xa5, sizeof(junk));
	greet_manager(w);
	for (uint32_t type = 0; type < 40; type++)
		for (size_t n = 0; n < sizeof(junk); n += 331)
			if (type != LINK_FINISH || n != sizeof(struct link_finish_request))
				say_to_init(w, type, junk, n);
	say_to_init(w, LINK_RELEASE, junk, sizeof(struct link_pid));
	dead = open("/dev/null", O_RDONLY | O_CLOEXEC);
	keep(w, "", dead);
	close(dead);
	assert_int_equal(send(w->fake[ROLE_MANAGER].link, "abc", 3, 0), 3);
	claim(w, -1);
	claim(w, 0);
	claim(w, 1);
	release(w, 12345);
	pid = fork_child(w, CHILD_SLEEPS, 0);
	claim(w, pid);
	kill(pid, SIGKILL);
	assert_int_equal(want_exit(w).pid, pid);
}

static void a_manager_that_closes_its_link_is_replaced(void **state)
{
	struct world *w = *state;
	pid_t before = w->fake[ROLE_MANAGER].pid;

	greet_manager(w);
	shutdown(w->fake[ROLE_MANAGER].link, SHUT_RDWR);
	assert_int_equal(accept_fake(w), ROLE_MANAGER);
	assert_int_not_equal(w->fake[ROLE_MANAGER].pid, before);
	want_welcome(w, ROLE_MANAGER, 2);
}

static void a_second_svinit_names_the_first(void **state)
{
	struct world *w = *state;
	char want[96], text[4096];
	pid_t first = w->init;
	int status;

	greet_manager(w);
	start_init(w);
	status = end_init(w);
	w->init = first;
	assert_int_equal(status, 1);
	assert_true(fd_read_file(AT_FDCWD, w->log, text, sizeof(text)) > 0);
	snprintf(want, sizeof(want), "svinit with pid %d runs here already\n", (int)first);
	assert_non_null(strstr(text, want));
}

static unsigned long switches(pid_t pid)
{
	char path[64], text[8192];
	const char *at;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	assert_true(fd_read_file(AT_FDCWD, path, text, sizeof(text)) > 0);
	at = strstr(text, "\nvoluntary_ctxt_switches:");
	assert_non_null(at);
	return strtoul(at + strlen("\nvoluntary_ctxt_switches:"), NULL, 10);
}

static void idle_it_never_wakes_up(void **state)
{
	struct world *w = *state;
	unsigned long before;

	greet_manager(w);
	poll(NULL, 0, 200);
	before = switches(w->init);
	poll(NULL, 0, 1000);
	assert_int_equal(switches(w->init), before);
}

#define WITH_INIT(test) cmocka_unit_test_setup_teardown(test, start_world, stop_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_INIT(helpers_are_greeted_and_introduced),
		WITH_INIT(a_new_box_gets_a_new_channel),
		WITH_INIT(a_claimed_exit_is_told_with_its_status),
		WITH_INIT(a_claim_sent_before_the_child_ran_is_never_late),
		WITH_INIT(quick_ends_race_with_their_claims),
		WITH_INIT(the_claim_of_a_manager_that_died_counts),
		WITH_INIT(a_new_manager_hears_unreleased_exits_only),
		WITH_INIT(an_exit_while_no_manager_runs_waits_for_the_next),
		WITH_INIT(a_claim_for_no_child_is_lost),
		WITH_INIT(ten_thousand_orphans_are_reaped_in_silence),
		WITH_INIT(a_manager_that_does_not_read_loses_no_exit),
		WITH_INIT(kept_descriptors_come_back_and_dropped_ones_do_not),
		WITH_INIT(many_kept_descriptors_come_back_all),
		WITH_INIT(signals_ask_the_manager_and_its_successor),
		WITH_INIT(finish_ends_the_helpers_and_passes_the_status_on),
		WITH_INIT(asked_seven_times_it_ends_by_itself),
		WITH_INIT(frames_that_are_none_harm_nobody),
		WITH_INIT(a_manager_that_closes_its_link_is_replaced),
		WITH_INIT(a_second_svinit_names_the_first),
		WITH_INIT(idle_it_never_wakes_up),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
