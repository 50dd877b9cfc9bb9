#include "box/ops.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int op_host_mounts(struct box_child *c, const struct box_op *op)
{
	(void)op;
	if (c->host->mounts < 0)
		return 0; /* svbox never left */
	if (setns(c->host->mounts, CLONE_NEWNS) < 0)
		return box_fail_errno(c, "setns: the mount namespace of svinit");
	/* setns goes to the namespace's root, which is not svinit's when svinit was chrooted. */
	if (fchdir(c->host->root) < 0 || chroot(".") < 0)
		return box_fail_errno(c, "chroot: the root of svinit");
	return 0;
}

/* On top of the lean root, so that it has a place in the namespace and targets can be attached. */
int op_root(struct box_child *c, const struct box_op *op)
{
	int root = c->inputs[op->input];
	struct stat st;

	if (c->host->mounts < 0)
		return box_fail(c, EPERM, "svbox has no mount namespace of its own");
	if (fstat(root, &st) == 0 && !S_ISDIR(st.st_mode))
		return box_fail(c, ENOTDIR, "the root file system");
	if (move_mount(root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return box_fail_errno(c, "move_mount: the root file system");
	c->root = root;
	return 0;
}

/* Late, so that missing mount points could still be made. Not recursive: volumes have their own. */
int op_root_read_only(struct box_child *c, const struct box_op *op)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	(void)op;
	if (mount_setattr(c->root, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
		return box_fail_errno(c, "mount_setattr: read-only root");
	return 0;
}

int op_pivot(struct box_child *c, const struct box_op *op)
{
	(void)op;
	if (fchdir(c->root) < 0)
		return box_fail_errno(c, "fchdir: the root file system");
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		return box_fail_errno(c, "pivot_root");
	/* The former root now lies on top of the new one. */
	if (umount2(".", MNT_DETACH) < 0)
		return box_fail_errno(c, "umount2: the former root");
	return 0;
}
