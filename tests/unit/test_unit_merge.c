/* Drop-ins, templates, instances, aliases and what specifiers stand for. */
#include "unit_text.h"

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

	snprintf(t->root, sizeof(t->root), "/tmp/test-unit-merge-XXXXXX");
	*state = t;
	return mkdtemp(t->root) ? 0 : -1;
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

/* The folders of `file` are made as well. */
static char *place(const struct tree *t, const char *file)
{
	char *path = str_printf("%s/%s", t->root, file);

	for (char *s = path + strlen(t->root) + 1; (s = strchr(s, '/')); *s++ = '/') {
		*s = '\0';
		mkdir(path, 0755);
	}
	return path;
}

static void put(const struct tree *t, const char *file, const char *text)
{
	AUTO_FREE char *path = place(t, file);
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
}

static void put_link(const struct tree *t, const char *file, const char *to)
{
	AUTO_FREE char *path = place(t, file);

	assert_int_equal(symlink(to, path), 0);
}

static void load_with(struct tree *t, const struct unit_context *context)
{
	AUTO_FREE char *a = str_printf("%s/a", t->root), *b = str_printf("%s/b", t->root);
	const char *dirs[] = { a, b };
	struct unit_load request = { .paths = dirs, .n_paths = 2, .context = context };

	assert_int_equal(unit_set_load_with(&request, &t->set, &t->report, &t->error), 0);
}

static void load(struct tree *t)
{
	load_with(t, NULL);
}

static void assert_silent(const struct tree *t)
{
	AUTO_FREE char *all = report_text(&t->report);

	assert_string_equal(all, "");
}

/* The report has exactly one entry, and it contains `expected`. */
static void assert_said(const struct tree *t, const char *expected)
{
	AUTO_FREE char *all = report_text(&t->report);

	if (t->report.n != 1 || !strstr(all, expected))
		fail_msg("expected: %s\ngot: %s", expected, all);
}

static struct unit *unit(const struct tree *t, const char *name)
{
	struct unit *u = unit_set_find(t->set, name);

	if (!u)
		fail_msg("no unit %s", name);
	return u;
}

static void assert_value(const struct tree *t, const char *name, const char *key,
			 const char *expected)
{
	AUTO_FREE char *got = key_text(unit(t, name), NULL, key);

	assert_string_equal(got ? got : "", expected);
}

/* --- drop-ins --- */

static void drop_ins_override_in_the_order_of_their_names(void **state)
{
	struct tree *t = *state;

	put(t, "a/x.ini", "[Unit]\nDescription=file\n[Service]\nExec=/x\nNice=1\nUMask=077\n");
	put(t, "b/x.ini.d/10.ini", "[Unit]\nDescription=ten\n[Service]\nNice=2\n");
	put(t, "a/x.ini.d/20.ini", "[Unit]\nDescription=twenty\n[Service]\nExec=/y z\n");
	load(t);
	assert_silent(t);
	assert_value(t, "x", "Description", "twenty");
	assert_value(t, "x", "Exec", "/y z");
	assert_value(t, "x", "Nice", "2");
	assert_value(t, "x", "UMask", "0077");
	assert_int_equal(unit(t, "x")->files.n, 3);
	assert_true(str_ends(unit(t, "x")->files.items[0].text, "a/x.ini"));
	assert_true(str_ends(unit(t, "x")->files.items[1].text, "b/x.ini.d/10.ini"));
	assert_true(str_ends(unit_origin(unit(t, "x"), service.nice)->file, "b/x.ini.d/10.ini"));
	assert_int_equal(unit_origin(unit(t, "x"), service.nice)->line, 4);
}

static void lists_append_and_empty_values_reset(void **state)
{
	struct tree *t = *state;

	put(t, "a/x.ini", "[Unit]\nAfter=y\nWants=y\nDescription=d\n[Service]\nExec=/x\nNice=3\n");
	put(t, "a/y.ini", "");
	put(t, "a/z.ini", "");
	put(t, "a/x.ini.d/1.ini",
	    "[Unit]\nAfter=z\nWants=\nWants=z\nDescription=\n[Service]\nNice=\nExec=\nExec=/z\n");
	load(t);
	assert_silent(t);
	assert_value(t, "x", "After", "y | z");
	assert_value(t, "x", "Wants", "z");
	assert_value(t, "x", "Description", "");
	assert_value(t, "x", "Nice", "0");
	assert_false(unit_is_set(unit(t, "x"), service.nice));
	assert_value(t, "x", "Exec", "/z");
}

