/*
 * The limits: one row a kind, its files on v1 and v2, and the two translations. A new limit is a
 * row here and a member of enum cgroup_limit.
 *
 * Kernel facts: v1 memory has no word for "none" but takes -1 and shows the largest multiple of a
 * page; a quota under 1 ms is refused, so below 1 % the period becomes one second; v1 refuses a
 * period that would make the quota in force exceed the parent's, so the quota goes away first.
 */
#include "cgroup/tree.h"

#include "base/fd.h"
#include "base/str.h"
#include "cgroup/library.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PERIOD_USEC      100000u
#define PERIOD_LONG_USEC 1000000u
#define V1_SHARES_MIN    2u
#define V1_SHARES_MAX    262144u

struct limit {
	const char *key;
	enum controller controller;
	const char *file[2]; /* v1, v2 */
	uint64_t least, most;
};

static const struct limit limits[CGROUP_LIMITS] = {
	[CGROUP_MEMORY_MAX] = { "MemoryMax",
				CTL_MEMORY,
				{ "memory.limit_in_bytes", "memory.max" },
				0,
				INT64_MAX },
	[CGROUP_CPU_QUOTA] = { "CPUQuota",
			       CTL_CPU,
			       { "cpu.cfs_quota_us", "cpu.max" },
			       10,
			       100000000 },
	[CGROUP_CPU_WEIGHT] = { "CPUWeight", CTL_CPU, { "cpu.shares", "cpu.weight" }, 1, 10000 },
	[CGROUP_TASKS_MAX] = { "TasksMax", CTL_PIDS, { "pids.max", "pids.max" }, 0, INT64_MAX },
};

bool cgroup_tree_can(const struct cgroup_tree *t, enum cgroup_limit kind)
{
	const struct limit *l = &limits[kind];
	const struct hierarchy *h = tree_gives(t, l->controller);

	return h && faccessat(h->dir, l->file[h->v2], F_OK, 0) == 0;
}

const char *cgroup_tree_why_not(const struct cgroup_tree *t, enum cgroup_limit kind)
{
	static const char *const missing[CTL_LIMITS] = {
		[CTL_MEMORY] = "no hierarchy has the memory controller",
		[CTL_CPU] = "no hierarchy has the cpu controller",
		[CTL_PIDS] = "no hierarchy has the pids controller",
	};
	enum controller c = limits[kind].controller;

	if (cgroup_tree_can(t, kind))
		return "";
	if (t->why[c][0])
		return t->why[c];
	if (t->track < 0)
		return t->reason;
	return tree_gives(t, c) ? "this kernel was built without it" : missing[c];
}

int limit_check_all(const struct cgroup_tree *t, const struct cgroup_setting *s, size_t n,
		    struct error *e)
{
	for (size_t i = 0; i < n; i++) {
		const struct limit *l = &limits[s[i].kind];

		if (s[i].value == CGROUP_UNLIMITED)
			continue;
		if (s[i].value < l->least || s[i].value > l->most) {
			error_set(e, -ERANGE, "%s: %" PRIu64 " is not within %" PRIu64 "..%" PRIu64,
				  l->key, s[i].value, l->least, l->most);
			return error_at(e, &s[i].at, -ERANGE);
		}
		if (cgroup_tree_can(t, s[i].kind))
			continue;
		error_set(e, -EOPNOTSUPP, "the limit cannot be set: %s",
			  cgroup_tree_why_not(t, s[i].kind));
		return error_at(e, &s[i].at, -EOPNOTSUPP);
	}
	return 0;
}

/* How values are written: straight to the file at start, through libcgroup for a live change. */
typedef int put_value(const struct cgroup_leaf *l, const struct hierarchy *h, enum controller c,
		      const char *const file_value[2], struct error *e);

static int put_plain(const struct cgroup_leaf *l, const struct hierarchy *h, enum controller c,
		     const char *const fv[2], struct error *e)
{
	char path[CGROUP_PATH_MAX];
	int r = fd_write_file(h->dir, leaf_file(l, fv[0], path), fv[1], strlen(fv[1]));

	(void)c;
	if (r == 0)
		return 0;
	/* error_format() adds the text of every errno but this one. */
	return error_set(e, r, "write: %s <- \"%s\"%s", fv[0], fv[1],
			 r == -EINVAL ? ": Invalid argument" : "");
}

