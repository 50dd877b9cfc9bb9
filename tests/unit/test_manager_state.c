#include "base/fd.h"
#include "manager/state.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
	char path[64];
	int dir;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	strcpy(w->path, "/tmp/svinit-state.XXXXXX");
	if (!mkdtemp(w->path))
		return -1;
	w->dir = open(w->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = w;
	return w->dir < 0 ? -1 : 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	unlinkat(w->dir, "state", 0);
	close(w->dir);
	rmdir(w->path);
	free(w);
	return 0;
}

static struct state *reopen(struct world *w, struct state *s)
{
	struct error e = { 0 };

	state_close(s);
	assert_int_equal(state_open(w->dir, &s, &e), 0);
	return s;
}

static void facts_survive_the_process(void **state)
{
	struct world *w = *state;
	struct state *s = reopen(w, NULL);
	struct facts f = { .state = 4, .pid = 77, .deadline_usec = 123, .restarts = 5 }, got;
	const char *name;
	int i = state_add(s, "web");

	assert_true(i >= 0);
	state_commit(s, (size_t)i, &f);
	state_set_started(s);
	s = reopen(w, s);
	assert_true(state_read(s, (size_t)i, &name, &got));
	assert_string_equal(name, "web");
	assert_int_equal(got.pid, 77);
	assert_int_equal(got.restarts, 5);
	assert_int_equal(got.deadline_usec, 123);
	assert_true(state_started(s));
	state_close(s);
}

static void the_file_grows_and_records_are_used_again(void **state)
{
	struct world *w = *state;
	struct state *s = reopen(w, NULL);
	struct facts f = { 0 }, got;
	const char *name;
	char text[32];

	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "unit%d", i);
		assert_int_equal(state_add(s, text), i);
		f.pid = i + 1;
		state_commit(s, (size_t)i, &f);
	}
	s = reopen(w, s);
	for (size_t i = 0; i < 1000; i++) {
		assert_true(state_read(s, i, &name, &got));
		assert_int_equal(got.pid, (int)i + 1);
	}
	state_drop(s, 500);
	assert_false(state_read(s, 500, &name, &got));
	assert_int_equal(state_add(s, "again"), 500);
	assert_true(state_read(s, 500, &name, &got));
	assert_int_equal(got.pid, 0);
	state_close(s);
}

/* A writer is killed while it commits as fast as it can; every copy in force must be whole. */
static void a_commit_is_whole_or_not_at_all(void **state)
{
	struct world *w = *state;

	for (int round = 0; round < 100; round++) {
		struct state *s = reopen(w, NULL);
		struct facts got;
		const char *name;
		int i = round ? 0 : state_add(s, "web");
		pid_t writer = fork();

		assert_int_equal(i, 0);
		if (writer == 0) {
			struct facts f = { 0 };

			for (uint32_t n = 1;; n++) {
				f.restarts = f.tries = n;
				f.cpu_usec = f.oom_base = n;
				memset(f.message, (int)(n & 0x7f), sizeof(f.message));
				state_commit(s, 0, &f);
			}
		}
		usleep((useconds_t)(200 + round * 7));
		kill(writer, SIGKILL);
		waitpid(writer, NULL, 0);
		s = reopen(w, s);
		assert_true(state_read(s, 0, &name, &got));
		assert_int_equal(got.restarts, got.tries);
		assert_int_equal(got.cpu_usec, got.restarts);
		assert_int_equal(got.oom_base, got.restarts);
		for (size_t k = 0; k < sizeof(got.message); k++)
			assert_int_equal(got.message[k], got.restarts & 0x7f);
		state_close(s);
	}
}

static void a_file_of_another_version_is_refused(void **state)
{
	struct world *w = *state;
	struct state *s = reopen(w, NULL);
	struct error e = { 0 };
	uint32_t version = 99;
	int fd;

	state_close(s);
	fd = openat(w->dir, "state", O_RDWR | O_CLOEXEC);
	assert_int_equal(pwrite(fd, &version, sizeof(version), 4), sizeof(version));
	close(fd);
	assert_int_equal(state_open(w->dir, &s, &e), -EPROTONOSUPPORT);
	assert_non_null(strstr(e.text, "version 99"));
}

static void a_file_of_an_earlier_boot_is_emptied(void **state)
{
	struct world *w = *state;
	struct state *s = reopen(w, NULL);
	const char *name;
	struct facts got;
	char boot_id[40] = "another boot";
	int fd;

	assert_int_equal(state_add(s, "web"), 0);
	state_close(s);
	fd = openat(w->dir, "state", O_RDWR | O_CLOEXEC);
	assert_int_equal(pwrite(fd, boot_id, sizeof(boot_id), 32), sizeof(boot_id));
	close(fd);
	s = reopen(w, NULL);
	assert_false(state_read(s, 0, &name, &got));
	state_close(s);
}

static void the_end_counts_for_the_svinit_that_was_asked(void **state)
{
	struct world *w = *state;
	struct state *s = reopen(w, NULL);

	state_set_started(s);
	state_set_finishing(s, 2, 1000);
	s = reopen(w, s);
	assert_int_equal(state_finishing(s, 1000), 2);
	assert_true(state_started(s));
	assert_int_equal(state_finishing(s, 2000), 0);
	assert_false(state_started(s));
	state_close(s);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_A_WORLD(facts_survive_the_process),
		IN_A_WORLD(the_file_grows_and_records_are_used_again),
		IN_A_WORLD(a_commit_is_whole_or_not_at_all),
		IN_A_WORLD(a_file_of_another_version_is_refused),
		IN_A_WORLD(a_file_of_an_earlier_boot_is_emptied),
		IN_A_WORLD(the_end_counts_for_the_svinit_that_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
