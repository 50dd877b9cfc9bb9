/* explain, show, cat and verify without a supervisor. */
#include "ctl_tree.h"

static const char web[] = "[Unit]\nDescription=The shop\nRequires=db\n"
			  "[Service]\nExec=/bin/shop\n[Resources]\nMemoryMax=64M\n";
static const char db[] = "[Service]\nExec=/bin/db\n";

static int setup(void **state)
{
	static struct tree t;

	tree_open(&t);
	*state = &t;
	return 0;
}

static int teardown(void **state)
{
	tree_close(*state);
	return 0;
}

/* Runs svctl with up to four words; *f has its texts, until the next run. */
static struct fake *run(int status, const char *a, const char *b, const char *c, const char *d)
{
	static struct fake f;
	int got;

	fake_open(&f);
	fake_svctl(&f, a, b, c, d, NULL);
	got = fake_wait(&f);
	if (got != status)
		fail_msg("svctl %s: %d, want %d: %s%s", a, got, status, f.text[0], f.text[1]);
	fake_close(&f);
	return &f;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in: %s", part, text);
}

static void explain_finds_a_key_in_any_case_and_with_its_section(void **state)
{
	static const char *const words[] = { "MemoryMax", "memorymax", "Resources.MemoryMax",
					     "resources.memorymax=" };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct fake *f = run(0, "explain", words[i], NULL, NULL);

		has(f->text[0], "MemoryMax=size");
		has(f->text[0], "[Resources]");
		has(f->text[0], "Example   MemoryMax=512M");
	}
}

static void explain_without_a_word_lists_every_section(void **state)
{
	struct fake *f = run(0, "explain", NULL, NULL, NULL);

	(void)state;
	has(f->text[0], "Unit ");
	has(f->text[0], "Install ");
	assert_null(strstr(run(0, "explain", "[Log]", NULL, NULL)->text[0], "MemoryMax"));
}

static void explain_says_what_was_meant(void **state)
{
	(void)state;
	assert_string_equal(run(1, "explain", "MemryMax", NULL, NULL)->text[1],
			    "svctl: no key or section 'MemryMax'; did you mean 'MemoryMax'?\n");
	has(run(1, "explain", "Qqqqqqqqqq", NULL, NULL)->text[1], "'svctl explain' lists them");
}

static void show_of_a_file_names_the_line_of_every_value(void **state)
{
	struct tree *t = *state;
	struct fake *f;

	tree_write(t, "web.ini", web);
	tree_write(t, "db.ini", db);
	f = run(0, "show", tree_path(t, "web.ini"), NULL, NULL);
	has(f->text[0], "MemoryMax=64M  # ");
	has(f->text[0], "web.ini:7\n");
	has(f->text[0], "Restart=no  # default");
	has(run(0, "show", "--json", tree_path(t, "web.ini"), NULL)->text[0],
	    "\"load\":\"loaded\"");
}

static void show_of_a_broken_file_tells_its_errors_and_fails(void **state)
{
	struct tree *t = *state;

	tree_write(t, "web.ini", "[Service]\nExec=/bin/a\nNice=90\n");
	has(run(1, "show", tree_path(t, "web.ini"), NULL, NULL)->text[1], "web.ini:3:");
	run(4, "show", tree_path(t, "none.ini"), NULL, NULL);
}

static void cat_prints_the_file_behind_its_name(void **state)
{
	struct tree *t = *state;
	char want[1024];

	tree_write(t, "etc/svinit/units/db.ini", db);
	snprintf(want, sizeof(want), "# %s\n%s", tree_path(t, "etc/svinit/units/db.ini"), db);
	assert_string_equal(run(0, "cat", "--root", t->root, "db")->text[0], want);
	assert_string_equal(
		run(0, "cat", tree_path(t, "etc/svinit/units/db.ini"), NULL, NULL)->text[0], want);
}

static void cat_asks_the_supervisor_for_the_files_of_a_name(void **state)
{
	struct tree *t = *state;
	char reply[1024], want[1024];
	struct fake f;

	tree_write(t, "a", "one\n");
	tree_write(t, "b", "two");
	snprintf(reply, sizeof(reply),
		 "{\"parameters\":{\"system\":{},\"units\":[{\"name\":\"x\",\"source\":\"%s\","
		 "\"files\":[\"%s\",\"%s\"]}]}}",
		 tree_path(t, "a"), tree_path(t, "a"), tree_path(t, "b"));
	snprintf(want, sizeof(want), "# %s\none\n\n# %s\ntwo\n", tree_path(t, "a"),
		 tree_path(t, "b"));
	fake_open(&f);
	fake_svctl(&f, "cat", "x", NULL);
	fake_expect(&f, "io.svinit.Status");
	fake_reply(&f, reply);
	assert_int_equal(fake_wait(&f), 0);
	assert_string_equal(f.text[0], want);
	fake_close(&f);
}

static void verify_looks_below_the_root(void **state)
{
	struct tree *t = *state;

	tree_write(t, "etc/svinit/units/web.ini", web);
	has(run(1, "verify", "--root", t->root, NULL)->text[0],
	    "/etc/svinit/units/web.ini:3:10: error: Requires:");
	tree_write(t, "usr/lib/svinit/units/db.ini", db);
	assert_string_equal(run(0, "verify", "--root", t->root, NULL)->text[0], "");
	run(0, "verify", "--root", t->root, "/usr/lib/svinit/units/db.ini");
	run(1, "verify", "--root", t->root, "/etc/svinit/units");
	run(1, "verify", "--root", t->root, "/nowhere/at/all");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(explain_finds_a_key_in_any_case_and_with_its_section),
		T(explain_without_a_word_lists_every_section),
		T(explain_says_what_was_meant),
		T(show_of_a_file_names_the_line_of_every_value),
		T(show_of_a_broken_file_tells_its_errors_and_fails),
		T(cat_prints_the_file_behind_its_name),
		T(cat_asks_the_supervisor_for_the_files_of_a_name),
		T(verify_looks_below_the_root),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
