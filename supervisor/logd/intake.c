#include "logd/intake.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static int open_private_pipe(struct intake *in)
{
	if (pipe2(in->pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	(void)fcntl(in->pipe[0], F_SETPIPE_SZ, 2 * INTAKE_BATCH); /* only speed */
	return 0;
}

/* Pages that were touched stay: see the head of intake.h. Refused without privileges. */
static void lock_stage(struct intake *in)
{
	(void)mlock2(in->stage, INTAKE_BATCH, MLOCK_ONFAULT);
}

int intake_init(struct intake *in, struct state *state, struct store *store)
{
	void *map = mmap(NULL, INTAKE_BATCH + INTAKE_OUT, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*in = (struct intake){ .state = state, .store = store, .pipe = { -1, -1 } };
	if (map == MAP_FAILED)
		return -errno;
	in->stage = map;
	in->out = in->stage + INTAKE_BATCH;
	lock_stage(in);
	return open_private_pipe(in);
}

void intake_rest(struct intake *in)
{
	(void)munlock(in->stage, INTAKE_BATCH); /* locked pages cannot be given back */
	(void)madvise(in->stage, INTAKE_BATCH + INTAKE_OUT, MADV_DONTNEED);
	lock_stage(in);
}

void intake_fini(struct intake *in)
{
	if (in->stage)
		munmap(in->stage, INTAKE_BATCH + INTAKE_OUT);
	in->stage = NULL;
	fd_close(&in->pipe[0]);
	fd_close(&in->pipe[1]);
}

/* Step 1. The number of bytes in the stage, 0 when the FIFO is empty, or negative errno. */
static ssize_t stage_batch(struct intake *in, int fifo)
{
	size_t have = 0;
	ssize_t n = tee(fifo, in->pipe[1], INTAKE_BATCH, SPLICE_F_NONBLOCK);

	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	while (have < (size_t)n) {
		ssize_t r = read(in->pipe[0], in->stage + have, (size_t)n - have);

		if (r > 0) {
			have += (size_t)r;
			continue;
		}
		/* Cannot be; but bytes left in there would come out in another unit's log. */
		fd_close(&in->pipe[0]);
		fd_close(&in->pipe[1]);
		n = open_private_pipe(in);
		return n < 0 ? n : -EIO;
	}
	return n;
}

/* Step 3. True when all bytes of the record came out of the FIFO. */
static bool consume(struct state_record *rec, int fifo, char *over)
{
	struct iovec iov[2] = {
		{ .iov_base = over, .iov_len = rec->bytes - 1 },
		{ .iov_base = &rec->landed, .iov_len = 1 },
	};

	return readv(fifo, iov, 2) == (ssize_t)rec->bytes;
}

static void write_was_cut(struct intake *in, struct state_slot *slot)
{
	const struct state_record *rec = &in->state->file->record;

	slot->repair_dev = rec->dev;
	slot->repair_ino = rec->ino;
	slot->repair_offset = rec->offset;
	atomic_thread_fence(memory_order_release);
	slot->repair = 1;
	state_set_phase(in->state, STATE_IDLE);
}

/* Steps 2 to 4 for the records in in->out, which stand for the bytes at `offset` in the stage. */
static int commit(struct intake *in, struct log_stream *s, const struct store_place *at,
		  size_t offset, const struct lines_result *lines)
{
	char *data = in->stage + offset;
	struct state_record *rec = &in->state->file->record;
	struct state_slot *slot = s->unit->slot;
	bool all = true;
	int r;

	rec->slot = state_index(in->state, slot);
	rec->stream = s->which;
	rec->bytes = (uint32_t)lines->consumed;
	rec->dev = at->dev;
	rec->ino = at->ino;
	rec->offset = at->size;
	rec->midline = lines->midline;
	if (lines->consumed) {
		rec->expected = (uint8_t)data[lines->consumed - 1];
		rec->landed = (uint8_t)~rec->expected;
	}
	state_set_phase(in->state, STATE_WRITING);
	r = fd_write_all(at->fd, in->out, lines->produced);
	if (r < 0) {
		write_was_cut(in, slot);
		if (ftruncate(at->fd, (off_t)at->size) == 0)
			slot->repair = 0;
		else
			store_file_close(in->store, &s->unit->file); /* opening it repairs it */
		return r;
	}
	state_set_phase(in->state, STATE_CONSUMING);
	if (lines->consumed)
		all = consume(rec, s->fd, data);
	slot->midline[s->which] = rec->midline;
	state_set_phase(in->state, STATE_IDLE);
	return all ? 0 : -ESTALE;
}

void intake_recover(struct intake *in, struct units *units)
{
	struct state_record *rec = &in->state->file->record;
	struct state_slot *slot = &in->state->file->slots[rec->slot];
	struct log_unit *u;

	if (rec->phase == STATE_IDLE)
		return;
	u = state_is_used(slot) ? units_find(units, slot->unit) : NULL;
	if (rec->phase == STATE_WRITING && state_is_used(slot)) {
		write_was_cut(in, slot);
	} else if (rec->phase == STATE_CONSUMING && u) {
		/* The same bytes and the same proof: dying here again is no different. */
		if (rec->bytes && rec->landed != rec->expected)
			(void)consume(rec, u->streams[rec->stream].fd, in->stage);
		slot->midline[rec->stream] = rec->midline;
	}
	state_set_phase(in->state, STATE_IDLE);
}

/* What may still be written to `current`: at least one record goes into every file. */
static size_t room_in(const struct state_slot *slot, const struct store_place *at)
{
	uint64_t left;

	if (slot->max_file_bytes == 0)
		return INTAKE_OUT;
	left = at->size < slot->max_file_bytes ? slot->max_file_bytes - at->size : 0;
	return left < INTAKE_OUT ? (size_t)left : INTAKE_OUT;
}

/* A record that is larger than a whole file has to go somewhere: it gets a file of its own. */
static struct lines_result format_one(const struct lines_request *q)
{
	struct lines_request one = *q;
	size_t most = q->size > LINES_MAX ? LINES_MAX + 1 : q->size;
	const char *nl = memchr(q->data, '\n', most);

	if (nl) {
		one.size = (size_t)(nl - q->data) + 1;
		one.end = LINES_KEEP;
	} else if (q->size > LINES_MAX) {
		one.size = LINES_MAX;
		one.end = LINES_FLUSH;
	}
	one.room = INTAKE_OUT;
	return lines_format(&one);
}

/*
 * Writes what fits into one file. Returns 1 when there is more to write in the stage, 0 when what
 * is left is a tail, or negative errno.
 */
static int write_part(struct intake *in, struct log_stream *s, struct lines_request *q,
		      struct intake_result *ret)
{
	struct state_slot *slot = s->unit->slot;
	struct lines_result lines;
	struct store_place at;
	bool again;
	int r = store_begin(in->store, &s->unit->file, &at);

	if (r < 0)
		return r;
	q->room = room_in(slot, &at);
	q->midline = slot->midline[s->which];
	lines = lines_format(q);
	again = lines.full;
	if (lines.full && lines.produced == 0) {
		if (at.size) {
			r = store_rotate(in->store, &s->unit->file, state_now(in->state));
			return r < 0 ? r : 1;
		}
		lines = format_one(q);
	}
	if (lines.produced == 0)
		return 0;
	r = commit(in, s, &at, (size_t)(q->data - in->stage), &lines);
	if (r < 0)
		return r;
	q->data += lines.consumed;
	q->size -= lines.consumed;
	ret->consumed += lines.consumed;
	return again;
}

/*
 * A writer that fills whole batches gets a wider FIFO, so that it goes on writing while its batch
 * is written. Not every FIFO is that wide: the kernel keeps 40 bytes for each page of it.
 */
static void widen(struct log_stream *s)
{
	if (s->is_wide)
		return;
	s->is_wide = true;
	(void)fcntl(s->fd, F_SETPIPE_SZ, STREAM_WIDE_BYTES); /* only speed */
}

static size_t fifo_bytes(int fifo)
{
	int n = 0;

	return ioctl(fifo, FIONREAD, &n) < 0 || n < 0 ? 0 : (size_t)n;
}

int intake_take(struct intake *in, struct log_stream *s, enum lines_end end,
		struct intake_result *ret)
{
	char stamp[STAMP_BYTES];
	struct lines_request q = {
		.data = in->stage,
		.out = in->out,
		.stamp = stamp,
		.stream = stream_name(s->which),
		.end = end,
	};
	ssize_t n = stage_batch(in, s->fd);
	int r = 1;

	*ret = (struct intake_result){ 0 };
	if (n < 0)
		return (int)n;
	q.size = (size_t)n;
	/* A line may be cut by the end of the batch only where nothing else would go on. */
	in->was_large |= q.size > INTAKE_SMALL;
	if (q.size == INTAKE_BATCH) {
		q.end = LINES_KEEP;
		widen(s);
	} else if (q.end == LINES_CLOSE && fifo_bytes(s->fd) > q.size)
		q.end = LINES_FLUSH;
	if (q.size || (q.end == LINES_CLOSE && s->unit->slot->midline[s->which])) {
		stamp_write(state_now(in->state), stamp);
		while (r > 0)
			r = write_part(in, s, &q, ret);
	}
	ret->left = fifo_bytes(s->fd);
	ret->tail = r == 0 ? q.size : 0;
	return r == -ESTALE || r > 0 ? 0 : r;
}

int intake_drain(struct intake *in, struct log_stream *s, enum lines_end end)
{
	size_t most = fifo_bytes(s->fd), done = 0;
	struct intake_result got;

	do {
		int r = intake_take(in, s, end, &got);

		if (r < 0)
			return r;
		done += got.consumed;
	} while (got.consumed && done < most);
	return 0;
}
