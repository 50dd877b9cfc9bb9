#ifndef SVINIT_LOGD_STORE_H
#define SVINIT_LOGD_STORE_H

/*
 * The files of the log: LOGS/UNIT/current, and the rotated LOGS/UNIT/STAMP.log, where STAMP is the
 * time of the rotation, so that sorting by name sorts by time and every record in a file is at most
 * as old as its name says. Only svlogd writes there.
 *
 * A few files `current` are kept open (the least recently used is closed). Nothing about a file is
 * remembered from one batch to the next but its descriptor: every batch asks fstat() for the size
 * and whether the file still has a name, so a folder that was removed is simply made again.
 */

#include "logd/stamp.h"
#include "logd/state.h"

#include <sys/queue.h>
#include <sys/types.h>

enum { STORE_OPEN_MAX = 64, STORE_NAME_BYTES = 64 };

struct store_file {
	TAILQ_ENTRY(store_file) lru;
	struct state_slot *slot; /* name and settings */
	int fd;                  /* -1: not open */
};

struct store {
	const char *logs;
	TAILQ_HEAD(store_lru, store_file) lru; /* most recently used first */
	unsigned n_open;
};

/* Where the next records go. */
struct store_place {
	int fd; /* borrowed, opened for appending */
	uint64_t dev, ino;
	uint64_t size;
};

/* `logs` is borrowed. */
void store_init(struct store *s, const char *logs);

void store_file_init(struct store_file *f, struct state_slot *slot);
void store_file_close(struct store *s, struct store_file *f);

/*
 * Opens `current` (folder and file are made when missing), undoes a write that was cut
 * (slot->repair), and completes a last line that has no newline because the machine lost power.
 * 0 or negative errno.
 */
int store_begin(struct store *s, struct store_file *f, struct store_place *ret);

/*
 * Renames `current` to `<time>.log` and removes the oldest files above max_files. `now_ns` is later
 * than every record in it. 0 or negative errno.
 */
int store_rotate(struct store *s, struct store_file *f, uint64_t now_ns);

/* The path LOGS/UNIT or LOGS/UNIT/NAME. 0 or -ENAMETOOLONG. */
int store_path(const char *logs, const char *unit, const char *name, char *buf, size_t size);

/*
 * The names of the rotated files of a unit, sorted from old to new, as one array of
 * STORE_NAME_BYTES each (freed with free()). Returns how many, or negative errno; a missing folder
 * has none.
 */
ssize_t store_list(const char *logs, const char *unit, char (**ret)[STORE_NAME_BYTES]);

#endif
