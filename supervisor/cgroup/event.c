/* What the kernel tells about a leaf: who is in, who was killed for memory, what it uses. */
#include "cgroup/tree.h"

#include "base/fd.h"
#include "base/str.h"
#include "cgroup/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The number behind "key " at the start of a line. */
static int keyed_number(const char *text, const char *key, uint64_t *ret)
{
	size_t n = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, n) == 0 && line[n] == ' ') {
			*ret = strtoull(line + n + 1, NULL, 10);
			return 0;
		}
	}
	return -ENODATA;
}

static int read_leaf(const struct cgroup_leaf *l, const struct hierarchy *h, const char *file,
		     char *buf, size_t size)
{
	char path[CGROUP_PATH_MAX];
	ssize_t n = fd_read_file(h->dir, leaf_file(l, file, path), buf, size);

	/* Open files of a group that was removed give ENODEV. */
	return n == -ENODEV ? -ENOENT : (int)(n < 0 ? n : 0);
}

static int any_process(int dir, void *arg)
{
	struct pids p = { 0 };
	int r = pids_read(dir, &p);
	size_t n = p.n;

	(void)arg;
	pids_fini(&p);
	return r < 0 ? r : n > 0;
}

int cgroup_leaf_populated(const struct cgroup_leaf *l)
{
	const struct hierarchy *h = tree_track(l->tree);
	char buf[256];
	uint64_t populated = 0;
	int r;

	if (!h->v2)
		return walk_groups(h->dir, l->name, any_process, NULL);
	r = read_leaf(l, h, "cgroup.events", buf, sizeof(buf));
	if (r == 0)
		r = keyed_number(buf, "populated", &populated);
	return r < 0 ? r : populated != 0;
}

/* v1 counts a kill in the group of the victim only. */
static int add_kills(int dir, void *arg)
{
	uint64_t *sum = arg, kills;
	char buf[256];
	ssize_t n = fd_read_file(dir, "memory.oom_control", buf, sizeof(buf));
	int r;

	if (n < 0)
		return n == -ENOENT || n == -ENODEV ? 0 : (int)n;
	r = keyed_number(buf, "oom_kill", &kills);
	if (r == 0)
		*sum += kills;
	return r;
}

int cgroup_leaf_oom_kills(const struct cgroup_leaf *l, uint64_t *ret)
{
	const struct hierarchy *h = tree_gives(l->tree, CTL_MEMORY);
	uint64_t kills = 0;
	char buf[512];
	int r;

	if (!h)
		return -ENODATA;
	if (h->v2) {
		r = read_leaf(l, h, "memory.events", buf, sizeof(buf));
		if (r == 0)
			r = keyed_number(buf, "oom_kill", &kills);
	} else {
		r = walk_groups(h->dir, l->name, add_kills, &kills);
	}
	if (r == 0)
		*ret = kills;
	return r;
}

static int watch_v1(const struct cgroup_leaf *l, const struct hierarchy *h)
{
	AUTO_CLOSE int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	AUTO_CLOSE int control = -1;
	char path[CGROUP_PATH_MAX], line[32];
	int n, r;

	if (event < 0)
		return -errno;
	control = openat(h->dir, leaf_file(l, "memory.oom_control", path), O_RDONLY | O_CLOEXEC);
	if (control < 0)
		return -errno;
	n = snprintf(line, sizeof(line), "%d %d", event, control);
	r = fd_write_file(h->dir, leaf_file(l, "cgroup.event_control", path), line, (size_t)n);
	return r < 0 ? r : take_fd(&event);
}

static int watch_v2(const struct cgroup_leaf *l, const struct hierarchy *h)
{
	AUTO_CLOSE int fd = -1;
	char path[CGROUP_PATH_MAX], buf[512];

	fd = openat(h->dir, leaf_file(l, "memory.events", path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	/* The first read arms it: kernfs compares with what was last read through this open file.
	 */
	if (fd < 0 || read(fd, buf, sizeof(buf)) < 0)
		return -errno;
	return take_fd(&fd);
}

int cgroup_leaf_oom_watch(const struct cgroup_leaf *l, int *ret_fd, short *ret_events)
{
	const struct hierarchy *h = tree_gives(l->tree, CTL_MEMORY);
	int fd;

	if (!h)
		return -ENODATA;
	fd = h->v2 ? watch_v2(l, h) : watch_v1(l, h);
	if (fd < 0)
		return fd;
	*ret_fd = fd;
	*ret_events = h->v2 ? POLLPRI : POLLIN;
	return 0;
}

/* One number that is the whole file. */
static bool plain_number(const struct cgroup_leaf *l, const struct hierarchy *h, const char *file,
			 uint64_t *ret)
{
	char buf[64];

	if (!h || read_leaf(l, h, file, buf, sizeof(buf)) < 0)
		return false;
	*ret = strtoull(buf, NULL, 10);
	return true;
}

int cgroup_leaf_usage(const struct cgroup_leaf *l, struct cgroup_usage *ret)
{
	const struct cgroup_tree *t = l->tree;
	const struct hierarchy *memory = tree_gives(t, CTL_MEMORY), *track = tree_track(t);
	struct cgroup_usage u = { 0 };
	char buf[2048];

	u.has_memory = plain_number(
		l, memory, memory && memory->v2 ? "memory.current" : "memory.usage_in_bytes",
		&u.memory_bytes);
	u.has_tasks = plain_number(l, tree_gives(t, CTL_PIDS), "pids.current", &u.tasks);
	if (track->v2) {
		u.has_cpu = read_leaf(l, track, "cpu.stat", buf, sizeof(buf)) == 0 &&
			    keyed_number(buf, "usage_usec", &u.cpu_usec) == 0;
	} else {
		u.has_cpu =
			plain_number(l, tree_gives(t, CTL_CPUACCT), "cpuacct.usage", &u.cpu_usec);
		u.cpu_usec /= 1000;
	}
	if (!u.has_memory && !u.has_tasks && !u.has_cpu &&
	    faccessat(track->dir, l->name, F_OK, 0) < 0)
		return -errno;
	*ret = u;
	return 0;
}
