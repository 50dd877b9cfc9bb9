#include "box/serve.h"

#include "base/fd.h"
#include "box/start.h"
#include "proto/frame.h"
#include "proto/link.h"

#include <errno.h>
#include <poll.h>
#include <stdalign.h>
#include <string.h>

struct server {
	const struct box_host *host;
	int link;
	int channel; /* to the manager, -1 while there is none */
	struct frame frame;
	alignas(8) char buffer[FRAME_MAX_BYTES];
};

static int on_peer(struct server *s)
{
	struct link_peer peer;
	int fd = frame_take_fd(&s->frame, 0);

	if (s->frame.size < sizeof(peer) || fd < 0) {
		fd_close(&fd);
		return -EPROTO;
	}
	memcpy(&peer, s->frame.payload, sizeof(peer));
	if (peer.role != ROLE_MANAGER) {
		fd_close(&fd);
		return 0;
	}
	fd_close(&s->channel);
	s->channel = fd;
	return 0;
}

static int on_link(struct server *s, struct error *e)
{
	int r = frame_recv(s->link, s->buffer, sizeof(s->buffer), &s->frame);

	if (r <= 0)
		return r;
	r = 0;
	if (s->frame.type == LINK_PEER)
		r = on_peer(s);
	if (s->frame.type == LINK_WELCOME) {
		const struct link_welcome *w = s->frame.payload;

		if (s->frame.size < sizeof(*w) || w->version != FRAME_VERSION)
			r = -EPROTO;
	}
	frame_fini(&s->frame);
	return r < 0 ? error_set(e, r, "svinit is of another version") : 1;
}

/* The answer must not be lost while both live, so a full channel is waited for. */
static int answer(struct server *s, const struct box_start_result *result)
{
	const int fds[2] = { result->pidfd, result->go };
	int r;

	for (;;) {
		struct pollfd p[2] = { { .fd = s->channel, .events = POLLOUT }, { .fd = s->link } };

		r = frame_send(s->channel, BOX_STARTED, &result->answer, sizeof(result->answer),
			       fds, result->answer.pid > 0 ? 2 : 0);
		if (r != -EAGAIN)
			return r;
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return -errno;
		if (p[1].revents & (POLLHUP | POLLERR))
			return -EPIPE;
	}
}

/* A manager that is gone costs its channel only; the child that it asked for sees `go` close. */
static void on_channel(struct server *s)
{
	const int own[2] = { s->link, s->channel };
	struct box_start_result result;
	int r = frame_recv(s->channel, s->buffer, sizeof(s->buffer), &s->frame);

	if (r == -EAGAIN || r == -EPROTO)
		return;
	if (r <= 0) {
		fd_close(&s->channel);
		return;
	}
	if (s->frame.type == BOX_START) {
		box_start(s->host, &s->frame, own, &result);
		r = answer(s, &result);
		fd_close(&result.pidfd);
		fd_close(&result.go);
	}
	frame_fini(&s->frame);
	if (r < 0)
		fd_close(&s->channel);
}

int box_serve(const struct box_host *host, int link, struct error *e)
{
	static struct server server;
	struct server *s = &server;
	int r;

	s->host = host;
	s->link = link;
	s->channel = -1;
	for (;;) {
		struct pollfd p[2] = { { .fd = s->link, .events = POLLIN },
				       { .fd = s->channel, .events = POLLIN } };

		if (poll(p, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			return error_set(e, -errno, "poll");
		}
		if (p[1].revents)
			on_channel(s);
		if (!p[0].revents)
			continue;
		r = on_link(s, e);
		if (r == 0)
			return 0;
		if (r < 0 && r != -EAGAIN)
			return error_set(e, r, "the link to svinit");
	}
}
