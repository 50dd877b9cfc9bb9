#include "logd/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char stamp[] = "2026-01-02T03:04:05.678901234Z";

struct row {
	const char *in;
	enum lines_end end;
	bool midline;
	const char *out; /* without the stamps */
	size_t consumed;
	bool midline_after;
};

static const struct row rows[] = {
	{ "", LINES_KEEP, false, "", 0, false },
	{ "\n", LINES_KEEP, false, " stdout F \n", 1, false },
	{ "a\nb\n", LINES_KEEP, false, " stdout F a\n stdout F b\n", 4, false },
	{ "a\nb", LINES_KEEP, false, " stdout F a\n", 2, false },
	{ "a\nb", LINES_FLUSH, false, " stdout F a\n stdout P b\n", 3, true },
	{ "a\nb", LINES_CLOSE, false, " stdout F a\n stdout F b\n", 3, false },
	{ "", LINES_KEEP, true, "", 0, true },
	{ "", LINES_FLUSH, true, "", 0, true },
	{ "", LINES_CLOSE, true, " stdout F \n", 0, false },
	{ "", LINES_CLOSE, false, "", 0, false },
	{ "b", LINES_KEEP, true, "", 0, true },
	{ "b\n", LINES_KEEP, true, " stdout F b\n", 2, false },
	{ "a\n", LINES_CLOSE, true, " stdout F a\n", 2, false },
};

static struct lines_result format(const char *in, size_t n, enum lines_end end, bool midline,
				  char *out, size_t room)
{
	struct lines_request q = {
		.data = in,
		.size = n,
		.out = out,
		.room = room,
		.stamp = stamp,
		.stream = "stdout",
		.end = end,
		.midline = midline,
	};

	return lines_format(&q);
}

static void every_row_of_the_table_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[512], plain[512], *o = plain;
		struct lines_result r = format(rows[i].in, strlen(rows[i].in), rows[i].end,
					       rows[i].midline, out, sizeof(out));

		for (char *p = out; p < out + r.produced;) {
			char *nl = memchr(p, '\n', sizeof(out));

			assert_memory_equal(p, stamp, STAMP_BYTES);
			p += STAMP_BYTES;
			memcpy(o, p, (size_t)(nl + 1 - p));
			o += nl + 1 - p;
			p = nl + 1;
		}
		*o = '\0';
		assert_string_equal(plain, rows[i].out);
		assert_int_equal(r.consumed, rows[i].consumed);
		assert_int_equal(r.midline, rows[i].midline_after);
		assert_false(r.full);
	}
}

static void a_line_of_the_most_bytes_is_whole_and_one_more_is_cut(void **state)
{
	static char in[LINES_MAX + 2], out[3 * LINES_RECORD_MAX];
	struct lines_result r;

	(void)state;
	memset(in, 'x', sizeof(in));
	in[LINES_MAX] = '\n';
	r = format(in, LINES_MAX + 1, LINES_KEEP, false, out, sizeof(out));
	assert_int_equal(r.consumed, LINES_MAX + 1);
	assert_int_equal(r.produced, LINES_RECORD_MAX);
	assert_int_equal(out[38], 'F');
	in[LINES_MAX] = 'y';
	in[LINES_MAX + 1] = '\n';
	r = format(in, LINES_MAX + 2, LINES_KEEP, false, out, sizeof(out));
	assert_int_equal(r.consumed, LINES_MAX + 2);
	assert_int_equal(out[38], 'P');
	assert_int_equal(out[LINES_RECORD_MAX + 38], 'F');
	assert_int_equal(out[LINES_RECORD_MAX + 40], 'y');
	/* Without its newline it may still be a whole one: it waits. */
	r = format(in, LINES_MAX, LINES_KEEP, false, out, sizeof(out));
	assert_int_equal(r.consumed, 0);
	r = format(in, LINES_MAX + 1, LINES_KEEP, false, out, sizeof(out));
	assert_int_equal(r.consumed, LINES_MAX);
	assert_true(r.midline);
}

static void a_record_that_does_not_fit_is_left(void **state)
{
	char out[512];
	struct lines_result r;

	(void)state;
	r = format("aa\nbb\n", 6, LINES_KEEP, false, out, 43 + 42);
	assert_true(r.full);
	assert_int_equal(r.consumed, 3);
	assert_int_equal(r.produced, 43);
	r = format("aa\nbb", 5, LINES_CLOSE, false, out, 43 + 42);
	assert_true(r.full);
	assert_int_equal(r.consumed, 3);
	r = format("aa\nbb", 5, LINES_CLOSE, false, out, 43 + 43);
	assert_false(r.full);
}

static void stamps_have_nine_digits_and_sort(void **state)
{
	char a[STAMP_BYTES], b[STAMP_BYTES];

	(void)state;
	stamp_write(1767323045678901234u, a);
	assert_memory_equal(a, stamp, STAMP_BYTES);
	assert_int_equal(stamp_read(a), 1767323045678901234u);
	stamp_write(1767323046000000000u, b);
	assert_memory_equal(b, "2026-01-02T03:04:06.000000000Z", STAMP_BYTES);
	assert_true(memcmp(a, b, STAMP_BYTES) < 0);
	stamp_from_usec(UINT64_MAX / 2, b);
	assert_true(memcmp(a, b, STAMP_BYTES) < 0);
	assert_true(stamp_is(b, STAMP_BYTES));
	assert_false(stamp_is(a, STAMP_BYTES - 1));
	assert_false(stamp_is("2026-01-02 03:04:05.678901234Z", STAMP_BYTES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_table_holds),
		cmocka_unit_test(a_line_of_the_most_bytes_is_whole_and_one_more_is_cut),
		cmocka_unit_test(a_record_that_does_not_fit_is_left),
		cmocka_unit_test(stamps_have_nine_digits_and_sort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
