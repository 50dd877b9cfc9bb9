#include "box/tree.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <unistd.h>

static int open_nothing(int *ret_fd, struct error *e)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	if (fd < 0)
		return error_set(e, -errno, "eventfd");
	*ret_fd = fd;
	return 0;
}

int box_open_tree(const char *path, uint32_t flags, int *ret_fd, struct error *e)
{
	unsigned recursive = flags & BOX_TREE_RECURSIVE ? AT_RECURSIVE : 0;
	struct mount_attr attr = { .propagation = MS_PRIVATE };
	AUTO_CLOSE int fd =
		open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive);

	if (fd < 0 && errno == ENOENT && flags & BOX_TREE_OPTIONAL)
		return open_nothing(ret_fd, e);
	if (fd < 0)
		return error_set(e, -errno, "open_tree: %s", path);
	if (flags & BOX_TREE_READ_ONLY)
		attr.attr_set |= MOUNT_ATTR_RDONLY;
	if (flags & BOX_TREE_NOEXEC)
		attr.attr_set |= MOUNT_ATTR_NOEXEC;
	if (flags & BOX_TREE_NOSUID)
		attr.attr_set |= MOUNT_ATTR_NOSUID;
	if (flags & BOX_TREE_NODEV)
		attr.attr_set |= MOUNT_ATTR_NODEV;
	if (mount_setattr(fd, "", AT_EMPTY_PATH | recursive, &attr, sizeof(attr)) < 0)
		return error_set(e, -errno, "mount_setattr: %s", path);
	*ret_fd = take_fd(&fd);
	return 0;
}

bool box_tree_is_nothing(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && !(flags & O_PATH);
}