static int put_library(const struct cgroup_leaf *l, const struct hierarchy *h, enum controller c,
		       const char *const fv[2], struct error *e)
{
	AUTO_FREE char *group = str_printf("%s/%s", h->group, l->name);
	struct error library = { 0 };
	int r;

	if (!group)
		return error_set(e, -ENOMEM, "write: %s", fv[0]);
	r = library_set(&(struct library_value){ controller_name(c), group, fv[0] }, fv[1],
			&library);
	/* Refused: the file itself says why more exactly than the library passes on. */
	return r < 0 ? put_plain(l, h, c, fv, e) : 0;
}

struct writer {
	const struct cgroup_leaf *leaf;
	const struct hierarchy *h;
	put_value *put;
	bool fresh;
	struct error *e;
};

static int put(const struct writer *w, enum controller c, const char *file, const char *value)
{
	return w->put(w->leaf, w->h, c, (const char *const[2]){ file, value }, w->e);
}

/* "max" or the number; on v1 memory "-1". */
static int put_number(const struct writer *w, enum cgroup_limit kind, uint64_t value)
{
	const struct limit *l = &limits[kind];
	char text[32];

	if (value != CGROUP_UNLIMITED)
		snprintf(text, sizeof(text), "%" PRIu64, value);
	else
		strcpy(text, kind == CGROUP_MEMORY_MAX && !w->h->v2 ? "-1" : "max");
	return put(w, l->controller, l->file[w->h->v2], text);
}

static int put_quota(const struct writer *w, uint64_t value)
{
	unsigned int period = value < 100 ? PERIOD_LONG_USEC : PERIOD_USEC;
	uint64_t quota = value == CGROUP_UNLIMITED ? 0 : value * (period / 10000);
	char text[64];
	int r = 0;

	if (w->h->v2) {
		if (value == CGROUP_UNLIMITED)
			snprintf(text, sizeof(text), "max %u", PERIOD_USEC);
		else
			snprintf(text, sizeof(text), "%" PRIu64 " %u", quota, period);
		return put(w, CTL_CPU, "cpu.max", text);
	}
	if (!w->fresh || value == CGROUP_UNLIMITED)
		r = put(w, CTL_CPU, "cpu.cfs_quota_us", "-1");
	if (r == 0 && (!w->fresh || period != PERIOD_USEC)) {
		snprintf(text, sizeof(text), "%u", period);
		r = put(w, CTL_CPU, "cpu.cfs_period_us", text);
	}
	if (r < 0 || value == CGROUP_UNLIMITED)
		return r;
	snprintf(text, sizeof(text), "%" PRIu64, quota);
	return put(w, CTL_CPU, "cpu.cfs_quota_us", text);
}

static int put_weight(const struct writer *w, uint64_t value)
{
	uint64_t weight = value == CGROUP_UNLIMITED ? 100 : value;
	uint64_t shares = weight * 1024 / 100;

	if (w->h->v2)
		return put_number(w, CGROUP_CPU_WEIGHT, weight);
	if (shares < V1_SHARES_MIN)
		shares = V1_SHARES_MIN;
	return put_number(w, CGROUP_CPU_WEIGHT, shares < V1_SHARES_MAX ? shares : V1_SHARES_MAX);
}

static int put_limit(const struct writer *w, enum cgroup_limit kind, uint64_t value)
{
	int r;

	switch (kind) {
	case CGROUP_CPU_QUOTA:
		return put_quota(w, value);
	case CGROUP_CPU_WEIGHT:
		return put_weight(w, value);
	case CGROUP_MEMORY_MAX:
		/* Out of memory is the end of the whole container, not of one process in it. */
		if (w->h->v2) {
			r = put(w, CTL_MEMORY, "memory.oom.group", "1");
			if (r < 0)
				return r;
		}
		return put_number(w, kind, value);
	case CGROUP_TASKS_MAX:
		return put_number(w, kind, value);
	}
	return -EINVAL;
}

