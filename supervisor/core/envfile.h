#ifndef SVINIT_CORE_ENVFILE_H
#define SVINIT_CORE_ENVFILE_H

/*
 * The text of an EnvironmentFile=, as systemd reads it: `NAME=value` lines, `#` and `;` comments,
 * values bare or in quotes (`'…'` as they stand; `"…"` with `\"`, `\\`, `\$` and
 * `` \` `` unescaped; both may span lines), a `\` at the end of a line continues it.
 */

#include "base/error.h"

#include <stddef.h>

/*
 * Calls found() with each "NAME=value" in order. 0; what found() returned when that was not 0; or
 * -EINVAL with *e set to the file, line and column of what is wrong.
 */
int envfile_parse(const char *file, const char *text, size_t size,
		  int (*found)(void *arg, const char *assignment), void *arg, struct error *e);

#endif
