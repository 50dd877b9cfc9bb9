/*
 * Control groups for real, in a subtree named after this process that every test finds empty and
 * that is gone at the end. Runs as root on v1, hybrid and v2 alike, and skips where there is no
 * writable hierarchy or no controller.
 */
#include "base/clock.h"
#include "base/fd.h"
#include "base/str.h"
#include "cgroup/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MIB 1048576u

static char name[64];

/* A child that runs `run` in the leaf: cloned into v2, joined by itself in v1 before we return. */
static pid_t start_in(const struct cgroup_tree *t, const struct cgroup_leaf *l, int (*run)(void))
{
	int procs[CGROUP_PROCS_MAX], joined[2], into = -1;
	char nothing;
	size_t n = cgroup_tree_procs_count(t);
	struct clone_args args = { .exit_signal = (uint64_t)SIGCHLD };
	pid_t pid;

	assert_int_equal(cgroup_leaf_open_procs(l, procs, n), 0);
	if (cgroup_tree_into(t)) {
		into = cgroup_leaf_open_dir(l);
		assert_true(into >= 0);
		args.flags = CLONE_INTO_CGROUP;
		args.cgroup = (unsigned int)into;
	}
	assert_int_equal(pipe2(joined, O_CLOEXEC), 0);
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid == 0) {
		for (size_t i = 0; i < n; i++)
			if (write(procs[i], "0", 1) != 1)
				_exit(99);
		close(joined[1]);
		_exit(run());
	}
	assert_true(pid > 0);
	close(joined[1]);
	assert_int_equal(read(joined[0], &nothing, 1), 0);
	close(joined[0]);
	for (size_t i = 0; i < n; i++)
		fd_close(&procs[i]);
	fd_close(&into);
	return pid;
}

static int wait_for(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Waits until nothing lives in the leaf (its killed processes need a moment). */
static void wait_empty(const struct cgroup_leaf *l)
{
	uint64_t end = clock_now_ms() + 10000;

	while (cgroup_leaf_populated(l) != 0) {
		assert_true(clock_now_ms() < end);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		usleep(2000);
	}
}

static void remove_leaf(struct cgroup_leaf *l)
{
	uint64_t end = clock_now_ms() + 10000;
	int r;

	while ((r = cgroup_leaf_remove(l)) == -EBUSY && clock_now_ms() < end)
		usleep(2000);
	assert_int_equal(r, 0);
	cgroup_leaf_free(l);
}

static struct cgroup_leaf *make(struct cgroup_tree *t, const struct cgroup_setting *s, size_t n)
{
	struct cgroup_leaf *l = NULL;
	struct error e = { 0 };
	char line[1024];

	if (cgroup_leaf_make(t, "web", s, n, &l, &e) < 0)
		fail_msg("%s", error_format(&e, line, sizeof(line)));
	return l;
}

static int run_pause(void)
{
	while (pause() < 0)
		;
	return 0;
}

static int run_nothing(void)
{
	return 7;
}

/* Ends with the number of children that it could have at once, at most 50. */
static int run_forks(void)
{
	int n = 0;

	while (n < 50) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid == 0)
			run_pause();
		n++;
	}
	return n;
}

static int run_bomb(void)
{
	signal(SIGCHLD, SIG_IGN);
	while (fork() >= 0 || usleep(100) == 0)
		;
	return 0;
}

static int run_eat(void)
{
	for (int i = 0; i < 256; i++) {
		char *p =
			mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			return 1;
		memset(p, 1 + i, MIB);
	}
	return 0;
}

static int run_burn(void)
{
	uint64_t end = clock_now_ms() + 600;

	while (clock_now_ms() < end)
		;
	return 0;
}

static int set_up(void **state)
{
	struct cgroup_tree *t = NULL;

	if (cgroup_tree_open(name, &t, NULL) < 0)
		return -1;
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct cgroup_tree *t = *state;
	uint64_t end = clock_now_ms() + 10000;
	int r;

	while ((r = cgroup_tree_remove(t)) == -EBUSY && clock_now_ms() < end)
		usleep(5000);
	cgroup_tree_close(t);
	return r;
}

static struct cgroup_tree *usable(void **state)
{
	struct cgroup_tree *t = *state;

