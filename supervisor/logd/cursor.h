#ifndef SVINIT_LOGD_CURSOR_H
#define SVINIT_LOGD_CURSOR_H

/*
 * A place in the log of one unit, over all its files, for reading forward and backward line by
 * line. It holds one descriptor and remembers no list of files: at the end of a file it looks for
 * its own inode among the names there are, so rotation and removal meanwhile are no special case
 * (a file that was removed under the reader goes on with the oldest that is left).
 *
 * The buffer exists only while lines are read. The current line lives in it until the next call.
 */

#include "logd/store.h"

struct cursor {
	const char *logs;
	char unit[LOG_NAME_BYTES];
	int fd; /* -1: no file yet */
	uint64_t dev, ino;
	char *buf;
	size_t room, have;
	uint64_t at;  /* of buf[0] in the file */
	uint64_t pos; /* of the next line in the file */
	const char *line;
	size_t length;           /* with the newline, if it has one */
	uint64_t start;          /* of the line in the file */
	char stamp[STAMP_BYTES]; /* of the line; of its neighbour when it has none itself */
};

/* `logs` is borrowed. */
void cursor_init(struct cursor *c, const char *logs, const char *unit);
void cursor_fini(struct cursor *c);

/* Gives the buffer back; the place stays. */
void cursor_rest(struct cursor *c);

/*
 * To the first line that is not older than the stamp, or to the end. 0 (also when there are no
 * files) or negative errno.
 */
int cursor_seek(struct cursor *c, const char *stamp);

/* Reads the next line. 1, 0 when there is none at the moment, or negative errno. */
int cursor_next(struct cursor *c);

/* Goes back over the line before this place. 1, 0 at the beginning, or negative errno. */
int cursor_prev(struct cursor *c);

#endif
