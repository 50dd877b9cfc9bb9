#include "box/ops.h"

#include "box/place.h"

#include <errno.h>
#include <sys/mount.h>
#include <unistd.h>

enum { PLAIN = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC };

int op_proc(struct box_child *c, const struct box_op *op)
{
	int fd = box_new_mount(c, "proc", NULL, PLAIN);

	(void)op;
	if (fd < 0)
		return fd;
	c->proc = fd;
	return box_attach(c, fd, "/proc", true);
}

/* Of the container's own network namespace when it has one, because it is mounted from inside. */
int op_sys(struct box_child *c, const struct box_op *op)
{
	int fd = box_new_mount(c, "sysfs", NULL, PLAIN | MOUNT_ATTR_RDONLY), r;

	if (fd < 0)
		return fd;
	c->sys = fd;
	r = box_attach(c, fd, "/sys", true);
	if (r < 0 || !(op->flags & BOX_SYS_CGROUP2))
		return r;
	fd = box_new_mount(c, "cgroup2", NULL, PLAIN | MOUNT_ATTR_RDONLY);
	return fd < 0 ? fd : box_attach_at(c, fd, c->sys, "fs/cgroup");
}

/*
 * Kernel files that tell about or act on the whole machine. A path that this kernel does not have
 * is skipped.
 */
static const char *const proc_files[] = {
	"kcore", "keys", "latency_stats", "timer_list", "sched_debug",
};
static const char *const proc_directories[] = { "acpi", "asound", "scsi" };
static const char *const proc_read_only[] = { "sys", "irq", "bus", "fs", "sysrq-trigger" };
static const char *const sys_directories[] = { "firmware", "devices/virtual/powercap" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Below our own fresh /proc and /sys no name is anybody else's, so plain mount(2) relative to the
 * working directory is safe here; it saves the kernel an anonymous namespace for each of them.
 */
static int mask(struct box_child *c, const char *with, const char *name)
{
	if (mount(with, name, NULL, MS_BIND, NULL) < 0 && errno != ENOENT)
		return box_fail_errno(c, "mount: mask %s", name);
	return 0;
}

static int protect(struct box_child *c, const char *name)
{
	enum { FLAGS = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY };

	if (mount(name, name, NULL, MS_BIND, NULL) < 0)
		return errno == ENOENT ? 0 : box_fail_errno(c, "mount: %s", name);
	if (mount(NULL, name, NULL, MS_REMOUNT | MS_BIND | FLAGS, NULL) < 0)
		return box_fail_errno(c, "mount: read-only %s", name);
	return 0;
}

int op_protect(struct box_child *c, const struct box_op *op)
{
	int r = 0;

	(void)op;
	if (fchdir(c->proc) < 0)
		return box_fail_errno(c, "fchdir: proc");
	for (size_t i = 0; r == 0 && i < COUNT(proc_files); i++)
		r = mask(c, "/null", proc_files[i]);
	for (size_t i = 0; r == 0 && i < COUNT(proc_directories); i++)
		r = mask(c, "/empty", proc_directories[i]);
	for (size_t i = 0; r == 0 && i < COUNT(proc_read_only); i++)
		r = protect(c, proc_read_only[i]);
	if (r == 0 && fchdir(c->sys) < 0)
		r = box_fail_errno(c, "fchdir: sys");
	for (size_t i = 0; r == 0 && i < COUNT(sys_directories); i++)
		r = mask(c, "/empty", sys_directories[i]);
	return r;
}
