#ifndef SVINIT_CTL_TRANSIENT_H
#define SVINIT_CTL_TRANSIENT_H

/*
 * The unit file that `svctl run` makes of its options and its command. Options are only another
 * spelling of keys: each row of the table in transient.c names the key that it sets and how the
 * value is translated; the loader of the supervisor checks the values, with its own messages.
 */

#include "ctl/ctl.h"

/*
 * Makes the text. With `terminal` TERM is passed on, unless the person sets it. CTL_DONE with
 * *ret a string for free(), or an exit status, told.
 */
int transient_make(const struct ctl *c, bool terminal, char **ret);

#endif
