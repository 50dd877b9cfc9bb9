#ifndef SVINIT_BASE_CLOCK_H
#define SVINIT_BASE_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC in milliseconds and microseconds. */
uint64_t clock_now_ms(void);
uint64_t clock_now_usec(void);

/* CLOCK_REALTIME in microseconds since the epoch. */
uint64_t clock_wall_usec(void);

#endif
