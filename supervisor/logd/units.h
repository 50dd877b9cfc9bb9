#ifndef SVINIT_LOGD_UNITS_H
#define SVINIT_LOGD_UNITS_H

/*
 * The units whose streams svlogd reads: found by name, each with its slot in the state, its file
 * and its two FIFOs. A unit costs one heap object, one place in the hash table and two descriptors.
 *
 * The FIFOs are opened for reading and writing: svlogd then never sees an end of file (and no storm
 * of hang-ups) while nobody writes, and what is in the pipe stays there while svlogd lives.
 */

#include "logd/store.h"

enum {
	STREAM_BYTES = 256 * 1024,       /* what a FIFO holds while svlogd is away */
	STREAM_WIDE_BYTES = 1024 * 1024, /* and after a flood was seen in it */
};

enum { STREAM_STDOUT, STREAM_STDERR, STREAM_COUNT };

struct log_unit;

struct log_stream {
	TAILQ_ENTRY(log_stream) ready; /* in the engine's queue of streams that have data */
	TAILQ_ENTRY(log_stream) tail;  /* in its queue of lines that wait for their newline */
	struct log_unit *unit;
	uint64_t tail_deadline_ms; /* 0: not in that queue */
	int fd;
	uint8_t which; /* STREAM_STDOUT or STREAM_STDERR */
	bool is_ready;
	bool is_wide; /* the FIFO was given STREAM_WIDE_BYTES */
};

struct log_unit {
	struct log_unit *next; /* in its bucket */
	struct state_slot *slot;
	struct store_file file;
	struct log_stream streams[STREAM_COUNT];
	bool stalled; /* its files cannot be written at the moment */
};

struct units {
	struct log_unit **buckets;
	size_t n_buckets; /* a power of two, or 0 */
	size_t n;
};

#define UNITS_EACH(units, u)                                                                       \
	for (size_t b_ = 0; b_ < (units)->n_buckets; b_++)                                         \
		for (struct log_unit *u = (units)->buckets[b_], *next_ = u ? u->next : NULL; u;    \
		     u = next_, next_ = u ? u->next : NULL)

/* "stdout" or "stderr". */
const char *stream_name(int which);

/* True when s[LOG_NAME_BYTES] is terminated and a unit may be called that. */
bool unit_name_ok(const char *s);

struct log_unit *units_find(const struct units *us, const char *name);

/*
 * Takes the slot into the table and opens its FIFOs below `runtime`, making missing ones. NULL with
 * *ret_error set to a negative errno. Owned by the table until units_remove().
 */
struct log_unit *units_add(struct units *us, struct state_slot *slot, const char *runtime,
			   int *ret_error);

/* Takes it out of the table, closes the FIFOs and frees it. Its file must be closed already. */
void units_remove(struct units *us, struct log_unit *u);
void units_fini(struct units *us);

/* True when the FIFO that is open is still the one with its name. */
bool stream_is_current(const struct log_stream *s, const char *runtime);

/* True when a FIFO of that unit is there. */
bool stream_exists(const char *runtime, const char *unit, int which);

/* Opens (and makes) the FIFO. A descriptor or negative errno. */
int stream_open(const char *runtime, const char *unit, int which);

#endif
