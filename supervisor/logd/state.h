#ifndef SVINIT_LOGD_STATE_H
#define SVINIT_LOGD_STATE_H

/*
 * What svlogd must remember over its own death: a shared mapping of RUNTIME/logd.state, written in
 * place. One slot a unit (its settings and whether its streams stand in the middle of a line), and
 * one record of the transfer under way: svlogd moves one batch of one stream at a time.
 *
 * The order of stores is the protocol. A process that is killed leaves its stores in program order
 * in the mapping, so every step sets its data first and then `phase` (or `used`) with release
 * order. intake.h says what the phases mean. This guards against the death of svlogd, not of the
 * machine: RUNTIME is a tmpfs and the FIFOs do not survive that either.
 *
 * The mapping has its full size from the start and the file grows below it (allocated before it is
 * touched, so a full tmpfs is an error and no SIGBUS): pointers to slots never move.
 */

#include "base/error.h"
#include "proto/log.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { STATE_MAX_SLOTS = 65536 };

enum state_phase {
	STATE_IDLE,      /* nothing under way */
	STATE_WRITING,   /* records are being appended at `offset`; the FIFO is untouched */
	STATE_CONSUMING, /* they are written; `bytes` are being taken out of the FIFO */
};

struct state_record {
	_Atomic uint32_t phase; /* enum state_phase */
	uint32_t slot;
	uint32_t stream;           /* 0 stdout, 1 stderr */
	uint32_t bytes;            /* what the records stand for in the FIFO */
	uint64_t dev, ino, offset; /* the file `current` before the records */
	uint8_t expected;          /* the last of the bytes */
	uint8_t landed;            /* its complement, until read() puts the byte itself here */
	uint8_t midline;           /* of the stream, afterwards */
	uint8_t unused[5];
};

struct state_slot {
	char unit[LOG_NAME_BYTES];
	uint64_t max_file_bytes;
	uint32_t max_files;
	_Atomic uint32_t used;
	uint8_t midline[2]; /* by stream */
	uint8_t repair; /* a write was cut: if `current` is that file, truncate it there first */
	uint8_t unused[5];
	uint64_t repair_dev, repair_ino, repair_offset;
};

struct state_file {
	char magic[8];
	uint32_t version;
	uint32_t n_slots;
	uint64_t last_ns; /* the last time stamp that was given out */
	struct state_record record;
	uint64_t unused[6];
	struct state_slot slots[];
};

struct state {
	struct state_file *file;
	int fd;
	uint32_t first_free; /* no slot below it is free */
};

/*
 * Maps RUNTIME/logd.state, made when it is missing and begun anew when it is none of this version.
 * 0 or negative errno with *e set.
 */
int state_open(struct state *s, const char *runtime, struct error *e);
void state_close(struct state *s);

/* A new slot with these settings; NULL when there is no room. */
struct state_slot *state_add(struct state *s, const struct log_add *add);
void state_remove(struct state *s, struct state_slot *slot);

static inline void state_set_phase(struct state *s, enum state_phase phase)
{
	atomic_store_explicit(&s->file->record.phase, (uint32_t)phase, memory_order_release);
}

static inline bool state_is_used(const struct state_slot *slot)
{
	return atomic_load_explicit(&slot->used, memory_order_acquire) != 0;
}

static inline uint32_t state_index(const struct state *s, const struct state_slot *slot)
{
	return (uint32_t)(slot - s->file->slots);
}

/*
 * The time for the next batch, in nanoseconds since the epoch: the clock, but later than every time
 * before it unless the clock was set back by more than ten seconds.
 */
uint64_t state_now(struct state *s);

#endif
