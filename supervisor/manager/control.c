#include "manager/control.h"

#include "base/fd.h"
#include "base/str.h"
#include "manager/methods.h"
#include "proto/rights.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	MESSAGE_MAX_BYTES = 1024 * 1024,
	OUTPUT_MAX_BYTES = 64 * 1024 * 1024, /* a client that does not read its answers */
	READ_BYTES = 64 * 1024,
	BACKLOG = 128,
	TRIM_BYTES = 128 * 1024,
	NO_GROUP = -1,
};

struct output {
	struct output *next;
	char *data;
	size_t size, sent;
	int fd; /* travels with the first byte; -1: none */
};

struct client {
	struct client *next;
	struct control *control;
	uv_poll_t poll;
	int fd;
	bool permitted;
	bool closing;
	struct text in;
	int fds[3];
	size_t n_fds;
	struct output *first, **last;
	size_t waiting_bytes;
	struct call *call;
};

struct control {
	struct manager *m;
	uv_poll_t poll;
	uv_idle_t idle; /* looks at messages that came before the last one was answered */
	unsigned open;  /* handles that are not closed */
	int fd;
	int spare;   /* given up to turn a client away when there are no descriptors left */
	gid_t group; /* of members that may act; (gid_t)-1: none */
	struct client *clients;
};

static void on_client(uv_poll_t *poll, int status, int events);

/* The group is read from the file itself: no name service may block or load code here. */
static gid_t find_group(void)
{
	FILE *f = fopen("/etc/group", "re");
	gid_t found = (gid_t)NO_GROUP;
	struct group *g;

	while (f && (g = fgetgrent(f)))
		if (str_eq(g->gr_name, "svinit"))
			found = g->gr_gid;
	if (f)
		fclose(f);
	return found;
}

static bool in_group(int fd, gid_t gid, gid_t wanted)
{
	gid_t groups[256];
	socklen_t size = sizeof(groups);

	if (wanted == (gid_t)NO_GROUP)
		return false;
	if (gid == wanted)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		return false;
	for (size_t i = 0; i < size / sizeof(groups[0]); i++)
		if (groups[i] == wanted)
			return true;
	return false;
}

static bool is_permitted(const struct control *c, int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return false;
	return peer.uid == 0 || peer.uid == geteuid() || in_group(fd, peer.gid, c->group);
}

static void close_fds(int *fds, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		fd_close(&fds[i]);
	*n = 0;
}

static void call_free(struct call *c)
{
	close_fds(c->fds, &c->n_fds);
	json_decref(c->parameters);
	json_decref(c->jobs);
	free(c);
}

static void on_client_closed(uv_handle_t *handle)
{
	struct client *c = handle->data;

	text_fini(&c->in);
	free(c);
}

static void client_close(struct client *c)
{
	struct client **p = &c->control->clients;

	if (c->closing)
		return;
	c->closing = true;
	if (c->call) {
		methods_gone(c->call);
		call_free(c->call);
		c->call = NULL;
	}
	while (*p != c)
		p = &(*p)->next;
	*p = c->next;
	while (c->first) {
		struct output *o = c->first;

		c->first = o->next;
		fd_close(&o->fd);
		free(o->data);
		free(o);
	}
	close_fds(c->fds, &c->n_fds);
	uv_poll_stop(&c->poll);
	fd_close(&c->fd);
	uv_close((uv_handle_t *)&c->poll, on_client_closed);
}

static void client_watch(struct client *c)
{
	uv_poll_start(&c->poll, UV_READABLE | (c->first ? UV_WRITABLE : 0), on_client);
}

