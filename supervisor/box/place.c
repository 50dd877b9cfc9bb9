#include "box/place.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RESOLVE_TRIES = 64 };

static int open_in_root(struct box_child *c, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
		.resolve = RESOLVE_NO_MAGICLINKS,
	};

	if (c->root >= 0)
		how.resolve |= RESOLVE_IN_ROOT;
	for (int i = 0; i < RESOLVE_TRIES; i++) {
		long fd = syscall(SYS_openat2, c->root >= 0 ? c->root : AT_FDCWD, path, &how,
				  sizeof(how));

		if (fd >= 0)
			return (int)fd;
		if (errno !=
		    EAGAIN) /* a rename somewhere raced with a `..`: the kernel says again */
			break;
	}
	return -errno;
}

int box_open_in_root(struct box_child *c, const char *path, int flags)
{
	int fd = open_in_root(c, path, flags);

	return fd < 0 ? box_fail(c, -fd, "openat2: %s", path) : fd;
}

/* One missing component, made below its parent. The last one decides what it is. */
static int make_one(struct box_child *c, const char *path, const char *parent, bool directory)
{
	const char *name = strrchr(path, '/') + 1;
	AUTO_CLOSE int dir = box_open_in_root(c, parent, O_PATH | O_DIRECTORY);

	if (dir < 0)
		return dir;
	if (directory && mkdirat(dir, name, 0755) < 0 && errno != EEXIST)
		return box_fail_errno(c, "mkdirat: mount point %s", path);
	if (!directory && mknodat(dir, name, S_IFREG | 0644, 0) < 0 && errno != EEXIST)
		return box_fail_errno(c, "mknodat: mount point %s", path);
	return 0;
}

/* Makes what is missing of `path`, from the top down. A dangling link stays one: ENOENT later. */
static int make_target(struct box_child *c, const char *path, bool directory)
{
	char part[PATH_MAX], parent[PATH_MAX] = "/";
	size_t n = strlen(path), slash;

	while (n > 1 && path[n - 1] == '/')
		n--;
	if (n >= sizeof(part))
		return box_fail(c, ENAMETOOLONG, "mount point");
	for (size_t i = 1; i <= n; i++) {
		bool last = i == n;
		int fd, r;

		if (!last && path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		slash = (size_t)(strrchr(part, '/') - part);
		if (slash + 1 == i)
			continue; /* two slashes in a row */
		fd = open_in_root(c, part, O_PATH);
		if (fd == -ENOENT) {
			memcpy(parent, part, slash);
			parent[slash] = '\0';
			r = make_one(c, part, slash ? parent : "/", !last || directory);
			if (r < 0)
				return r;
		} else if (fd < 0) {
			return box_fail(c, -fd, "openat2: mount point %s", part);
		}
		fd_close(&fd);
	}
	return 0;
}

int box_open_target(struct box_child *c, const char *path, bool directory)
{
	int fd = open_in_root(c, path, O_PATH);

	if (fd == -ENOENT) {
		int r = make_target(c, path, directory);

		if (r < 0)
			return r;
		fd = open_in_root(c, path, O_PATH);
	}
	return fd < 0 ? box_fail(c, -fd, "openat2: mount point %s", path) : fd;
}

/* The kernel's own words about a file system it refused, when it has any. */
static int fs_failed(struct box_child *c, int fs, const char *call, const char *type)
{
	char why[96];
	int error = errno;
	ssize_t n = read(fs, why, sizeof(why) - 1);

	if (n <= 2) {
		errno = error;
		return box_fail_errno(c, "%s: %s", call, type);
	}
	why[n] = '\0';
	return box_fail(c, error, "%s: %s: %s", call, type, why + 2);
}

int box_new_mount(struct box_child *c, const char *type, const char *const *options, unsigned attr)
{
	int fs = fsopen(type, FSOPEN_CLOEXEC), mount;

	if (fs < 0)
		return box_fail_errno(c, "fsopen: %s", type);
	/* What mount(8) and df(1) show as the device; without it "none". */
	if (fsconfig(fs, FSCONFIG_SET_STRING, "source", type, 0) < 0)
		return fs_failed(c, fs, "fsconfig", type);
	for (; options && options[0]; options += 2)
		if (fsconfig(fs, FSCONFIG_SET_STRING, options[0], options[1], 0) < 0)
			return fs_failed(c, fs, "fsconfig", type);
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return fs_failed(c, fs, "fsconfig", type);
	mount = fsmount(fs, FSMOUNT_CLOEXEC, attr);
	if (mount < 0)
		return fs_failed(c, fs, "fsmount", type);
	return mount;
}

int box_attach(struct box_child *c, int mount, const char *path, bool directory)
{
	int target = box_open_target(c, path, directory);

	if (target < 0)
		return target;
	if (move_mount(mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) <
	    0)
		return box_fail_errno(c, "move_mount: %s", path);
	return 0;
}

int box_attach_at(struct box_child *c, int mount, int dir, const char *name)
{
	if (move_mount(mount, "", dir, name, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return box_fail_errno(c, "move_mount: %s", name);
	return 0;
}
