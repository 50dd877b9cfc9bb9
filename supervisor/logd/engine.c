#include "logd/engine.h"

#include "base/clock.h"
#include "base/fd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FINISH_MS = 2000, NOTE_MAX = 4000, EVENTS = 64 };

static void make_ready(struct engine *e, struct log_stream *s)
{
	if (s->is_ready || s->unit->stalled)
		return;
	s->is_ready = true;
	e->n_ready++;
	TAILQ_INSERT_TAIL(&e->ready, s, ready);
}

static void leave_ready(struct engine *e, struct log_stream *s)
{
	if (!s->is_ready)
		return;
	s->is_ready = false;
	e->n_ready--;
	TAILQ_REMOVE(&e->ready, s, ready);
}

static void leave_tails(struct engine *e, struct log_stream *s)
{
	if (!s->tail_deadline_ms)
		return;
	s->tail_deadline_ms = 0;
	TAILQ_REMOVE(&e->tails, s, tail);
}

static void on_tail_timer(uv_timer_t *timer);
static void on_retry_timer(uv_timer_t *timer);

static void join_tails(struct engine *e, struct log_stream *s)
{
	if (s->tail_deadline_ms)
		return;
	s->tail_deadline_ms = clock_now_ms() + TAIL_MS;
	TAILQ_INSERT_TAIL(&e->tails, s, tail);
	if (!uv_is_active((uv_handle_t *)&e->tail_timer))
		uv_timer_start(&e->tail_timer, on_tail_timer, TAIL_MS, 0);
}

static void stall(struct engine *e, struct log_unit *u, int error)
{
	if (u->stalled)
		return;
	fprintf(stderr, "svlogd: %s: %s/%s: %s; its streams wait\n", u->slot->unit, e->store.logs,
		u->slot->unit, strerror(-error));
	u->stalled = true;
	for (int i = 0; i < STREAM_COUNT; i++) {
		leave_ready(e, &u->streams[i]);
		leave_tails(e, &u->streams[i]);
	}
	if (e->n_stalled++ == 0)
		e->retry_ms = RETRY_MIN_MS;
	if (!uv_is_active((uv_handle_t *)&e->retry_timer))
		uv_timer_start(&e->retry_timer, on_retry_timer, e->retry_ms, 0);
}

static void unstall(struct engine *e, struct log_unit *u)
{
	if (!u->stalled)
		return;
	u->stalled = false;
	e->n_stalled--;
}

static void changed(struct engine *e, struct log_unit *u, enum engine_change what)
{
	if (e->on_change)
		e->on_change(e->on_change_arg, u, what);
}

/* While large batches come the timer goes on; the first quiet second gives the memory back. */
static void on_rest_timer(uv_timer_t *timer)
{
	struct engine *e = timer->data;

	if (e->flooded) {
		e->flooded = false;
		uv_timer_start(&e->rest_timer, on_rest_timer, REST_MS, 0);
	} else {
		intake_rest(&e->intake);
	}
}

static void note_flood(struct engine *e)
{
	if (!e->intake.was_large)
		return;
	if (!uv_is_active((uv_handle_t *)&e->rest_timer))
		uv_timer_start(&e->rest_timer, on_rest_timer, REST_MS, 0);
	else
		e->flooded = true;
	e->intake.was_large = false;
}

/* One batch of one stream, and where the stream waits afterwards. */
static int serve(struct engine *e, struct log_stream *s, enum lines_end end)
{
	struct intake_result got;
	int r = intake_take(&e->intake, s, end, &got);

	note_flood(e);
	if (got.consumed) {
		leave_tails(e, s);
		changed(e, s->unit, ENGINE_WRITTEN);
	}
	if (r < 0) {
		stall(e, s->unit, r);
		return r;
	}
	if (got.consumed && got.left > got.tail)
		make_ready(e, s);
	else if (got.left)
		join_tails(e, s);
	return 0;
}

static void collect_events(struct engine *e)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(e->epoll, events, EVENTS, 0);

	for (int i = 0; i < n; i++)
		make_ready(e, events[i].data.ptr);
}

static void on_idle(uv_idle_t *idle);

/* One turn: every stream that is ready now gets one batch. */
static void run_ready(struct engine *e)
{
	struct log_stream *s;

	for (size_t n = e->n_ready; n && (s = TAILQ_FIRST(&e->ready)); n--) {
		leave_ready(e, s);
		(void)serve(e, s, LINES_KEEP);
	}
	if (TAILQ_EMPTY(&e->ready))
		uv_idle_stop(&e->more);
	else
		uv_idle_start(&e->more, on_idle);
}

static void on_idle(uv_idle_t *idle)
{
	struct engine *e = idle->data;

	collect_events(e);
	run_ready(e);
}

static void on_wake(uv_poll_t *poll, int status, int events)
{
	struct engine *e = poll->data;

	(void)events;
	if (status < 0)
		return;
	collect_events(e);
	run_ready(e);
}

