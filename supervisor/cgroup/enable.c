/*
 * Controllers on v2 (tree.h). libcgroup does not write the subtree_control of the group that the
 * mount shows as root, and tells no reason for the others, so this is done by hand.
 *
 * "No internal processes": writing +memory into the subtree_control of a group that is not the
 * root and holds processes gives EBUSY, and so does moving a process into a group whose
 * subtree_control is not empty. Writing +cpu or +pids there succeeds (they are threaded), but makes
 * every group below "domain invalid", which no process can enter (EOPNOTSUPP): so nothing is
 * written before our own group is empty. The root, the only group without cgroup.type, is exempt.
 * That is why our own processes go to `supervisor` first, and why on the way back the controllers
 * are taken away before they return.
 */
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

/* Passes over a list of processes that may fork meanwhile. */
#define MOVE_PASSES 8

static int switch_controller(int dir, char sign, enum controller c)
{
	char word[16];
	int n = snprintf(word, sizeof(word), "%c%s", sign, controller_name(c));

	return fd_write_file(dir, "cgroup.subtree_control", word, (size_t)n);
}

/* True when the space-separated list has the word. */
static bool words_have(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *p = list; (p = strstr(p, word)); p += length)
		if ((p == list || p[-1] == ' ') &&
		    (p[length] == ' ' || p[length] == '\n' || p[length] == '\0'))
			return true;
	return false;
}

static pid_t parent_of(pid_t pid)
{
	char path[64], buf[1024], *p;
	int parent;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (fd_read_file(AT_FDCWD, path, buf, sizeof(buf)) < 0)
		return 0;
	p = strrchr(buf, ')'); /* the name before it may hold anything */
	return p && sscanf(p + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

/* The first process that is not ours: neither we, nor our parent, nor another child of it. */
static pid_t find_stranger(const struct pids *p)
{
	pid_t us = getpid(), parent = getppid();

	for (size_t i = 0; i < p->n; i++) {
		pid_t pid = p->at[i];

		if (pid == us || (pid == parent && pid > 0))
			continue;
		if (pid <= 0 || parent <= 0 || parent_of(pid) != parent)
			return pid > 0 ? pid : -1;
	}
	return 0;
}

/* Moves everything in `from` to the group whose directory is `to`. */
static int move_all(int from, int to)
{
	for (int pass = 0; pass < MOVE_PASSES; pass++) {
		struct pids p = { 0 };
		int r = pids_read(from, &p);
		size_t n = p.n;

		for (size_t i = 0; r == 0 && i < p.n; i++) {
			char number[16];
			int length = snprintf(number, sizeof(number), "%d", p.at[i]);

			r = fd_write_file(to, "cgroup.procs", number, (size_t)length);
			if (r == -ESRCH)
				r = 0;
		}
		pids_fini(&p);
		if (r < 0 || n == 0)
			return r;
	}
	return -EBUSY;
}

static int open_dir(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Makes <subtree>/supervisor and moves us there, when only we are here. */
static int step_aside(struct cgroup_tree *t, int own, const char *own_path)
{
	AUTO_FREE char *path = str_printf("%s/supervisor", t->name);
	AUTO_CLOSE int to = -1;
	struct pids p = { 0 };
	pid_t stranger;
	int r = pids_read(own, &p);

	stranger = r == 0 ? find_stranger(&p) : 0;
	pids_fini(&p);
	if (r < 0 || !path)
		return r < 0 ? r : -ENOMEM;
	if (stranger) {
		tree_note(t,
			  "%s: process %d is in the group too, so the kernel gives its controllers "
			  "to no unit; start svinit in a group of its own",
			  own_path, stranger > 0 ? stranger : 0);
		return -EBUSY;
	}
	if ((mkdirat(own, t->name, 0755) < 0 && errno != EEXIST) ||
	    (mkdirat(own, path, 0755) < 0 && errno != EEXIST)) {
		r = -errno;
	} else {
		to = open_dir(own, path);
		r = to < 0 ? to : move_all(own, to);
	}
	if (r < 0)
		tree_note(t, "move svinit to %s/%s: %s", own_path, path, strerror(-r));
	return r;
}

/* True when own may give controllers: it is the root, or holds no process, or no longer does. */
static bool may_give(struct cgroup_tree *t, int own, const char *own_path)
{
	struct pids p = { 0 };
	bool empty;

	if (faccessat(own, "cgroup.type", F_OK, 0) < 0)
		return true;
	empty = pids_read(own, &p) == 0 && p.n == 0;
	pids_fini(&p);
	return empty || step_aside(t, own, own_path) == 0;
}

void enable_own(struct cgroup_tree *t, struct hierarchy *h)
{
	AUTO_CLOSE int own = open_dir(AT_FDCWD, h->own);
	char offered[1024];
	bool may;

	h->controllers = 0;
	if (own < 0 || fd_read_file(own, "cgroup.controllers", offered, sizeof(offered)) < 0)
		return; /* making the subtree will tell why */
	may = strspn(offered, " \n") == strlen(offered) || may_give(t, own, h->own);
	for (int i = 0; i < CTL_LIMITS; i++) {
		enum controller c = (enum controller)i;
		int r;

		if (!words_have(offered, controller_name(c)))
			continue;
		r = may ? switch_controller(own, '+', c) : -EBUSY;
		if (r == 0)
			h->controllers |= 1u << c;
		else if (!may)
			tree_refuse(t, c, "%s", t->reason[0] ? t->reason : strerror(-r));
		else
			tree_refuse(t, c, "%s/cgroup.subtree_control <- \"+%s\": %s", h->own,
				    controller_name(c), strerror(-r));
	}
}

void enable_subtree(struct cgroup_tree *t, struct hierarchy *h)
{
	for (int i = 0; i < CTL_LIMITS; i++) {
		enum controller c = (enum controller)i;
		int r;

		if (!(h->controllers & 1u << c))
			continue;
		r = switch_controller(h->dir, '+', c);
		if (r == 0)
			continue;
		h->controllers &= ~(1u << c);
		tree_refuse(t, c, "%s/%s/cgroup.subtree_control <- \"+%s\": %s", h->own, t->name,
			    controller_name(c), strerror(-r));
	}
}

int enable_undo(const struct cgroup_tree *t, const struct hierarchy *h)
{
	AUTO_CLOSE int from = open_dir(h->dir, "supervisor");
	AUTO_CLOSE int own = open_dir(AT_FDCWD, h->own);
	int r;

	(void)t;
	if (from == -ENOENT || own == -ENOENT)
		return 0;
	if (from < 0 || own < 0)
		return from < 0 ? from : own;
	/* Our own group held processes, so every controller that it gives was given by us. */
	for (int c = 0; c < CTL_LIMITS; c++) {
		(void)switch_controller(h->dir, '-', (enum controller)c);
		(void)switch_controller(own, '-', (enum controller)c);
	}
	r = move_all(from, own);
	if (r < 0)
		return r;
	return unlinkat(h->dir, "supervisor", AT_REMOVEDIR) < 0 && errno != ENOENT ? -errno : 0;
}
