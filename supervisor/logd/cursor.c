#include "logd/cursor.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PATH_BYTES = 4096,
	ROOM_MIN = 8 * 1024,
	ROOM_MAX = 64 * 1024, /* over a record's most; a longer line is none of ours and is cut */
	SEARCH_BYTES = 16 * 1024,
};

void cursor_init(struct cursor *c, const char *logs, const char *unit)
{
	*c = (struct cursor){ .logs = logs, .fd = -1 };
	memcpy(c->unit, unit, strlen(unit) + 1);
}

void cursor_rest(struct cursor *c)
{
	free(c->buf);
	c->buf = NULL;
	c->room = c->have = 0;
}

void cursor_fini(struct cursor *c)
{
	cursor_rest(c);
	fd_close(&c->fd);
}

/* Opens a file of the unit at its beginning. 1, 0 when it is not there, or negative errno. */
static int open_name(struct cursor *c, const char *name)
{
	char path[PATH_BYTES];
	struct stat st;
	int fd, r = store_path(c->logs, c->unit, name, path, sizeof(path));

	if (r < 0)
		return r;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		fd_close(&fd);
		return -EINVAL;
	}
	fd_close(&c->fd);
	c->fd = fd;
	c->dev = st.st_dev;
	c->ino = st.st_ino;
	c->have = 0;
	c->pos = 0;
	return 1;
}

static bool is_here(const struct cursor *c, const char *name)
{
	char path[PATH_BYTES];
	struct stat st;

	return c->fd >= 0 && store_path(c->logs, c->unit, name, path, sizeof(path)) == 0 &&
	       lstat(path, &st) == 0 && st.st_ino == c->ino && st.st_dev == c->dev;
}

/*
 * To the beginning of the file behind (step 1) or before (step -1) this one. 1, 0 when there is
 * none, or negative errno.
 */
static int other_file(struct cursor *c, int step)
{
	char(*names)[STORE_NAME_BYTES];
	bool at_current = is_here(c, "current");
	ssize_t n, i;
	int r = 0;

	if (at_current && step > 0)
		return 0;
	n = store_list(c->logs, c->unit, &names);
	if (n < 0)
		return (int)n;
	for (i = 0; i < n && !at_current; i++) {
		if (is_here(c, names[i]))
			break;
	}
	if (at_current)
		i = n;
	else if (i == n) /* removed, or no file yet: on with the oldest */
		i = -1;
	i += step;
	if (i >= 0 && i < n)
		r = open_name(c, names[i]);
	else if (step > 0)
		r = open_name(c, "current");
	free(names);
	return r;
}

static int have_buffer(struct cursor *c, size_t room)
{
	char *more;

	if (c->room >= room)
		return 0;
	more = realloc(c->buf, room);
	if (!more)
		return -ENOMEM;
	c->buf = more;
	c->room = room;
	return 0;
}

/* Fills the buffer with what stands in the file from `at` on. 0 or negative errno. */
static int load(struct cursor *c, uint64_t at)
{
	ssize_t n = pread(c->fd, c->buf, c->room, (off_t)at);

	if (n < 0)
		return -errno;
	c->at = at;
	c->have = (size_t)n;
	return 0;
}

static void set_line(struct cursor *c, uint64_t start, size_t length)
{
	c->start = start;
	c->line = c->buf + (start - c->at);
	c->length = length;
	if (stamp_is(c->line, length))
		memcpy(c->stamp, c->line, STAMP_BYTES);
}

/* The line at pos. 1, 0 when the file has no whole line there, or negative errno. */
static int next_in_file(struct cursor *c)
{
	int r = have_buffer(c, ROOM_MIN);

	for (bool loaded = false; r == 0; loaded = true) {
		if (c->pos >= c->at && c->pos < c->at + c->have) {
			size_t off = (size_t)(c->pos - c->at), left = c->have - off;
			const char *nl = memchr(c->buf + off, '\n', left);

			if (nl || left >= ROOM_MAX) {
				set_line(c, c->pos, nl ? (size_t)(nl + 1 - c->buf) - off : left);
				c->pos += c->length;
				return 1;
			}
			if (loaded && c->have < c->room)
				return 0;
			if (loaded)
				r = have_buffer(c, c->room * 2);
		} else if (loaded) {
			return 0;
		}
		if (r == 0)
			r = load(c, c->pos);
	}
	return r;
}

