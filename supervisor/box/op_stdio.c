#include "box/ops.h"

#include "box/place.h"
#include "proto/rights.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0, 1 and 2 are always open in svbox, so no input is ever one of them. */
static int become(struct box_child *c, int fd, int number)
{
	return dup2(fd, number) < 0 ? box_fail_errno(c, "dup2: %d", number) : 0;
}

static int new_session(struct box_child *c)
{
	return setsid() < 0 ? box_fail_errno(c, "setsid") : 0;
}

/* Inputs in the order of the bits of b; what is not given is /dev/null. */
int op_stdio(struct box_child *c, const struct box_op *op)
{
	int input = op->input, null = -1, r = new_session(c);

	for (int number = 0; r == 0 && number < 3; number++) {
		if (op->b >> number & 1) {
			r = become(c, c->inputs[input++], number);
			continue;
		}
		if (null < 0)
			null = open("/dev/null", O_RDWR | O_CLOEXEC | O_NOCTTY);
		if (null < 0)
			return box_fail_errno(c, "open: /dev/null");
		r = become(c, null, number);
	}
	return r;
}

/* The pair: the master from the container's own devpts, the slave by it and never by name. */
static int open_terminal(struct box_child *c, int *ret_master, int *ret_slave)
{
	int unlock = 0;
	int master = c->dev >= 0 ? openat(c->dev, "pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
				 : open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (master < 0)
		return box_fail_errno(c, "open: /dev/ptmx");
	if (ioctl(master, TIOCSPTLCK, &unlock) < 0)
		return box_fail_errno(c, "ioctl: TIOCSPTLCK");
	*ret_master = master;
	*ret_slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return *ret_slave < 0 ? box_fail_errno(c, "ioctl: TIOCGPTPEER") : 0;
}

static int bind_console(struct box_child *c, int slave)
{
	int tree;

	if (c->dev < 0)
		return 0;
	tree = open_tree(slave, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	if (tree < 0)
		return box_fail_errno(c, "open_tree: the terminal");
	return box_attach_at(c, tree, c->dev, "console");
}

static int send_master(struct box_child *c, int socket, int master)
{
	char byte = 0;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	RIGHTS_BUFFER(control, 1);
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	rights_put(&m, control.bytes, &master, 1);
	if (sendmsg(socket, &m, MSG_NOSIGNAL) < 0)
		return box_fail_errno(c, "sendmsg: the terminal's master");
	return 0;
}

int op_terminal(struct box_child *c, const struct box_op *op)
{
	int master = -1, slave = -1, r = open_terminal(c, &master, &slave);

	if (r == 0)
		r = new_session(c);
	if (r < 0)
		return r;
	if (c->user.change && fchown(slave, c->user.uid, (gid_t)-1) < 0)
		return box_fail_errno(c, "fchown: the terminal");
	if (ioctl(slave, TIOCSCTTY, 0) < 0)
		return box_fail_errno(c, "ioctl: TIOCSCTTY");
	r = bind_console(c, slave);
	if (r == 0)
		r = send_master(c, c->inputs[op->input], master);
	for (int number = 0; r == 0 && number < 3; number++)
		r = become(c, slave, number);
	return r;
}