static void the_first_directory_wins_for_a_drop_in(void **state)
{
	struct tree *t = *state;

	put(t, "b/x.ini", "");
	put(t, "a/x.ini.d/1.ini", "[Unit]\nDescription=a\n");
	put(t, "b/x.ini.d/1.ini", "[Unit]\nDescription=b\nBogus=1\n");
	put_link(t, "a/x.ini.d/2.ini", "/dev/null");
	put(t, "b/x.ini.d/2.ini", "[Unit]\nDescription=masked\n");
	put(t, "a/x.ini.d/README", "hello");
	load(t);
	assert_silent(t);
	assert_value(t, "x", "Description", "a");
	assert_int_equal(unit(t, "x")->files.n, 2);
}

static void an_error_in_a_drop_in_has_its_place(void **state)
{
	struct tree *t = *state;

	put(t, "a/x.ini", "[Service]\nExec=/x\nNice=1\n");
	put(t, "a/x.ini.d/1.ini", "[Service]\n\nNice=99\n");
	load(t);
	assert_said(t, "a/x.ini.d/1.ini:3:6: error: Nice: 99 is out of range");
	assert_true(unit(t, "x")->broken);
}

static void a_duplicate_inside_one_drop_in_is_an_error(void **state)
{
	struct tree *t = *state;

	put(t, "a/x.ini", "[Service]\nExec=/x\nNice=1\n");
	put(t, "a/x.ini.d/1.ini", "[Service]\nNice=2\nNice=3\n");
	load(t);
	assert_said(t, "1.ini:3:6: error: Nice: is given twice, first on line 2");
}

static void a_drop_in_that_contradicts_names_both_files(void **state)
{
	struct tree *t = *state;

	put(t, "a/x.ini", "[Service]\nExec=/x\n[Container]\nNamespaces=mount net\n");
	put(t, "a/x.ini.d/1.ini", "[Network]\nMode=host\n");
	load(t);
	assert_said(t, "x.ini.d/1.ini:2:6: error: Mode: host contradicts");
	assert_non_null(strstr(t->report.items[0].text, "a/x.ini:4"));
}

static void drop_ins_for_containers_leave_targets_alone(void **state)
{
	struct tree *t = *state;

	put(t, "a/x.ini", "[Service]\nExec=/x\nNice=1\nUMask=077\n");
	put(t, "a/x.ini.d/1.ini", "[Service]\nUMask=027\n");
	put(t, "a/y.ini", "");
	put(t, "a/y.ini.d/1.ini", "[Service]\nExec=/y\n");
	put(t, "a/target.ini", "");
	put(t, "b/container.ini.d/1.ini", "[Service]\nNice=5\nUMask=007\n");
	put(t, "b/container.ini.d/2.ini", "[Service]\nNice=7\nUMask=007\n");
	load(t);
	assert_silent(t);
	assert_value(t, "x", "Nice", "7");
	assert_value(t, "x", "UMask", "0027"); /* the special one has the last word */
	assert_value(t, "y", "Nice", "7");
	assert_false(unit(t, "target")->container);
	assert_int_equal(unit(t, "target")->files.n, 1);
}

static void drop_ins_that_cannot_be_read_break_the_unit(void **state)
{
	struct tree *t = *state;

	/* A folder where a drop-in should be. */
	free(place(t, "a/x.ini.d/1.ini/x"));
	put(t, "a/x.ini", "");
	put(t, "a/y.ini", "");
	put(t, "a/y.ini.d", "not a folder");
	load(t);
	assert_int_equal(t->report.errors, 2);
	assert_true(unit(t, "x")->broken);
	assert_true(unit(t, "y")->broken);
}

static void a_drop_in_for_nobody_is_a_warning(void **state)
{
	struct tree *t = *state;

	put(t, "a/gone.ini.d/1.ini", "");
	load(t);
	assert_said(t, "a/gone.ini.d/1.ini: warning: there is no unit gone");
}

/* --- templates --- */

static void a_named_instance_exists(void **state)
{
	struct tree *t = *state;

	put(t, "a/w@.ini",
	    "[Unit]\nDescription=%p %i %I %n\nWants=log@%i\n[Service]\nExec=/w %i\n");
	put(t, "b/log@.ini", "[Unit]\nDescription=log %i\n");
	put(t, "a/x.ini", "[Unit]\nRequires=w@1 w@a-b\n");
	load(t);
	assert_silent(t);
	assert_int_equal(t->set->n, 6);
	assert_value(t, "w@a-b", "Description", "w a-b a/b w@a-b");
	assert_value(t, "log@1", "Description", "log 1");
	assert_true(str_ends(unit(t, "w@1")->source, "a/w@.ini"));
	for (size_t i = 1; i < t->set->n; i++)
		assert_true(strcmp(t->set->units[i - 1]->name, t->set->units[i]->name) < 0);
}

