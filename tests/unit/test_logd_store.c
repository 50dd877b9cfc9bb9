/* The files of a unit in a temporary folder: rotation, removal, repair. */
#include "logd/cursor.h"

#include "base/fd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char dir[64];
	struct state_slot slot;
	struct store store;
	struct store_file file;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/svlogd-store.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	strcpy(f->slot.unit, "u");
	f->slot.max_files = 3;
	store_init(&f->store, f->dir);
	store_file_init(&f->file, &f->slot);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[100];

	store_file_close(&f->store, &f->file);
	snprintf(command, sizeof(command), "rm -rf %s", f->dir);
	free(f);
	return system(command);
}

static void append(struct fixture *f, const char *text)
{
	struct store_place at;

	assert_int_equal(store_begin(&f->store, &f->file, &at), 0);
	assert_int_equal(fd_write_all(at.fd, text, strlen(text)), 0);
}

static void assert_current(struct fixture *f, const char *want)
{
	char path[100], text[1000];

	snprintf(path, sizeof(path), "%s/u/current", f->dir);
	assert_true(fd_read_file(-1, path, text, sizeof(text)) >= 0);
	assert_string_equal(text, want);
}

static void the_oldest_files_go_first(void **state)
{
	struct fixture *f = *state;
	char(*names)[STORE_NAME_BYTES];

	for (uint64_t i = 1; i <= 6; i++) {
		append(f, "x\n");
		assert_int_equal(store_rotate(&f->store, &f->file, i * 1000000000), 0);
	}
	assert_int_equal(store_list(f->dir, "u", &names), 2);
	assert_string_equal(names[0], "1970-01-01T00:00:05.000000000Z.log");
	assert_string_equal(names[1], "1970-01-01T00:00:06.000000000Z.log");
	free(names);
}

static void names_go_on_when_the_clock_was_set_back(void **state)
{
	struct fixture *f = *state;
	char(*names)[STORE_NAME_BYTES];

	append(f, "x\n");
	assert_int_equal(store_rotate(&f->store, &f->file, 1999999999), 0);
	append(f, "y\n");
	assert_int_equal(store_rotate(&f->store, &f->file, 5), 0);
	assert_int_equal(store_list(f->dir, "u", &names), 2);
	assert_string_equal(names[0], "1970-01-01T00:00:01.999999999Z.log");
	assert_string_equal(names[1], "1970-01-01T00:00:02.000000000Z.log");
	free(names);
}

static void one_file_in_all_means_no_rotated_ones(void **state)
{
	struct fixture *f = *state;
	char(*names)[STORE_NAME_BYTES];

	f->slot.max_files = 1;
	append(f, "x\n");
	assert_int_equal(store_rotate(&f->store, &f->file, 1), 0);
	assert_int_equal(store_list(f->dir, "u", &names), 0);
	append(f, "y\n");
	assert_current(f, "y\n");
}

static void a_cut_write_is_undone_only_in_its_own_file(void **state)
{
	struct fixture *f = *state;
	struct store_place at;

	append(f, "kept\n");
	assert_int_equal(store_begin(&f->store, &f->file, &at), 0);
	f->slot.repair_dev = at.dev;
	f->slot.repair_ino = at.ino;
	f->slot.repair_offset = at.size;
	f->slot.repair = 1;
	append(f, "half a rec");
	store_file_close(&f->store, &f->file);
	append(f, "whole\n");
	assert_current(f, "kept\nwhole\n");
	assert_int_equal(f->slot.repair, 0);
	f->slot.repair = 1;
	f->slot.repair_ino++;
	store_file_close(&f->store, &f->file);
	append(f, "more\n");
	assert_current(f, "kept\nwhole\nmore\n");
}

static void only_so_many_files_stay_open(void **state)
{
	enum { N = STORE_OPEN_MAX + 10 };
	struct fixture *f = *state;
	static struct state_slot slots[N];
	static struct store_file files[N];
	struct store_place at;
	unsigned n_open = 0;

	for (int i = 0; i < N; i++) {
		snprintf(slots[i].unit, sizeof(slots[i].unit), "u%d", i);
		store_file_init(&files[i], &slots[i]);
		assert_int_equal(store_begin(&f->store, &files[i], &at), 0);
	}
	for (int i = 0; i < N; i++)
		n_open += files[i].fd >= 0;
	assert_int_equal(n_open, STORE_OPEN_MAX);
	assert_int_equal(files[0].fd, -1);
	assert_true(files[N - 1].fd >= 0);
	for (int i = 0; i < N; i++)
		store_file_close(&f->store, &files[i]);
	assert_int_equal(f->store.n_open, 0);
}

/* Forward and back over three files give the same lines, also with one that is no record. */
static void a_cursor_goes_both_ways_over_all_files(void **state)
{
	static const char *const lines[] = {
		"2026-01-01T00:00:00.000000001Z stdout F a\n",
		"2026-01-01T00:00:00.0000\n",
		"2026-01-01T00:00:00.000000002Z stdout F b\n",
		"2026-01-01T00:00:00.000000003Z stdout F c\n",
	};
	struct fixture *f = *state;
	struct cursor c;
	size_t i;

	append(f, lines[0]);
	append(f, lines[1]);
	assert_int_equal(store_rotate(&f->store, &f->file, stamp_read(lines[2])), 0);
	append(f, lines[2]);
	assert_int_equal(store_rotate(&f->store, &f->file, stamp_read(lines[3])), 0);
	append(f, lines[3]);
	cursor_init(&c, f->dir, "u");
	for (i = 0; cursor_next(&c) == 1; i++)
		assert_memory_equal(c.line, lines[i], c.length);
	assert_int_equal(i, 4);
	while (cursor_prev(&c) == 1) {
		i--;
		assert_memory_equal(c.line, lines[i], c.length);
	}
	assert_int_equal(i, 0);
	assert_int_equal(cursor_seek(&c, lines[2]), 0);
	assert_int_equal(cursor_next(&c), 1);
	assert_memory_equal(c.line, lines[2], c.length);
	cursor_fini(&c);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_oldest_files_go_first),
		T(names_go_on_when_the_clock_was_set_back),
		T(one_file_in_all_means_no_rotated_ones),
		T(a_cut_write_is_undone_only_in_its_own_file),
		T(only_so_many_files_stay_open),
		T(a_cursor_goes_both_ways_over_all_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
