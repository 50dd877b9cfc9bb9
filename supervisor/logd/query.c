#include "logd/query.h"

#include "base/fd.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BACK_SLICE = 4096 };

enum phase { PHASE_BACK, PHASE_FORWARD };

struct source {
	struct cursor cursor;
	const struct log_unit *unit; /* only compared; NULL while the unit is not in service */
	bool fresh;                  /* there may be lines that were not seen yet */
	bool in_heap;                /* it has a current line */
};

struct query {
	TAILQ_ENTRY(query) list;
	struct queries *all;
	uv_poll_t poll;
	int fd, watched;
	enum phase phase;
	bool follow, all_units;
	uint64_t last;
	char since[STAMP_BYTES], bound[STAMP_BYTES]; /* from since on, before bound */
	struct source **sources;
	struct source **heap;
	size_t n, room, n_heap;
	char *out;
	size_t out_at, out_end;
};

/* The heap: the line that comes first (forward) or last (back) is at the top. */
static bool goes_before(const struct query *q, const struct source *a, const struct source *b)
{
	int order = memcmp(a->cursor.stamp, b->cursor.stamp, STAMP_BYTES);

	return q->phase == PHASE_FORWARD ? order < 0 : order > 0;
}

static void heap_swap(struct query *q, size_t i, size_t j)
{
	struct source *s = q->heap[i];

	q->heap[i] = q->heap[j];
	q->heap[j] = s;
}

static void heap_push(struct query *q, struct source *s)
{
	size_t i = q->n_heap++;

	q->heap[i] = s;
	s->in_heap = true;
	for (; i && goes_before(q, q->heap[i], q->heap[(i - 1) / 2]); i = (i - 1) / 2)
		heap_swap(q, i, (i - 1) / 2);
}

/* The top has another line now. */
static void heap_sift(struct query *q)
{
	for (size_t i = 0, child; (child = 2 * i + 1) < q->n_heap; i = child) {
		if (child + 1 < q->n_heap && goes_before(q, q->heap[child + 1], q->heap[child]))
			child++;
		if (!goes_before(q, q->heap[child], q->heap[i]))
			break;
		heap_swap(q, i, child);
	}
}

static void heap_pop(struct query *q)
{
	q->heap[0]->in_heap = false;
	q->heap[0] = q->heap[--q->n_heap];
	heap_sift(q);
}

static struct source *find_source(const struct query *q, const char *name)
{
	for (size_t i = 0; i < q->n; i++) {
		if (strcmp(q->sources[i]->cursor.unit, name) == 0)
			return q->sources[i];
	}
	return NULL;
}

