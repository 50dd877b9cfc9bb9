/* The bytes of one file of a unit, as they were at one moment. */
#include "base/fd.h"
#include "base/str.h"
#include "unit/catalog.h"
#include "unit/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { READ_ATTEMPTS = 3 };

static void failed(struct catalog_file *f, const char *what, int cause)
{
	f->state = FILE_FAILED;
	f->what = what;
	f->cause = cause;
}

/* All of a regular file; what is beyond the limit stays unread and is counted by its size. */
static int read_regular(int fd, off_t expected, char **ret, size_t *ret_size)
{
	size_t size = 0, room = expected < UNIT_FILE_MAX ? (size_t)expected + 1 : UNIT_FILE_MAX + 1;
	AUTO_FREE char *buf = malloc(room + 1);

	if (!buf)
		return -ENOMEM;
	while (size < room) {
		ssize_t n = pread(fd, buf + size, room - size, (off_t)size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		size += (size_t)n;
	}
	buf[size] = '\0';
	*ret = take_ptr(&buf);
	*ret_size = size;
	return 0;
}

static bool same_moment(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Once; -EAGAIN when the file changed meanwhile. */
static int read_once(struct catalog_file *f, int fd)
{
	AUTO_FREE char *text = NULL;
	struct stat before, after;
	size_t size = 0;
	int r;

	if (fstat(fd, &before) < 0) {
		failed(f, "fstat", errno);
		return 0;
	}
	if (S_ISCHR(before.st_mode) && before.st_rdev == makedev(1, 3)) {
		f->state = FILE_MASKED;
		return 0;
	}
	if (!S_ISREG(before.st_mode)) {
		failed(f,
		       S_ISDIR(before.st_mode) ? "is a directory; a unit is a file"
					       : "is not a regular file",
		       0);
		return 0;
	}
	r = read_regular(fd, before.st_size, &text, &size);
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		failed(f, "cannot be read", -r);
		return 0;
	}
	if (fstat(fd, &after) < 0 || !same_moment(&before, &after))
		return -EAGAIN;
	if (size > UNIT_FILE_MAX && (size_t)before.st_size > size)
		size = (size_t)before.st_size; /* for the message only */
	f->state = FILE_TEXT;
	f->text = take_ptr(&text);
	f->size = size;
	return 0;
}

/* Opened without blocking: a FIFO of that name must not stop the loader. */
static int open_and_read(struct catalog_file *f)
{
	AUTO_CLOSE int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char link[16] = "";
	int cause = errno;

	if (fd >= 0)
		return read_once(f, fd);
	if (readlink(f->path, link, sizeof(link) - 1) > 0 && str_eq(link, "/dev/null")) {
		f->state = FILE_MASKED; /* where there is no /dev/null */
		return 0;
	}
	failed(f,
	       cause == ENOENT  ? "the link leads nowhere"
	       : cause == ELOOP ? "the links lead in a circle"
				: "cannot be opened",
	       cause);
	return 0;
}

int catalog_read(struct catalog_file *f)
{
	int r = -EAGAIN;

	if (f->state != FILE_UNREAD)
		return 0;
	for (int i = 0; r == -EAGAIN && i < READ_ATTEMPTS; i++)
		r = open_and_read(f);
	if (r == -EAGAIN) {
		failed(f, "keeps changing while it is read", 0);
		r = 0;
	}
	return r;
}

void catalog_forget(struct catalog_file *f)
{
	free(f->text);
	f->text = NULL;
	f->state = FILE_UNREAD;
}
