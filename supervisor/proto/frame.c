#include "proto/frame.h"

#include "base/fd.h"
#include "proto/rights.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int frame_pair(int ret[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ret) < 0)
		return -errno;
	return 0;
}

int frame_send(int fd, uint32_t type, const void *payload, size_t size, const int *fds,
	       size_t n_fds)
{
	struct frame_header header = { .type = type };
	struct iovec iov[2] = {
		{ .iov_base = &header, .iov_len = sizeof(header) },
		{ .iov_base = (void *)(uintptr_t)payload, .iov_len = size },
	};
	RIGHTS_BUFFER(control, FRAME_MAX_FDS);
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = size ? 2 : 1 };
	ssize_t n;

	if (size > FRAME_MAX_BYTES - sizeof(header) || n_fds > FRAME_MAX_FDS)
		return -EMSGSIZE;
	if (n_fds)
		rights_put(&m, control.bytes, fds, n_fds);
	do
		n = sendmsg(fd, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return 0;
}

int frame_recv(int fd, void *buf, size_t size, struct frame *f)
{
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	RIGHTS_BUFFER(control, FRAME_MAX_FDS);
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	struct frame_header header;
	ssize_t n;

	f->n_fds = 0;
	f->size = 0;
	do
		n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (n == 0)
		return 0;
	f->n_fds = rights_take(&m, f->fds, FRAME_MAX_FDS);
	if ((size_t)n < sizeof(header) || (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
		frame_fini(f);
		return -EPROTO;
	}
	memcpy(&header, buf, sizeof(header));
	f->type = header.type;
	f->payload = (const char *)buf + sizeof(header);
	f->size = (size_t)n - sizeof(header);
	return 1;
}

int frame_take_fd(struct frame *f, size_t i)
{
	return i < f->n_fds ? take_fd(&f->fds[i]) : -1;
}

void frame_fini(struct frame *f)
{
	for (size_t i = 0; i < f->n_fds; i++)
		fd_close(&f->fds[i]);
	f->n_fds = 0;
}