static void links_own_files_and_defaults_make_instances(void **state)
{
	struct tree *t = *state;

	put(t, "b/w@.ini", "[Unit]\nDescription=template %i\n[Install]\nDefaultInstance=main\n");
	put_link(t, "a/w@1.ini", "../b/w@.ini");
	put(t, "a/w@2.ini", "[Unit]\nDescription=own %i\n");
	put(t, "a/w@.ini.d/1.ini", "[Install]\nWantedBy=default\n");
	put(t, "a/w@2.ini.d/2.ini", "[Unit]\nAfter=w@1\n");
	load(t);
	assert_silent(t);
	assert_value(t, "w@1", "Description", "template 1");
	assert_true(str_ends(unit(t, "w@1")->source, "b/w@.ini"));
	assert_value(t, "w@2", "Description", "own 2");
	assert_value(t, "w@2", "WantedBy", "default");
	assert_value(t, "w@2", "After", "w@1");
	assert_value(t, "w@main", "Description", "template main");
}

static void masks_hold_for_templates_and_instances(void **state)
{
	struct tree *t = *state;

	put_link(t, "a/w@.ini", "/dev/null");
	put(t, "b/w@.ini", "");
	put(t, "b/v@.ini", "");
	put_link(t, "a/v@1.ini", "/dev/null");
	put(t, "a/x.ini", "[Unit]\nWants=w@1 v@1 v@2\n");
	load(t);
	assert_int_equal(t->report.n, 2);
	assert_int_equal(t->report.errors, 0);
	assert_value(t, "x", "Wants", "v@2");
	assert_null(unit_set_find(t->set, "v@1"));
}

static void a_template_without_instances_is_checked(void **state)
{
	struct tree *t = *state;

	put(t, "a/w@.ini", "[Service]\nExec=/w %i\nUser=%i\nWorkingDirectory=%I\nNice=lots\n");
	load(t);
	assert_said(t, "a/w@.ini:5:6: error: Nice: \"lots\"");
}

static void endless_instances_are_an_error(void **state)
{
	struct tree *t = *state;

	put(t, "a/w@.ini", "[Unit]\nWants=w@%ia w@%ib\n");
	put(t, "a/x.ini", "[Unit]\nWants=w@1\n");
	load(t);
	assert_true(t->report.errors > 0);
	assert_non_null(strstr(t->report.items[0].text, "without end"));
}

static void an_instance_can_be_made_later(void **state)
{
	struct tree *t = *state;
	struct unit **added = NULL;
	size_t n = 0;

	put(t, "a/w@.ini", "[Unit]\nDescription=old %i\nRequires=log@%i base\n");
	put(t, "a/w@7.ini.d/1.ini", "[Unit]\nAfter=base\n");
	put(t, "a/log@.ini", "");
	put(t, "a/base.ini", "");
	load(t);
	put(t, "a/w@.ini", "[Unit]\nDescription=new %i\nBogus=1\n");
	assert_int_equal(unit_set_instantiate(t->set, "w@7", &added, &n, &t->report), 0);
	assert_silent(t);
	assert_int_equal(n, 2);
	assert_ptr_equal(added[0], unit(t, "w@7"));
	assert_string_equal(added[1]->name, "log@7");
	assert_value(t, "w@7", "Description", "old 7");
	assert_value(t, "w@7", "After", "base");
	free(added);
	assert_int_equal(unit_set_instantiate(t->set, "w@7", &added, &n, &t->report), -EEXIST);
	assert_int_equal(unit_set_instantiate(t->set, "v@7", &added, &n, &t->report), -ENOENT);
	assert_int_equal(unit_set_instantiate(t->set, "base", &added, &n, &t->report), -EINVAL);
}

static void a_broken_instance_is_not_added(void **state)
{
	struct tree *t = *state;
	struct unit **added = NULL;
	size_t n = 0;

	put(t, "a/w@.ini", "[Unit]\nRequires=gone-%i log@%i\n");
	put(t, "a/log@.ini", "");
	load(t);
	report_fini(&t->report);
	n = t->set->n;
	assert_int_equal(unit_set_instantiate(t->set, "w@7", &added, &n, &t->report), -EINVAL);
	assert_said(t, "a/w@.ini:2:10: error: Requires: there is no unit gone-7");
	assert_int_equal(t->set->n, n);
}

