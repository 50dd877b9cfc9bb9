#include "cgroup/tree.h"

#include "base/fd.h"
#include "base/str.h"
#include "cgroup/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A unit's name has at most 200 bytes; NAME_MAX is 255. */
#define UNIT_MAX 220

const char *leaf_file(const struct cgroup_leaf *l, const char *file, char *buf)
{
	snprintf(buf, CGROUP_PATH_MAX, "%s/%s", l->name, file);
	return buf;
}

static bool unit_is_valid(const char *unit)
{
	size_t n = strlen(unit);

	return n > 0 && n <= UNIT_MAX && !strchr(unit, '/') && !strchr(unit, '\n');
}

static int leaf_new(struct cgroup_tree *t, const char *unit, struct cgroup_leaf **ret)
{
	size_t n = strlen(unit);
	struct cgroup_leaf *l;

	if (!unit_is_valid(unit))
		return -EINVAL;
	l = malloc(sizeof(*l) + n + sizeof(".unit"));
	if (!l)
		return -ENOMEM;
	l->tree = t;
	memcpy(l->name, unit, n);
	memcpy(l->name + n, ".unit", sizeof(".unit"));
	*ret = l;
	return 0;
}

/* Makes the group in every hierarchy; *fresh when none of them was there. */
static int make_groups(const struct cgroup_leaf *l, size_t *ret_made, bool *fresh, struct error *e)
{
	const struct cgroup_tree *t = l->tree;

	*fresh = true;
	for (*ret_made = 0; *ret_made < t->n; ++*ret_made) {
		const struct hierarchy *h = &t->hier[*ret_made];

		if (mkdirat(h->dir, l->name, 0755) == 0)
			continue;
		if (errno != EEXIST)
			return error_set(e, -errno, "mkdir: %s/%s/%s", h->own, t->name, l->name);
		*fresh = false;
	}
	return 0;
}

int cgroup_leaf_make(struct cgroup_tree *t, const char *unit, const struct cgroup_setting *s,
		     size_t n, struct cgroup_leaf **ret, struct error *e)
{
	struct cgroup_leaf *l;
	size_t made;
	bool fresh;
	int r;

	if (t->track < 0)
		return error_set(e, -EOPNOTSUPP, "%s", t->reason);
	r = leaf_new(t, unit, &l);
	if (r < 0)
		return error_set(e, r, "control group for \"%s\"", unit);
	r = limit_check_all(t, s, n, e);
	if (r == 0) {
		r = make_groups(l, &made, &fresh, e);
		if (r == 0)
			r = limit_write_all(l, s, n, fresh, e);
		for (size_t i = 0; r < 0 && fresh && i < made; i++)
			unlinkat(t->hier[i].dir, l->name, AT_REMOVEDIR);
	}
	if (r < 0) {
		cgroup_leaf_free(l);
		return r;
	}
	*ret = l;
	return 0;
}

int cgroup_leaf_adopt(struct cgroup_tree *t, const char *unit, struct cgroup_leaf **ret)
{
	struct cgroup_leaf *l;
	int r;

	if (t->track < 0)
		return -ENOENT;
	r = leaf_new(t, unit, &l);
	if (r < 0)
		return r;
	if (faccessat(tree_track(t)->dir, l->name, F_OK, 0) < 0) {
		r = -errno;
		cgroup_leaf_free(l);
		return r;
	}
	*ret = l;
	return 0;
}

int cgroup_leaf_open_dir(const struct cgroup_leaf *l)
{
	int fd;

	if (!cgroup_tree_into(l->tree))
		return -EOPNOTSUPP;
	fd = openat(l->tree->hier[0].dir, l->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int cgroup_leaf_open_procs(const struct cgroup_leaf *l, int *fds, size_t n)
{
	const struct cgroup_tree *t = l->tree;
	size_t first = cgroup_tree_into(t) ? 1 : 0;
	char path[CGROUP_PATH_MAX];

	if (n != t->n - first)
		return -EINVAL;
	leaf_file(l, "cgroup.procs", path);
	for (size_t i = 0; i < n; i++) {
		fds[i] = openat(t->hier[first + i].dir, path, O_WRONLY | O_CLOEXEC);
		if (fds[i] < 0) {
			int code = -errno;

			while (i-- > 0)
				fd_close(&fds[i]);
			return code;
		}
	}
	return 0;
}

int cgroup_leaf_remove(struct cgroup_leaf *l)
{
	int result = 0;

	for (size_t i = 0; i < l->tree->n; i++) {
		int r = walk_remove(l->tree->hier[i].dir, l->name);

		if (result == 0)
			result = r;
	}
	return result;
}

void cgroup_leaf_free(struct cgroup_leaf *l)
{
	free(l);
}
