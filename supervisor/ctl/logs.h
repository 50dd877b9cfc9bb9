#ifndef SVINIT_CTL_LOGS_H
#define SVINIT_CTL_LOGS_H

/* Asking for log lines and printing them: the verb `logs`, and the end of `status UNIT`. */

#include "ctl/ctl.h"
#include "ctl/logline.h"

#include <stdint.h>

struct logs_query {
	const struct ctl *c;
	char *const *units;
	size_t n_units;      /* 0: all */
	uint64_t last;       /* UINT64_MAX: all */
	uint64_t since_usec; /* 0: from the beginning */
	uint64_t until_usec; /* UINT64_MAX: no end */
	enum logline_format format;
	bool follow;
	bool gap_before; /* an empty line before the first one, when there is any */
};

/* Asks and prints until the end, or with follow until Ctrl-C. An exit status, told. */
int logs_print(const struct logs_query *q);

/* Reads --lines, when it was given, into *lines; CTL_DONE or CTL_USAGE, told. */
int logs_parse_lines(const struct ctl *c, uint64_t *lines);

#endif
