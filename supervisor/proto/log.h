#ifndef SVINIT_PROTO_LOG_H
#define SVINIT_PROTO_LOG_H

/*
 * What the manager and svlogd say to each other.
 *
 * Every unit has two named FIFOs, RUNTIME/streams/UNIT.stdout and UNIT.stderr, made by the manager
 * (mode 0666 inside a directory of mode 0700) and given to the container opened read-write, so that
 * neither end's death loses what is in the pipe or raises SIGPIPE. svlogd opens them by name at
 * LOG_ADD. The manager adds every unit again to each new svlogd; adding a unit that is there
 * changes its settings only.
 */

#include <stdint.h>

enum { LOG_NAME_BYTES = 208 };

enum log_frame {
	/* manager to svlogd */
	LOG_ADD = 1, /* struct log_add */
	LOG_REMOVE,  /* struct log_name: drain what is left, then forget; the files stay */
	LOG_NOTE,    /* struct log_name, then text: a line of svinit's own about the unit, written
			to its log as `stderr F svinit: TEXT` */
	LOG_QUERY,   /* struct log_query, then names terminated with NUL + 1 descriptor */
	LOG_FINISH,  /* nothing: drain all streams, flush, then answer LOG_FINISHED */
	/* svlogd to manager */
	LOG_FINISHED,
	LOG_REMOVED, /* struct log_name: answers LOG_REMOVE, all that was in the streams is written
		      */
};

struct log_name {
	char unit[LOG_NAME_BYTES];
};

struct log_add {
	char unit[LOG_NAME_BYTES];
	uint64_t max_file_bytes; /* `current` is rotated before it grows past this */
	uint32_t max_files;      /* files kept in all, `current` included; at least 1 */
	uint32_t reserved;
};

enum { LOG_QUERY_FOLLOW = 1 };

/*
 * svlogd drains the streams of the units first, so that what a process wrote before its exit was
 * reported is in the answer. The answer is text on the descriptor, merged by time, one line a
 * record: `UNIT TIMESTAMP STREAM TAG MESSAGE`. The descriptor is closed at the end; with
 * LOG_QUERY_FOLLOW it goes on until the reader closes.
 */
struct log_query {
	uint32_t flags;
	uint32_t n_units;    /* 0: all */
	uint64_t last;       /* so many lines at most, of all units together; UINT64_MAX: all */
	uint64_t since_usec; /* CLOCK_REALTIME since the epoch; 0: from the beginning */
	uint64_t until_usec; /* UINT64_MAX: no end */
};

#endif