	if (!cgroup_tree_usable(t)) {
		print_message("no control groups here: %s\n", cgroup_tree_reason(t));
		skip();
	}
	return t;
}

static struct cgroup_tree *limits(void **state, enum cgroup_limit kind)
{
	struct cgroup_tree *t = usable(state);

	if (!cgroup_tree_can(t, kind)) {
		print_message("no such limit here: %s\n", cgroup_tree_why_not(t, kind));
		assert_string_not_equal(cgroup_tree_why_not(t, kind), "");
		skip();
	}
	return t;
}

static void an_unusable_tree_says_why(void **state)
{
	struct cgroup_tree *t = *state;

	if (cgroup_tree_usable(t))
		assert_true(cgroup_tree_into(t) || cgroup_tree_procs_count(t) > 0);
	else
		assert_string_not_equal(cgroup_tree_reason(t), "");
}

static void every_limit_reads_back_as_set(void **state)
{
	static const struct cgroup_setting all[] = {
		{ CGROUP_MEMORY_MAX, 64 * MIB, { 0 } },
		{ CGROUP_CPU_QUOTA, 5000, { 0 } },
		{ CGROUP_CPU_WEIGHT, 250, { 0 } },
		{ CGROUP_TASKS_MAX, 64, { 0 } },
	};
	struct cgroup_tree *t = usable(state);

	for (size_t i = 0; i < CGROUP_LIMITS; i++) {
		struct cgroup_leaf *l;
		uint64_t value = 0;

		if (!cgroup_tree_can(t, all[i].kind))
			continue;
		l = make(t, &all[i], 1);
		assert_int_equal(cgroup_leaf_read_back(l, all[i].kind, &value), 0);
		assert_int_equal(value, all[i].value);
		remove_leaf(l);
	}
}

static void a_leaf_without_limits_reads_back_unlimited(void **state)
{
	struct cgroup_tree *t = usable(state);
	struct cgroup_leaf *l = make(t, NULL, 0);

	for (size_t i = 0; i < CGROUP_LIMITS; i++) {
		enum cgroup_limit kind = (enum cgroup_limit)i;
		uint64_t value = 0;

		if (!cgroup_tree_can(t, kind))
			continue;
		assert_int_equal(cgroup_leaf_read_back(l, kind, &value), 0);
		assert_true(value == (kind == CGROUP_CPU_WEIGHT ? 100 : CGROUP_UNLIMITED));
	}
	remove_leaf(l);
}

static void a_small_quota_gets_a_long_period(void **state)
{
	struct cgroup_tree *t = limits(state, CGROUP_CPU_QUOTA);
	struct cgroup_setting s = { CGROUP_CPU_QUOTA, 50, { 0 } };
	struct cgroup_leaf *l = make(t, &s, 1);
	uint64_t value = 0;

	assert_int_equal(cgroup_leaf_read_back(l, CGROUP_CPU_QUOTA, &value), 0);
	assert_int_equal(value, 50);
	remove_leaf(l);
}

static void a_live_change_is_in_force_and_leaves_the_others(void **state)
{
	struct cgroup_tree *t = limits(state, CGROUP_TASKS_MAX);
	struct cgroup_setting s[] = { { CGROUP_TASKS_MAX, 9, { 0 } },
				      { CGROUP_CPU_QUOTA, 2000, { 0 } } };
	struct cgroup_leaf *l;
	uint64_t value = 0;

	if (!cgroup_tree_can(t, CGROUP_CPU_QUOTA))
		skip();
	l = make(t, s, 2);
	s[1].value = 15000;
	assert_int_equal(cgroup_leaf_update(l, &s[1], 1, NULL), 0);
	assert_int_equal(cgroup_leaf_read_back(l, CGROUP_CPU_QUOTA, &value), 0);
	assert_int_equal(value, 15000);
	assert_int_equal(cgroup_leaf_read_back(l, CGROUP_TASKS_MAX, &value), 0);
	assert_int_equal(value, 9);
	s[1].value = CGROUP_UNLIMITED;
	assert_int_equal(cgroup_leaf_update(l, &s[1], 1, NULL), 0);
	assert_int_equal(cgroup_leaf_read_back(l, CGROUP_CPU_QUOTA, &value), 0);
	assert_true(value == CGROUP_UNLIMITED);
	remove_leaf(l);
}

