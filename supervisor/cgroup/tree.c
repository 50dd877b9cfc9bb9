#include "cgroup/tree.h"

#include "base/fd.h"
#include "base/str.h"
#include "cgroup/library.h"
#include "cgroup/place.h"
#include "cgroup/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[CTL_COUNT] = {
	[CTL_MEMORY] = "memory",   [CTL_CPU] = "cpu",         [CTL_PIDS] = "pids",
	[CTL_CPUACCT] = "cpuacct", [CTL_FREEZER] = "freezer",
};

const char *controller_name(enum controller c)
{
	return names[c];
}

const struct hierarchy *tree_gives(const struct cgroup_tree *t, enum controller c)
{
	return t->gives[c] < 0 ? NULL : &t->hier[t->gives[c]];
}

const struct hierarchy *tree_track(const struct cgroup_tree *t)
{
	return &t->hier[t->track];
}

void tree_note(struct cgroup_tree *t, const char *format, ...)
{
	va_list ap;

	if (t->reason[0])
		return;
	va_start(ap, format);
	vsnprintf(t->reason, sizeof(t->reason), format, ap);
	va_end(ap);
}

void tree_refuse(struct cgroup_tree *t, enum controller c, const char *format, ...)
{
	va_list ap;

	if (t->why[c][0])
		return;
	va_start(ap, format);
	vsnprintf(t->why[c], sizeof(t->why[c]), format, ap);
	va_end(ap);
	tree_note(t, "%s", t->why[c]);
}

/* What /proc says about us, read once while the tree is opened. */
struct proc_view {
	char *groups;
	char *mounts;
};

static int read_whole(const char *path, char **ret)
{
	size_t size = 0;
	FILE *f = fopen(path, "re");
	int r = 0;

	*ret = NULL;
	if (!f)
		return -errno;
	errno = 0;
	if (getdelim(ret, &size, '\0', f) < 0)
		r = errno ? -errno : -ENODATA;
	fclose(f);
	return r;
}

/* Fills own and group: where our group is in the hierarchy mounted at `mount`. */
static int locate(struct cgroup_tree *t, struct hierarchy *h, const char *mount,
		  const char *controller, const struct proc_view *proc)
{
	AUTO_FREE char *group = place_group(proc->groups, controller);
	AUTO_FREE char *root = place_mount_root(proc->mounts, mount);
	const char *below;

	if (!group) {
		tree_note(t, "/proc/self/cgroup: no line for the hierarchy at %s", mount);
		return -ENOENT;
	}
	place_strip(group, t->name);
	below = place_below(group, root ? root : "/");
	if (!below) {
		tree_note(t, "%s: our own group %s is not below what is mounted there", mount,
			  group);
		return -ENOENT;
	}
	h->own = str_printf("%s%s", mount, below);
	h->group = str_printf("%s%s%s", *below ? below + 1 : "", *below ? "/" : "", t->name);
	return h->own && h->group ? 0 : -ENOMEM;
}

/* Below a group that somebody made threaded no process can be put. */
static int check_domain(struct cgroup_tree *t, struct hierarchy *h, const char *path)
{
	char type[64];
	ssize_t n = fd_read_file(h->dir, "cgroup.type", type, sizeof(type));

	if (n < 0 || strncmp(type, "domain", 6) != 0 || str_after(type, "domain invalid")) {
		tree_note(t, "%s: the group can hold no process: its type is %s", path,
			  n < 0 ? strerror((int)-n) : strtok(type, "\n"));
		rmdir(path);
		return -EOPNOTSUPP;
	}
	return 0;
}

