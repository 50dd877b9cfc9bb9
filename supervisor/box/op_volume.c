#include "box/ops.h"

#include "box/place.h"
#include "box/tree.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

int op_tree(struct box_child *c, const struct box_op *op)
{
	int tree = c->inputs[op->input];
	struct stat st;

	if (op->flags & BOX_OP_OPTIONAL && box_tree_is_nothing(tree))
		return 0;
	if (fstat(tree, &st) < 0)
		return box_fail_errno(c, "fstat: the source of %s", box_string(c, op->a));
	return box_attach(c, tree, box_string(c, op->a), S_ISDIR(st.st_mode));
}

int op_tmpfs(struct box_child *c, const struct box_op *op)
{
	unsigned attr = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
	char mode[8], size[24];
	const char *options[5] = { "mode", mode };
	int mount;

	snprintf(mode, sizeof(mode), "%04o", (unsigned)op->n[1]);
	snprintf(size, sizeof(size), "%" PRIu64, op->n[0]);
	if (op->n[0] != UINT64_MAX) {
		options[2] = "size";
		options[3] = size;
	}
	if (op->flags & BOX_OP_READ_ONLY)
		attr |= MOUNT_ATTR_RDONLY;
	if (op->flags & BOX_OP_NOEXEC)
		attr |= MOUNT_ATTR_NOEXEC;
	mount = box_new_mount(c, "tmpfs", options, attr);
	return mount < 0 ? mount : box_attach(c, mount, box_string(c, op->a), true);
}
