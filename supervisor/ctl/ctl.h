#ifndef SVINIT_CTL_CTL_H
#define SVINIT_CTL_CTL_H

/*
 * svctl: one request of a person or of a script, from the command line to an exit status.
 *
 * verbs.c holds the one table of verbs; args.c reads the command line by it and prints help from
 * it; each verb is one function that gets the whole as a const struct ctl, asks the supervisor
 * through call.h and prints. svctl knows nothing of its own: what a unit is and what may be done
 * with it comes from the supervisor or from the unit language's key table.
 *
 * Results go to stdout, everything else to stderr as one line that begins with `svctl: `. stdout is
 * flushed and checked once, in ctl_main(); a reader that went away (EPIPE) is no error.
 */

#include "ctl/style.h"

#include <stdbool.h>
#include <stddef.h>

/* What svctl exits with; design and man page name the same numbers. */
enum ctl_exit {
	CTL_DONE = 0,
	CTL_FAILED = 1,
	CTL_USAGE = 2,
	CTL_NOT_RUNNING = 3,
	CTL_NO_UNIT = 4,
	CTL_NOT_PERMITTED = 5,
	CTL_NO_SUPERVISOR = 7,
};

/* Every option that some verb has; a short letter is only a spelling of one of these. */
enum ctl_option {
	OPT_RUNTIME = 1,
	OPT_JSON,
	OPT_NO_BLOCK,
	OPT_HELP,
	OPT_VERSION,
	OPT_STATE,
	OPT_FAILED,
	OPT_QUIET,
	OPT_LINES,
	OPT_SIGNAL,
	OPT_WHOM,
	OPT_FOLLOW,
	OPT_SINCE,
	OPT_UNTIL,
	OPT_OUTPUT,
	OPT_UNITS,
	OPT_ROOTFS,
	OPT_NAME,
	OPT_VOLUME,
	OPT_TMPFS,
	OPT_ENV,
	OPT_USER,
	OPT_WORKDIR,
	OPT_MEMORY,
	OPT_CPUS,
	OPT_PIDS_LIMIT,
	OPT_HOSTNAME,
	OPT_NETWORK,
	OPT_READ_ONLY,
	OPT_CAP_ADD,
	OPT_CAP_DROP,
	OPT_NAMESPACES,
	OPT_PROPERTY,
	OPT_TTY,
	OPT_NO_TTY,
	OPT_DETACH,
	OPT_ROOT,
	OPT_NAMES,
	OPT_TREE,
	OPT_DOT,
	OPT_SVG,
	OPT_REVERSE,
	OPT_DRY_RUN,
};

struct ctl_value {
	enum ctl_option option;
	const char *value; /* NULL when the option takes none */
};

struct verb;

/* One invocation. Strings point into argv or the environment. */
struct ctl {
	const char *runtime; /* the supervisor's runtime directory */
	const struct verb *verb;
	bool json;
	bool no_block;
	struct style out; /* how stdout wants to be written */
	struct style err;
	const struct ctl_value *values; /* the verb's own options in the order given */
	size_t n_values;
	char *const *words; /* what is no option */
	size_t n_words;
};

/* True when the option was given. */
bool ctl_has(const struct ctl *c, enum ctl_option option);

/* The value of the option, the last one when it was given more than once; NULL when it was not. */
const char *ctl_value(const struct ctl *c, enum ctl_option option);

/* One line on stderr, `svctl: ` before it; control characters made visible on a terminal. */
void ctl_complain(const struct ctl *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for a wrong command line; returns CTL_USAGE. */
int ctl_usage(const struct ctl *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The whole program; main() only calls it. Returns the exit status. */
int ctl_main(int argc, char **argv);

#endif
