#include "box/ops.h"

#include "box/place.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char *const dev_options[] = { "mode", "0755", "size", "1m", NULL };

static const struct link {
	const char *name, *target;
} links[] = {
	{ "fd", "/proc/self/fd" },       { "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" }, { "stderr", "/proc/self/fd/2" },
	{ "ptmx", "pts/ptmx" },
};

/* From the lean root, where svbox put svinit's own node; it is before pivot_root, so that is "/".
 */
static int bind_node(struct box_child *c, const char *name)
{
	char path[32] = "/";
	int tree;

	for (size_t i = 0; name[i] && i < sizeof(path) - 2; i++)
		path[i + 1] = name[i];
	tree = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (tree < 0)
		return errno == ENOENT ? 0 : box_fail_errno(c, "open_tree: %s", name);
	if (mknodat(c->dev, name, S_IFREG | 0666, 0) < 0)
		return box_fail_errno(c, "mknodat: dev/%s", name);
	return box_attach_at(c, tree, c->dev, name);
}

static int make_nodes(struct box_child *c)
{
	for (size_t i = 0; i < BOX_DEVICES; i++) {
		const struct box_device *d = &box_devices[i];

		if (c->host->bind_devices) {
			int r = bind_node(c, d->name);

			if (r < 0)
				return r;
		} else if (mknodat(c->dev, d->name, S_IFCHR | 0666, makedev(d->major, d->minor)) <
			   0) {
			return box_fail_errno(c, "mknodat: dev/%s", d->name);
		}
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlinkat(links[i].target, c->dev, links[i].name) < 0)
			return box_fail_errno(c, "symlinkat: dev/%s", links[i].name);
	return 0;
}

/* Below our own fresh tmpfs, which is the working directory, so plain mount(2) is safe. */
static int mount_below(struct box_child *c, const char *name, const char *type, unsigned long flags,
		       const char *options)
{
	if (mkdir(name, 0755) < 0)
		return box_fail_errno(c, "mkdir: dev/%s", name);
	if (mount(type, name, type, MS_NOSUID | MS_NOEXEC | flags, options) < 0)
		return box_fail_errno(c, "mount: dev/%s", name);
	return 0;
}

static int mount_terminals(struct box_child *c)
{
	static const char with_group[] = "newinstance,ptmxmode=0666,mode=0620,gid=5";
	int r = mount_below(c, "pts", "devpts", 0, with_group);

	if (r != -EINVAL)
		return r;
	/* Inside a user namespace that has no group 5: the terminals are their owner's alone. */
	if (mount("devpts", "pts", "devpts", MS_NOSUID | MS_NOEXEC,
		  "newinstance,ptmxmode=0666,mode=0600") < 0)
		return box_fail_errno(c, "mount: dev/pts");
	return 0;
}

int op_dev(struct box_child *c, const struct box_op *op)
{
	int r = box_new_mount(c, "tmpfs", dev_options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);

	if (r < 0)
		return r;
	c->dev = r;
	r = box_attach(c, c->dev, "/dev", true);
	if (r == 0)
		r = make_nodes(c);
	if (r == 0 && fchdir(c->dev) < 0)
		r = box_fail_errno(c, "fchdir: dev");
	if (r == 0)
		r = mount_terminals(c);
	if (r == 0)
		r = mount_below(c, "shm", "tmpfs", MS_NODEV, "mode=1777,size=64m");
	if (r == 0 && op->flags & BOX_DEV_MQUEUE)
		r = mount_below(c, "mqueue", "mqueue", MS_NODEV, NULL);
	if (r == 0 && op->flags & BOX_DEV_CONSOLE &&
	    mknodat(c->dev, "console", S_IFREG | 0600, 0) < 0)
		r = box_fail_errno(c, "mknodat: dev/console");
	return r;
}
