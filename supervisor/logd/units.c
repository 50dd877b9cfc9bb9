#include "logd/units.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, NAME_MAX_BYTES = 200 };

const char *stream_name(int which)
{
	return which == STREAM_STDOUT ? "stdout" : "stderr";
}

bool unit_name_ok(const char *s)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				  "0123456789:_.@-";
	size_t n = strnlen(s, LOG_NAME_BYTES);

	/* A leading dot would hide the folder, and "." and ".." are none of ours. */
	return n > 0 && n <= NAME_MAX_BYTES && s[0] != '.' && strspn(s, set) == n;
}

static size_t hash(const char *s)
{
	size_t h = 0xcbf29ce484222325u;

	while (*s)
		h = (h ^ (unsigned char)*s++) * 0x100000001b3u;
	return h ^ h >> 32;
}

static struct log_unit **bucket(const struct units *us, const char *name)
{
	return &us->buckets[hash(name) & (us->n_buckets - 1)];
}

struct log_unit *units_find(const struct units *us, const char *name)
{
	if (!us->n_buckets)
		return NULL;
	for (struct log_unit *u = *bucket(us, name); u; u = u->next) {
		if (strcmp(u->slot->unit, name) == 0)
			return u;
	}
	return NULL;
}

static int grow(struct units *us)
{
	struct units more = { .n_buckets = us->n_buckets ? us->n_buckets * 2 : 16, .n = us->n };

	if (us->n < us->n_buckets)
		return 0;
	more.buckets = calloc(more.n_buckets, sizeof(struct log_unit *));
	if (!more.buckets)
		return -ENOMEM;
	UNITS_EACH(us, u)
	{
		struct log_unit **at = bucket(&more, u->slot->unit);

		u->next = *at;
		*at = u;
	}
	free(us->buckets);
	*us = more;
	return 0;
}

static int stream_path(const char *runtime, const char *unit, int which, char *buf, size_t size)
{
	int n = snprintf(buf, size, "%s/streams/%s.%s", runtime, unit, stream_name(which));

	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

bool stream_exists(const char *runtime, const char *unit, int which)
{
	char path[PATH_BYTES];
	struct stat st;

	return stream_path(runtime, unit, which, path, sizeof(path)) == 0 &&
	       lstat(path, &st) == 0 && S_ISFIFO(st.st_mode);
}

bool stream_is_current(const struct log_stream *s, const char *runtime)
{
	char path[PATH_BYTES];
	struct stat named, open;

	return stream_path(runtime, s->unit->slot->unit, s->which, path, sizeof(path)) == 0 &&
	       lstat(path, &named) == 0 && fstat(s->fd, &open) == 0 &&
	       named.st_ino == open.st_ino && named.st_dev == open.st_dev;
}

int stream_open(const char *runtime, const char *unit, int which)
{
	char path[PATH_BYTES];
	struct stat st;
	int fd, r = stream_path(runtime, unit, which, path, sizeof(path));

	if (r < 0)
		return r;
	if (mkfifo(path, 0600) == 0 && chmod(path, 0666) < 0) /* past the umask */
		return -errno;
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISFIFO(st.st_mode)) {
		fd_close(&fd);
		return -EINVAL;
	}
	(void)fcntl(fd, F_SETPIPE_SZ, STREAM_BYTES); /* only speed: the default works as well */
	return fd;
}

struct log_unit *units_add(struct units *us, struct state_slot *slot, const char *runtime,
			   int *ret_error)
{
	struct log_unit *u = calloc(1, sizeof(*u));
	int r = u ? grow(us) : -ENOMEM;
	struct log_unit **at;

	for (int i = 0; u && i < STREAM_COUNT; i++) {
		u->streams[i] = (struct log_stream){ .unit = u, .which = (uint8_t)i, .fd = -1 };
		if (r == 0)
			u->streams[i].fd = stream_open(runtime, slot->unit, i);
		if (r == 0 && u->streams[i].fd < 0)
			r = u->streams[i].fd;
	}
	if (r < 0) {
		for (int i = 0; u && i < STREAM_COUNT; i++)
			fd_close(&u->streams[i].fd);
		free(u);
		*ret_error = r;
		return NULL;
	}
	u->slot = slot;
	store_file_init(&u->file, slot);
	at = bucket(us, slot->unit);
	u->next = *at;
	*at = u;
	us->n++;
	return u;
}

void units_remove(struct units *us, struct log_unit *u)
{
	struct log_unit **at = bucket(us, u->slot->unit);

	while (*at != u)
		at = &(*at)->next;
	*at = u->next;
	us->n--;
	for (int i = 0; i < STREAM_COUNT; i++)
		fd_close(&u->streams[i].fd);
	free(u);
}

void units_fini(struct units *us)
{
	UNITS_EACH(us, u)
	units_remove(us, u);
	free(us->buckets);
	*us = (struct units){ 0 };
}
