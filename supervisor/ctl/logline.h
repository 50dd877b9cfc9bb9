#ifndef SVINIT_CTL_LOGLINE_H
#define SVINIT_CTL_LOGLINE_H

/*
 * Log records on their way to a person: text in, formatted lines out; pure.
 *
 * A record is one line, `UNIT TIMESTAMP STREAM TAG MESSAGE`, as svlogd answers queries. A long line
 * of a service comes in several records with tag P, the last one with F; pieces of several units
 * and streams interleave, so each pair has its own unfinished line here, which takes the time of
 * its first piece. A line that grows past LOGLINE_MAX_BYTES is given out as it is.
 */

#include "base/str.h"
#include "ctl/style.h"

#include <stddef.h>
#include <stdint.h>

enum { LOGLINE_MAX_BYTES = 16 * 1024 * 1024 };

enum logline_format { LOGLINE_SHORT, LOGLINE_CRI, LOGLINE_JSON, LOGLINE_CAT };

struct logline_part;

struct logline {
	enum logline_format format;
	const struct style *style;
	struct text input; /* the record that is not whole yet */
	struct logline_part *parts;
	size_t n_parts;
};

void logline_init(struct logline *l, enum logline_format format, const struct style *style);
void logline_fini(struct logline *l);

/* `short`, `cri`, `json`, `cat`; -EINVAL. */
int logline_format_from_name(const char *name, enum logline_format *ret);

/* Takes n bytes in, adds the lines that are finished to out. 0 or -ENOMEM. */
int logline_feed(struct logline *l, const char *data, size_t n, struct text *out);

/* The end: adds what is unfinished. 0 or -ENOMEM. */
int logline_end(struct logline *l, struct text *out);

#endif
