/* Walking and removing nested groups, on ordinary directories. */
#include "base/fd.h"
#include "cgroup/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char top[] = "/tmp/svinit-walk-XXXXXX";
static int dir = -1;

static int set_up(void **state)
{
	(void)state;
	strcpy(top + sizeof(top) - 7, "XXXXXX");
	if (!mkdtemp(top))
		return -1;
	dir = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	fd_close(&dir);
	return rmdir(top); /* every test leaves nothing */
}

static int count(int group, void *arg)
{
	(void)group;
	++*(int *)arg;
	return 0;
}

static void every_group_is_visited_once(void **state)
{
	int n = 0;

	(void)state;
	assert_int_equal(fd_make_dirs(dir, "u/a/b", 0755), 0);
	assert_int_equal(fd_make_dirs(dir, "u/c", 0755), 0);
	assert_int_equal(walk_groups(dir, "u", count, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(walk_groups(dir, "none", count, &n), -ENOENT);
	assert_int_equal(walk_remove(dir, "u"), 0);
}

static void a_very_deep_tree_is_removed(void **state)
{
	char path[4000] = "u";
	int n = 0;

	(void)state;
	for (int i = 0; i < 1500; i++)
		strcat(path, "/d");
	assert_int_equal(fd_make_dirs(dir, path, 0755), 0);
	assert_int_equal(walk_groups(dir, "u", count, &n), -ELOOP);
	assert_int_equal(walk_remove(dir, "u"), 0);
	assert_int_equal(faccessat(dir, "u", F_OK, 0), -1);
}

static void what_cannot_be_removed_is_told(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(fd_make_dirs(dir, "u/a/b", 0755), 0);
	fd = openat(dir, "u/a/file", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	close(fd);
	assert_int_equal(walk_remove(dir, "u"), -ENOTEMPTY);
	assert_int_equal(unlinkat(dir, "u/a/file", 0), 0);
	assert_int_equal(walk_remove(dir, "u"), 0);
	assert_int_equal(walk_remove(dir, "u"), 0);
}

static void a_list_longer_than_a_read_is_whole(void **state)
{
	struct pids p = { 0 };
	FILE *f;

	(void)state;
	assert_int_equal(mkdirat(dir, "u", 0755), 0);
	f = fdopen(openat(dir, "u/cgroup.procs", O_CREAT | O_WRONLY | O_CLOEXEC, 0600), "w");
	for (int i = 0; i < 5000; i++)
		fprintf(f, "%d\n", 100000 + i);
	fprintf(f, "0\n");
	fclose(f);
	AUTO_CLOSE int u = openat(dir, "u", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(pids_read(u, &p), 0);
	assert_int_equal(p.n, 5001);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(p.at[i], 100000 + i);
	assert_int_equal(p.at[5000], 0);
	pids_fini(&p);
	unlinkat(dir, "u/cgroup.procs", 0);
	assert_int_equal(walk_remove(dir, "u"), 0);
}

#define WALK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WALK(every_group_is_visited_once),
		WALK(a_very_deep_tree_is_removed),
		WALK(what_cannot_be_removed_is_told),
		WALK(a_list_longer_than_a_read_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