static ssize_t send_output(int fd, const struct output *o)
{
	struct iovec iov = { .iov_base = o->data + o->sent, .iov_len = o->size - o->sent };
	RIGHTS_BUFFER(control, 1);
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (o->fd >= 0 && o->sent == 0)
		rights_put(&m, control.bytes, &o->fd, 1);
	return sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* False when the client is lost. */
static bool client_flush(struct client *c)
{
	while (c->first) {
		struct output *o = c->first;
		ssize_t n = send_output(c->fd, o);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		o->sent += (size_t)n;
		c->waiting_bytes -= (size_t)n;
		if (o->sent < o->size)
			continue;
		c->first = o->next;
		if (!c->first)
			c->last = &c->first;
		fd_close(&o->fd);
		free(o->data);
		/* The status of a large fleet takes megabytes for a moment; they are given back. */
		if (o->size > TRIM_BYTES)
			malloc_trim(0);
		free(o);
	}
	return true;
}

static void client_send(struct client *c, json_t *message, int fd)
{
	struct output *o = calloc(1, sizeof(*o));
	char *data = message ? json_dumps(message, JSON_COMPACT) : NULL;

	json_decref(message);
	if (!o || !data) {
		free(o);
		free(data);
		shutdown(c->fd, SHUT_RDWR); /* an answer is lost: so is the connection */
		return;
	}
	o->data = data;
	o->size = strlen(data) + 1;
	o->fd = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
	*c->last = o;
	c->last = &o->next;
	c->waiting_bytes += o->size;
	if (c->waiting_bytes > OUTPUT_MAX_BYTES || !client_flush(c)) {
		shutdown(c->fd, SHUT_RDWR); /* read as end of file, closed from the loop */
		return;
	}
	client_watch(c);
}

static void on_idle(uv_idle_t *idle);

/* The next message waits for the loop: answers are given in the middle of other work. */
static void call_end(struct call *c)
{
	struct client *client = c->client;

	client->call = NULL;
	call_free(c);
	if (client->in.size)
		uv_idle_start(&client->control->idle, on_idle);
}

static json_t *or_empty(json_t *parameters)
{
	return parameters ? parameters : json_object();
}

void call_answer(struct call *c, json_t *parameters, int fd)
{
	client_send(c->client, json_pack("{s:o}", "parameters", or_empty(parameters)), fd);
	call_end(c);
}

void call_continue(struct call *c, json_t *parameters)
{
	client_send(c->client,
		    json_pack("{s:o,s:b}", "parameters", or_empty(parameters), "continues", 1), -1);
}

void call_fail_with(struct call *c, const char *name, json_t *parameters)
{
	client_send(c->client,
		    json_pack("{s:s,s:o}", "error", name, "parameters", or_empty(parameters)), -1);
	call_end(c);
}

void call_fail(struct call *c, const char *name, const char *format, ...)
{
	char message[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	call_fail_with(c, name, json_pack("{s:s}", "message", message));
}

/* One whole message. False when it is none of ours. */
static bool begin_call(struct client *c, const char *data, size_t size)
{
	json_t *message = json_loadb(data, size, JSON_REJECT_DUPLICATES, NULL);
	const char *method = json_string_value(json_object_get(message, "method"));
	json_t *parameters = json_object_get(message, "parameters");
	struct call *call;

	if (!method || (parameters && !json_is_object(parameters)) ||
	    !(call = calloc(1, sizeof(*call)))) {
		json_decref(message);
		return false;
	}
	call->m = c->control->m;
	call->client = c;
	call->more = json_is_true(json_object_get(message, "more"));
	call->parameters = parameters ? json_incref(parameters) : json_object();
	memcpy(call->fds, c->fds, sizeof(c->fds));
	call->n_fds = c->n_fds;
	c->n_fds = 0;
	c->call = call;
	if (!c->permitted)
		call_fail(call, "io.svinit.NotPermitted",
			  "only root and the members of the group svinit may call");
	else
		methods_call(call, method);
	json_decref(message);
	return true;
}

static void client_next_message(struct client *c)
{
	char *end;

	/* Who does not read its answers is not given more of them. */
	while (!c->closing && !c->call && !c->first && c->in.size &&
	       (end = memchr(c->in.data, '\0', c->in.size))) {
		size_t n = (size_t)(end - c->in.data);
		bool well = begin_call(c, c->in.data, n);

		memmove(c->in.data, end + 1, c->in.size - n - 1);
		c->in.size -= n + 1;
		if (!well) {
			shutdown(c->fd, SHUT_RDWR);
			break;
		}
	}
}

static void on_idle(uv_idle_t *idle)
{
	struct control *control = idle->data;

	uv_idle_stop(idle);
	for (struct client *c = control->clients; c; c = c->next)
		client_next_message(c);
}

/* False at the end of the connection. */
static bool client_read(struct client *c)
{
	static char data[READ_BYTES];
	struct iovec iov = { .iov_base = data, .iov_len = sizeof(data) };
	RIGHTS_BUFFER(control, 8);
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t n = recvmsg(c->fd, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	c->n_fds += rights_take(&m, c->fds + c->n_fds, 3 - c->n_fds);
	text_add(&c->in, data, (size_t)n);
	return !c->in.failed && c->in.size <= MESSAGE_MAX_BYTES;
}

static void on_client(uv_poll_t *poll, int status, int events)
{
	struct client *c = poll->data;

	if (status < 0 || ((events & UV_WRITABLE) && !client_flush(c)) ||
	    ((events & UV_READABLE) && !client_read(c))) {
		client_close(c);
		return;
	}
	if (!c->call)
		client_next_message(c);
	if (!c->closing)
		client_watch(c);
}

/* Left in the queue it would wake the loop again and again. */
static void turn_away(struct control *c)
{
	int fd;

	fd_close(&c->spare);
	fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	fd_close(&fd);
	c->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void on_listening(uv_poll_t *poll, int status, int events)
{
	struct control *control = poll->data;
	int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *c;

	(void)status;
	(void)events;
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE)
			turn_away(control);
		return;
	}
	c = calloc(1, sizeof(*c));
	if (!c || uv_poll_init(&control->m->loop, &c->poll, fd) < 0) {
		free(c);
		close(fd);
		return;
	}
	c->poll.data = c;
	c->control = control;
	c->fd = fd;
	c->last = &c->first;
	c->permitted = is_permitted(control, fd);
	c->next = control->clients;
	control->clients = c;
	client_watch(c);
}

static int make_socket(struct manager *m, gid_t group, struct error *e)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	/* Through /proc/self/fd, so that the length of RUNTIME does not matter (108 bytes). */
	snprintf(at.sun_path, sizeof(at.sun_path), "/proc/self/fd/%d/control", m->runtime_dir);
	if (fd < 0)
		return error_set(e, -errno, "socket: control");
	unlinkat(m->runtime_dir, "control", 0);
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return error_set(e, -errno, "bind: %s/control", m->options.runtime);
	if (fchmodat(m->runtime_dir, "control", group == (gid_t)NO_GROUP ? 0600 : 0660, 0) < 0 ||
	    (group != (gid_t)NO_GROUP &&
	     fchownat(m->runtime_dir, "control", (uid_t)-1, group, AT_SYMLINK_NOFOLLOW) < 0))
		return error_set(e, -errno, "chmod: %s/control", m->options.runtime);
	if (listen(fd, BACKLOG) < 0)
		return error_set(e, -errno, "listen: %s/control", m->options.runtime);
	return take_fd(&fd);
}

int control_open(struct manager *m, int listening, struct control **ret, struct error *e)
{
	struct control *c = calloc(1, sizeof(*c));
	struct link_name name = { .name = "control" };

	if (!c)
		return error_set(e, -ENOMEM, "control");
	c->m = m;
	c->group = find_group();
	c->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	c->fd = listening >= 0 ? listening : make_socket(m, c->group, e);
	if (c->fd < 0 || uv_poll_init(&m->loop, &c->poll, c->fd) < 0) {
		int r = c->fd < 0 ? c->fd : -EIO;

		fd_close(&c->spare);
		free(c);
		return r;
	}
	if (listening < 0)
		channel_send(m->link, LINK_KEEP, &name, sizeof(name), &c->fd, 1);
	uv_idle_init(&m->loop, &c->idle);
	c->idle.data = c->poll.data = c;
	c->open = 2;
	uv_poll_start(&c->poll, UV_READABLE, on_listening);
	*ret = c;
	return 0;
}

static void on_control_closed(uv_handle_t *handle)
{
	struct control *c = handle->data;

	if (--c->open == 0)
		free(c);
}

void control_close(struct control *c)
{
	if (!c)
		return;
	unlinkat(c->m->runtime_dir, "control", 0);
	while (c->clients)
		client_close(c->clients);
	uv_poll_stop(&c->poll);
	fd_close(&c->fd);
	fd_close(&c->spare);
	uv_close((uv_handle_t *)&c->poll, on_control_closed);
	uv_close((uv_handle_t *)&c->idle, on_control_closed);
}
