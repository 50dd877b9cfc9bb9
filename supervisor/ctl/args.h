#ifndef SVINIT_CTL_ARGS_H
#define SVINIT_CTL_ARGS_H

/*
 * The command line, read by the table of verbs. Global options stand before or after the verb;
 * `--name value`, `--name=value`, `-xVALUE` and bundled letters are understood; `--` ends the
 * options, and so does the first word of a verb whose words are a command.
 */

#include "ctl/ctl.h"
#include "ctl/verb.h"

struct args {
	struct ctl_value *values;
	char **words;
	bool help;
	bool version;
};

/*
 * Fills c and a. CTL_DONE, or another status after having told what is wrong. c->verb is NULL when
 * no verb was given. c points into a and argv; args_fini() in every case.
 */
int args_read(int argc, char **argv, struct args *a, struct ctl *c);
void args_fini(struct args *a);

/* Prints the help of one verb, or with NULL of svctl, to stdout. */
void args_help(const struct verb *verb);

#endif
