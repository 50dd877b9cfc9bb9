#ifndef SVINIT_INIT_OPTIONS_H
#define SVINIT_INIT_OPTIONS_H

/*
 * The command line of svinit. All strings point into argv or are literals. Defaults are filled in
 * first, so that what was parsed before an error is usable: pid 1 of a machine gets words from the
 * kernel command line that were meant for somebody else, and goes on without them.
 */

#include "base/error.h"

#include <stddef.h>

enum { OPTIONS_MAX_UNITS = 16 };

enum options_action { ACTION_SUPERVISE, ACTION_COMMAND, ACTION_HELP, ACTION_VERSION };

struct options {
	enum options_action action;
	const char *units[OPTIONS_MAX_UNITS]; /* the first directory wins */
	size_t n_units;
	const char *runtime;
	const char *state;
	const char *logs;
	const char *target;
	char **command; /* NULL-terminated, with ACTION_COMMAND */
};

/* 0, or -EINVAL with the reason in e. */
int options_parse(struct options *o, int argc, char **argv, struct error *e);

extern const char options_help[];

#endif
