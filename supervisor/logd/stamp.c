#include "logd/stamp.h"

#include <string.h>
#include <time.h>

static const char shape[] = "0000-00-00T00:00:00.000000000Z";

static void put(char *at, unsigned long value, int digits)
{
	while (digits--) {
		at[digits] = (char)('0' + value % 10);
		value /= 10;
	}
}

static void stamp_put(time_t seconds, unsigned long ns, char *ret)
{
	struct tm tm;

	memcpy(ret, shape, STAMP_BYTES);
	if (!gmtime_r(&seconds, &tm) || tm.tm_year > 8099) {
		memcpy(ret, "9999-12-31T23:59:59.999999999Z", STAMP_BYTES);
		return;
	}
	put(ret, (unsigned long)tm.tm_year + 1900, 4);
	put(ret + 5, (unsigned long)tm.tm_mon + 1, 2);
	put(ret + 8, (unsigned long)tm.tm_mday, 2);
	put(ret + 11, (unsigned long)tm.tm_hour, 2);
	put(ret + 14, (unsigned long)tm.tm_min, 2);
	put(ret + 17, (unsigned long)tm.tm_sec, 2);
	put(ret + 20, ns, 9);
}

void stamp_write(uint64_t ns, char *ret)
{
	stamp_put((time_t)(ns / 1000000000), (unsigned long)(ns % 1000000000), ret);
}

void stamp_from_usec(uint64_t usec, char *ret)
{
	stamp_put((time_t)(usec / 1000000), (unsigned long)(usec % 1000000) * 1000, ret);
}

bool stamp_is(const char *s, size_t n)
{
	if (n < STAMP_BYTES)
		return false;
	for (size_t i = 0; i < STAMP_BYTES; i++) {
		if (shape[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != shape[i])
			return false;
	}
	return true;
}

static int number(const char *s, int digits)
{
	int n = 0;

	while (digits--)
		n = n * 10 + (*s++ - '0');
	return n;
}

uint64_t stamp_read(const char *s)
{
	struct tm tm = {
		.tm_year = number(s, 4) - 1900,
		.tm_mon = number(s + 5, 2) - 1,
		.tm_mday = number(s + 8, 2),
		.tm_hour = number(s + 11, 2),
		.tm_min = number(s + 14, 2),
		.tm_sec = number(s + 17, 2),
	};

	return (uint64_t)timegm(&tm) * 1000000000 + (uint64_t)number(s + 20, 9);
}
