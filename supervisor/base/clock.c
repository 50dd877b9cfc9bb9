#include "base/clock.h"

#include <time.h>

static uint64_t read_usec(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

uint64_t clock_now_ms(void)
{
	return read_usec(CLOCK_MONOTONIC) / 1000;
}

uint64_t clock_now_usec(void)
{
	return read_usec(CLOCK_MONOTONIC);
}

uint64_t clock_wall_usec(void)
{
	return read_usec(CLOCK_REALTIME);
}