/* Makes the subtree through libcgroup; what it does not manage, mkdir tells the true reason of. */
static int make_subtree(struct cgroup_tree *t, struct hierarchy *h)
{
	AUTO_FREE char *path = str_printf("%s/%s", h->own, t->name);
	const char *wanted[CTL_COUNT];
	size_t n = 0;

	if (!path)
		return -ENOMEM;
	for (size_t c = 0; c < CTL_COUNT; c++)
		if (h->controllers & 1u << c)
			wanted[n++] = names[c];
	if (n > 0)
		(void)library_make(h->group, wanted, n, NULL);
	h->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->dir < 0 && errno == ENOENT && mkdir(path, 0755) == 0)
		h->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->dir < 0) {
		int code = -errno;

		tree_note(t, "make group: %s: %s", path, strerror(-code));
		return code;
	}
	/* A group that was there, in a hierarchy that has become read-only, is of no use. */
	if (faccessat(h->dir, "cgroup.procs", W_OK, AT_EACCESS) < 0) {
		int code = -errno;

		tree_note(t, "%s/cgroup.procs: %s", path, strerror(-code));
		return code;
	}
	return h->v2 ? check_domain(t, h, path) : 0;
}

static void hierarchy_fini(struct hierarchy *h)
{
	fd_close(&h->dir);
	free(h->own);
	free(h->group);
	*h = (struct hierarchy){ .dir = -1 };
}

static bool is_dir_of(const struct hierarchy *h, const char *own)
{
	return str_eq(h->own, own);
}

/* Takes the v2 hierarchy, when there is one that can be used. */
static int add_v2(struct cgroup_tree *t, const struct proc_view *proc)
{
	AUTO_FREE char *mount = library_mount_of_type(CGROUP2_SUPER_MAGIC);
	struct hierarchy *h = &t->hier[t->n];
	int r;

	if (!mount)
		mount = place_v2_mount(proc->mounts);
	if (!mount)
		return 0;
	h->v2 = true;
	r = locate(t, h, mount, NULL, proc);
	if (r == 0) {
		enable_own(t, h);
		r = make_subtree(t, h);
	}
	if (r == 0)
		enable_subtree(t, h);
	if (r < 0) {
		hierarchy_fini(h);
		return r == -ENOMEM ? r : 0;
	}
	for (int c = 0; c < CTL_LIMITS; c++)
		if (h->controllers & 1u << c)
			t->gives[c] = (int)t->n;
	t->track = (int)t->n++;
	return 0;
}

/* Takes the v1 hierarchy of a controller, when it is mounted and nothing gives it yet. */
static int add_v1(struct cgroup_tree *t, enum controller c, const struct proc_view *proc)
{
	AUTO_FREE char *mount = NULL;
	struct hierarchy *h = &t->hier[t->n];
	int r;

	if (t->gives[c] >= 0 || t->n == sizeof(t->hier) / sizeof(*t->hier))
		return 0;
	mount = library_mount(names[c]);
	if (!mount)
		return 0;
	h->controllers = 1u << c;
	r = locate(t, h, mount, names[c], proc);
	if (r == 0 && t->n > 0 && t->hier[0].v2 && is_dir_of(&t->hier[0], h->own))
		r = -EEXIST; /* the same mount: v2 has it but could not give it */
	for (size_t i = 0; r == 0 && i < t->n; i++) {
		if (!is_dir_of(&t->hier[i], h->own))
			continue;
		/* Mounted together with another controller: one hierarchy, joined once. */
		t->hier[i].controllers |= 1u << c;
		t->gives[c] = (int)i;
		r = -EEXIST;
	}
	if (r == 0)
		r = make_subtree(t, h);
	if (r < 0) {
		if (r != -EEXIST)
			tree_refuse(t, c, "%s: %s", names[c],
				    t->reason[0] ? t->reason : strerror(-r));
		hierarchy_fini(h);
		return r == -ENOMEM ? r : 0;
	}
	t->gives[c] = (int)t->n++;
	return 0;
}

static int find_all(struct cgroup_tree *t, const struct proc_view *proc)
{
	static const enum controller track_order[] = { CTL_PIDS, CTL_FREEZER, CTL_MEMORY, CTL_CPU };
	int r = add_v2(t, proc);

	for (int c = 0; r == 0 && c < CTL_LIMITS; c++)
		r = add_v1(t, (enum controller)c, proc);
	/* Without v2 nothing else counts CPU time, and pids may be missing. */
	if (r == 0 && t->track < 0)
		r = add_v1(t, CTL_CPUACCT, proc);
	if (r == 0 && t->track < 0 && t->gives[CTL_PIDS] < 0)
		r = add_v1(t, CTL_FREEZER, proc);
	for (size_t i = 0; r == 0 && t->track < 0 && i < 4; i++)
		t->track = t->gives[track_order[i]];
	return r;
}

