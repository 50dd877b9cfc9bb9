#ifndef SVINIT_LOGD_STAMP_H
#define SVINIT_LOGD_STAMP_H

/*
 * Time stamps of log lines: RFC3339 in UTC with exactly nine digits, so that all have the same
 * length and comparing the bytes compares the times: `2026-01-02T03:04:05.678901234Z`.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STAMP_BYTES = 30 };

/* Writes the STAMP_BYTES bytes for `ns` nanoseconds since the epoch (CLOCK_REALTIME), no NUL. */
void stamp_write(uint64_t ns, char *ret);

/* The same for microseconds; times after the year 9999 become the last stamp there is. */
void stamp_from_usec(uint64_t usec, char *ret);

/* The nanoseconds since the epoch of a stamp that stamp_is() accepts. */
uint64_t stamp_read(const char *s);

/* True when s begins with a stamp. */
bool stamp_is(const char *s, size_t n);

#endif
