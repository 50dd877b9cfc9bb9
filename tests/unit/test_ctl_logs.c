/* Log records become lines; the verb `logs` against a scripted supervisor. */
#include "ctl-fake.h"
#include "ctl/logline.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define AT "2026-01-02T03:04:05.678901234Z"

static const struct style plain = { 0 };
static const struct style terminal = { .terminal = true, .colour = true };

/* Feeds the data in pieces of `step` bytes. */
static void expect_lines(enum logline_format format, const struct style *s, const char *data,
			 size_t step, const char *want)
{
	struct logline l;
	struct text out = { 0 };
	size_t n = strlen(data);

	logline_init(&l, format, s);
	for (size_t i = 0; i < n; i += step)
		assert_int_equal(logline_feed(&l, data + i, n - i < step ? n - i : step, &out), 0);
	assert_int_equal(logline_end(&l, &out), 0);
	assert_string_equal(out.data ? out.data : "", want);
	logline_fini(&l);
	text_fini(&out);
}

static const char two[] = "web " AT " stdout F hello\nweb " AT " stderr F oh  no\n";

static void each_format_has_its_form(void **state)
{
	(void)state;
	expect_lines(LOGLINE_SHORT, &plain, two, 1000,
		     "Jan 02 03:04:05.678 web: hello\nJan 02 03:04:05.678 web: oh  no\n");
	expect_lines(LOGLINE_CRI, &plain, two, 1000, two);
	expect_lines(LOGLINE_CAT, &plain, two, 1000, "hello\noh  no\n");
	expect_lines(LOGLINE_JSON, &plain, "web " AT " stdout F a\"b\xff\n", 1000,
		     "{\"time\":\"" AT "\",\"unit\":\"web\",\"stream\":\"stdout\","
		     "\"message\":\"a\\\"b\xef\xbf\xbd\"}\n");
}

static void records_in_pieces_are_the_same_lines(void **state)
{
	(void)state;
	for (size_t step = 1; step < 70; step++)
		expect_lines(LOGLINE_CAT, &plain, two, step, "hello\noh  no\n");
}

static void parts_are_joined_a_unit_and_stream(void **state)
{
	(void)state;
	expect_lines(LOGLINE_SHORT, &plain,
		     "a " AT " stdout P one\nb " AT " stdout P eins\na " AT " stderr F between\n"
		     "a 2026-01-02T03:04:06Z stdout P  two\nb " AT " stdout F  zwei\na " AT
		     " stdout F  three\n",
		     7,
		     "Jan 02 03:04:05.678 a: between\nJan 02 03:04:05.678 b: eins zwei\n"
		     "Jan 02 03:04:05.678 a: one two three\n");
}

static void an_unfinished_line_is_shown_at_the_end(void **state)
{
	(void)state;
	expect_lines(LOGLINE_CAT, &plain, "a " AT " stdout P one\na " AT " stdout P two", 1000,
		     "onetwo\n");
}

static void an_empty_message_is_an_empty_line(void **state)
{
	(void)state;
	expect_lines(LOGLINE_CAT, &plain, "a " AT " stdout F \na " AT " stdout F\n", 1000, "\n\n");
}

static void what_is_no_record_is_not_lost(void **state)
{
	(void)state;
	expect_lines(LOGLINE_SHORT, &plain, "nonsense\n\n", 1000, "nonsense\n");
}

static void a_log_does_not_steer_the_terminal(void **state)
{
	(void)state;
	expect_lines(LOGLINE_CAT, &terminal, "a " AT " stdout F \033]0;title\a\r\n", 1000,
		     "^[]0;title^G^M\n");
}

static void an_endless_line_is_given_out_in_bounded_pieces(void **state)
{
	struct logline l;
	struct text out = { 0 }, record = { 0 };
	AUTO_FREE char *part = calloc(1, 1 << 20);

	(void)state;
	assert_non_null(part);
	memset(part, 'x', (1 << 20) - 1);
	text_printf(&record, "a " AT " stdout P %s\n", part);
	logline_init(&l, LOGLINE_CAT, &plain);
	for (int i = 0; i < 20; i++)
		assert_int_equal(logline_feed(&l, record.data, record.size, &out), 0);
	assert_in_range(out.size, LOGLINE_MAX_BYTES, LOGLINE_MAX_BYTES + (1 << 20));
	logline_fini(&l);
	text_fini(&out);
	text_fini(&record);
}