/* --- aliases --- */

static void an_alias_finds_the_unit(void **state)
{
	struct tree *t = *state;

	put(t, "a/postgres.ini", "[Install]\nAlias=db sql\n");
	put(t, "a/x.ini", "[Unit]\nRequires=db\nAfter=sql\n");
	load(t);
	assert_silent(t);
	assert_ptr_equal(unit(t, "db"), unit(t, "postgres"));
	assert_value(t, "x", "Requires", "postgres");
	assert_value(t, "x", "After", "postgres");
}

static void aliases_that_collide_are_errors(void **state)
{
	struct tree *t = *state;
	AUTO_FREE char *all = NULL;

	put(t, "a/m.ini", "[Install]\nAlias=db\n");
	put(t, "a/n.ini", "[Install]\nAlias=db\n");
	put(t, "a/o.ini", "[Install]\nAlias=n\n");
	put(t, "a/p.ini", "[Unit]\nAfter=q\n[Install]\nAlias=q\n");
	load(t);
	all = report_text(&t->report);
	assert_int_equal(t->report.errors, 3);
	assert_non_null(strstr(all, "a/n.ini:2:7: error: Alias: db is also an alias of m"));
	assert_non_null(strstr(all, "a/o.ini:2:7: error: Alias: n is the name of a unit"));
	assert_non_null(strstr(all, "a/p.ini:2:7: error: After: the unit names itself"));
}

static void what_is_required_by_a_broken_unit_is_not_broken_but_the_other_way_round(void **state)
{
	struct tree *t = *state;

	put(t, "a/m.ini", "[Unit]\nBogus=1\n[Install]\nRequiredBy=n\n");
	put(t, "a/n.ini", "");
	put(t, "a/o.ini", "[Unit]\nBindsTo=n\n");
	put(t, "a/p.ini", "[Install]\nRequiredBy=m\n");
	load(t);
	assert_int_equal(t->report.errors, 3);
	assert_true(unit(t, "n")->broken);
	assert_true(unit(t, "o")->broken);
	assert_false(unit(t, "p")->broken);
}

/* --- specifiers --- */

static void the_context_gives_specifiers(void **state)
{
	struct tree *t = *state;
	struct unit_context context = { .machine_id = "mid",
					.boot_id = "bid",
					.user = "usr",
					.runtime_dir = "/r",
					.state_dir = "/s",
					.logs_dir = "/l" };

	put(t, "a/x.ini", "[Unit]\nDescription=%m %b %u %t %S %L %%\n");
	load_with(t, &context);
	assert_silent(t);
	assert_value(t, "x", "Description", "mid bid usr /r /s /l %%");
}

static void without_a_context_the_defaults_count(void **state)
{
	struct tree *t = *state;

	put(t, "a/x.ini", "[Unit]\nDescription=%t %S %L\nDocumentation=file:/%b/%u\n");
	load(t);
	assert_silent(t);
	assert_value(t, "x", "Description", "/run/svinit /var/lib/svinit /var/log/svinit");
	assert_true(strlen(unit(t, "x")->documentation.items[0].text) > 6 + 32 + 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_tree, remove_tree)
	const struct CMUnitTest tests[] = {
		T(drop_ins_override_in_the_order_of_their_names),
		T(lists_append_and_empty_values_reset),
		T(the_first_directory_wins_for_a_drop_in),
		T(an_error_in_a_drop_in_has_its_place),
		T(a_duplicate_inside_one_drop_in_is_an_error),
		T(a_drop_in_that_contradicts_names_both_files),
		T(drop_ins_for_containers_leave_targets_alone),
		T(drop_ins_that_cannot_be_read_break_the_unit),
		T(a_drop_in_for_nobody_is_a_warning),
		T(a_named_instance_exists),
		T(links_own_files_and_defaults_make_instances),
		T(masks_hold_for_templates_and_instances),
		T(a_template_without_instances_is_checked),
		T(endless_instances_are_an_error),
		T(an_instance_can_be_made_later),
		T(a_broken_instance_is_not_added),
		T(an_alias_finds_the_unit),
		T(aliases_that_collide_are_errors),
		T(what_is_required_by_a_broken_unit_is_not_broken_but_the_other_way_round),
		T(the_context_gives_specifiers),
		T(without_a_context_the_defaults_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
