#include "manager/channel.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct queued {
	struct queued *next;
	uint32_t type;
	size_t size;
	size_t n_fds;
	int *fds;
	char payload[];
};

struct channel {
	uv_poll_t poll;
	int fd;
	const struct channel_calls *calls;
	void *arg;
	struct queued *first, **last;
	bool closing;
};

/* One frame at a time is read, so one buffer serves all channels of the process. */
static _Alignas(16) char receive_buffer[FRAME_MAX_BYTES];

static void queued_free(struct queued *q)
{
	for (size_t i = 0; i < q->n_fds; i++)
		close(q->fds[i]);
	free(q->fds);
	free(q);
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void channel_close(struct channel *c)
{
	if (!c || c->closing)
		return;
	c->closing = true;
	while (c->first) {
		struct queued *q = c->first;

		c->first = q->next;
		queued_free(q);
	}
	uv_poll_stop(&c->poll);
	fd_close(&c->fd);
	uv_close((uv_handle_t *)&c->poll, on_closed);
}

static void lose(struct channel *c)
{
	void (*closed)(void *) = c->calls->closed;
	void *arg = c->arg;

	channel_close(c);
	closed(arg);
}

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch(struct channel *c)
{
	uv_poll_start(&c->poll, UV_READABLE | (c->first ? UV_WRITABLE : 0), on_poll);
}

/* Sends from the queue until the socket is full. A lost peer is noticed by its end of file. */
static void flush(struct channel *c)
{
	while (c->first) {
		struct queued *q = c->first;
		int r = frame_send(c->fd, q->type, q->payload, q->size, q->fds, q->n_fds);

		if (r == -EAGAIN)
			return;
		c->first = q->next;
		if (!c->first)
			c->last = &c->first;
		queued_free(q);
	}
}

void channel_drain(struct channel *c)
{
	while (!c->closing) {
		struct frame f;
		int r = frame_recv(c->fd, receive_buffer, sizeof(receive_buffer), &f);

		if (r == -EAGAIN)
			return;
		if (r == -EPROTO)
			continue;
		if (r <= 0) {
			lose(c);
			return;
		}
		c->calls->frame(c->arg, &f);
		frame_fini(&f);
	}
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct channel *c = poll->data;

	if ((events & UV_WRITABLE) && c->first) {
		flush(c);
		watch(c);
	}
	if (status < 0 || (events & UV_READABLE))
		channel_drain(c);
}

int channel_open(uv_loop_t *loop, int fd, const struct channel_calls *calls, void *arg,
		 struct channel **ret)
{
	struct channel *c = calloc(1, sizeof(*c));
	int r = c ? fd_nonblock(fd, 1) : -ENOMEM;

	if (!r)
		r = uv_poll_init(loop, &c->poll, fd);
	if (r < 0) {
		free(c);
		fd_close(&fd);
		return r;
	}
	c->poll.data = c;
	c->fd = fd;
	c->calls = calls;
	c->arg = arg;
	c->last = &c->first;
	watch(c);
	*ret = c;
	return 0;
}

static int enqueue(struct channel *c, uint32_t type, const void *payload, size_t size,
		   const int *fds, size_t n_fds)
{
	struct queued *q = calloc(1, sizeof(*q) + size);

	if (!q)
		return -ENOMEM;
	q->type = type;
	q->size = size;
	if (size)
		memcpy(q->payload, payload, size);
	q->fds = n_fds ? calloc(n_fds, sizeof(int)) : NULL;
	if (n_fds && !q->fds) {
		queued_free(q);
		return -ENOMEM;
	}
	for (; q->n_fds < n_fds; q->n_fds++) {
		q->fds[q->n_fds] = fcntl(fds[q->n_fds], F_DUPFD_CLOEXEC, 3);
		if (q->fds[q->n_fds] < 0) {
			int r = -errno;

			queued_free(q);
			return r;
		}
	}
	*c->last = q;
	c->last = &q->next;
	watch(c);
	return 0;
}

int channel_send(struct channel *c, uint32_t type, const void *payload, size_t size, const int *fds,
		 size_t n_fds)
{
	int r;

	if (!c->first) {
		r = frame_send(c->fd, type, payload, size, fds, n_fds);
		if (r != -EAGAIN)
			return r;
	}
	return enqueue(c, type, payload, size, fds, n_fds);
}