static void making_again_takes_away_what_is_not_named(void **state)
{
	struct cgroup_tree *t = limits(state, CGROUP_TASKS_MAX);
	struct cgroup_setting s = { CGROUP_TASKS_MAX, 9, { 0 } };
	struct cgroup_leaf *l = make(t, &s, 1), *again;
	uint64_t value = 0;

	again = make(t, NULL, 0);
	assert_int_equal(cgroup_leaf_read_back(l, CGROUP_TASKS_MAX, &value), 0);
	assert_true(value == CGROUP_UNLIMITED);
	cgroup_leaf_free(l);
	remove_leaf(again);
}

static void a_refused_limit_is_an_error_at_its_line(void **state)
{
	struct cgroup_tree *t = usable(state);
	struct cgroup_setting s = { CGROUP_CPU_WEIGHT, 10001, { "web.ini", "CPUWeight", 14, 1 } };
	struct cgroup_leaf *l = NULL;
	struct error e = { 0 };
	char line[1024];

	assert_true(cgroup_leaf_make(t, "web", &s, 1, &l, &e) < 0);
	assert_null(l);
	error_format(&e, line, sizeof(line));
	assert_non_null(str_after(line, "web.ini:14:"));
	assert_int_equal(cgroup_leaf_adopt(t, "web", &l), -ENOENT);
}

static void the_kernels_refusal_is_an_error_at_its_line(void **state)
{
	struct cgroup_tree *t = limits(state, CGROUP_TASKS_MAX);
	/* More than PID_MAX_LIMIT: the one value that only the kernel refuses. */
	struct cgroup_setting s = { CGROUP_TASKS_MAX,
				    4194304ull * 4,
				    { "web.ini", "TasksMax", 3, 1 } };
	struct cgroup_leaf *l = NULL;
	struct error e = { 0 };
	char line[1024];

	assert_true(cgroup_leaf_make(t, "web", &s, 1, &l, &e) < 0);
	error_format(&e, line, sizeof(line));
	assert_non_null(str_after(line, "web.ini:3:"));
	assert_non_null(strstr(line, "pids.max"));
	assert_non_null(strstr(line, "Invalid argument"));
	assert_int_equal(cgroup_leaf_adopt(t, "web", &l), -ENOENT);
}

static void a_name_with_a_slash_is_refused(void **state)
{
	struct cgroup_tree *t = usable(state);
	struct cgroup_leaf *l = NULL;

	assert_int_equal(cgroup_leaf_make(t, "a/../b", NULL, 0, &l, NULL), -EINVAL);
	assert_int_equal(cgroup_leaf_make(t, "", NULL, 0, &l, NULL), -EINVAL);
}

static void every_character_of_a_unit_name_works(void **state)
{
	struct cgroup_tree *t = usable(state);
	struct cgroup_leaf *l = NULL, *same = NULL;

	assert_int_equal(cgroup_leaf_make(t, "A:z_9.-@cgroup.procs", NULL, 0, &l, NULL), 0);
	assert_int_equal(cgroup_leaf_adopt(t, "A:z_9.-@cgroup.procs", &same), 0);
	cgroup_leaf_free(same);
	remove_leaf(l);
}

static void a_leaf_is_found_again_by_the_next_manager(void **state)
{
	struct cgroup_tree *t = usable(state), *next = NULL;
	struct cgroup_leaf *l = make(t, NULL, 0), *found = NULL;
	pid_t pid = start_in(t, l, run_pause);

	assert_int_equal(cgroup_tree_open(name, &next, NULL), 0);
	assert_int_equal(cgroup_leaf_adopt(next, "web", &found), 0);
	assert_int_equal(cgroup_leaf_populated(found), 1);
	assert_true(cgroup_leaf_kill(found, SIGKILL) > 0);
	assert_int_equal(WTERMSIG(wait_for(pid)), SIGKILL);
	cgroup_leaf_free(found);
	cgroup_tree_close(next);
	wait_empty(l);
	remove_leaf(l);
}

