#include "ctl/human.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

void human_bytes(struct text *t, uint64_t bytes)
{
	static const char units[] = "KMGTPE";
	double n = (double)bytes / 1024;
	size_t i = 0;

	if (bytes < 1024) {
		text_printf(t, "%" PRIu64 "B", bytes);
		return;
	}
	/* From 999.95 on it would print as 1000.0. */
	while (n >= 999.95 && units[i + 1]) {
		n /= 1024;
		i++;
	}
	text_printf(t, "%.1f%c", n, units[i]);
}

void human_span(struct text *t, uint64_t usec)
{
	static const struct {
		const char *name;
		uint64_t seconds;
	} units[] = { { "d", 86400 }, { "h", 3600 }, { "min", 60 }, { "s", 1 } };
	uint64_t s = usec / 1000000;

	if (usec < 1000) {
		text_printf(t, "%" PRIu64 "us", usec);
	} else if (usec < 1000000) {
		text_printf(t, "%" PRIu64 "ms", usec / 1000);
	} else if (s < 60) {
		text_printf(t, "%" PRIu64 ".%03" PRIu64 "s", s, usec % 1000000 / 1000);
	} else {
		for (size_t i = 0; i + 1 < sizeof(units) / sizeof(units[0]); i++) {
			uint64_t n = s / units[i].seconds;
			uint64_t rest = s % units[i].seconds / units[i + 1].seconds;

			if (!n)
				continue;
			text_printf(t, "%" PRIu64 "%s", n, units[i].name);
			if (rest)
				text_printf(t, " %" PRIu64 "%s", rest, units[i + 1].name);
			break;
		}
	}
}

void human_ago(struct text *t, uint64_t then_usec, uint64_t now_usec)
{
	bool past = then_usec <= now_usec;
	uint64_t usec = past ? now_usec - then_usec : then_usec - now_usec;

	if (!past)
		text_puts(t, "in ");
	/* Whole seconds: nobody reads the milliseconds of a distance. */
	if (usec < 60 * 1000000ULL)
		text_printf(t, "%" PRIu64 "s", usec / 1000000);
	else
		human_span(t, usec);
	if (past)
		text_puts(t, " ago");
}

static void add_time(struct text *t, const char *format, uint64_t usec)
{
	time_t s = (time_t)(usec / 1000000);
	struct tm tm;
	char buf[96];

	if (localtime_r(&s, &tm) && strftime(buf, sizeof(buf), format, &tm))
		text_puts(t, buf);
	else
		text_printf(t, "@%" PRIu64, usec / 1000000);
}

void human_date(struct text *t, uint64_t usec)
{
	add_time(t, "%a %Y-%m-%d %H:%M:%S %Z", usec);
}

void human_stamp(struct text *t, uint64_t usec)
{
	add_time(t, "%b %d %H:%M:%S", usec);
	text_printf(t, ".%03" PRIu64, usec % 1000000 / 1000);
}