static void on_tail_timer(uv_timer_t *timer)
{
	struct engine *e = timer->data;
	uint64_t now = clock_now_ms();
	struct log_stream *s;

	while ((s = TAILQ_FIRST(&e->tails)) && s->tail_deadline_ms <= now) {
		leave_tails(e, s);
		(void)serve(e, s, LINES_FLUSH);
	}
	if (s)
		uv_timer_start(&e->tail_timer, on_tail_timer, s->tail_deadline_ms - now, 0);
	if (!TAILQ_EMPTY(&e->ready))
		uv_idle_start(&e->more, on_idle);
}

/* True when the unit goes on. */
static bool retry(struct engine *e, struct log_unit *u)
{
	for (int i = 0; i < STREAM_COUNT; i++) {
		struct intake_result got;

		if (intake_take(&e->intake, &u->streams[i], LINES_KEEP, &got) < 0)
			return false;
		if (got.consumed)
			changed(e, u, ENGINE_WRITTEN);
	}
	return true;
}

static void on_retry_timer(uv_timer_t *timer)
{
	struct engine *e = timer->data;

	UNITS_EACH(&e->units, u)
	{
		if (!u->stalled || !retry(e, u))
			continue;
		fprintf(stderr, "svlogd: %s: writes again\n", u->slot->unit);
		unstall(e, u);
		for (int i = 0; i < STREAM_COUNT; i++)
			make_ready(e, &u->streams[i]);
	}
	if (e->n_stalled) {
		e->retry_ms = e->retry_ms * 2 < RETRY_MAX_MS ? e->retry_ms * 2 : RETRY_MAX_MS;
		uv_timer_start(&e->retry_timer, on_retry_timer, e->retry_ms, 0);
	}
	if (!TAILQ_EMPTY(&e->ready))
		uv_idle_start(&e->more, on_idle);
}

static int watch(struct engine *e, struct log_stream *s)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.ptr = s };

	return epoll_ctl(e->epoll, EPOLL_CTL_ADD, s->fd, &event) < 0 ? -errno : 0;
}

/* Takes the unit of a slot into service. */
static int open_unit(struct engine *e, struct state_slot *slot)
{
	int r = 0;
	struct log_unit *u = units_add(&e->units, slot, e->runtime, &r);

	if (!u)
		return r;
	for (int i = 0; r == 0 && i < STREAM_COUNT; i++)
		r = watch(e, &u->streams[i]);
	if (r < 0)
		units_remove(&e->units, u);
	return r;
}

/* The units of the last svlogd, except those whose streams were removed meanwhile. */
static void restore_units(struct engine *e)
{
	for (uint32_t i = 0; i < e->state.file->n_slots; i++) {
		struct state_slot *slot = &e->state.file->slots[i];
		int r;

		if (!state_is_used(slot))
			continue;
		if (!unit_name_ok(slot->unit) ||
		    (!stream_exists(e->runtime, slot->unit, STREAM_STDOUT) &&
		     !stream_exists(e->runtime, slot->unit, STREAM_STDERR))) {
			state_remove(&e->state, slot);
			continue;
		}
		r = open_unit(e, slot);
		if (r < 0)
			fprintf(stderr, "svlogd: %s: streams: %s\n", slot->unit, strerror(-r));
	}
}

static int watch_all(struct engine *e, struct error *err)
{
	int r = uv_poll_init(e->loop, &e->wake, e->epoll);

	if (r < 0)
		return error_set(err, r, "uv_poll_init");
	uv_idle_init(e->loop, &e->more);
	uv_timer_init(e->loop, &e->tail_timer);
	uv_timer_init(e->loop, &e->retry_timer);
	uv_timer_init(e->loop, &e->rest_timer);
	e->rest_timer.data = e;
	e->wake.data = e->more.data = e->tail_timer.data = e->retry_timer.data = e;
	r = uv_poll_start(&e->wake, UV_READABLE, on_wake);
	return r < 0 ? error_set(err, r, "uv_poll_start") : 0;
}

static int make_streams_dir(const char *runtime, struct error *err)
{
	char path[4096];
	int n = snprintf(path, sizeof(path), "%s/streams", runtime);

	if (n < 0 || (size_t)n >= sizeof(path))
		return error_set(err, -ENAMETOOLONG, "%s", runtime);
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return error_set(err, -errno, "mkdir: %s", path);
	return 0;
}

int engine_init(struct engine *e, uv_loop_t *loop, const char *runtime, const char *logs,
		struct error *err)
{
	int r;

	*e = (struct engine){ .loop = loop, .runtime = runtime, .epoll = -1 };
	TAILQ_INIT(&e->ready);
	TAILQ_INIT(&e->tails);
	store_init(&e->store, logs);
	r = make_streams_dir(runtime, err);
	if (r == 0)
		r = state_open(&e->state, runtime, err);
	if (r < 0)
		return r;
	r = intake_init(&e->intake, &e->state, &e->store);
	if (r < 0)
		return error_set(err, r, "buffers");
	e->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (e->epoll < 0)
		return error_set(err, -errno, "epoll_create1");
	r = watch_all(e, err);
	if (r < 0)
		return r;
	restore_units(e);
	intake_recover(&e->intake, &e->units);
	return 0;
}

