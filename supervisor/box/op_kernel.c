#include "box/ops.h"

#include "box/place.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>

enum { PLAIN = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC };

int op_proc(struct box_child *c, const struct box_op *op)
{
	int mount = box_new_mount(c, "proc", NULL, PLAIN);

	(void)op;
	if (mount < 0)
		return mount;
	c->proc = mount;
	return box_attach(c, mount, "/proc", true);
}

/* Of the container's own network namespace when it has one, because it is mounted from inside. */
int op_sys(struct box_child *c, const struct box_op *op)
{
	int mount = box_new_mount(c, "sysfs", NULL, PLAIN | MOUNT_ATTR_RDONLY), r;

	if (mount < 0)
		return mount;
	c->sys = mount;
	r = box_attach(c, mount, "/sys", true);
	if (r < 0 || !(op->flags & BOX_SYS_CGROUP2))
		return r;
	mount = box_new_mount(c, "cgroup2", NULL, PLAIN | MOUNT_ATTR_RDONLY);
	return mount < 0 ? mount : box_attach_at(c, mount, c->sys, "fs/cgroup");
}

/*
 * Kernel files that tell about or act on the whole machine. A path that this kernel does not have
 * is skipped.
 */
static const char *const proc_masked[] = {
	"kcore", "keys", "latency_stats", "timer_list", "sched_debug", "scsi", "acpi", "asound",
};
static const char *const proc_read_only[] = { "sys", "irq", "bus", "fs", "sysrq-trigger" };
static const char *const sys_masked[] = { "firmware", "devices/virtual/powercap" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct cover {
	int null, empty; /* detached, waiting for the next file or directory to be masked; -1 */
};

static int try_cover(int *fd, const char *source, int dir, const char *name)
{
	if (*fd < 0)
		*fd = open_tree(AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (*fd < 0 || move_mount(*fd, "", dir, name, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return -errno;
	*fd = -1; /* it is attached; the descriptor goes with exec */
	return 0;
}

/* A directory is covered with an empty one, a file with /dev/null: whichever the kernel accepts. */
static int mask(struct box_child *c, struct cover *cover, int dir, const char *name)
{
	int r = try_cover(&cover->null, "/null", dir, name);

	if (r == -ENOTDIR || r == -EINVAL)
		r = try_cover(&cover->empty, "/empty", dir, name);
	if (r < 0 && r != -ENOENT)
		return box_fail(c, -r, "mask: %s", name);
	return 0;
}

static int protect(struct box_child *c, int dir, const char *name)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	int fd = open_tree(dir, name, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return box_fail(c, errno, "open_tree: %s", name);
	if (mount_setattr(fd, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
		return box_fail(c, errno, "mount_setattr: %s", name);
	return box_attach_at(c, fd, dir, name);
}

int op_protect(struct box_child *c, const struct box_op *op)
{
	struct cover cover = { .null = -1, .empty = -1 };
	int r = 0;

	(void)op;
	for (size_t i = 0; r == 0 && c->proc >= 0 && i < COUNT(proc_masked); i++)
		r = mask(c, &cover, c->proc, proc_masked[i]);
	for (size_t i = 0; r == 0 && c->proc >= 0 && i < COUNT(proc_read_only); i++)
		r = protect(c, c->proc, proc_read_only[i]);
	for (size_t i = 0; r == 0 && c->sys >= 0 && i < COUNT(sys_masked); i++)
		r = mask(c, &cover, c->sys, sys_masked[i]);
	return r;
}
