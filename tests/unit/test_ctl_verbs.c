/* Every verb's exit status and words, against a scripted supervisor. */
#include "ctl-fake.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define UNIT(name, active)                                                                         \
	"{\"name\":\"" name "\",\"description\":\"The " name                                       \
	"\",\"load\":\"loaded\",\"active\":\"" active                                              \
	"\",\"sub\":\"x\",\"pid\":42,\"since\":\"2026-01-02T03:04:05Z\",\"restarts\":3,"           \
	"\"memory_bytes\":67108864,\"cpu_usec\":1234567,\"tasks\":2,\"source\":\"/u/" name         \
	".ini\","                                                                                  \
	"\"not_enforced\":[\"CPUQuota\"]}"
#define STATUS(units)                                                                              \
	"{\"parameters\":{\"system\":{\"state\":\"running\",\"units\":2,\"failed\":1},\"units\":"  \
	"[" units "]}}"
#define NO_UNIT(name)                                                                              \
	"{\"error\":\"io.svinit.NoSuchUnit\",\"parameters\":{\"unit\":\"" name                     \
	"\",\"message\":\"no unit " name "\"}}"

static int setup(void **state)
{
	static struct fake f;

	fake_open(&f);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	fake_close(*state);
	return 0;
}

/* One verb with up to two words, one answer, one exit status. */
static void expect_status(const char *verb, const char *word, const char *method,
			  const char *answer, int status)
{
	struct fake f;
	int got;

	fake_open(&f);
	fake_svctl(&f, verb, word, NULL);
	fake_expect(&f, method);
	fake_reply(&f, answer);
	got = fake_wait(&f);
	if (got != status)
		fail_msg("%s: %d, want %d: %s%s", verb, got, status, f.text[0], f.text[1]);
	fake_close(&f);
}

static void status_of_a_unit_is_an_exit_status(void **state)
{
	(void)state;
	expect_status("status", "--json", "io.svinit.Status", STATUS(UNIT("a", "failed")), 0);
	expect_status("is-active", "a", "io.svinit.Status", STATUS(UNIT("a", "active")), 0);
	expect_status("is-active", "a", "io.svinit.Status", STATUS(UNIT("a", "failed")), 3);
	expect_status("is-active", "a", "io.svinit.Status", NO_UNIT("a"), 4);
	expect_status("is-failed", "a", "io.svinit.Status", STATUS(UNIT("a", "failed")), 0);
	expect_status("is-failed", "a", "io.svinit.Status", STATUS(UNIT("a", "active")), 1);
	expect_status("is-failed", "a", "io.svinit.Status", NO_UNIT("a"), 4);
}