static void close_unit(struct engine *e, struct log_unit *u)
{
	unstall(e, u);
	for (int i = 0; i < STREAM_COUNT; i++) {
		leave_ready(e, &u->streams[i]);
		leave_tails(e, &u->streams[i]);
	}
	store_file_close(&e->store, &u->file);
	units_remove(&e->units, u);
}

void engine_fini(struct engine *e)
{
	engine_finish(e);
	UNITS_EACH(&e->units, u)
	close_unit(e, u);
	units_fini(&e->units);
	uv_close((uv_handle_t *)&e->wake, NULL);
	uv_close((uv_handle_t *)&e->more, NULL);
	uv_close((uv_handle_t *)&e->tail_timer, NULL);
	uv_close((uv_handle_t *)&e->retry_timer, NULL);
	uv_close((uv_handle_t *)&e->rest_timer, NULL);
	fd_close(&e->epoll);
	intake_fini(&e->intake);
	state_close(&e->state);
}

/* The manager made a new FIFO under the name: the old one is emptied and let go. */
static int refresh_stream(struct engine *e, struct log_stream *s)
{
	int fd;

	if (stream_is_current(s, e->runtime))
		return 0;
	(void)intake_drain(&e->intake, s, LINES_CLOSE);
	leave_ready(e, s);
	leave_tails(e, s);
	fd = stream_open(e->runtime, s->unit->slot->unit, s->which);
	if (fd < 0)
		return fd;
	fd_close(&s->fd);
	s->fd = fd;
	return watch(e, s);
}

int engine_add(struct engine *e, const struct log_add *add)
{
	struct log_unit *u;
	struct state_slot *slot;
	int r = 0;

	if (!unit_name_ok(add->unit) || add->max_files == 0)
		return -EINVAL;
	u = units_find(&e->units, add->unit);
	if (u) {
		u->slot->max_file_bytes = add->max_file_bytes;
		u->slot->max_files = add->max_files;
		for (int i = 0; r == 0 && i < STREAM_COUNT; i++)
			r = refresh_stream(e, &u->streams[i]);
		return r;
	}
	slot = state_add(&e->state, add);
	if (!slot)
		return -ENOSPC;
	r = open_unit(e, slot);
	if (r < 0)
		state_remove(&e->state, slot);
	else
		changed(e, units_find(&e->units, add->unit), ENGINE_ADDED);
	return r;
}

void engine_drain(struct engine *e, struct log_unit *u, enum lines_end end)
{
	for (int i = 0; i < STREAM_COUNT; i++) {
		int r = intake_drain(&e->intake, &u->streams[i], end);

		if (r < 0) {
			stall(e, u, r);
			break;
		}
		leave_tails(e, &u->streams[i]);
	}
	changed(e, u, ENGINE_WRITTEN);
}

void engine_remove(struct engine *e, const char *name)
{
	struct log_unit *u = units_find(&e->units, name);
	struct state_slot *slot;

	if (!u)
		return;
	engine_drain(e, u, LINES_CLOSE);
	if (u->stalled)
		fprintf(stderr, "svlogd: %s: removed while its log cannot be written\n", name);
	changed(e, u, ENGINE_REMOVING);
	slot = u->slot;
	close_unit(e, u);
	state_remove(&e->state, slot);
}

/*
 * The note goes through the unit's own stderr: so it is behind what was written before, and safe in
 * the FIFO from the first moment. Up to PIPE_BUF bytes are written in one piece.
 */
int engine_note(struct engine *e, const char *name, const char *text, size_t n)
{
	struct log_unit *u = units_find(&e->units, name);
	char line[NOTE_MAX + 16];
	int length;

	if (!u)
		return -ENOENT;
	n = strnlen(text, n < NOTE_MAX ? n : NOTE_MAX);
	length = snprintf(line, sizeof(line), "svinit: %.*s\n", (int)n, text);
	for (int i = 0; i < length - 1; i++) {
		if (line[i] == '\n')
			line[i] = ' ';
	}
	engine_drain(e, u, LINES_CLOSE);
	if (write(u->streams[STREAM_STDERR].fd, line, (size_t)length) != length)
		return errno ? -errno : -EIO;
	if (!u->stalled)
		(void)serve(e, &u->streams[STREAM_STDERR], LINES_KEEP);
	return 0;
}

void engine_finish(struct engine *e)
{
	uint64_t end = clock_now_ms() + FINISH_MS;
	bool more = true;

	for (bool first = true; more && clock_now_ms() < end; first = false) {
		more = false;
		UNITS_EACH(&e->units, u)
		{
			for (int i = 0; i < STREAM_COUNT; i++) {
				struct intake_result got = { 0 };
				int r;

				if (u->stalled && !first)
					break;
				r = intake_take(&e->intake, &u->streams[i], LINES_CLOSE, &got);
				if (r < 0)
					stall(e, u, r);
				if (got.consumed) {
					changed(e, u, ENGINE_WRITTEN);
					more = true;
				}
			}
		}
	}
}
