/* The answers of svlogd to LOG_QUERY. */
#include "../support/logd_checks.h"

static void a_query_merges_units_by_time(void **state)
{
	struct world *w = *state;
	int a = world_stream(w, "a", "stdout"), b = world_stream(w, "b", "stderr");

	world_add(w, "a", 100, 100);
	world_add(w, "b", 1 << 20, 3);
	for (int i = 0; i < 3; i++) {
		say(a, i == 0 ? "a0\n" : i == 1 ? "a1\n" : "a2\n");
		world_finish(w);
		say(b, i == 0 ? "b0\n" : i == 1 ? "b1\n" : "b2\n");
		world_finish(w);
	}
	assert_answer(w, "", (struct log_query){ ALL },
		      "a stdout F a0\nb stderr F b0\na stdout F a1\nb stderr F b1\n"
		      "a stdout F a2\nb stderr F b2\n");
	assert_answer(w, "a b", (struct log_query){ LAST(3) },
		      "b stderr F b1\na stdout F a2\nb stderr F b2\n");
	assert_answer(w, "a nobody", (struct log_query){ LAST(2) },
		      "a stdout F a1\na stdout F a2\n");
	assert_answer(w, "b", (struct log_query){ LAST(0) }, "");
	assert_answer(w, "b", (struct log_query){ LAST(99) },
		      "b stderr F b0\nb stderr F b1\nb stderr F b2\n");
	assert_answer(w, "nobody", (struct log_query){ ALL }, "");
	close(a);
	close(b);
}

static void since_and_until_bound_the_answer(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");
	uint64_t from = 0, to = 0;
	char line[32], *text;

	world_add(w, "u", 300, 1000);
	for (int i = 0; i < 40; i++) {
		if (i == 10)
			from = wall_usec();
		world_sleep_ms(1);
		snprintf(line, sizeof(line), "n%d\n", i);
		say(out, line);
		world_finish(w);
		if (i == 12)
			to = wall_usec();
		world_sleep_ms(1);
	}
	assert_answer(
		w, "u",
		(struct log_query){ .last = UINT64_MAX, .since_usec = from, .until_usec = to },
		"u stdout F n10\nu stdout F n11\nu stdout F n12\n");
	assert_answer(w, "u", (struct log_query){ .last = 2, .since_usec = from, .until_usec = to },
		      "u stdout F n11\nu stdout F n12\n");
	assert_answer(w, "u", (struct log_query){ .last = 9, .since_usec = from, .until_usec = to },
		      "u stdout F n10\nu stdout F n11\nu stdout F n12\n");
	assert_answer(w, "u", (struct log_query){ .last = 1, .until_usec = from },
		      "u stdout F n9\n");
	assert_answer(w, "u", (struct log_query){ .last = UINT64_MAX, .until_usec = 1 }, "");
	text = world_ask(w, "u", (struct log_query){ ALL, .since_usec = wall_usec() });
	assert_string_equal(text, "");
	free(text);
	close(out);
}

static void since_finds_its_place_in_a_large_file(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");
	uint64_t middle = 0;
	char line[64], *text;
	unsigned n = 0;

	world_add(w, "u", 1 << 30, 2);
	for (int i = 0; i < 40000; i++) {
		if (i == 20000) {
			world_finish(w);
			middle = wall_usec();
			world_sleep_ms(2);
		}
		snprintf(line, sizeof(line), "number %d of some length\n", i);
		say(out, line);
	}
	text = world_ask(w, "u", (struct log_query){ ALL, .since_usec = middle });
	for (char *p = text; *p; p = strchr(p, '\n') + 1)
		n++;
	assert_int_equal(n, 20000);
	assert_memory_equal(text + 2 + PREFIX, "number 20000 ", 13);
	free(text);
	text = world_ask(w, "u", (struct log_query){ LAST(12345) });
	assert_memory_equal(text + 2 + PREFIX, "number 27655 ", 13);
	free(text);
	close(out);
}

