#include "box/ops.h"

#include "base/fd.h"
#include "box/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DATABASE_MAX_BYTES = 4 << 20 };

static struct slice slice_of(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

/*
 * The whole of a file of the image, which may be anything: only a regular file of a sane size is
 * read (O_NONBLOCK: opening a FIFO would wait for ever). The text lives until exec. A missing file
 * is an empty one.
 */
static int read_database(struct box_child *c, const char *path, struct slice *ret)
{
	int fd = box_open_in_root(c, path, O_RDONLY | O_NONBLOCK | O_NOCTTY), r = 0;
	struct stat st;
	size_t n = 0;
	char *text;

	*ret = (struct slice){ "", 0 };
	if (fd < 0)
		return fd == -ENOENT || fd == -ENOTDIR ? 0 : fd;
	if (fstat(fd, &st) < 0)
		return box_fail_errno(c, "fstat: %s", path);
	if (!S_ISREG(st.st_mode))
		return box_fail(c, EINVAL, "%s is not a regular file", path);
	if (st.st_size > DATABASE_MAX_BYTES)
		return box_fail(c, EFBIG, "%s", path);
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return box_fail(c, ENOMEM, "%s", path);
	while (n < (size_t)st.st_size) {
		ssize_t got = read(fd, text + n, (size_t)st.st_size - n);

		if (got < 0)
			r = box_fail_errno(c, "read: %s", path);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	fd_close(&fd);
	*ret = (struct slice){ text, n };
	return r;
}

static int find_user(struct box_child *c, const char *user, bool *ret_named)
{
	struct passwd_entry entry;
	struct slice passwd;
	unsigned uid = 0;
	bool number = passwd_number(user, strlen(user), &uid), found;
	int r = read_database(c, "/etc/passwd", &passwd);

	if (r < 0 && !number)
		return r;
	found = r == 0 && passwd_find(passwd.at, passwd.n, number ? NULL : user, &uid, &entry);
	if (!found && !number)
		return box_fail(c, EINVAL, "user %s is not in the container's /etc/passwd", user);
	*ret_named = !number;
	c->user.uid = uid;
	c->user.name = slice_of(user);
	if (!found)
		return 0; /* a number that nobody has: group 0, home / */
	c->user.uid = entry.uid;
	c->user.gid = entry.gid;
	c->user.name = entry.name;
	if (entry.home.n)
		c->user.home = entry.home;
	if (entry.shell.n)
		c->user.shell = entry.shell;
	return 0;
}

/* What initgroups(3) does, from the container's own file. */
static int find_supplementary(struct box_child *c)
{
	struct slice text;
	int r = read_database(c, "/etc/group", &text);

	if (r < 0)
		return r;
	c->user.groups[0] = c->user.gid;
	c->user.n_groups = 1 + group_of_user(text.at, text.n, c->user.name, c->user.gid,
					     c->user.groups + 1, BOX_GROUPS_MAX - 1);
	if (c->user.n_groups > BOX_GROUPS_MAX)
		return box_fail(c, E2BIG, "user %.*s is in more than %d groups",
				(int)c->user.name.n, c->user.name.at, (int)BOX_GROUPS_MAX);
	return 0;
}

/* Nobody said who: root is root; a svinit that is not root starts what it is itself. */
static void stay(struct box_child *c)
{
	const char *home = getenv("HOME"), *name = getenv("USER");

	c->user.uid = geteuid();
	c->user.gid = getegid();
	if (c->user.uid == 0) {
		c->user.home = slice_of("/root");
		c->user.name = slice_of("root");
	} else {
		c->user.home = slice_of(home ? home : "/");
		c->user.name = slice_of(name ? name : "");
	}
}

int op_user(struct box_child *c, const struct box_op *op)
{
	const char *user = box_string(c, op->a);
	bool named = false;
	int r;

	c->user.home = slice_of("/");
	c->user.shell = slice_of("/bin/sh");
	if (!*user) {
		stay(c);
		return 0;
	}
	c->user.change = true;
	r = find_user(c, user, &named);
	return r < 0 || !named ? r : find_supplementary(c);
}

int op_group(struct box_child *c, const struct box_op *op)
{
	const char *group = box_string(c, op->a);
	struct slice text;
	unsigned gid = 0;

	if (!passwd_number(group, strlen(group), &gid)) {
		int r = read_database(c, "/etc/group", &text);

		if (r < 0)
			return r;
		if (!group_find(text.at, text.n, group, &gid))
			return box_fail(c, EINVAL, "group %s is not in the container's /etc/group",
					group);
	}
	c->user.change = true;
	c->user.gid = gid;
	if (c->user.n_groups)
		c->user.groups[0] = gid;
	return 0;
}
