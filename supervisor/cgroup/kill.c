#include "cgroup/tree.h"

#include "base/fd.h"
#include "base/str.h"
#include "cgroup/walk.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

/* A process forks children that inherit the signal's absence: each pass finds those. */
#define KILL_PASSES 64

struct round {
	int signal;
	struct pids seen; /* sorted up to n_sorted */
	size_t n_sorted;
	int sent;
	bool news;
};

static int compare_pids(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return x < y ? -1 : x > y;
}

static int signal_group(int dir, void *arg)
{
	struct round *k = arg;
	struct pids p = { 0 };
	int r = pids_read(dir, &p);

	for (size_t i = 0; r == 0 && i < p.n; i++) {
		/* 0 is a process that our pid namespace does not see; kill(0) would be ourselves.
		 */
		if (p.at[i] <= 0 || (k->n_sorted && bsearch(&p.at[i], k->seen.at, k->n_sorted,
							    sizeof(pid_t), compare_pids)))
			continue;
		if (kill(p.at[i], k->signal) == 0) {
			k->sent++;
			k->news = true;
		} else if (errno != ESRCH) {
			r = -errno;
			break;
		}
		r = pids_add(&k->seen, p.at[i]);
	}
	pids_fini(&p);
	return r == -ENODEV || r == -ENOENT ? 0 : r;
}

static int signal_each(const struct cgroup_leaf *l, int signal)
{
	const struct hierarchy *h = tree_track(l->tree);
	struct round k = { .signal = signal, .news = true };
	int r = 0;

	for (int pass = 0; pass < KILL_PASSES && k.news && r == 0; pass++) {
		k.news = false;
		r = walk_groups(h->dir, l->name, signal_group, &k);
		if (k.seen.n)
			qsort(k.seen.at, k.seen.n, sizeof(pid_t), compare_pids);
		k.n_sorted = k.seen.n;
	}
	pids_fini(&k.seen);
	if (r < 0)
		return r;
	return k.news && signal == SIGKILL ? -EAGAIN : k.sent;
}

/* No fork succeeds while pids.max is 0; what was there comes back, for the next start. */
static int kill_each(const struct cgroup_leaf *l)
{
	const struct hierarchy *h = tree_gives(l->tree, CTL_PIDS);
	char path[CGROUP_PATH_MAX], before[64];
	ssize_t n = -ENOENT;
	int r;

	leaf_file(l, "pids.max", path);
	if (h)
		n = fd_read_file(h->dir, path, before, sizeof(before));
	if (n > 0)
		(void)fd_write_file(h->dir, path, "0", 1);
	r = signal_each(l, SIGKILL);
	if (n > 0)
		(void)fd_write_file(h->dir, path, before, (size_t)n);
	return r;
}

int cgroup_leaf_kill(const struct cgroup_leaf *l, int signal)
{
	const struct hierarchy *h = tree_track(l->tree);
	char path[CGROUP_PATH_MAX];
	int populated, r;

	if (signal != SIGKILL)
		return signal_each(l, signal);
	if (!h->v2)
		return kill_each(l);
	populated = cgroup_leaf_populated(l);
	if (populated <= 0)
		return populated;
	r = fd_write_file(h->dir, leaf_file(l, "cgroup.kill", path), "1", 1);
	if (r == -ENOENT && cgroup_leaf_populated(l) > 0)
		return kill_each(l); /* a kernel before 5.14 */
	return r < 0 ? r : 1;
}
