/* enable, disable, mask and unmask below a root. */
#include "ctl_tree.h"

#define ETC "etc/svinit/units/"
#define LIB "usr/lib/svinit/units/"

static const char unit[] = "[Service]\nExec=/bin/a\n[Install]\nWantedBy=default\n";

static void run(const struct tree *t, int status, const char *verb, const char *name)
{
	struct fake f;
	int got;

	fake_open(&f);
	fake_svctl(&f, verb, "--root", t->root, name, NULL);
	got = fake_wait(&f);
	if (got != status)
		fail_msg("svctl %s %s: %d, want %d: %s", verb, name, got, status, f.text[1]);
	fake_close(&f);
}

static int setup(void **state)
{
	static struct tree t;

	tree_open(&t);
	tree_write(&t, LIB "web.ini", unit);
	tree_write(&t, LIB "job@.ini", unit);
	*state = &t;
	return 0;
}

static int teardown(void **state)
{
	tree_close(*state);
	return 0;
}

static void mask_and_unmask_are_one_link(void **state)
{
	struct tree *t = *state;

	for (int i = 0; i < 2; i++) {
		run(t, 0, "mask", "web");
		assert_string_equal(tree_read(t, ETC "web.ini"), "/dev/null");
	}
	run(t, 1, "enable", "web");
	for (int i = 0; i < 2; i++) {
		run(t, 0, "unmask", "web");
		assert_string_equal(tree_read(t, ETC "web.ini"), "(none)");
	}
}

static void mask_never_replaces_a_file(void **state)
{
	struct tree *t = *state;

	tree_write(t, ETC "web.ini", unit);
	run(t, 1, "mask", "web");
	run(t, 0, "unmask", "web");
	assert_string_equal(tree_read(t, ETC "web.ini"), unit);
}

static void disable_empties_install_and_enable_takes_it_back(void **state)
{
	struct tree *t = *state;

	for (int i = 0; i < 2; i++) {
		run(t, 0, "disable", "web");
		assert_non_null(strstr(tree_read(t, ETC "web.ini.d/50-disable.ini"),
				       "[Install]\nWantedBy=\nRequiredBy=\n"));
	}
	run(t, 0, "verify", "web");
	for (int i = 0; i < 2; i++) {
		run(t, 0, "enable", "web");
		assert_string_equal(tree_read(t, ETC "web.ini.d/50-disable.ini"), "(none)");
	}
	assert_int_not_equal(access(tree_path(t, ETC "web.ini.d"), F_OK), 0);
}

static void an_instance_is_a_link_to_its_template(void **state)
{
	struct tree *t = *state;

	run(t, 0, "enable", "job@1");
	run(t, 0, "enable", "job@1");
	assert_string_equal(tree_read(t, ETC "job@1.ini"),
			    "../../../usr/lib/svinit/units/job@.ini");
	assert_int_equal(access(tree_path(t, ETC "job@1.ini"), R_OK), 0);
	run(t, 0, "verify", "job@1");
	run(t, 0, "disable", "job@1");
	assert_string_equal(tree_read(t, ETC "job@1.ini"), "(none)");
}

static void names_are_checked(void **state)
{
	struct tree *t = *state;

	run(t, 4, "enable", "none");
	run(t, 4, "disable", "none");
	run(t, 4, "enable", "none@1");
	run(t, 2, "mask", "../x");
	run(t, 2, "mask", ".x");
}

static void a_supervisor_that_answers_reads_the_files_again(void **state)
{
	struct tree *t = *state;
	struct fake f;

	fake_open(&f);
	fake_svctl(&f, "mask", "--units", t->root, "web", NULL);
	fake_accept(&f); /* only looks whether somebody listens */
	fake_expect(&f, "io.svinit.Reload");
	fake_reply(&f, "{\"parameters\":{\"changed\":1}}");
	assert_int_equal(fake_wait(&f), 0);
	assert_string_equal(tree_read(t, "web.ini"), "/dev/null");
	fake_close(&f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(mask_and_unmask_are_one_link),
		T(mask_never_replaces_a_file),
		T(disable_empties_install_and_enable_takes_it_back),
		T(an_instance_is_a_link_to_its_template),
		T(names_are_checked),
		T(a_supervisor_that_answers_reads_the_files_again),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
