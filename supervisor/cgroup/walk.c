#include "cgroup/walk.h"

#include "base/fd.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_group(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* kernfs and every other file system with honest link counts: 2 means no sub-directory. */
static bool has_children(int dir)
{
	struct stat st;

	return fstat(dir, &st) < 0 || st.st_nlink != 2;
}

int walk_names(int dir, int (*visit)(int dir, const char *name, void *arg), void *arg)
{
	AUTO_CLOSE int copy = open_group(dir, ".");
	DIR *d;
	int r = 0;

	if (copy < 0)
		return copy;
	d = fdopendir(copy);
	if (!d)
		return -errno;
	take_fd(&copy);
	while (r == 0) {
		struct dirent *entry;

		errno = 0;
		entry = readdir(d);
		if (!entry) {
			r = errno == ENOENT ? 0 : -errno;
			break;
		}
		if (entry->d_type != DT_DIR || str_eq(entry->d_name, ".") ||
		    str_eq(entry->d_name, ".."))
			continue;
		r = visit(dir, entry->d_name, arg);
	}
	closedir(d);
	return r;
}

struct walk {
	walk_visit *visit;
	void *arg;
	int depth;
};

static int walk_one(int dir, const char *name, void *arg)
{
	struct walk *w = arg;
	AUTO_CLOSE int fd = open_group(dir, name);
	int r = 0;

	if (fd < 0)
		return fd == -ENOENT && w->depth > 0 ? 0 : fd;
	if (w->depth >= WALK_DEPTH_MAX)
		return -ELOOP;
	w->depth++;
	if (has_children(fd))
		r = walk_names(fd, walk_one, w);
	w->depth--;
	return r ? r : w->visit(fd, w->arg);
}

int walk_groups(int dir, const char *path, walk_visit *visit, void *arg)
{
	struct walk w = { .visit = visit, .arg = arg };

	return walk_one(dir, path, &w);
}

static int first_name(int dir, const char *name, void *arg)
{
	char **ret = arg;

	(void)dir;
	*ret = strdup(name);
	return *ret ? 1 : -ENOMEM;
}

/* The first group in `dir`: 1 and its name, 0 when there is none, -errno. */
static int first_child(int dir, char **ret)
{
	return has_children(dir) ? walk_names(dir, first_name, ret) : 0;
}

/*
 * Down to a group without children, remove it from its parent, again. Only one descriptor is held
 * at any depth, so a container cannot exhaust us with a deep tree.
 */
static int remove_children(int top)
{
	AUTO_CLOSE int here = open_group(top, ".");
	size_t depth = 0;

	if (here < 0)
		return here;
	for (;;) {
		AUTO_FREE char *name = NULL;
		int r = first_child(here, &name);
		int next;

		if (r < 0)
			return r;
		if (r == 0 && depth == 0)
			return 0;
		if (r == 0) {
			next = open_group(here, "..");
			depth--;
		} else if (unlinkat(here, name, AT_REMOVEDIR) == 0 || errno == ENOENT) {
			continue;
		} else {
			int code = -errno;

			next = open_group(here, name);
			if (next == -ENOENT)
				continue;
			/* Without children it is not its children that keep it. */
			if (next >= 0 && !has_children(next)) {
				fd_close(&next);
				return code;
			}
			depth++;
		}
		if (next < 0)
			return next;
		fd_close(&here);
		here = next;
	}
}

int walk_remove(int dir, const char *path)
{
	AUTO_CLOSE int fd = -1;
	int r;

	if (unlinkat(dir, path, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	if (errno != EBUSY && errno != ENOTEMPTY)
		return -errno;
	fd = open_group(dir, path);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	r = remove_children(fd);
	if (r < 0)
		return r;
	if (unlinkat(dir, path, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return -errno;
	return 0;
}

void pids_fini(struct pids *p)
{
	free(p->at);
	*p = (struct pids){ 0 };
}

int pids_add(struct pids *p, pid_t pid)
{
	if (p->n == p->capacity) {
		size_t capacity = p->capacity ? 2 * p->capacity : 64;
		pid_t *at = reallocarray(p->at, capacity, sizeof(*at));

		if (!at)
			return -ENOMEM;
		p->at = at;
		p->capacity = capacity;
	}
	p->at[p->n++] = pid;
	return 0;
}

int pids_read(int dir, struct pids *p)
{
	AUTO_CLOSE int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	char buf[4096];
	pid_t pid = -1;

	if (fd < 0)
		return -errno;
	for (;;) {
		ssize_t got = read(fd, buf, sizeof(buf));

		if (got < 0 && errno == EINTR)
			continue;
		/* A threaded group has no list: its processes stand in the group above. */
		if (got < 0)
			return errno == EOPNOTSUPP || errno == ENODEV ? 0 : -errno;
		if (got == 0)
			return 0;
		for (ssize_t i = 0; i < got; i++) {
			if (buf[i] >= '0' && buf[i] <= '9') {
				pid = (pid < 0 ? 0 : pid * 10) + (buf[i] - '0');
			} else if (pid >= 0) {
				if (pids_add(p, pid) < 0)
					return -ENOMEM;
				pid = -1;
			}
		}
	}
}
