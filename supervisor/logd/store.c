#include "logd/store.h"

#include "base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, DIR_MODE = 0750, FILE_MODE = 0640 };

void store_init(struct store *s, const char *logs)
{
	s->logs = logs;
	s->n_open = 0;
	TAILQ_INIT(&s->lru);
}

void store_file_init(struct store_file *f, struct state_slot *slot)
{
	f->slot = slot;
	f->fd = -1;
}

void store_file_close(struct store *s, struct store_file *f)
{
	if (f->fd < 0)
		return;
	fd_close(&f->fd);
	TAILQ_REMOVE(&s->lru, f, lru);
	s->n_open--;
}

int store_path(const char *logs, const char *unit, const char *name, char *buf, size_t size)
{
	int n = snprintf(buf, size, "%s/%s%s%s", logs, unit, name ? "/" : "", name ? name : "");

	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

/* The write that a crash or a full disk cut: as if it had never begun. */
static int undo_cut_write(int fd, struct state_slot *slot)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_dev == slot->repair_dev && st.st_ino == slot->repair_ino &&
	    (uint64_t)st.st_size > slot->repair_offset &&
	    ftruncate(fd, (off_t)slot->repair_offset) < 0)
		return -errno;
	slot->repair = 0;
	return 0;
}

static int complete_last_line(int fd)
{
	struct stat st;
	char last;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size == 0)
		return 0;
	n = pread(fd, &last, 1, st.st_size - 1);
	if (n < 0)
		return -errno;
	if (n == 1 && last != '\n')
		return fd_write_all(fd, "\n", 1);
	return 0;
}

static int open_current(struct store *s, const char *unit)
{
	char path[PATH_BYTES];
	int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	int fd, r;

	r = store_path(s->logs, unit, "current", path, sizeof(path));
	if (r < 0)
		return r;
	fd = open(path, flags, FILE_MODE);
	if (fd >= 0)
		return fd;
	if (errno != ENOENT)
		return -errno;
	*strrchr(path, '/') = '\0';
	r = fd_make_dirs(AT_FDCWD, path, DIR_MODE);
	if (r < 0)
		return r;
	path[strlen(path)] = '/';
	fd = open(path, flags, FILE_MODE);
	return fd >= 0 ? fd : -errno;
}

static int open_file(struct store *s, struct store_file *f)
{
	int fd = open_current(s, f->slot->unit), r = 0;

	if (fd < 0)
		return fd;
	if (f->slot->repair)
		r = undo_cut_write(fd, f->slot);
	if (r == 0)
		r = complete_last_line(fd);
	if (r < 0) {
		fd_close(&fd);
		return r;
	}
	f->fd = fd;
	TAILQ_INSERT_HEAD(&s->lru, f, lru);
	if (++s->n_open > STORE_OPEN_MAX)
		store_file_close(s, TAILQ_LAST(&s->lru, store_lru));
	return 0;
}

int store_begin(struct store *s, struct store_file *f, struct store_place *ret)
{
	struct stat st;

	for (int attempt = 0;; attempt++) {
		int r = f->fd < 0 ? open_file(s, f) : 0;

		if (r < 0)
			return r;
		if (fstat(f->fd, &st) < 0) {
			r = -errno;
			store_file_close(s, f);
			return r;
		}
		if (!S_ISREG(st.st_mode)) {
			store_file_close(s, f);
			return -EINVAL;
		}
		if (st.st_nlink)
			break;
		store_file_close(s, f);
		if (attempt)
			return -ESTALE;
	}
	if (TAILQ_FIRST(&s->lru) != f) {
		TAILQ_REMOVE(&s->lru, f, lru);
		TAILQ_INSERT_HEAD(&s->lru, f, lru);
	}
	*ret = (struct store_place){
		.fd = f->fd, .dev = st.st_dev, .ino = st.st_ino, .size = (uint64_t)st.st_size
	};
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool is_rotated(const char *name)
{
	size_t n = strlen(name);

	return n < STORE_NAME_BYTES && stamp_is(name, n) &&
	       strncmp(name + STAMP_BYTES, ".log", 4) == 0;
}

ssize_t store_list(const char *logs, const char *unit, char (**ret)[STORE_NAME_BYTES])
{
	char path[PATH_BYTES], (*names)[STORE_NAME_BYTES] = NULL;
	size_t n = 0, room = 0;
	struct dirent *entry;
	DIR *dir;
	int r = store_path(logs, unit, NULL, path, sizeof(path));

	if (r < 0)
		return r;
	*ret = NULL;
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(dir))) {
		if (!is_rotated(entry->d_name))
			continue;
		if (n == room) {
			void *more = realloc(names, (room + 16) * sizeof(*names));

			if (!more) {
				free(names);
				closedir(dir);
				return -ENOMEM;
			}
			names = more;
			room += 16;
		}
		memset(names[n], 0, sizeof(names[n]));
		memcpy(names[n++], entry->d_name, strlen(entry->d_name));
	}
	closedir(dir);
	if (n)
		qsort(names, n, sizeof(*names), by_name);
	*ret = names;
	return (ssize_t)n;
}

static int remove_oldest(struct store *s, const char *unit, char (*names)[STORE_NAME_BYTES],
			 size_t n)
{
	char path[PATH_BYTES];

	for (size_t i = 0; i < n; i++) {
		int r = store_path(s->logs, unit, names[i], path, sizeof(path));

		if (r < 0)
			return r;
		if (unlink(path) < 0 && errno != ENOENT)
			return -errno;
	}
	return 0;
}

/*
 * A name later than all others: the time, or just behind the newest when the clock was set back.
 */
static void rotated_name(const char *newest, uint64_t now_ns, char *name)
{
	stamp_write(now_ns, name);
	if (newest && memcmp(name, newest, STAMP_BYTES) <= 0)
		stamp_write(stamp_read(newest) + 1, name);
	memcpy(name + STAMP_BYTES, ".log", 5);
}

int store_rotate(struct store *s, struct store_file *f, uint64_t now_ns)
{
	char from[PATH_BYTES], to[PATH_BYTES], name[STORE_NAME_BYTES];
	char(*names)[STORE_NAME_BYTES];
	const char *unit = f->slot->unit;
	size_t keep = f->slot->max_files ? f->slot->max_files - 1 : 0, n;
	ssize_t found = store_list(s->logs, unit, &names);
	int r;

	if (found < 0)
		return (int)found;
	n = (size_t)found;
	rotated_name(n ? names[n - 1] : NULL, now_ns, name);
	store_file_close(s, f);
	r = store_path(s->logs, unit, "current", from, sizeof(from));
	if (r == 0)
		r = store_path(s->logs, unit, name, to, sizeof(to));
	if (r == 0 && keep == 0)
		r = unlink(from) < 0 && errno != ENOENT ? -errno : 0;
	else if (r == 0)
		r = rename(from, to) < 0 && errno != ENOENT ? -errno : 0;
	if (r == 0 && n + 1 > keep)
		r = remove_oldest(s, unit, names, keep ? n + 1 - keep : n);
	free(names);
	return r;
}
