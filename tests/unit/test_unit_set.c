/* Sets: which files there are, which count, and how units refer to each other. */
#include "unit_text.h"

#include "base/clock.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree {
	char root[64];
	char a[80], b[80];
	struct unit_set *set;
	struct report report;
	struct error error;
};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int make_tree(void **state)
{
	struct tree *t = calloc(1, sizeof(*t));

	snprintf(t->root, sizeof(t->root), "/tmp/test-unit-set-XXXXXX");
	if (!mkdtemp(t->root))
		return -1;
	snprintf(t->a, sizeof(t->a), "%s/a", t->root);
	snprintf(t->b, sizeof(t->b), "%s/b", t->root);
	*state = t;
	return mkdir(t->a, 0755) || mkdir(t->b, 0755) ? -1 : 0;
}

static int remove_tree(void **state)
{
	struct tree *t = *state;

	unit_set_free(t->set);
	report_fini(&t->report);
	nftw(t->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(t);
	return 0;
}

static void put(const char *dir, const char *file, const char *text)
{
	AUTO_FREE char *path = str_printf("%s/%s", dir, file);
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
}

static void put_link(const char *dir, const char *file, const char *to)
{
	AUTO_FREE char *path = str_printf("%s/%s", dir, file);

	assert_int_equal(symlink(to, path), 0);
}

static void load(struct tree *t)
{
	const char *dirs[] = { t->a, t->b, "/nonexistent/units" };

	assert_int_equal(unit_set_load(dirs, 3, &t->set, &t->report, &t->error), 0);
}

/* The report has exactly one entry, and it contains `expected`. */
static void assert_said(const struct tree *t, const char *expected)
{
	AUTO_FREE char *all = report_text(&t->report);

	if (t->report.n != 1 || !strstr(all, expected))
		fail_msg("expected: %s\ngot: %s", expected, all);
}

static void an_empty_set_has_the_default_target(void **state)
{
	struct tree *t = *state;
	struct unit *u;

	load(t);
	assert_int_equal(t->set->n, 1);
	u = unit_set_find(t->set, "default");
	assert_non_null(u);
	assert_string_equal(u->source, "(built in)");
	assert_false(u->container);
	assert_int_equal(t->report.n, 0);
}

static void a_file_of_that_name_is_the_default_target(void **state)
{
	struct tree *t = *state;

	put(t->a, "default.ini", "[Unit]\nDescription=mine\n");
	load(t);
	assert_int_equal(t->set->n, 1);
	assert_string_equal(t->set->units[0]->description, "mine");
}

static void the_first_directory_wins(void **state)
{
	struct tree *t = *state;
	AUTO_FREE char *path = str_printf("%s/x.ini", t->a);

	put(t->a, "x.ini", "[Unit]\nDescription=first\n");
	put(t->b, "x.ini", "[Unit]\nDescription=second\nBogus=1\n");
	put(t->b, "y.ini", "");
	load(t);
	assert_int_equal(t->report.n, 0);
	assert_string_equal(unit_set_find(t->set, "x")->description, "first");
	assert_string_equal(unit_set_find(t->set, "x")->source, path);
	assert_non_null(unit_set_find(t->set, "y"));
}

static void units_are_sorted_and_found(void **state)
{
	struct tree *t = *state;

	put(t->a, "b.ini", "");
	put(t->b, "a.ini", "");
	put(t->a, "c@1.ini", "");
	load(t);
	assert_int_equal(t->set->n, 4);
	for (size_t i = 1; i < t->set->n; i++)
		assert_true(strcmp(t->set->units[i - 1]->name, t->set->units[i]->name) < 0);
	assert_non_null(unit_set_find(t->set, "c@1"));
	assert_null(unit_set_find(t->set, "d"));
}

static void other_files_are_not_read(void **state)
{
	struct tree *t = *state;

	put(t->a, "README", "hello");
	put(t->a, "x.ini~", "hello");
	put(t->a, ".hidden.ini", "hello");
	load(t);
	assert_int_equal(t->set->n, 1);
	assert_int_equal(t->report.n, 0);
}

static void a_file_name_that_is_no_unit_name_is_an_error(void **state)
{
	struct tree *t = *state;

	put(t->a, "a b.ini", "");
	load(t);
	assert_said(t, "a/a b.ini: error: the file's name is not a unit's name");
	assert_int_equal(t->set->n, 1);
}

static void a_directory_named_as_a_unit_is_an_error_of_that_unit(void **state)
{
	struct tree *t = *state;
	AUTO_FREE char *path = str_printf("%s/x.ini", t->a);

	assert_int_equal(mkdir(path, 0755), 0);
	load(t);
	assert_said(t, "a/x.ini: error: is a directory; a unit is a file");
	assert_true(unit_set_find(t->set, "x")->broken);
}

static void a_fifo_does_not_stop_the_loader(void **state)
{
	struct tree *t = *state;
	AUTO_FREE char *path = str_printf("%s/x.ini", t->a);

	assert_int_equal(mkfifo(path, 0644), 0);
	load(t);
	assert_said(t, "a/x.ini: error: is not a regular file");
}

static void links_that_lead_nowhere_or_in_a_circle_are_errors(void **state)
{
	struct tree *t = *state;
	AUTO_FREE char *all = NULL;

	put_link(t->a, "x.ini", "gone.ini");
	put_link(t->a, "y.ini", "z.ini");
	put_link(t->a, "z.ini", "y.ini");
	load(t);
	all = report_text(&t->report);
	assert_int_equal(t->report.errors, 3);
	assert_non_null(strstr(all, "a/x.ini: error: the link leads nowhere"));
	assert_non_null(strstr(all, "a/y.ini: error: the links lead in a circle"));
	assert_true(unit_set_find(t->set, "z")->broken);
}

static void a_link_to_a_file_is_the_file(void **state)
{
	struct tree *t = *state;

	put(t->b, "real.ini", "[Unit]\nDescription=%n\n");
	put_link(t->a, "x.ini", "../b/real.ini");
	load(t);
	assert_string_equal(unit_set_find(t->set, "x")->description, "x");
}

static void a_masked_unit_is_absent_and_cannot_be_required(void **state)
{
	struct tree *t = *state;

	put_link(t->a, "x.ini", "/dev/null");
	put(t->b, "x.ini", "");
	put(t->b, "y.ini", "[Unit]\nRequires=x\n");
	load(t);
	assert_null(unit_set_find(t->set, "x"));
	assert_said(t, "b/y.ini:2:10: error: Requires: x is masked");
	assert_true(unit_set_find(t->set, "y")->broken);
}

static void a_masked_unit_that_is_wanted_is_left_out_with_a_warning(void **state)
{
	struct tree *t = *state;

	put_link(t->a, "x.ini", "/dev/null");
	put(t->b, "y.ini", "[Unit]\nWants=x default\n");
	load(t);
	assert_said(t, "b/y.ini:2:7: warning: Wants: x is masked and left out");
	assert_false(unit_set_find(t->set, "y")->broken);
	assert_int_equal(unit_set_find(t->set, "y")->wants.n, 1);
}

static void a_missing_unit_is_an_error_with_a_suggestion(void **state)
{
	static const char *const keys[] = {
		"Unit]\nRequires",      "Unit]\nWants",     "Unit]\nAfter",
		"Unit]\nBefore",        "Unit]\nBindsTo",   "Unit]\nPartOf",
		"Unit]\nConflicts",     "Unit]\nOnFailure", "Install]\nWantedBy",
		"Install]\nRequiredBy",
	};
	struct tree *t = *state;

	put(t->a, "database.ini", "");
	for (size_t i = 0; i < 10; i++) {
		AUTO_FREE char *text = str_printf("[%s=databse\n", keys[i]);

		put(t->a, "x.ini", text);
		load(t);
		assert_said(t, ": there is no unit databse; did you mean database?");
		assert_true(unit_set_find(t->set, "x")->broken);
		unit_set_free(t->set);
		t->set = NULL;
		report_fini(&t->report);
	}
}

static void what_requires_a_broken_unit_is_broken(void **state)
{
	struct tree *t = *state;
	AUTO_FREE char *all = NULL;

	put(t->a, "a.ini", "[Unit]\nBogus=1\nRequires=c\n");
	put(t->a, "b.ini", "[Unit]\nRequires=a\n");
	put(t->a, "c.ini", "[Unit]\nDescription=c\nRequires=b\n");
	put(t->a, "d.ini", "[Unit]\nWants=a\nAfter=a\n");
	load(t);
	all = report_text(&t->report);
	assert_int_equal(t->report.errors, 3);
	assert_non_null(strstr(all, "a/b.ini:2:10: error: Requires: a is broken"));
	assert_non_null(strstr(all, "a/c.ini:3:10: error: Requires: b is broken"));
	assert_false(unit_set_find(t->set, "d")->broken);
}

static void a_file_over_1_mib_is_refused(void **state)
{
	struct tree *t = *state;
	size_t size = 3 * 1024 * 1024;
	AUTO_FREE char *text = malloc(size + 1);

	memset(text, '\n', size);
	text[size] = '\0';
	put(t->a, "x.ini", text);
	load(t);
	assert_said(t, "a/x.ini: error: the file has 3145728 bytes; a unit file may have at most "
		       "1048576 (1 MiB)");
}

static void a_directory_that_cannot_be_read_is_a_failure(void **state)
{
	struct tree *t = *state;
	AUTO_FREE char *path = str_printf("%s/x", t->a);
	const char *dirs[] = { path };
	char line[512];

	put(t->a, "x", "");
	assert_int_equal(unit_set_load(dirs, 1, &t->set, &t->report, &t->error), -ENOTDIR);
	assert_non_null(strstr(error_format(&t->error, line, sizeof(line)), path));
	assert_null(t->set);
}

static void named_files_are_loaded_with_directories(void **state)
{
	struct tree *t = *state;
	AUTO_FREE char *file = str_printf("%s/x.ini", t->a);
	AUTO_FREE char *other = str_printf("%s/x.conf", t->a);
	const char *paths[] = { file, t->b, other };

	put(t->a, "x.ini", "[Unit]\nAfter=y\n");
	put(t->b, "y.ini", "");
	assert_int_equal(unit_set_load_files(paths, 3, &t->set, &t->report, &t->error), 0);
	assert_said(t, "x.conf: error: is not a unit file; its name ends in .ini");
	assert_int_equal(t->set->n, 3);
}

static void a_transient_unit_comes_and_goes(void **state)
{
	struct tree *t = *state;
	struct unit *u = NULL, *twin = NULL;

	load(t);
	assert_int_equal(unit_set_parse(t->set, "run-1", "(run)", "[Service]\nExec=/x\n", 18, &u,
					&t->report),
			 0);
	assert_int_equal(unit_set_add(t->set, u), 0);
	assert_ptr_equal(unit_set_find(t->set, "run-1"), u);
	assert_int_equal(unit_set_parse(t->set, "run-1", "(run)", "", 0, &twin, &t->report), 0);
	assert_int_equal(unit_set_add(t->set, twin), -EEXIST);
	unit_set_remove(t->set, twin); /* another unit of that name: nothing happens */
	assert_int_equal(t->set->n, 2);
	unit_free(twin);
	unit_set_remove(t->set, u);
	assert_null(unit_set_find(t->set, "run-1"));
	assert_int_equal(unit_set_parse(t->set, "-x", "(run)", "", 0, &u, &t->report), -EINVAL);
}

static void legal_names_are_legal(void **state)
{
	char longest[202];

	(void)state;
	memset(longest, 'a', 201);
	longest[201] = '\0';
	assert_false(unit_name_valid(longest));
	longest[200] = '\0';
	assert_true(unit_name_valid(longest));
	assert_true(unit_name_valid("a"));
	assert_true(unit_name_valid("A9:_.-@x"));
	assert_false(unit_name_valid(""));
	assert_false(unit_name_valid(".a"));
	assert_false(unit_name_valid("-a"));
	assert_false(unit_name_valid("@a"));
	assert_false(unit_name_valid("a@"));
	assert_false(unit_name_valid("a/b"));
	assert_false(unit_name_valid("a b"));
	assert_false(unit_name_valid("\xc3\xa4"));
}

/* 3,000 files in a chain whose first is broken, each of which also names a missing unit: twice the
 * files take about twice the time. The bound is generous for slow machines and sanitizers. */
static void many_broken_units_take_linear_time(void **state)
{
	struct tree *t = *state;
	uint64_t start;

	for (int i = 0; i < 3000; i++) {
		AUTO_FREE char *file = str_printf("u%d.ini", i);
		AUTO_FREE char *text =
			str_printf("[Unit]\nRequires=u%d\nAfter=missing%d\n", i - 1, i);

		put(t->a, file, i ? text : "[Unit]\nBogus=1\n");
	}
	start = clock_now_ms();
	load(t);
	assert_in_range(clock_now_ms() - start, 0, 3000);
	assert_int_equal(t->set->n, 3001);
	assert_int_equal(t->report.errors, 3000);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_tree, remove_tree)
	const struct CMUnitTest tests[] = {
		T(an_empty_set_has_the_default_target),
		T(a_file_of_that_name_is_the_default_target),
		T(the_first_directory_wins),
		T(units_are_sorted_and_found),
		T(other_files_are_not_read),
		T(a_file_name_that_is_no_unit_name_is_an_error),
		T(a_directory_named_as_a_unit_is_an_error_of_that_unit),
		T(a_fifo_does_not_stop_the_loader),
		T(links_that_lead_nowhere_or_in_a_circle_are_errors),
		T(a_link_to_a_file_is_the_file),
		T(a_masked_unit_is_absent_and_cannot_be_required),
		T(a_masked_unit_that_is_wanted_is_left_out_with_a_warning),
		T(a_missing_unit_is_an_error_with_a_suggestion),
		T(what_requires_a_broken_unit_is_broken),
		T(a_file_over_1_mib_is_refused),
		T(a_directory_that_cannot_be_read_is_a_failure),
		T(named_files_are_loaded_with_directories),
		T(a_transient_unit_comes_and_goes),
		cmocka_unit_test(legal_names_are_legal),
		T(many_broken_units_take_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
