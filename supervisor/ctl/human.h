#ifndef SVINIT_CTL_HUMAN_H
#define SVINIT_CTL_HUMAN_H

/* Numbers as a person reads them. Every function adds to a text. */

#include "base/str.h"

#include <stdint.h>

/* `512B`, `12.3K`, `1.5G`: three figures, powers of 1024. */
void human_bytes(struct text *t, uint64_t bytes);

/* `850us`, `12ms`, `1.234s`, `5min 3s`, `2h 5min`, `3d 4h`: the two greatest units. */
void human_span(struct text *t, uint64_t usec);

/* `5s ago`, `2h 5min ago`, `in 3s`. */
void human_ago(struct text *t, uint64_t then_usec, uint64_t now_usec);

/* `Mon 2026-11-23 10:00:00 UTC`, local time; usec since the epoch. */
void human_date(struct text *t, uint64_t usec);

/* `Nov 23 10:00:00.123`, local time, as the short form of logs. */
void human_stamp(struct text *t, uint64_t usec);

#endif