static void a_follower_sees_new_lines_over_rotations(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout"), fd;
	char line[32], *text;
	unsigned n = 0;

	world_add(w, "u", 500, 100000);
	say(out, "before\n");
	fd = world_query(w, "u", (struct log_query){ LAST(1), .flags = LOG_QUERY_FOLLOW });
	text = world_read(fd, 200, NULL);
	assert_string_equal(without_stamps(text), "u stdout F before\n");
	free(text);
	for (int i = 0; i < 2000; i++) {
		snprintf(line, sizeof(line), "n%d\n", i);
		say(out, line);
	}
	text = world_read(fd, 300, NULL);
	without_stamps(text);
	for (char *p = text; *p; p = strchr(p, '\n') + 1) {
		unsigned got;

		assert_int_equal(sscanf(p, "u stdout F n%u", &got), 1);
		assert_int_equal(got, n++);
	}
	assert_int_equal(n, 2000);
	free(text);
	close(fd);
	close(out);
}

static void a_follower_sees_units_that_come_later(void **state)
{
	struct world *w = *state;
	int all = world_query(w, "", (struct log_query){ ALL, .flags = LOG_QUERY_FOLLOW });
	int one = world_query(w, "late", (struct log_query){ ALL, .flags = LOG_QUERY_FOLLOW });
	int out = world_stream(w, "late", "stdout");
	char *text;

	world_add(w, "late", 1 << 20, 3);
	say(out, "hello\n");
	text = world_read(all, 200, NULL);
	assert_string_equal(without_stamps(text), "late stdout F hello\n");
	free(text);
	text = world_read(one, 200, NULL);
	assert_string_equal(without_stamps(text), "late stdout F hello\n");
	free(text);
	close(all);
	close(one);
	close(out);
}

static void a_stalled_follower_delays_nobody_and_misses_nothing(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout"), fd;
	char line[128], *text;
	unsigned n = 0;

	world_add(w, "u", 100000, 100000);
	fd = world_query(w, "u", (struct log_query){ ALL, .flags = LOG_QUERY_FOLLOW });
	for (int i = 0; i < 50000; i++) {
		snprintf(line, sizeof(line), "number %d, with something behind it\n", i);
		say(out, line);
	}
	world_finish(w);
	assert_answer(w, "u", (struct log_query){ LAST(1) },
		      "u stdout F number 49999, with something behind it\n");
	text = world_read(fd, 300, NULL);
	without_stamps(text);
	for (char *p = text; *p; p = strchr(p, '\n') + 1) {
		unsigned got;

		assert_int_equal(sscanf(p, "u stdout F number %u", &got), 1);
		assert_int_equal(got, n++);
	}
	assert_int_equal(n, 50000);
	free(text);
	close(fd);
	close(out);
}

static unsigned open_descriptors(pid_t pid)
{
	char path[64];
	struct dirent **entries;
	int n;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	n = scandir(path, &entries, NULL, NULL);
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	return (unsigned)n;
}

static void the_reader_that_closes_ends_its_query(void **state)
{
	struct world *w = *state;
	unsigned before;
	int fd;

	world_add(w, "u", 1 << 20, 3);
	world_finish(w);
	before = open_descriptors(w->pid);
	fd = world_query(w, "u", (struct log_query){ ALL, .flags = LOG_QUERY_FOLLOW });
	world_finish(w);
	assert_true(open_descriptors(w->pid) > before);
	close(fd);
	world_sleep_ms(50);
	assert_int_equal(open_descriptors(w->pid), before);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_query_merges_units_by_time),
		T(since_and_until_bound_the_answer),
		T(since_finds_its_place_in_a_large_file),
		T(a_follower_sees_new_lines_over_rotations),
		T(a_follower_sees_units_that_come_later),
		T(a_stalled_follower_delays_nobody_and_misses_nothing),
		T(the_reader_that_closes_ends_its_query),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
