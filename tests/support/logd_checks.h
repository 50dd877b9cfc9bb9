#ifndef SVINIT_TESTS_LOGD_CHECKS_H
#define SVINIT_TESTS_LOGD_CHECKS_H

/* A world with a running svlogd as a cmocka fixture, and what is asserted about its log. */

#include "logd_driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <cmocka.h>

enum { PREFIX = 40 };

#define ALL     .last = UINT64_MAX, .until_usec = UINT64_MAX
#define LAST(n) .last = (n), .until_usec = UINT64_MAX

static inline int setup(void **state)
{
	struct world *w = malloc(sizeof(*w));

	world_make(w);
	world_start(w);
	*state = w;
	return 0;
}

static inline int teardown(void **state)
{
	world_remove(*state);
	free(*state);
	return 0;
}

static inline void say(int fd, const char *text)
{
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
}

/* The text without its time stamps (and, in answers, with the units kept). */
static inline char *without_stamps(char *text)
{
	char *o = text;

	for (const char *p = text; *p;) {
		const char *z = strstr(p, "Z std");

		if (z && z - p >= 29) {
			memmove(o, p, (size_t)(z - p) - 29);
			o += z - p - 29;
			p = z + 2;
		}
		while (*p && (*o++ = *p++) != '\n')
			;
	}
	*o = '\0';
	return text;
}

static inline void assert_log(struct world *w, const char *unit, const char *want)
{
	char *all = world_all(w, unit, NULL, NULL);

	assert_string_equal(without_stamps(all), want);
	free(all);
}

static inline void assert_answer(struct world *w, const char *names, struct log_query q,
				 const char *want)
{
	char *text = world_ask(w, names, q);

	assert_string_equal(without_stamps(text), want);
	free(text);
}

static inline uint64_t wall_usec(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

#endif
