#include "manager/state.h"

#include "base/fd.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	STATE_MAGIC = 0x73766974, /* "svit" */
	STATE_VERSION = 1,
	NAME_BYTES = 208,
	FIRST_RECORDS = 64,
};

struct record {
	_Atomic uint32_t commits; /* bit 0: which copy is in force */
	_Atomic uint32_t used;
	char name[NAME_BYTES];
	struct facts copies[2];
};

struct header {
	uint32_t magic;
	uint32_t version;
	uint32_t record_bytes;
	_Atomic uint32_t started;
	_Atomic int32_t finishing;
	uint32_t reserved;
	uint64_t finishing_init_usec;
	char boot_id[40]; /* /proc/sys/kernel/random/boot_id */
};

struct state {
	int fd;
	size_t count;
	size_t next_free; /* where the search for a free record begins */
	struct header *map;
};

_Static_assert(sizeof(struct header) == 72, "the header is part of the file format");

static size_t file_bytes(size_t count)
{
	return sizeof(struct header) + count * sizeof(struct record);
}

static struct record *record_at(const struct state *s, size_t i)
{
	return (struct record *)(void *)((char *)s->map + sizeof(struct header)) + i;
}

static int map_file(struct state *s, size_t bytes, struct error *e)
{
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);

	if (map == MAP_FAILED)
		return error_set(e, -errno, "mmap: state");
	s->map = map;
	s->count = (bytes - sizeof(struct header)) / sizeof(struct record);
	return 0;
}

static void read_boot_id(char *buf, size_t size)
{
	memset(buf, 0, size);
	if (fd_read_file(AT_FDCWD, "/proc/sys/kernel/random/boot_id", buf, size) < 0)
		memset(buf, 0, size);
}

static int make_file(struct state *s, struct error *e)
{
	int r;

	if (s->map)
		munmap(s->map, file_bytes(s->count));
	s->map = NULL;
	if (ftruncate(s->fd, 0) < 0)
		return error_set(e, -errno, "ftruncate: state");
	/* posix_fallocate: a full tmpfs is an error here, not a SIGBUS at the first write. */
	r = -posix_fallocate(s->fd, 0, (off_t)file_bytes(FIRST_RECORDS));
	if (r < 0)
		return error_set(e, r, "fallocate: state");
	r = map_file(s, file_bytes(FIRST_RECORDS), e);
	if (r < 0)
		return r;
	s->map->version = STATE_VERSION;
	s->map->record_bytes = sizeof(struct record);
	read_boot_id(s->map->boot_id, sizeof(s->map->boot_id));
	s->map->magic = STATE_MAGIC;
	return 0;
}

static int check_file(struct state *s, off_t size, struct error *e)
{
	char boot_id[sizeof(s->map->boot_id)];
	int r;

	if ((size_t)size < file_bytes(0))
		return make_file(s, e);
	r = map_file(s, (size_t)size, e);
	if (r < 0)
		return r;
	if (s->map->magic == 0)
		return make_file(s, e);
	if (s->map->magic != STATE_MAGIC || s->map->version != STATE_VERSION ||
	    s->map->record_bytes != sizeof(struct record))
		return error_set(e, -EPROTONOSUPPORT,
				 "the state file is of version %u with records of %u bytes, this "
				 "svmanager has version %u with %zu",
				 s->map->version, s->map->record_bytes, STATE_VERSION,
				 sizeof(struct record));
	read_boot_id(boot_id, sizeof(boot_id));
	return memcmp(boot_id, s->map->boot_id, sizeof(boot_id)) ? make_file(s, e) : 0;
}

int state_open(int runtime_dir, struct state **ret, struct error *e)
{
	struct state *s = calloc(1, sizeof(*s));
	struct stat st;
	int r;

	if (!s)
		return error_set(e, -ENOMEM, "state");
	s->fd = openat(runtime_dir, "state", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->fd < 0)
		r = error_set(e, -errno, "open: state");
	else if (fstat(s->fd, &st) < 0)
		r = error_set(e, -errno, "fstat: state");
	else if (st.st_size == 0)
		r = make_file(s, e);
	else
		r = check_file(s, st.st_size, e);
	if (r < 0) {
		state_close(s);
		return r;
	}
	*ret = s;
	return 0;
}

void state_close(struct state *s)
{
	if (!s)
		return;
	if (s->map)
		munmap(s->map, file_bytes(s->count));
	fd_close(&s->fd);
	free(s);
}

bool state_started(const struct state *s)
{
	return s->map->started;
}

void state_set_started(struct state *s)
{
	s->map->started = 1;
}

int state_finishing(struct state *s, uint64_t init_usec)
{
	if (!s->map->finishing || s->map->finishing_init_usec == init_usec)
		return s->map->finishing;
	s->map->started = 0;
	s->map->finishing = 0;
	return 0;
}

void state_set_finishing(struct state *s, int finishing, uint64_t init_usec)
{
	s->map->finishing_init_usec = init_usec;
	s->map->finishing = finishing;
}

size_t state_count(const struct state *s)
{
	return s->count;
}

bool state_read(const struct state *s, size_t i, const char **ret_name, struct facts *ret)
{
	const struct record *r = record_at(s, i);

	if (!atomic_load_explicit(&r->used, memory_order_acquire))
		return false;
	*ret_name = r->name;
	*ret = r->copies[atomic_load_explicit(&r->commits, memory_order_acquire) & 1];
	return true;
}

int state_find(const struct state *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (record_at(s, i)->used && str_eq(record_at(s, i)->name, name))
			return (int)i;
	return -1;
}

static int grow(struct state *s)
{
	size_t count = s->count * 2;
	void *map;
	int r = -posix_fallocate(s->fd, 0, (off_t)file_bytes(count));

	if (r < 0)
		return r;
	map = mremap(s->map, file_bytes(s->count), file_bytes(count), MREMAP_MAYMOVE);
	if (map == MAP_FAILED)
		return -errno;
	s->map = map;
	s->count = count;
	return 0;
}

int state_add(struct state *s, const char *name)
{
	struct record *r;
	size_t i, n = strlen(name);

	if (n >= NAME_BYTES)
		return -ENAMETOOLONG;
	for (i = s->next_free; i < s->count && record_at(s, i)->used; i++)
		;
	if (i == s->count) {
		int grown = grow(s);

		if (grown < 0)
			return grown;
	}
	s->next_free = i + 1;
	r = record_at(s, i);
	memcpy(r->name, name, n + 1);
	memset(r->copies, 0, sizeof(r->copies));
	r->copies[0].deadline_usec = r->copies[1].deadline_usec = UINT64_MAX;
	atomic_store_explicit(&r->used, 1, memory_order_release);
	return (int)i;
}

void state_commit(struct state *s, size_t i, const struct facts *facts)
{
	struct record *r = record_at(s, i);
	uint32_t commits = atomic_load_explicit(&r->commits, memory_order_relaxed);

	r->copies[(commits + 1) & 1] = *facts;
	atomic_store_explicit(&r->commits, commits + 1, memory_order_release);
}

void state_drop(struct state *s, size_t i)
{
	atomic_store_explicit(&record_at(s, i)->used, 0, memory_order_release);
	if (i < s->next_free)
		s->next_free = i;
}