int cursor_next(struct cursor *c)
{
	for (;;) {
		int r = c->fd >= 0 ? next_in_file(c) : 0;

		if (r != 0)
			return r;
		r = other_file(c, 1);
		if (r <= 0)
			return r;
	}
}

/* The line that ends at pos > 0; one that was cut (no newline) counts as none. */
static int prev_in_file(struct cursor *c)
{
	int r = have_buffer(c, ROOM_MIN);

	for (bool loaded = false; r == 0; loaded = true) {
		if (c->pos > c->at && c->pos <= c->at + c->have) {
			size_t end = (size_t)(c->pos - c->at);
			const char *nl = memrchr(c->buf, '\n', end - 1);
			size_t off = nl ? (size_t)(nl + 1 - c->buf) : 0;

			if (nl || c->at == 0 || end >= ROOM_MAX) {
				set_line(c, c->at + off, end - off);
				c->pos = c->start;
				return c->line[c->length - 1] == '\n';
			}
			if (loaded)
				r = have_buffer(c, c->room * 2);
		} else if (loaded) {
			return -EIO; /* the file became shorter under us */
		}
		if (r == 0)
			r = load(c, c->pos > c->room ? c->pos - c->room : 0);
	}
	return r;
}

int cursor_prev(struct cursor *c)
{
	while (c->fd >= 0) {
		struct stat st;
		int r;

		if (c->pos > 0) {
			r = prev_in_file(c);
			if (r != 0)
				return r;
			continue;
		}
		r = other_file(c, -1);
		if (r <= 0)
			return r;
		if (fstat(c->fd, &st) < 0)
			return -errno;
		c->pos = (uint64_t)st.st_size;
	}
	return 0;
}

/* The offset from which the lines are read one by one: the line is not before it. */
static int search_file(struct cursor *c, const char *stamp, uint64_t size)
{
	uint64_t low = 0, high = size;

	while (high - low > SEARCH_BYTES) {
		int r;

		c->pos = low + (high - low) / 2;
		r = next_in_file(c); /* the rest of a line */
		do
			r = r > 0 ? next_in_file(c) : r;
		while (r > 0 && !stamp_is(c->line, c->length) && c->start < high);
		if (r < 0)
			return r;
		if (r > 0 && c->start < high && memcmp(c->stamp, stamp, STAMP_BYTES) < 0)
			low = c->start;
		else
			high = low + (high - low) / 2;
	}
	c->pos = low;
	return 0;
}

/* Opens the first file that can have such a line. 1, 0 when there are no files, or an error. */
static int open_for(struct cursor *c, const char *stamp)
{
	char(*names)[STORE_NAME_BYTES];
	ssize_t n = store_list(c->logs, c->unit, &names), i = 0;
	int r;

	if (n < 0)
		return (int)n;
	while (i < n && memcmp(names[i], stamp, STAMP_BYTES) < 0)
		i++;
	r = open_name(c, i < n ? names[i] : "current");
	if (r == 0 && n) /* between a rotation and the first line after it */
		r = open_name(c, names[n - 1]);
	free(names);
	return r;
}

int cursor_seek(struct cursor *c, const char *stamp)
{
	struct stat st;
	int r;

	fd_close(&c->fd);
	memset(c->stamp, '0', STAMP_BYTES);
	r = open_for(c, stamp);
	if (r <= 0)
		return r;
	if (fstat(c->fd, &st) < 0)
		return -errno;
	r = search_file(c, stamp, (uint64_t)st.st_size);
	while (r == 0) {
		r = cursor_next(c);
		if (r == 0)
			return 0;
		if (r > 0 && memcmp(c->stamp, stamp, STAMP_BYTES) >= 0) {
			c->pos = c->start;
			return 0;
		}
		if (r > 0)
			r = 0;
	}
	return r;
}
