/* Times as a person writes them. The zone is UTC, now is 2026-11-23 15:30:00. */
#include "ctl/human.h"
#include "ctl/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define NOW 1795447800000000ULL
#define DAY 86400000000ULL

static const struct {
	const char *text;
	uint64_t usec;
} good[] = {
	{ "now", NOW },
	{ "today", NOW - 55800000000ULL },
	{ "yesterday", NOW - 55800000000ULL - DAY },
	{ "tomorrow", NOW - 55800000000ULL + DAY },
	{ "10:00", NOW - 19800000000ULL },
	{ "10:00:30", NOW - 19770000000ULL },
	{ "2026-11-23", NOW - 55800000000ULL },
	{ "2026-11-23 15:30", NOW },
	{ "2026-11-23 15:30:00", NOW },
	{ "2026-11-23T15:30:00.25", NOW + 250000 },
	{ "2026-11-23T15:30:00.123456789Z", NOW + 123456 },
	{ "2026-11-23T16:30:00+01:00", NOW },
	{ "2026-11-23T13:00:00-0230", NOW },
	{ "2026-11-23 15:30:00 UTC", NOW },
	{ "-5min", NOW - 300000000 },
	{ "5min ago", NOW - 300000000 },
	{ "5 minutes ago", NOW - 300000000 },
	{ "1h30m", NOW - 5400000000ULL },
	{ "1h 30min", NOW - 5400000000ULL },
	{ "+2s", NOW + 2000000 },
	{ "1.5s", NOW - 1500000 },
	{ "250ms", NOW - 250000 },
	{ "2 weeks ago", NOW - 14 * DAY },
	{ "@1795447800", NOW },
	{ "@1795447800.5", NOW + 500000 },
	{ "@0", 0 },
	{ "2024-02-29", 1709164800000000ULL },
};

static void every_form_is_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct error e = { 0 };
		uint64_t usec = 0;

		if (when_parse(good[i].text, NOW, &usec, &e) < 0 || usec != good[i].usec)
			fail_msg("%s: %s, got %lu want %lu", good[i].text, e.text, usec,
				 good[i].usec);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"-",
		"+",
		" ",
		"ago",
		"soon",
		"5",
		"5.5",
		"5parsecs",
		"-5",
		"min",
		"25:00",
		"10:60",
		"10:0",
		"10",
		"2026-13-01",
		"2026-02-30",
		"2025-02-29",
		"2026-1-1",
		"2026-11-23X10:00",
		"2026-11-23 ",
		"2026-11-23T10:00:00+1",
		"@",
		"@x",
		"@1x",
		"2026-11-23T10:00:00.Z",
		"99999999999999999999s",
		"1h30",
		"10:00:00 CET",
		"1969-01-01",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct error e = { 0 };
		uint64_t usec = 77;

		if (when_parse(bad[i], NOW, &usec, &e) == 0)
			fail_msg("'%s' is taken as %lu", bad[i], usec);
		assert_int_equal(usec, 77);
		assert_true(e.text[0]);
	}
}

static void a_time_zone_applies_to_what_has_none(void **state)
{
	uint64_t usec = 0;

	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	assert_int_equal(when_parse("2026-11-23 16:30", NOW, &usec, NULL), 0);
	assert_int_equal(usec, NOW);
	assert_int_equal(when_parse("2026-07-01 02:00", NOW, &usec, NULL), 0);
	assert_int_equal(usec, 1782864000000000ULL);
	setenv("TZ", "UTC", 1);
	tzset();
}

static void a_span_before_the_epoch_ends_there(void **state)
{
	uint64_t usec = 1;

	(void)state;
	assert_int_equal(when_parse("-90d", 1000, &usec, NULL), 0);
	assert_int_equal(usec, 0);
}

static void spans_are_short(void **state)
{
	static const struct {
		uint64_t usec;
		const char *text;
	} cases[] = {
		{ 0, "0us" },
		{ 850, "850us" },
		{ 12000, "12ms" },
		{ 1234567, "1.234s" },
		{ 60000000, "1min" },
		{ 303000000, "5min 3s" },
		{ 7500000000, "2h 5min" },
		{ 3 * DAY + 14400000000, "3d 4h" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t = { 0 };

		human_span(&t, cases[i].usec);
		assert_string_equal(t.data, cases[i].text);
		text_fini(&t);
	}
}

static void sizes_have_three_figures(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0B" },
		{ 1023, "1023B" },
		{ 1024, "1.0K" },
		{ 1536, "1.5K" },
		{ 1048575, "1.0M" },
		{ 67108864, "64.0M" },
		{ UINT64_MAX, "16.0E" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t = { 0 };

		human_bytes(&t, cases[i].bytes);
		assert_string_equal(t.data, cases[i].text);
		text_fini(&t);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_understood),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(a_time_zone_applies_to_what_has_none),
		cmocka_unit_test(a_span_before_the_epoch_ends_there),
		cmocka_unit_test(spans_are_short),
		cmocka_unit_test(sizes_have_three_figures),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
