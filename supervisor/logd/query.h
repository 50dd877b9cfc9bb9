#ifndef SVINIT_LOGD_QUERY_H
#define SVINIT_LOGD_QUERY_H

/*
 * Answers to LOG_QUERY: the lines of several units merged by time, on a descriptor.
 *
 * The streams of the units are drained first. Then every unit is a cursor in its files, and a heap
 * of cursors gives the line with the smallest stamp. For the last N lines the same heap, turned
 * round, goes back from the end until N lines are behind it. A query without follow ends at the
 * time at which it was asked, so a flood does not make it endless.
 *
 * Nothing here blocks or is unbounded: a query works in slices, only while its descriptor can be
 * written, and holds one output buffer of QUERY_OUT bytes. A follower that stops reading stays
 * where it is in the files and is read for again when it goes on; the log does not wait for it, and
 * rotation does not disturb it (cursor.h).
 */

#include "logd/cursor.h"
#include "logd/engine.h"

enum { QUERY_SLICE = 64 * 1024, QUERY_OUT = 136 * 1024, QUERIES_MAX = 256 };

struct query;

struct queries {
	struct engine *engine;
	TAILQ_HEAD(query_list, query) list;
	unsigned n;
};

void queries_init(struct queries *qs, struct engine *engine);

/* Ends all; the loop must run once more for their close callbacks. */
void queries_fini(struct queries *qs);

/*
 * Begins one. `names_size` bytes of names terminated with NUL stand behind *q. Takes fd, also when
 * it fails. 0 or negative errno.
 */
int queries_add(struct queries *qs, const struct log_query *q, size_t names_size, int fd);

#endif