static void reply_with_lines(struct fake *f, const char *lines)
{
	int fds[2];

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(write(fds[1], lines, strlen(lines)), strlen(lines));
	fake_reply_with(f, "{\"parameters\":{}}", fds, 1);
	close(fds[0]);
	close(fds[1]);
}

static void logs_prints_what_comes_over_the_descriptor(void **state)
{
	struct fake f;
	json_t *p;

	(void)state;
	fake_open(&f);
	fake_svctl(&f, "logs", "-n", "5", "--since", "@10", "--until=@20", "web", "db", NULL);
	p = fake_expect(&f, "io.svinit.Logs");
	assert_int_equal(json_integer_value(json_object_get(p, "last")), 5);
	assert_int_equal(json_integer_value(json_object_get(p, "since_usec")), 10000000);
	assert_int_equal(json_integer_value(json_object_get(p, "until_usec")), 20000000);
	assert_true(json_is_false(json_object_get(p, "follow")));
	assert_int_equal(json_array_size(json_object_get(p, "units")), 2);
	reply_with_lines(&f, two);
	assert_int_equal(fake_wait(&f), 0);
	assert_string_equal(f.text[0],
			    "Jan 02 03:04:05.678 web: hello\nJan 02 03:04:05.678 web: oh  no\n");
	assert_string_equal(f.text[1], "");
	fake_close(&f);
}

static void follow_starts_with_ten_lines_and_ends_with_ctrl_c(void **state)
{
	struct fake f;
	int fds[2];
	char c;

	(void)state;
	fake_open(&f);
	fake_svctl(&f, "logs", "-f", "-o", "cat", NULL);
	assert_int_equal(
		json_integer_value(json_object_get(fake_expect(&f, "io.svinit.Logs"), "last")), 10);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	fake_reply_with(&f, "{\"parameters\":{}}", fds, 1);
	close(fds[0]);
	assert_int_equal(write(fds[1], two, sizeof(two) - 1), sizeof(two) - 1);
	while (pread(f.files[0], &c, 1, 0) != 1)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	kill(f.pid, SIGINT);
	assert_int_equal(fake_wait(&f), 0);
	assert_string_equal(f.text[0], "hello\noh  no\n");
	close(fds[1]);
	fake_close(&f);
}

static void a_missing_descriptor_is_told(void **state)
{
	struct fake f;

	(void)state;
	fake_open(&f);
	fake_svctl(&f, "logs", NULL);
	fake_expect(&f, "io.svinit.Logs");
	fake_reply(&f, "{\"parameters\":{}}");
	assert_int_equal(fake_wait(&f), 1);
	assert_string_equal(f.text[1], "svctl: logs: the supervisor sent no descriptor\n");
	fake_close(&f);
}

static void wrong_options_are_usage_errors(void **state)
{
	static const char *const cases[][2] = {
		{ "--since=soon", "svctl: --since: 'soon' is no time" },
		{ "--until=5", "svctl: --until: '5' is a bare number" },
		{ "-nmany", "svctl: --lines: 'many' is no number of lines" },
		{ "-oxml", "svctl: --output: 'xml' is none of short, cri, json, cat" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake f;

		fake_open(&f);
		fake_svctl(&f, "logs", cases[i][0], NULL);
		assert_int_equal(fake_wait(&f), 2);
		if (!strstr(f.text[1], cases[i][1]))
			fail_msg("%s", f.text[1]);
		fake_close(&f);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format_has_its_form),
		cmocka_unit_test(records_in_pieces_are_the_same_lines),
		cmocka_unit_test(parts_are_joined_a_unit_and_stream),
		cmocka_unit_test(an_unfinished_line_is_shown_at_the_end),
		cmocka_unit_test(an_empty_message_is_an_empty_line),
		cmocka_unit_test(what_is_no_record_is_not_lost),
		cmocka_unit_test(a_log_does_not_steer_the_terminal),
		cmocka_unit_test(an_endless_line_is_given_out_in_bounded_pieces),
		cmocka_unit_test(logs_prints_what_comes_over_the_descriptor),
		cmocka_unit_test(follow_starts_with_ten_lines_and_ends_with_ctrl_c),
		cmocka_unit_test(a_missing_descriptor_is_told),
		cmocka_unit_test(wrong_options_are_usage_errors),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
