/* A tree of files for the tests of svctl's offline verbs, made below /tmp and removed again. */
#ifndef SVINIT_TESTS_CTL_TREE_H
#define SVINIT_TESTS_CTL_TREE_H

#include "base/fd.h"
#include "ctl-fake.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct tree {
	char root[32];
};

static inline void tree_open(struct tree *t)
{
	strcpy(t->root, "/tmp/ctl-tree.XXXXXX");
	assert_non_null(mkdtemp(t->root));
}

static inline int tree_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void tree_close(struct tree *t)
{
	nftw(t->root, tree_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* ROOT/PATH; one of four buffers. */
static inline const char *tree_path(const struct tree *t, const char *path)
{
	static char buf[4][512];
	static unsigned next;
	char *to = buf[next++ % 4];

	snprintf(to, sizeof(buf[0]), "%s/%s", t->root, path);
	return to;
}

static inline void tree_write(const struct tree *t, const char *path, const char *text)
{
	char full[512], *slash;
	int fd;

	snprintf(full, sizeof(full), "%s", tree_path(t, path));
	slash = strrchr(full, '/');
	*slash = '\0';
	assert_int_equal(fd_make_dirs(AT_FDCWD, full, 0755), 0);
	*slash = '/';
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
	fd_close(&fd);
}

/* The text of a file, or what a link says, or "(none)". Static. */
static inline const char *tree_read(const struct tree *t, const char *path)
{
	static char buf[4096];
	const char *full = tree_path(t, path);
	ssize_t n = readlink(full, buf, sizeof(buf) - 1);

	if (n < 0)
		n = fd_read_file(AT_FDCWD, full, buf, sizeof(buf));
	if (n < 0)
		return "(none)";
	buf[n] = '\0';
	return buf;
}

#endif
