#ifndef SVINIT_CTL_VERB_H
#define SVINIT_CTL_VERB_H

/*
 * The table of verbs. A row says everything: how the verb is written, what it takes, what it does.
 * Help, usage errors and "did you mean" come from it and from nowhere else.
 */

#include "ctl/ctl.h"

#include <stddef.h>

enum { ANY_WORDS = 1 << 20 };

struct option {
	enum ctl_option option;
	char letter;          /* 0: none */
	const char *name;     /* without the dashes */
	const char *argument; /* what it is called in help; NULL: the option takes none */
	const char *help;
};

struct verb {
	const char *name;
	const char *arguments;        /* as in a usage line */
	const char *help;             /* one line */
	const struct option *options; /* its own ones; ends with option 0; NULL: none */
	size_t least, most;           /* words */
	bool command_follows;         /* the first word ends the options, as in `run` */
	const char *group;            /* heading in the help; the same for neighbours */
	int (*run)(const struct ctl *c);
};

/* All verbs in the order of the help. */
const struct verb *verb_table(size_t *ret_n);
const struct verb *verb_find(const char *name);

/* The options that every verb takes; ends with option 0. */
const struct option *verb_global_options(void);

/* The functions of the table, one file each (jobs.c and ask.c hold the alike ones). */
int verb_status(const struct ctl *c);
int verb_list(const struct ctl *c);
int verb_show(const struct ctl *c);
int verb_cat(const struct ctl *c);
int verb_explain(const struct ctl *c);
int verb_graph(const struct ctl *c);
int verb_list_dependencies(const struct ctl *c);
int verb_enable(const struct ctl *c);
int verb_disable(const struct ctl *c);
int verb_mask(const struct ctl *c);
int verb_unmask(const struct ctl *c);
int verb_apply(const struct ctl *c);
int verb_start(const struct ctl *c);
int verb_stop(const struct ctl *c);
int verb_restart(const struct ctl *c);
int verb_try_restart(const struct ctl *c);
int verb_reset_failed(const struct ctl *c);
int verb_kill(const struct ctl *c);
int verb_logs(const struct ctl *c);
int verb_verify(const struct ctl *c);
int verb_run(const struct ctl *c);
int verb_is_active(const struct ctl *c);
int verb_is_failed(const struct ctl *c);
int verb_reload(const struct ctl *c);
int verb_version(const struct ctl *c);
int verb_finish(const struct ctl *c);
int verb_help(const struct ctl *c);

#endif