static void populated_follows_the_process(void **state)
{
	struct cgroup_tree *t = usable(state);
	struct cgroup_leaf *l = make(t, NULL, 0);
	pid_t pid;

	assert_int_equal(cgroup_leaf_populated(l), 0);
	pid = start_in(t, l, run_pause);
	assert_int_equal(cgroup_leaf_populated(l), 1);
	assert_int_equal(cgroup_leaf_remove(l), -EBUSY);
	assert_int_equal(cgroup_leaf_kill(l, SIGTERM), 1);
	assert_int_equal(WTERMSIG(wait_for(pid)), SIGTERM);
	wait_empty(l);
	assert_int_equal(cgroup_leaf_kill(l, SIGKILL), 0);
	remove_leaf(l);
}

static void tasks_max_lets_a_fork_fail(void **state)
{
	struct cgroup_tree *t = limits(state, CGROUP_TASKS_MAX);
	struct cgroup_setting s = { CGROUP_TASKS_MAX, 5, { 0 } };
	struct cgroup_leaf *l = make(t, &s, 1);
	struct cgroup_usage u;
	pid_t pid = start_in(t, l, run_forks);

	assert_int_equal(WEXITSTATUS(wait_for(pid)), 4);
	assert_int_equal(cgroup_leaf_usage(l, &u), 0);
	assert_true(u.has_tasks);
	assert_int_equal(u.tasks, 4);
	assert_true(cgroup_leaf_kill(l, SIGKILL) > 0);
	wait_empty(l);
	remove_leaf(l);
}

static void a_fork_bomb_is_killed(void **state)
{
	struct cgroup_tree *t = limits(state, CGROUP_TASKS_MAX);
	struct cgroup_setting s = { CGROUP_TASKS_MAX, 100, { 0 } };
	struct cgroup_leaf *l = make(t, &s, 1);
	pid_t pid = start_in(t, l, run_bomb);
	uint64_t value = 0;

	usleep(100000);
	assert_true(cgroup_leaf_kill(l, SIGKILL) > 0);
	assert_int_equal(WTERMSIG(wait_for(pid)), SIGKILL);
	wait_empty(l);
	assert_int_equal(cgroup_leaf_read_back(l, CGROUP_TASKS_MAX, &value), 0);
	assert_int_equal(value, 100);
	remove_leaf(l);
}

static void memory_max_kills_counts_and_wakes(void **state)
{
	struct cgroup_tree *t = limits(state, CGROUP_MEMORY_MAX);
	struct cgroup_setting s = { CGROUP_MEMORY_MAX, 32 * MIB, { 0 } };
	struct cgroup_leaf *l = make(t, &s, 1);
	struct pollfd watch = { .fd = -1 };
	uint64_t kills = 99;
	int status;

	assert_int_equal(cgroup_leaf_oom_kills(l, &kills), 0);
	assert_int_equal(kills, 0);
	assert_int_equal(cgroup_leaf_oom_watch(l, &watch.fd, &watch.events), 0);
	assert_int_equal(poll(&watch, 1, 0), 0);
	status = wait_for(start_in(t, l, run_eat));
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	assert_int_equal(poll(&watch, 1, 2000), 1);
	assert_int_equal(cgroup_leaf_oom_kills(l, &kills), 0);
	assert_in_range(kills, 1, 2); /* 2: see cgroup_leaf_oom_kills() */
	fd_close(&watch.fd);
	wait_empty(l);
	remove_leaf(l);
}

static void a_plain_kill_is_not_counted_as_memory(void **state)
{
	struct cgroup_tree *t = limits(state, CGROUP_MEMORY_MAX);
	struct cgroup_leaf *l = make(t, NULL, 0);
	pid_t pid = start_in(t, l, run_pause);
	uint64_t kills = 99;

	cgroup_leaf_kill(l, SIGKILL);
	wait_for(pid);
	assert_int_equal(cgroup_leaf_oom_kills(l, &kills), 0);
	assert_int_equal(kills, 0);
	wait_empty(l);
	remove_leaf(l);
}