static int add_source(struct query *q, const char *name)
{
	struct source *s;

	if (q->n == q->room) {
		size_t room = q->room ? q->room * 2 : 8;
		void *sources = realloc(q->sources, room * sizeof(*q->sources));
		void *heap = sources ? realloc(q->heap, room * sizeof(*q->heap)) : NULL;

		q->sources = sources ? sources : q->sources;
		q->heap = heap ? heap : q->heap;
		if (!sources || !heap)
			return -ENOMEM;
		q->room = room;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	cursor_init(&s->cursor, q->all->engine->store.logs, name);
	s->unit = units_find(&q->all->engine->units, name);
	s->fresh = true;
	q->sources[q->n++] = s;
	return 0;
}

static void query_free(struct query *q)
{
	for (size_t i = 0; i < q->n; i++) {
		cursor_fini(&q->sources[i]->cursor);
		free(q->sources[i]);
	}
	free(q->sources);
	free(q->heap);
	free(q->out);
	fd_close(&q->fd);
	free(q);
}

static void on_closed(uv_handle_t *handle)
{
	query_free(handle->data);
}

static void query_end(struct query *q)
{
	if (uv_is_closing((uv_handle_t *)&q->poll))
		return;
	TAILQ_REMOVE(&q->all->list, q, list);
	q->all->n--;
	uv_close((uv_handle_t *)&q->poll, on_closed);
}

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch(struct query *q, int events)
{
	if (q->watched == events || uv_is_closing((uv_handle_t *)&q->poll))
		return;
	q->watched = events;
	if (uv_poll_start(&q->poll, events, on_poll) < 0)
		query_end(q);
}

static void source_failed(struct query *q, struct source *s, int error)
{
	fprintf(stderr, "svlogd: query: %s/%s: %s\n", q->all->engine->store.logs, s->cursor.unit,
		strerror(-error));
	cursor_rest(&s->cursor);
}

/* Reads on; true when there is a line for the heap. */
static bool source_next(struct query *q, struct source *s)
{
	int r;

	s->fresh = false;
	do
		r = cursor_next(&s->cursor);
	while (r > 0 && memcmp(s->cursor.stamp, q->since, STAMP_BYTES) < 0);
	if (r < 0)
		source_failed(q, s, r);
	if (r > 0 && memcmp(s->cursor.stamp, q->bound, STAMP_BYTES) < 0)
		return true;
	if (r == 0)
		cursor_rest(&s->cursor);
	return false;
}

/* Goes back; true when that line is not before `since`. */
static bool source_prev(struct query *q, struct source *s)
{
	int r = cursor_prev(&s->cursor);

	if (r < 0)
		source_failed(q, s, r);
	if (r <= 0)
		return false;
	if (memcmp(s->cursor.stamp, q->since, STAMP_BYTES) >= 0)
		return true;
	(void)cursor_next(&s->cursor); /* it does not belong to the answer */
	return false;
}

/* The answer begins where the cursors are; those in the heap are one line too far back. */
static void turn_forward(struct query *q)
{
	for (size_t i = 0; i < q->n_heap; i++) {
		(void)cursor_next(&q->heap[i]->cursor);
		q->heap[i]->in_heap = false;
	}
	q->n_heap = 0;
	q->phase = PHASE_FORWARD;
}

static void go_back(struct query *q)
{
	for (int i = 0; i < BACK_SLICE; i++) {
		struct source *s;

		if (q->last == 0 || q->n_heap == 0) {
			turn_forward(q);
			return;
		}
		q->last--;
		s = q->heap[0];
		if (source_prev(q, s))
			heap_sift(q);
		else
			heap_pop(q);
	}
}

static void put_line(struct query *q, const struct cursor *c)
{
	size_t n = strlen(c->unit);
	char *o = q->out + q->out_end;

	memcpy(o, c->unit, n);
	o[n++] = ' ';
	memcpy(o + n, c->line, c->length);
	n += c->length;
	if (c->line[c->length - 1] != '\n')
		o[n++] = '\n';
	q->out_end += n;
}

static void fill(struct query *q)
{
	for (size_t i = 0; i < q->n; i++) {
		struct source *s = q->sources[i];

		if (s->fresh && !s->in_heap && source_next(q, s))
			heap_push(q, s);
	}
	while (q->n_heap && q->out_end < QUERY_SLICE) {
		struct source *s = q->heap[0];

		put_line(q, &s->cursor);
		if (source_next(q, s))
			heap_sift(q);
		else
			heap_pop(q);
	}
}

/* One slice of work; the descriptor can be written. */
static void pump(struct query *q)
{
	ssize_t n;

	if (q->phase == PHASE_BACK) {
		go_back(q);
		return;
	}
	if (!q->out)
		q->out = malloc(QUERY_OUT);
	if (!q->out) {
		query_end(q);
		return;
	}
	if (q->out_at == q->out_end) {
		q->out_at = q->out_end = 0;
		fill(q);
	}
	if (q->out_end == 0) {
		free(take_ptr(&q->out));
		if (q->follow)
			watch(q, UV_DISCONNECT);
		else
			query_end(q);
		return;
	}
	n = write(q->fd, q->out + q->out_at, q->out_end - q->out_at);
	if (n >= 0)
		q->out_at += (size_t)n;
	else if (errno != EAGAIN && errno != EINTR)
		query_end(q);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct query *q = poll->data;

	if (status < 0 || (events & UV_DISCONNECT))
		query_end(q);
	else if (events & UV_WRITABLE)
		pump(q);
}

static void on_change(void *arg, struct log_unit *u, enum engine_change what)
{
	struct queries *qs = arg;
	struct query *q, *next;

	for (q = TAILQ_FIRST(&qs->list); q; q = next) {
		next = TAILQ_NEXT(q, list);
		if (!q->follow)
			continue;
		if (what == ENGINE_ADDED) {
			struct source *s = find_source(q, u->slot->unit);

			if (s)
				s->unit = u;
			else if (q->all_units && add_source(q, u->slot->unit) < 0)
				fprintf(stderr, "svlogd: query: %s\n", strerror(ENOMEM));
		}
		for (size_t i = 0; i < q->n; i++) {
			if (q->sources[i]->unit != u)
				continue;
			q->sources[i]->fresh = true;
			if (what == ENGINE_REMOVING)
				q->sources[i]->unit = NULL;
			watch(q, UV_WRITABLE);
		}
	}
}

void queries_init(struct queries *qs, struct engine *engine)
{
	*qs = (struct queries){ .engine = engine };
	TAILQ_INIT(&qs->list);
	engine->on_change = on_change;
	engine->on_change_arg = qs;
}

void queries_fini(struct queries *qs)
{
	struct query *q;

	qs->engine->on_change = NULL;
	while ((q = TAILQ_FIRST(&qs->list)))
		query_end(q);
}

/* All units in service, and all folders there are. */
static int add_all(struct query *q)
{
	struct engine *e = q->all->engine;
	struct dirent *entry;
	DIR *dir;
	int r = 0;

	UNITS_EACH(&e->units, u)
	{
		r = add_source(q, u->slot->unit);
		if (r < 0)
			return r;
	}
	dir = opendir(e->store.logs);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while (r == 0 && (entry = readdir(dir))) {
		if (unit_name_ok(entry->d_name) && !units_find(&e->units, entry->d_name))
			r = add_source(q, entry->d_name);
	}
	closedir(dir);
	return r;
}

static int add_named(struct query *q, const char *names, size_t size)
{
	while (size) {
		size_t n = strnlen(names, size);
		int r = 0;

		if (n == size)
			return -EPROTO;
		if (unit_name_ok(names) && !find_source(q, names))
			r = add_source(q, names);
		if (r < 0)
			return r;
		names += n + 1;
		size -= n + 1;
	}
	return 0;
}

static void set_bounds(struct query *q, const struct log_query *w)
{
	char now[STAMP_BYTES];

	stamp_from_usec(w->since_usec, q->since);
	stamp_from_usec(w->until_usec == UINT64_MAX ? UINT64_MAX / 2 : w->until_usec + 1, q->bound);
	stamp_write(state_now(&q->all->engine->state), now);
	if (!q->follow && memcmp(now, q->bound, STAMP_BYTES) < 0)
		memcpy(q->bound, now, STAMP_BYTES);
}

/* Drains the units and puts every cursor to where its part of the answer begins. */
static void place_sources(struct query *q, const struct log_query *w)
{
	struct engine *e = q->all->engine;

	for (size_t i = 0; i < q->n; i++) {
		struct log_unit *u = units_find(&e->units, q->sources[i]->cursor.unit);

		if (u)
			engine_drain(e, u, LINES_FLUSH);
	}
	set_bounds(q, w);
	q->phase = w->last == UINT64_MAX ? PHASE_FORWARD : PHASE_BACK;
	for (size_t i = 0; i < q->n; i++) {
		struct source *s = q->sources[i];
		bool back = q->phase == PHASE_BACK;
		int r = cursor_seek(&s->cursor, back ? q->bound : q->since);

		if (r < 0)
			source_failed(q, s, r);
		else if (back && source_prev(q, s))
			heap_push(q, s);
	}
}

int queries_add(struct queries *qs, const struct log_query *w, size_t names_size, int fd)
{
	struct query *q = calloc(1, sizeof(*q));
	int r = !q ? -ENOMEM : qs->n >= QUERIES_MAX ? -EMFILE : 0;

	if (r < 0) {
		fd_close(&fd);
		free(q);
		return r;
	}
	q->all = qs;
	q->fd = fd;
	q->follow = (w->flags & LOG_QUERY_FOLLOW) != 0;
	q->all_units = w->n_units == 0;
	q->last = w->last;
	r = q->all_units ? add_all(q) : add_named(q, (const char *)(w + 1), names_size);
	if (r == 0)
		r = uv_poll_init(qs->engine->loop, &q->poll, fd);
	if (r < 0) {
		query_free(q);
		return r;
	}
	place_sources(q, w);
	q->poll.data = q;
	TAILQ_INSERT_TAIL(&qs->list, q, list);
	qs->n++;
	watch(q, UV_WRITABLE);
	return 0;
}
