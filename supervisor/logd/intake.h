#ifndef SVINIT_LOGD_INTAKE_H
#define SVINIT_LOGD_INTAKE_H

/*
 * The way of a batch from a FIFO into the log, exact under SIGKILL: no line is lost, doubled or
 * cut.
 *
 *   1. tee() copies what is in the FIFO into a private pipe, read() brings it into memory. The FIFO
 *      still has everything; if svlogd dies now, nothing has happened.
 *   2. The records are formatted; how many bytes m of the FIFO they stand for, the file and its
 *      size are put into the record of the state, phase WRITING. The records are appended.
 *      After a death here the file is truncated to the recorded size, and the batch is done again.
 *   3. Phase CONSUMING: one readv() takes m bytes out of the FIFO, all into the place where the
 * same bytes stand already, but the last one into `landed` in the state, which held its complement.
 *      After a death here `landed` tells whether the read has happened: if not, it is done then.
 *   4. Phase IDLE.
 *
 * Why step 3 is all or nothing: svlogd is the only reader and m bytes are there, so pipe_read()
 * never sleeps, and only a sleep looks at signals. It could stop half way in a page fault; the
 * pages are in use a moment before, and are locked where the limits allow that.
 *
 * Only whole lines are taken. The beginning of a line stays in the FIFO until its newline comes or
 * the caller has it written as a piece, so that there is no second place where unwritten bytes
 * live. The same holds when the disk is full: the FIFO fills, the writer waits, nothing is lost.
 *
 * A container can read its own FIFO (it has it open for reading and writing); whoever does that
 * loses its own lines and nobody else's.
 */

#include "logd/lines.h"
#include "logd/units.h"

enum {
	INTAKE_BATCH = 256 * 1024, /* what one stream gets before the next one has its turn */
	INTAKE_OUT = 384 * 1024,
	INTAKE_SMALL = 32 * 1024, /* a larger batch leaves memory behind that is given back later */
};

struct intake {
	struct state *state;
	struct store *store;
	char *stage; /* INTAKE_BATCH */
	char *out;   /* INTAKE_OUT */
	int pipe[2];
	bool was_large; /* a batch was larger than INTAKE_SMALL; reset by the caller */
};

struct intake_result {
	size_t consumed; /* bytes that are in the log now */
	size_t left;     /* bytes that are still in the FIFO, at least */
	size_t tail;     /* of those: the beginning of a line without its end */
};

/* 0 or negative errno. */
int intake_init(struct intake *in, struct state *state, struct store *store);
void intake_fini(struct intake *in);

/*
 * Brings what the last svlogd left half done to its end; called once, when the units of the state
 * are open and before anything else is taken.
 */
void intake_recover(struct intake *in, struct units *units);

/*
 * Moves one batch of a stream. With LINES_FLUSH or LINES_CLOSE the tail is written too when it
 * really is the end of what is there. 0 or negative errno of the files or of the FIFO: everything
 * that was not written is still in the FIFO, and *ret is right in both cases.
 */
int intake_take(struct intake *in, struct log_stream *s, enum lines_end end,
		struct intake_result *ret);

/*
 * Moves everything that is in the FIFO at the time of the call (a writer that goes on does not keep
 * it here for ever). 0 or negative errno.
 */
int intake_drain(struct intake *in, struct log_stream *s, enum lines_end end);

/* Gives the memory of the buffers back to the system; called when no flood is under way. */
void intake_rest(struct intake *in);

#endif
