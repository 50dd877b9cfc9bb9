#include "logd/state.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { VERSION = 1, PAGE = 4096, GROW_SLOTS = 16 };

static const char magic[8] = "svlogd\n";

static size_t bytes_for(size_t n_slots)
{
	size_t n = sizeof(struct state_file) + n_slots * sizeof(struct state_slot);

	return (n + PAGE - 1) / PAGE * PAGE;
}

static int grow(int fd, size_t bytes)
{
	int r = posix_fallocate(fd, 0, (off_t)bytes);

	return -r;
}

static bool is_ours(const struct state_file *f, off_t size)
{
	return memcmp(f->magic, magic, sizeof(magic)) == 0 && f->version == VERSION &&
	       f->n_slots <= STATE_MAX_SLOTS && (off_t)bytes_for(f->n_slots) <= size &&
	       (f->record.phase == STATE_IDLE || f->record.slot < f->n_slots);
}

static int prepare(struct state *s, off_t size, struct error *e)
{
	int r = 0;

	if (size >= PAGE && is_ours(s->file, size))
		return 0;
	if (ftruncate(s->fd, 0) < 0)
		r = -errno;
	if (r == 0)
		r = grow(s->fd, bytes_for(GROW_SLOTS));
	if (r < 0)
		return error_set(e, r, "logd.state: allocate");
	s->file->version = VERSION;
	atomic_thread_fence(memory_order_release);
	memcpy(s->file->magic, magic, sizeof(magic));
	return 0;
}

int state_open(struct state *s, const char *runtime, struct error *e)
{
	char path[4096];
	struct stat st;
	void *map;
	int r;

	*s = (struct state){ .fd = -1 };
	snprintf(path, sizeof(path), "%s/logd.state", runtime);
	s->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->fd < 0 || fstat(s->fd, &st) < 0) {
		r = error_set(e, -errno, "open: %s", path);
		fd_close(&s->fd);
		return r;
	}
	map = mmap(NULL, bytes_for(STATE_MAX_SLOTS), PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
	if (map == MAP_FAILED) {
		r = error_set(e, -errno, "mmap: %s", path);
		fd_close(&s->fd);
		return r;
	}
	s->file = map;
	r = prepare(s, st.st_size, e);
	if (r < 0) {
		state_close(s);
		return r;
	}
	/* read() must not meet a page that was swapped out: see intake.h. A refusal is harmless
	 * where there is no swap. */
	(void)mlock(s->file, PAGE);
	return 0;
}

void state_close(struct state *s)
{
	if (s->file)
		munmap(s->file, bytes_for(STATE_MAX_SLOTS));
	s->file = NULL;
	fd_close(&s->fd);
}

static struct state_slot *find_free(struct state *s)
{
	struct state_file *f = s->file;

	while (s->first_free < f->n_slots && state_is_used(&f->slots[s->first_free]))
		s->first_free++;
	if (s->first_free < f->n_slots)
		return &f->slots[s->first_free];
	if (f->n_slots == STATE_MAX_SLOTS)
		return NULL;
	if (grow(s->fd, bytes_for((f->n_slots / GROW_SLOTS + 1) * GROW_SLOTS)) < 0)
		return NULL;
	atomic_store_explicit(&f->slots[f->n_slots].used, 0, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	return &f->slots[f->n_slots++];
}

struct state_slot *state_add(struct state *s, const struct log_add *add)
{
	struct state_slot *slot = find_free(s);

	if (!slot)
		return NULL;
	memset(slot, 0, sizeof(*slot));
	memcpy(slot->unit, add->unit, sizeof(slot->unit));
	slot->max_file_bytes = add->max_file_bytes;
	slot->max_files = add->max_files;
	atomic_store_explicit(&slot->used, 1, memory_order_release);
	return slot;
}

void state_remove(struct state *s, struct state_slot *slot)
{
	uint32_t i = state_index(s, slot);

	atomic_store_explicit(&slot->used, 0, memory_order_release);
	if (i < s->first_free)
		s->first_free = i;
}

uint64_t state_now(struct state *s)
{
	static const uint64_t step_back_ns = 10000000000;
	struct timespec ts;
	uint64_t now, last = s->file->last_ns;

	clock_gettime(CLOCK_REALTIME, &ts);
	now = (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
	if (now <= last && last - now < step_back_ns)
		now = last + 1;
	s->file->last_ns = now;
	return now;
}