static int write_settings(struct writer *w, const struct cgroup_setting *s, size_t n)
{
	const struct cgroup_tree *t = w->leaf->tree;

	for (size_t i = 0; i < n; i++) {
		int r;

		w->h = tree_gives(t, limits[s[i].kind].controller);
		if (!w->h || (s[i].value == CGROUP_UNLIMITED &&
			      (w->fresh || !cgroup_tree_can(t, s[i].kind))))
			continue;
		r = put_limit(w, s[i].kind, s[i].value);
		if (r < 0)
			return error_at(w->e, &s[i].at, r);
	}
	return 0;
}

int limit_write_all(const struct cgroup_leaf *l, const struct cgroup_setting *s, size_t n,
		    bool fresh, struct error *e)
{
	struct writer w = { .leaf = l, .put = put_plain, .fresh = fresh, .e = e };
	bool named[CGROUP_LIMITS] = { false };

	for (size_t i = 0; i < n; i++)
		named[s[i].kind] = true;
	for (int k = 0; k < CGROUP_LIMITS && !fresh; k++) {
		struct cgroup_setting none = { (enum cgroup_limit)k, CGROUP_UNLIMITED, { 0 } };
		int r = named[k] ? 0 : write_settings(&w, &none, 1);

		if (r < 0)
			return r;
	}
	return write_settings(&w, s, n);
}

int cgroup_leaf_update(struct cgroup_leaf *l, const struct cgroup_setting *s, size_t n,
		       struct error *e)
{
	struct writer w = { .leaf = l, .put = put_library, .e = e };
	int r = limit_check_all(l->tree, s, n, e);

	return r < 0 ? r : write_settings(&w, s, n);
}

/* Reads one number of a file through libcgroup; "max" and -1 are CGROUP_UNLIMITED. */
static int get_numbers(const struct cgroup_leaf *l, const struct hierarchy *h,
		       const struct library_value *where, uint64_t ret[2])
{
	AUTO_FREE char *group = str_printf("%s/%s", h->group, l->name);
	struct library_value v = *where;
	char buf[128], *rest = buf, *word;
	int r;

	if (!group)
		return -ENOMEM;
	v.group = group;
	r = library_get(&v, buf, sizeof(buf), NULL);
	if (r < 0)
		return faccessat(h->dir, l->name, F_OK, 0) < 0 ? -ENOENT : r;
	for (size_t i = 0; i < 2 && (word = strsep(&rest, " ")); i++)
		ret[i] = str_eq(word, "max") || *word == '-' ? CGROUP_UNLIMITED
							     : strtoull(word, NULL, 10);
	return 0;
}

int cgroup_leaf_read_back(const struct cgroup_leaf *l, enum cgroup_limit kind, uint64_t *ret)
{
	const struct limit *limit = &limits[kind];
	const struct hierarchy *h = tree_gives(l->tree, limit->controller);
	struct library_value v = { .controller = controller_name(limit->controller) };
	uint64_t number[2] = { 0, PERIOD_USEC };
	uint64_t period[2] = { PERIOD_USEC, 0 };
	int r;

	if (!cgroup_tree_can(l->tree, kind))
		return -EOPNOTSUPP;
	v.file = limit->file[h->v2];
	r = get_numbers(l, h, &v, number);
	if (r == 0 && kind == CGROUP_CPU_QUOTA && !h->v2) {
		v.file = "cpu.cfs_period_us";
		r = get_numbers(l, h, &v, period);
		number[1] = period[0];
	}
	if (r < 0)
		return r;
	if (kind == CGROUP_MEMORY_MAX && number[0] >= (uint64_t)INT64_MAX - 65536)
		number[0] = CGROUP_UNLIMITED;
	if (kind == CGROUP_CPU_QUOTA && number[0] != CGROUP_UNLIMITED && number[1])
		number[0] = number[0] * 10000 / number[1];
	if (kind == CGROUP_CPU_WEIGHT && !h->v2)
		number[0] = (number[0] * 100 + 1023) / 1024;
	*ret = number[0];
	return 0;
}
