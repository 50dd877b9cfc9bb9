#ifndef SVINIT_BASE_NAMES_H
#define SVINIT_BASE_NAMES_H

/*
 * Names that the field already has, both ways: signals and resource limits. One list each; the unit
 * language, svctl and the messages read it.
 */

#include <stddef.h>

/* "SIGTERM", "TERM" or "15" to the number; -EINVAL when it is none. Real-time: "RTMIN+3". */
int signal_from_name(const char *name);

/* "SIGTERM" for 15; "SIGRTMIN+3" for real-time; "signal N" when it is none. `buf` needs 32 bytes.
 */
const char *signal_name(int number, char *buf, size_t size);

/* "NOFILE" to RLIMIT_NOFILE; -EINVAL when it is none. */
int rlimit_from_name(const char *name);

/* "NOFILE" for RLIMIT_NOFILE; NULL when it is none. */
const char *rlimit_name(int resource);

#endif
