/*
 * svlogd is killed with SIGKILL: at random while a writer prints as fast as it can, and at every
 * single entry and exit of a system call. Every line must be in the log once, whole and in order.
 */
#include "../support/logd_driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/ptrace.h>
#include <sys/syscall.h>

enum { PREFIX = 40, RANDOM_KILLS = 200, RANDOM_LIMIT_MS = 20000 };

/* Line i: its number and a length that varies from 10 bytes to 20 KiB now and then. */
static size_t make_line(unsigned i, char *buf)
{
	unsigned h = i * 2654435761u;
	size_t fill = h % 97, n;

	if (i % 5000 == 4999)
		fill = 20000;
	n = (size_t)sprintf(buf, "%08u ", i);
	memset(buf + n, 'a' + (int)(i % 26), fill);
	buf[n + fill] = '\n';
	return n + fill + 1;
}

/* Prints lines until it is told to stop, in writes that end anywhere; then how many they were. */
static void writer(int fd, int stop, int result)
{
	static char chunk[1 << 16];
	unsigned i = 0;
	size_t have = 0, cut = 1;
	char c;

	fd_nonblock(stop, 1);
	while (read(stop, &c, 1) < 0) {
		while (have < 30000)
			have += make_line(i++, chunk + have);
		cut = cut * 1103515245u + 12345u;
		size_t n = 1 + cut % have;
		if (fd_write_all(fd, chunk, n) < 0)
			_exit(1);
		memmove(chunk, chunk + n, have - n);
		have -= n;
	}
	fd_write_all(fd, chunk, have);
	fd_write_all(result, &i, sizeof(i));
	_exit(0);
}

/* Compares the log, pieces put together, with the lines that were printed. */
static void check_lines(const char *all, size_t size, unsigned n_lines)
{
	static char got[1 << 16], want[1 << 16];
	const char *p = all, *end = all + size;
	size_t have = 0;
	unsigned i = 0;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n;

		assert_non_null(nl);
		n = (size_t)(nl - p);
		assert_true(n >= PREFIX && memcmp(p + 29, "Z stdout ", 9) == 0);
		assert_true(have + n < sizeof(got));
		memcpy(got + have, p + PREFIX, n - PREFIX);
		have += n - PREFIX;
		if (p[38] == 'F') {
			size_t m = make_line(i, want) - 1;

			if (have != m || memcmp(got, want, m) != 0)
				fail_msg("line %u is \"%.*s\"", i, (int)(have < 60 ? have : 60),
					 got);
			have = 0;
			i++;
		}
		p = nl + 1;
	}
	assert_int_equal(have, 0);
	assert_int_equal(i, n_lines);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void random_kills_lose_double_and_cut_no_line(void **state)
{
	struct world w;
	int stop[2], result[2], fifo, kills = 0, status;
	unsigned n_lines = 0, files;
	uint64_t begin = now_ms();
	size_t size;
	char *all;
	pid_t pid;

	(void)state;
	world_make(&w);
	fifo = world_stream(&w, "busy", "stdout");
	assert_int_equal(pipe2(stop, O_CLOEXEC) | pipe2(result, O_CLOEXEC), 0);
	world_start(&w);
	world_add(&w, "busy", 3000000, 100000);
	world_finish(&w);
	pid = fork();
	if (pid == 0)
		writer(fifo, stop[0], result[1]);
	srand((unsigned)begin);
	while (kills < RANDOM_KILLS && now_ms() - begin < RANDOM_LIMIT_MS) {
		struct timespec t = { .tv_nsec = 3000000 + rand() % 20000000 };

		nanosleep(&t, NULL);
		world_kill(&w);
		kills++;
		world_start(&w); /* nobody adds the unit again: it must remember */
	}
	fd_write_all(stop[1], "x", 1);
	assert_int_equal(read(result[0], &n_lines, sizeof(n_lines)), sizeof(n_lines));
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	world_finish(&w);
	assert_int_equal(world_stop(&w), 0);
	all = world_all(&w, "busy", &size, &files);
	print_message("%d kills, %u lines, %zu bytes, %u files\n", kills, n_lines, size, files);
	assert_int_equal(kills, RANDOM_KILLS);
	check_lines(all, size, n_lines);
	free(all);
	close(fifo);
	for (int i = 0; i < 2; i++) {
		close(stop[i]);
		close(result[i]);
	}
	world_remove(&w);
}

/*
 * Starts svlogd under ptrace and kills it at the n-th system call stop behind its start. False when
 * it came to its end (the link is closed) before.
 */
static bool run_to_stop(struct world *w, unsigned n)
{
	int pair[2], status;

	assert_int_equal(frame_pair(pair), 0);
	w->pid = fork();
	if (w->pid == 0) {
		setenv("ASAN_OPTIONS", "detect_leaks=0", 1); /* it wants to trace, too */
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		world_exec(w, pair[1]);
	}
	close(pair[1]);
	close(pair[0]); /* the link has ended at once: svlogd drains and exits */
	waitpid(w->pid, &status, 0);
	assert_true(WIFSTOPPED(status));
	ptrace(PTRACE_SETOPTIONS, w->pid, NULL, PTRACE_O_EXITKILL);
	for (unsigned i = 0; i < n; i++) {
		ptrace(PTRACE_SYSCALL, w->pid, NULL, NULL);
		waitpid(w->pid, &status, 0);
		if (WIFEXITED(status)) {
			w->pid = 0;
			assert_int_equal(WEXITSTATUS(status), 0);
			return false;
		}
	}
	world_kill(w);
	return true;
}

static void killed_at_every_system_call_it_loses_nothing(void **state)
{
	static char chunk[1 << 16];
	struct world w;
	unsigned n_lines = 0, stops = 0;
	size_t size, have = 0;
	char *all;
	int fifo;

	(void)state;
	world_make(&w);
	fifo = world_stream(&w, "u", "stdout");
	world_start(&w);
	world_add(&w, "u", 700, 100000);
	world_finish(&w);
	world_kill(&w);
	/* Each round gives it a few lines, so that write, rotate and consume are all among the
	 * calls, and kills one stop later than the round before. */
	for (bool killed = true; killed; stops++) {
		for (int i = 0; i < 12; i++)
			have += make_line(n_lines++, chunk + have);
		fd_write_all(fifo, chunk, have);
		have = 0;
		killed = run_to_stop(&w, stops);
		/* What is half done is ended by the next one; else the FIFO would fill. */
		if (killed && stops % 8 == 7)
			assert_false(run_to_stop(&w, UINT32_MAX));
	}
	all = world_all(&w, "u", &size, NULL);
	print_message("%u stops, %u lines\n", stops, n_lines);
	assert_true(stops > 100);
	check_lines(all, size, n_lines);
	free(all);
	close(fifo);
	world_remove(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_kills_lose_double_and_cut_no_line),
		cmocka_unit_test(killed_at_every_system_call_it_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
