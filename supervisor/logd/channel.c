#include "logd/channel.h"

#include "base/fd.h"
#include "logd/query.h"
#include "proto/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct room {
	struct engine engine;
	struct queries queries;
	uv_poll_t link;
	uv_poll_t *channel; /* NULL: no manager; on the heap, freed by its close callback */
	int link_fd, channel_fd;
	int status;
	bool link_ended;
	_Alignas(8) char frame[FRAME_MAX_BYTES];
};

static void complain(const char *what, const char *unit, int error)
{
	fprintf(stderr, "svlogd: %s%s%s: %s\n", what, unit ? ": " : "", unit ? unit : "",
		strerror(-error));
}

/* The unit's name at the head of a payload; NULL when there is none. */
static const char *name_in(const struct frame *f)
{
	const struct log_name *name = f->payload;

	return f->size >= sizeof(*name) && unit_name_ok(name->unit) ? name->unit : NULL;
}

static void on_add(struct room *room, const struct frame *f)
{
	const struct log_add *add = f->payload;
	int r = f->size == sizeof(*add) ? engine_add(&room->engine, add) : -EPROTO;

	if (r < 0)
		complain("add", name_in(f), r);
}

static void on_remove(struct room *room, const struct frame *f)
{
	const char *name = name_in(f);
	int r = -EPROTO;

	if (name) {
		engine_remove(&room->engine, name);
		r = frame_send(room->channel_fd, LOG_REMOVED, name, sizeof(struct log_name), NULL,
			       0);
	}
	if (r < 0)
		complain("remove", name, r);
}

static void on_note(struct room *room, const struct frame *f)
{
	const char *name = name_in(f);
	int r = -EPROTO;

	if (name)
		r = engine_note(&room->engine, name, name + sizeof(struct log_name),
				f->size - sizeof(struct log_name));
	if (r < 0)
		complain("note", name, r);
}

static void on_query(struct room *room, struct frame *f)
{
	const struct log_query *query = f->payload;
	int r = -EPROTO;

	if (f->size >= sizeof(*query) && f->n_fds == 1)
		r = queries_add(&room->queries, query, f->size - sizeof(*query),
				frame_take_fd(f, 0));
	if (r < 0)
		complain("query", NULL, r);
}

static void on_finish(struct room *room)
{
	int r;

	engine_finish(&room->engine);
	r = frame_send(room->channel_fd, LOG_FINISHED, NULL, 0, NULL, 0);
	if (r < 0)
		complain("finished", NULL, r);
}

static void on_manager_frame(struct room *room, struct frame *f)
{
	switch (f->type) {
	case LOG_ADD:
		on_add(room, f);
		break;
	case LOG_REMOVE:
		on_remove(room, f);
		break;
	case LOG_NOTE:
		on_note(room, f);
		break;
	case LOG_QUERY:
		on_query(room, f);
		break;
	case LOG_FINISH:
		on_finish(room);
		break;
	default:
		complain("frame", NULL, -EPROTO);
	}
}

static void free_handle(uv_handle_t *handle)
{
	free(handle);
}

static void drop_channel(struct room *room)
{
	if (!room->channel)
		return;
	uv_close((uv_handle_t *)room->channel, free_handle);
	room->channel = NULL;
	fd_close(&room->channel_fd);
}

static void on_channel(uv_poll_t *poll, int status, int events)
{
	struct room *room = poll->data;
	struct frame f;
	int r;

	(void)events;
	if (status < 0) {
		drop_channel(room);
		return;
	}
	r = frame_recv(room->channel_fd, room->frame, sizeof(room->frame), &f);
	if (r == 1) {
		on_manager_frame(room, &f);
		frame_fini(&f);
	} else if (r == -EPROTO) {
		complain("manager", NULL, r);
	} else if (r != -EAGAIN) {
		drop_channel(room);
	}
}

static void take_channel(struct room *room, int fd)
{
	uv_poll_t *poll = malloc(sizeof(*poll));
	int r = poll ? uv_poll_init(room->engine.loop, poll, fd) : -ENOMEM;

	if (r < 0) {
		complain("manager", NULL, r);
		free(poll);
		fd_close(&fd);
		return;
	}
	drop_channel(room);
	room->channel = poll;
	room->channel_fd = fd;
	poll->data = room;
	uv_poll_start(poll, UV_READABLE, on_channel);
}

static void end_loop(struct room *room, int status)
{
	room->status = status;
	room->link_ended = true;
	uv_stop(room->engine.loop);
}

static void on_link_frame(struct room *room, struct frame *f)
{
	const struct link_welcome *welcome = f->payload;
	const struct link_peer *peer = f->payload;

	if (f->type == LINK_WELCOME && f->size == sizeof(*welcome) &&
	    welcome->version != FRAME_VERSION) {
		fprintf(stderr, "svlogd: svinit speaks version %u, this is %d\n", welcome->version,
			FRAME_VERSION);
		end_loop(room, 1);
	} else if (f->type == LINK_PEER && f->size == sizeof(*peer) && peer->role == ROLE_MANAGER &&
		   f->n_fds == 1) {
		take_channel(room, frame_take_fd(f, 0));
	}
}

static void on_link(uv_poll_t *poll, int status, int events)
{
	struct room *room = poll->data;
	struct frame f;
	int r;

	(void)events;
	if (status < 0) {
		end_loop(room, 0);
		return;
	}
	r = frame_recv(room->link_fd, room->frame, sizeof(room->frame), &f);
	if (r == 1) {
		on_link_frame(room, &f);
		frame_fini(&f);
	} else if (r != -EPROTO && r != -EAGAIN) {
		end_loop(room, 0);
	}
}

static int start(struct room *room, int link, uv_loop_t *loop, struct error *e)
{
	int r;

	room->link_fd = link;
	room->channel_fd = -1;
	r = uv_poll_init(loop, &room->link, link);
	if (r < 0)
		return error_set(e, r, "link");
	room->link.data = room;
	fd_cloexec(link, 1);
	r = uv_poll_start(&room->link, UV_READABLE, on_link);
	return r < 0 ? error_set(e, r, "link") : 0;
}

int channel_run(int link, const char *runtime, const char *logs)
{
	struct room *room = calloc(1, sizeof(*room));
	struct error e = { 0 };
	char text[1024];
	uv_loop_t loop;
	int r = room ? uv_loop_init(&loop) : -ENOMEM;

	if (r < 0) {
		complain("start", NULL, r);
		return 1;
	}
	r = fd_make_dirs(AT_FDCWD, runtime, 0755);
	if (r < 0)
		error_set(&e, r, "mkdir: %s", runtime);
	/* LOGS may be missing or not writable now: every write makes it when it can. */
	if (r == 0)
		r = engine_init(&room->engine, &loop, runtime, logs, &e);
	if (r == 0)
		r = start(room, link, &loop, &e);
	if (r < 0) {
		fprintf(stderr, "svlogd: %s\n", error_format(&e, text, sizeof(text)));
		return 1;
	}
	queries_init(&room->queries, &room->engine);
	while (!room->link_ended)
		uv_run(&loop, UV_RUN_DEFAULT);
	drop_channel(room);
	queries_fini(&room->queries);
	uv_close((uv_handle_t *)&room->link, NULL);
	engine_fini(&room->engine);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	r = room->status;
	free(room);
	return r;
}
