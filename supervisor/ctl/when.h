#ifndef SVINIT_CTL_WHEN_H
#define SVINIT_CTL_WHEN_H

/*
 * A point in time as a person writes it. All of these, in local time where no zone is given:
 *
 *   2026-11-23T10:00:00.5Z   2026-11-23T10:00:00+01:00   2026-11-23 10:00:00   2026-11-23 10:00
 *   2026-11-23   10:00   10:00:30   now   today   yesterday   tomorrow   @1795428000 @1795428000.25
 *   -5min   5min ago   1h30m   "1h 30min"   +5min
 *
 * A span alone lies in the past, as `--since 1h30m` means. Units: us ms s m h d w, min, hour, …
 */

#include "base/error.h"

#include <stdint.h>

/*
 * Sets *ret_usec to microseconds since the epoch. 0, or -EINVAL with what is wrong in e.
 */
int when_parse(const char *s, uint64_t now_usec, uint64_t *ret_usec, struct error *e);

#endif
