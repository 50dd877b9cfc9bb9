#include "ctl/wire.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/str.h"
#include "proto/rights.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* A path that does not fit into sun_path is reached through a descriptor of its directory. */
static int wire_address(const char *path, struct sockaddr_un *a, int *ret_dir)
{
	AUTO_FREE char *copy = NULL;
	const char *slash = strrchr(path, '/');
	int dir, n;

	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	*ret_dir = -1;
	if (strlen(path) < sizeof(a->sun_path)) {
		memcpy(a->sun_path, path, strlen(path) + 1);
		return 0;
	}
	if (!slash)
		return -ENAMETOOLONG;
	copy = str_dup_n(path, (size_t)(slash - path));
	if (!copy)
		return -ENOMEM;
	dir = open(copy, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	n = snprintf(a->sun_path, sizeof(a->sun_path), "/proc/self/fd/%d%s", dir, slash);
	if (n < 0 || (size_t)n >= sizeof(a->sun_path)) {
		close(dir);
		return -ENAMETOOLONG;
	}
	*ret_dir = dir;
	return 0;
}

int wire_adopt(struct wire *w, int fd)
{
	int r;

	*w = (struct wire){ .fd = fd };
	r = fd_nonblock(fd, 1);
	if (r < 0)
		wire_fini(w);
	return r;
}

int wire_open(struct wire *w, const char *path, unsigned timeout_ms, struct error *e)
{
	/* connect(2) on a unix socket honours the send time-out while the backlog is full. */
	struct timeval limit = { .tv_sec = timeout_ms / 1000,
				 .tv_usec = (timeout_ms % 1000) * 1000 };
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), dir = -1;
	struct sockaddr_un a;
	int r;

	if (fd < 0)
		return error_set(e, -errno, "socket");
	if (timeout_ms && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0)
		return error_set(e, -errno, "setsockopt: SO_SNDTIMEO");
	r = wire_address(path, &a, &dir);
	if (r < 0)
		return error_set(e, r, "no supervisor answers at %s", path);
	do
		r = connect(fd, (const struct sockaddr *)&a, sizeof(a)) < 0 ? -errno : 0;
	while (r == -EINTR);
	if (r == -EAGAIN || r == -EINPROGRESS)
		r = -ETIMEDOUT;
	if (r == -EACCES || r == -EPERM)
		return error_set(e, r, "%s", path);
	if (r < 0)
		return error_set(e, r, "no supervisor answers at %s", path);
	r = wire_adopt(w, take_fd(&fd));
	return r < 0 ? error_set(e, r, "fcntl: O_NONBLOCK") : 0;
}

void wire_deadline(struct wire *w, unsigned timeout_ms)
{
	w->deadline_usec = timeout_ms ? clock_now_usec() + (uint64_t)timeout_ms * 1000 : 0;
}

static int wire_wait(const struct wire *w, short events)
{
	struct pollfd p = { .fd = w->fd, .events = events };

	for (;;) {
		uint64_t now = clock_now_usec();
		int timeout = -1, r;

		if (w->deadline_usec && now >= w->deadline_usec)
			return -ETIMEDOUT;
		if (w->deadline_usec)
			timeout = (int)((w->deadline_usec - now + 999) / 1000);
		r = poll(&p, 1, timeout);
		if (r > 0)
			return 0;
		if (r < 0 && errno != EINTR)
			return -errno;
	}
}

static ssize_t send_some(struct wire *w, const char *data, size_t n, const int *fds, size_t n_fds)
{
	RIGHTS_BUFFER(control, WIRE_MAX_FDS);
	struct iovec v = { .iov_base = (void *)(uintptr_t)data, .iov_len = n };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	if (n_fds)
		rights_put(&m, control.bytes, fds, n_fds);
	return sendmsg(w->fd, &m, MSG_NOSIGNAL);
}

int wire_send(struct wire *w, const json_t *message, const int *fds, size_t n_fds)
{
	AUTO_FREE char *s = json_dumps(message, JSON_COMPACT | JSON_PRESERVE_ORDER);
	const char *p = s;
	size_t left;

	if (!s)
		return -EINVAL;
	if (n_fds > WIRE_MAX_FDS)
		return -E2BIG;
	for (left = strlen(s) + 1; left;) {
		ssize_t r = send_some(w, p, left, fds, n_fds);

		if (r < 0 && errno == EAGAIN) {
			int waited = wire_wait(w, POLLOUT);

			if (waited < 0)
				return waited;
			continue;
		}
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		p += r;
		left -= (size_t)r;
		n_fds = 0; /* they travelled beside the first byte */
	}
	return 0;
}

static int make_room(struct wire *w)
{
	size_t capacity = w->capacity ? w->capacity * 2 : 16384;
	char *data;

	if (w->capacity - w->size >= 8192)
		return 0;
	if (w->size >= WIRE_MAX_BYTES)
		return -EMSGSIZE;
	data = realloc(w->data, capacity);
	if (!data)
		return -ENOMEM;
	w->data = data;
	w->capacity = capacity;
	return 0;
}

/* Reads once: 1 when something came, 0 at the end, negative errno. */
static int wire_fill(struct wire *w)
{
	RIGHTS_BUFFER(control, WIRE_MAX_FDS);
	struct iovec v;
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	ssize_t n;
	int r = make_room(w);

	if (r < 0)
		return r;
	v = (struct iovec){ .iov_base = w->data + w->size, .iov_len = w->capacity - w->size };
	m.msg_control = &control;
	m.msg_controllen = sizeof(control);
	do
		n = recvmsg(w->fd, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == ECONNRESET ? 0 : -errno;
	w->n_fds += rights_take(&m, w->fds + w->n_fds, WIRE_MAX_FDS - w->n_fds);
	w->size += (size_t)n;
	return n > 0;
}

/* A whole message out of the buffer: 1, 0 when none is there, -EPROTO. */
static int wire_parse(struct wire *w, json_t **ret)
{
	char *end = w->size > w->searched ? memchr(w->data + w->searched, 0, w->size - w->searched)
					  : NULL;
	json_t *message;
	size_t n;

	if (!end) {
		w->searched = w->size;
		return 0;
	}
	n = (size_t)(end - w->data);
	message = json_loadb(w->data, n, JSON_REJECT_DUPLICATES, NULL);
	w->size -= n + 1;
	memmove(w->data, end + 1, w->size);
	w->searched = 0;
	if (!json_is_object(message)) {
		json_decref(message);
		return -EPROTO;
	}
	*ret = message;
	return 1;
}

int wire_recv(struct wire *w, int wait, json_t **ret)
{
	for (;;) {
		int r = wire_parse(w, ret);

		if (r)
			return r;
		r = wire_fill(w);
		if (r == -EAGAIN && wait)
			r = wire_wait(w, POLLIN);
		else if (r == 0)
			return 0;
		if (r < 0)
			return r;
	}
}

int wire_take_fd(struct wire *w)
{
	int fd;

	if (!w->n_fds)
		return -1;
	fd = w->fds[0];
	w->n_fds--;
	memmove(w->fds, w->fds + 1, w->n_fds * sizeof(w->fds[0]));
	return fd;
}

void wire_fini(struct wire *w)
{
	while (w->n_fds)
		close(w->fds[--w->n_fds]);
	fd_close(&w->fd);
	free(w->data);
	*w = (struct wire){ .fd = -1 };
}