static void every_error_has_its_exit_status(void **state)
{
#define ERROR(name) "{\"error\":\"" name "\",\"parameters\":{\"message\":\"m\"}}"
	static const struct {
		const char *answer;
		int status;
	} cases[] = {
		{ "{\"parameters\":{\"jobs\":[]}}", 0 },
		{ "{}", 0 },
		{ ERROR("io.svinit.Failed"), 1 },
		{ ERROR("io.svinit.Stopping"), 1 },
		{ ERROR("org.varlink.service.InvalidParameter"), 2 },
		{ NO_UNIT("web"), 4 },
		{ ERROR("io.svinit.NotPermitted"), 5 },
		{ ERROR("no.such.error"), 1 },
		{ "{\"error\":\"io.svinit.Failed\"}", 1 },
		{ "{\"error\":\"io.svinit.Failed\",\"parameters\":[]}", 1 },
		{ "{\"parameters\":{\"jobs\":[{\"unit\":\"web\",\"result\":\"failed\"}]}}", 1 },
		{ "{\"parameters\":{\"jobs\":[{\"unit\":\"web\",\"result\":\"queued\"}]}}", 0 },
		{ "{\"parameters\":{\"jobs\":[{\"unit\":\"web\",\"result\":\"skipped\"}]}}", 0 },
		{ "{\"parameters\":{\"jobs\":[7,null,{}]}}", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_status("start", "web", "io.svinit.Start", cases[i].answer, cases[i].status);
}

static void start_says_nothing_when_well_and_one_line_a_failed_unit(void **state)
{
	struct fake *f = *state;
	json_t *p;

	fake_svctl(f, "--no-block", "start", "web", "db", NULL);
	p = fake_expect(f, "io.svinit.Start");
	assert_true(json_is_false(json_object_get(p, "block")));
	assert_int_equal(json_array_size(json_object_get(p, "units")), 2);
	fake_reply(f, "{\"parameters\":{\"jobs\":[{\"unit\":\"web\",\"result\":\"done\"},"
		      "{\"unit\":\"db\",\"result\":\"failed\",\"message\":\"db.ini:3: Exec: exec: "
		      "/x: No such file or directory\"}]}}");
	assert_int_equal(fake_wait(f), 1);
	assert_string_equal(f->text[0], "");
	assert_string_equal(f->text[1],
			    "svctl: db: db.ini:3: Exec: exec: /x: No such file or directory\n");
}

static void diagnostics_are_printed_line_by_line(void **state)
{
	struct fake *f = *state;

	fake_svctl(f, "daemon-reload", NULL);
	fake_expect(f, "io.svinit.Reload");
	fake_reply(f, "{\"error\":\"io.svinit.BadUnit\",\"parameters\":{\"diagnostics\":[\"a:1: "
		      "x\",\"a:2: y\"]}}");
	assert_int_equal(fake_wait(f), 1);
	assert_string_equal(f->text[1], "svctl: a:1: x\nsvctl: a:2: y\n");
}

static void status_of_units_shows_each_with_its_log(void **state)
{
	struct fake *f = *state;

	fake_svctl(f, "status", "a", NULL);
	fake_expect(f, "io.svinit.Status");
	fake_reply(f, STATUS(UNIT("a", "active")));
	assert_int_equal(
		json_integer_value(json_object_get(fake_expect(f, "io.svinit.Logs"), "last")), 10);
	fake_reply_with(f, "{\"parameters\":{}}", &f->files[1], 1);
	assert_int_equal(fake_wait(f), 0);
	for (const char *const *p =
		     (const char *const[]){
			     " a - The a\n", "Loaded: loaded (/u/a.ini)\n",
			     "Active: active (x) since Fri 2026-01-02 03:04:05 UTC; ",
			     "Main PID: 42\n", "Tasks: 2\n", "Memory: 64.0M\n", "CPU: 1.234s\n",
			     "Restarts: 3\n", "Not enforced: CPUQuota\n", NULL };
	     *p; p++)
		if (!strstr(f->text[0], *p))
			fail_msg("no '%s' in: %s", *p, f->text[0]);
}

static void an_unknown_unit_does_not_hide_the_others(void **state)
{
	struct fake *f = *state;

	fake_svctl(f, "status", "--json", "a", "nope", NULL);
	fake_expect(f, "io.svinit.Status");
	fake_reply(f, NO_UNIT("nope"));
	assert_int_equal(
		json_array_size(json_object_get(fake_expect(f, "io.svinit.Status"), "units")), 1);
	fake_reply(f, STATUS(UNIT("a", "active")));
	assert_int_equal(fake_wait(f), 4);
	assert_non_null(strstr(f->text[0], "\"name\":\"a\""));
	assert_string_equal(f->text[1], "svctl: no unit nope\n");
}

static void list_filters_by_state(void **state)
{
	struct fake *f = *state;

	fake_svctl(f, "list", "--failed", NULL);
	fake_expect(f, "io.svinit.Status");
	fake_reply(f, STATUS(UNIT("good", "active") "," UNIT("bad", "failed")));
	assert_int_equal(fake_wait(f), 0);
	assert_non_null(strstr(f->text[0], "NAME  ACTIVE  SUB  PID  MEMORY  RESTARTS  SINCE"));
	assert_non_null(strstr(f->text[0], "bad   failed  x     42   64.0M         3  "));
	assert_null(strstr(f->text[0], "good"));
}

static void missing_members_are_no_crash(void **state)
{
	static const char *const answers[] = {
		"{}",
		"{\"parameters\":{}}",
		"{\"parameters\":{\"units\":7,\"system\":[]}}",
		"{\"parameters\":{\"units\":[1,null,{},{\"name\":3,\"since\":{},\"exit\":7}]}}",
		"{\"parameters\":{\"units\":[{\"exit\":{\"reason\":5},\"pid\":1e99}]}}",
		"{\"parameters\":{\"units\":[{\"not_enforced\":{},\"memory_bytes\":-5}]}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		expect_status("status", NULL, "io.svinit.Status", answers[i], 0);
		expect_status("list", NULL, "io.svinit.Status", answers[i], 0);
		expect_status("show", "a", "io.svinit.Show", answers[i], 0);
		expect_status("is-active", "a", "io.svinit.Status", answers[i], 3);
	}
}

static void an_answer_that_is_no_json_is_told(void **state)
{
	expect_status("list", NULL, "io.svinit.Status", "[]", 7);
	expect_status("start", "a", "io.svinit.Start", "garbage", 7);
	(void)state;
}

static void a_reading_verb_asks_again_when_the_connection_breaks(void **state)
{
	struct fake *f = *state;

	fake_svctl(f, "list", NULL);
	fake_expect(f, "io.svinit.Status");
	fake_hang_up(f);
	fake_expect(f, "io.svinit.Status");
	fake_reply(f, STATUS(UNIT("a", "active")));
	assert_int_equal(fake_wait(f), 0);
}

static void an_acting_verb_is_asked_once_only(void **state)
{
	struct fake *f = *state;

	fake_svctl(f, "restart", "a", NULL);
	fake_expect(f, "io.svinit.Restart");
	fake_hang_up(f);
	assert_int_equal(fake_wait(f), 1);
	assert_string_equal(f->text[1],
			    "svctl: the supervisor closed the connection before it answered\n");
}

static void a_stopped_supervisor_does_not_hang_a_reading_verb(void **state)
{
	struct fake *f = *state;

	fake_svctl(f, "is-active", "a", NULL);
	assert_int_equal(fake_wait(f), 7);
	assert_non_null(strstr(f->text[1], "does not answer within 10 s"));
}

static void no_supervisor_is_seven_and_the_place(void **state)
{
	struct fake *f = *state;

	fake_svctl(f, "--runtime", "/nonexistent", "stop", "a", NULL);
	assert_int_equal(fake_wait(f), 7);
	assert_string_equal(f->text[1], "svctl: no supervisor answers at /nonexistent/control: "
					"No such file or directory\n");
}

static void version_needs_no_supervisor(void **state)
{
	struct fake *f = *state;

	fake_svctl(f, "version", "--runtime=/nonexistent", NULL);
	assert_int_equal(fake_wait(f), 0);
	assert_string_equal(f->text[0], "svctl " SVINIT_VERSION "\nsupervisor not running\n");
}

static void try_restart_takes_only_what_runs(void **state)
{
	struct fake *f = *state;
	json_t *units;

	fake_svctl(f, "try-restart", "a", "b", NULL);
	fake_expect(f, "io.svinit.Status");
	fake_reply(f, STATUS(UNIT("a", "inactive") "," UNIT("b", "active")));
	units = json_object_get(fake_expect(f, "io.svinit.Restart"), "units");
	assert_int_equal(json_array_size(units), 1);
	assert_string_equal(json_string_value(json_array_get(units, 0)), "b");
	fake_reply(f, "{\"parameters\":{\"jobs\":[]}}");
	assert_int_equal(fake_wait(f), 0);
}

static void kill_sends_the_signal_that_was_named(void **state)
{
	struct fake *f = *state;
	json_t *p;

	fake_svctl(f, "kill", "-s", "HUP", "--whom=main", "a", NULL);
	p = fake_expect(f, "io.svinit.Kill");
	assert_int_equal(json_integer_value(json_object_get(p, "signal")), SIGHUP);
	assert_string_equal(json_string_value(json_object_get(p, "whom")), "main");
	fake_reply(f, "{\"parameters\":{}}");
	assert_int_equal(fake_wait(f), 0);
}

static void poweroff_waits_for_the_end_of_the_supervisor(void **state)
{
	struct fake *f = *state;

	fake_svctl(f, "poweroff", NULL);
	assert_string_equal(
		json_string_value(json_object_get(fake_expect(f, "io.svinit.Finish"), "how")),
		"poweroff");
	fake_reply(f, "{\"parameters\":{}}");
	nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	assert_int_equal(kill(f->pid, 0), 0);
	fake_hang_up(f);
	assert_int_equal(fake_wait(f), 0);
}

static void wrong_command_lines_are_two_and_tell_what_was_meant(void **state)
{
	static const struct {
		const char *words[3];
		const char *want;
	} cases[] = {
		{ { NULL }, "svctl: which verb? 'svctl --help' lists them\n" },
		{ { "statsu" }, "svctl: unknown verb 'statsu'; did you mean 'status'?\n" },
		{ { "xyzzy" }, "svctl: unknown verb 'xyzzy'\n" },
		{ { "start" }, "svctl: start needs UNIT...\n" },
		{ { "list", "a" }, "svctl: list takes no arguments, but got 'a'\n" },
		{ { "list", "--stat=x" }, "svctl: unknown option --stat; did you mean --state?\n" },
		{ { "list", "--failed=x" }, "svctl: --failed takes no value\n" },
		{ { "kill", "-s" }, "svctl: -s needs SIGNAL\n" },
		{ { "kill", "-sBANG", "a" }, "svctl: --signal: 'BANG' is no signal\n" },
		{ { "kill", "--whom=me", "a" }, "svctl: --whom: 'me' is neither main nor all\n" },
		{ { "list", "-Z" }, "svctl: unknown option -Z\n" },
		{ { "--runtime" }, "svctl: --runtime needs DIR\n" },
		{ { "start", "\xff" }, "svctl: a unit name is no UTF-8 text\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake f;

		fake_open(&f);
		fake_svctl(&f, cases[i].words[0], cases[i].words[1], cases[i].words[2], NULL);
		assert_int_equal(fake_wait(&f), 2);
		assert_string_equal(f.text[1], cases[i].want);
		fake_close(&f);
	}
}

static void a_terminal_gets_colour_cut_lines_and_no_foreign_escapes(void **state)
{
	struct fake *f = *state;

	fake_svctl_on_terminal(f, 40, "list", NULL);
	fake_expect(f, "io.svinit.Status");
	fake_reply(f, STATUS(UNIT("a\\u001b[2J", "active")));
	assert_int_equal(fake_wait(f), 0);
	assert_non_null(strstr(f->text[0], "a^[[2J"));
	assert_non_null(strstr(f->text[0], "\033[1;32mactive\033[0m"));
	assert_null(strstr(f->text[0], "\033[2J"));
	assert_null(strstr(f->text[0], "DESCRIPTION"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(status_of_a_unit_is_an_exit_status),
		T(every_error_has_its_exit_status),
		T(start_says_nothing_when_well_and_one_line_a_failed_unit),
		T(diagnostics_are_printed_line_by_line),
		T(status_of_units_shows_each_with_its_log),
		T(an_unknown_unit_does_not_hide_the_others),
		T(list_filters_by_state),
		T(missing_members_are_no_crash),
		T(an_answer_that_is_no_json_is_told),
		T(a_reading_verb_asks_again_when_the_connection_breaks),
		T(an_acting_verb_is_asked_once_only),
		T(a_stopped_supervisor_does_not_hang_a_reading_verb),
		T(no_supervisor_is_seven_and_the_place),
		T(version_needs_no_supervisor),
		T(try_restart_takes_only_what_runs),
		T(kill_sends_the_signal_that_was_named),
		T(poweroff_waits_for_the_end_of_the_supervisor),
		T(wrong_command_lines_are_two_and_tell_what_was_meant),
		T(a_terminal_gets_colour_cut_lines_and_no_foreign_escapes),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
