#ifndef SVINIT_LOGD_LINES_H
#define SVINIT_LOGD_LINES_H

/*
 * From bytes of a stream to records in CRI form, `STAMP stdout F message\n`. Pure: no I/O.
 *
 * All records of one call carry one stamp: the time at which svlogd saw them. A line of more than
 * LINES_MAX bytes becomes pieces tagged P, the last one F; putting the messages of P... P F of one
 * stream together gives the line again. Bytes are kept as they are, NUL included.
 *
 * What follows the last newline is left alone (LINES_KEEP: it waits in the FIFO), written as P
 * (LINES_FLUSH: somebody wants to see it, the line may still go on) or as F (LINES_CLOSE: nobody
 * will finish it). `midline` says that the last record of this stream was a P, and travels from
 * call to call.
 */

#include "logd/stamp.h"

enum {
	LINES_MAX = 16384,
	LINES_PREFIX = STAMP_BYTES + 10, /* " stdout F " */
	LINES_RECORD_MAX = LINES_PREFIX + LINES_MAX + 1,
};

enum lines_end { LINES_KEEP, LINES_FLUSH, LINES_CLOSE };

struct lines_request {
	const char *data;
	size_t size;
	char *out;
	size_t room;        /* bytes that may be written to out */
	const char *stamp;  /* STAMP_BYTES */
	const char *stream; /* "stdout" or "stderr" */
	enum lines_end end;
	bool midline;
};

struct lines_result {
	size_t consumed; /* bytes of data that are in the records */
	size_t produced; /* bytes in out, whole records only */
	bool midline;
	bool full; /* stopped because the next record does not fit into the room */
};

struct lines_result lines_format(const struct lines_request *q);

#endif