static void cpu_quota_throttles(void **state)
{
	struct cgroup_tree *t = limits(state, CGROUP_CPU_QUOTA);
	struct cgroup_setting s = { CGROUP_CPU_QUOTA, 2000, { 0 } };
	struct cgroup_leaf *l = make(t, &s, 1);
	struct cgroup_usage u;

	assert_int_equal(WEXITSTATUS(wait_for(start_in(t, l, run_burn))), 0);
	assert_int_equal(cgroup_leaf_usage(l, &u), 0);
	/* 600 ms at a fifth of a CPU are 120 ms, and a period more. */
	assert_true(u.has_cpu);
	assert_in_range(u.cpu_usec, 20000, 300000);
	wait_empty(l);
	remove_leaf(l);
}

static void removing_the_tree_takes_nested_groups_along(void **state)
{
	struct cgroup_tree *t = usable(state);
	struct cgroup_leaf *l = make(t, NULL, 0);

	if (cgroup_tree_into(t)) {
		int dir = cgroup_leaf_open_dir(l);

		assert_int_equal(fd_make_dirs(dir, "a/b/c", 0755), 0);
		assert_int_equal(fd_make_dirs(dir, "a/d", 0755), 0);
		fd_close(&dir);
	}
	assert_int_equal(cgroup_tree_remove(t), 0);
	assert_true(cgroup_leaf_populated(l) < 0);
	assert_int_equal(cgroup_leaf_remove(l), 0);
	cgroup_leaf_free(l);
	assert_int_equal(cgroup_tree_remove(t), 0);
}

static void a_kill_reaches_nested_groups(void **state)
{
	struct cgroup_tree *t = usable(state);
	struct cgroup_leaf *l = make(t, NULL, 0);
	char number[16];
	pid_t pid;
	int dir, n;

	if (!cgroup_tree_into(t))
		skip();
	pid = start_in(t, l, run_pause);
	dir = cgroup_leaf_open_dir(l);
	n = snprintf(number, sizeof(number), "%d", pid);
	assert_int_equal(fd_make_dirs(dir, "a/b", 0755), 0);
	assert_int_equal(fd_write_file(dir, "a/b/cgroup.procs", number, (size_t)n), 0);
	fd_close(&dir);
	assert_int_equal(cgroup_leaf_populated(l), 1);
	assert_int_equal(cgroup_leaf_kill(l, SIGTERM), 1);
	assert_int_equal(WTERMSIG(wait_for(pid)), SIGTERM);
	wait_empty(l);
	remove_leaf(l);
}

static void no_descriptor_stays_open(void **state)
{
	struct cgroup_tree *t = usable(state);
	int before = dup(0), after;
	struct cgroup_leaf *l = make(t, NULL, 0);

	close(before);
	assert_int_equal(WEXITSTATUS(wait_for(start_in(t, l, run_nothing))), 7);
	(void)cgroup_leaf_populated(l);
	after = dup(0);
	close(after);
	assert_int_equal(after, before);
	wait_empty(l);
	remove_leaf(l);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		LIVE(an_unusable_tree_says_why),
		LIVE(every_limit_reads_back_as_set),
		LIVE(a_leaf_without_limits_reads_back_unlimited),
		LIVE(a_small_quota_gets_a_long_period),
		LIVE(a_live_change_is_in_force_and_leaves_the_others),
		LIVE(making_again_takes_away_what_is_not_named),
		LIVE(a_refused_limit_is_an_error_at_its_line),
		LIVE(the_kernels_refusal_is_an_error_at_its_line),
		LIVE(a_name_with_a_slash_is_refused),
		LIVE(every_character_of_a_unit_name_works),
		LIVE(a_leaf_is_found_again_by_the_next_manager),
		LIVE(populated_follows_the_process),
		LIVE(tasks_max_lets_a_fork_fail),
		LIVE(a_fork_bomb_is_killed),
		LIVE(memory_max_kills_counts_and_wakes),
		LIVE(a_plain_kill_is_not_counted_as_memory),
		LIVE(cpu_quota_throttles),
		LIVE(removing_the_tree_takes_nested_groups_along),
		LIVE(a_kill_reaches_nested_groups),
		LIVE(no_descriptor_stays_open),
	};

	snprintf(name, sizeof(name), "svinit-test-%d", getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