static bool name_is_valid(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/') && strlen(name) < 100;
}

int cgroup_tree_open(const char *name, struct cgroup_tree **ret, struct error *e)
{
	AUTO_FREE char *groups = NULL, *mounts = NULL;
	struct cgroup_tree *t;
	struct error library = { 0 };
	char line[512];
	int r;

	if (!name_is_valid(name))
		return error_set(e, -EINVAL, "\"%s\" is no name for a control group", name);
	t = calloc(1, sizeof(*t));
	if (!t || !(t->name = strdup(name))) {
		free(t);
		return error_set(e, -ENOMEM, "control groups");
	}
	t->track = -1;
	for (size_t i = 0; i < sizeof(t->hier) / sizeof(*t->hier); i++)
		t->hier[i].dir = -1;
	for (size_t c = 0; c < CTL_COUNT; c++)
		t->gives[c] = -1;
	if (library_init(&library) == -ENOMEM)
		r = -ENOMEM;
	else if ((r = read_whole("/proc/self/cgroup", &groups)) < 0)
		tree_note(t, "/proc/self/cgroup: %s", strerror(-r));
	else if ((r = read_whole("/proc/self/mountinfo", &mounts)) < 0)
		tree_note(t, "/proc/self/mountinfo: %s", strerror(-r));
	else
		r = find_all(t, &(struct proc_view){ .groups = groups, .mounts = mounts });
	if (r == -ENOMEM) {
		cgroup_tree_close(t);
		return error_set(e, r, "control groups");
	}
	if (t->track < 0)
		tree_note(t, "no control group hierarchy can be used: %s",
			  error_is_set(&library) ? error_format(&library, line, sizeof(line))
						 : "none of memory, cpu, pids, freezer or v2");
	*ret = t;
	return 0;
}

void cgroup_tree_close(struct cgroup_tree *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < sizeof(t->hier) / sizeof(*t->hier); i++)
		hierarchy_fini(&t->hier[i]);
	free(t->name);
	free(t);
}

/* Removes one group of the subtree; a busy one does not keep the others. */
static int remove_child(int dir, const char *name, void *arg)
{
	int *busy = arg;
	int r = str_eq(name, "supervisor") ? 0 : walk_remove(dir, name);

	if (r < 0 && *busy == 0)
		*busy = r;
	return 0;
}

static int remove_subtree(struct cgroup_tree *t, struct hierarchy *h)
{
	AUTO_CLOSE int own = -1;
	int busy = 0;
	int r = walk_names(h->dir, remove_child, &busy);

	if (r == -ENOENT || r == -ENODEV)
		return 0; /* removed before */
	if (r < 0 || busy < 0)
		return r < 0 ? r : busy;
	if (h->v2 && (r = enable_undo(t, h)) < 0)
		return r;
	own = open(h->own, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (own < 0)
		return errno == ENOENT ? 0 : -errno;
	if (unlinkat(own, t->name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return -errno;
	return 0;
}

int cgroup_tree_remove(struct cgroup_tree *t)
{
	int result = 0;

	for (size_t i = 0; i < t->n; i++) {
		int r = remove_subtree(t, &t->hier[i]);

		if (result == 0)
			result = r;
	}
	return result;
}

bool cgroup_tree_usable(const struct cgroup_tree *t)
{
	return t->track >= 0;
}

const char *cgroup_tree_reason(const struct cgroup_tree *t)
{
	return t->reason;
}

size_t cgroup_tree_procs_count(const struct cgroup_tree *t)
{
	return cgroup_tree_into(t) ? t->n - 1 : t->n;
}

bool cgroup_tree_into(const struct cgroup_tree *t)
{
	return t->n > 0 && t->hier[0].v2;
}
