/* The small parts of svinit: options, kept descriptors, back-off, signals, the lock. */

#include "init/helper.h"
#include "init/kept.h"
#include "init/options.h"
#include "init/runtime.h"
#include "init/wish.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PARSE(o, e, ...)                                                                           \
	({                                                                                         \
		static char *argv_[] = { (char *)(uintptr_t) "svinit", __VA_ARGS__, NULL };        \
		options_parse(o, (int)(sizeof(argv_) / sizeof(argv_[0])) - 1, argv_, e);           \
	})
#define ARG(text) ((char *)(uintptr_t)(text))

static void options_have_both_forms(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, NULL, ARG("--units"), ARG("/a"), ARG("--units=/b"),
			       ARG("--target=x"), ARG("--runtime"), ARG("/r")),
			 0);
	assert_int_equal(o.n_units, 2);
	assert_string_equal(o.units[0], "/a");
	assert_string_equal(o.units[1], "/b");
	assert_string_equal(o.target, "x");
	assert_string_equal(o.runtime, "/r");
	assert_string_equal(o.logs, "/var/log/svinit");
}

static void bad_options_name_the_word(void **state)
{
	struct options o;
	struct error e = { 0 };

	(void)state;
	assert_int_equal(PARSE(&o, &e, ARG("--targets"), ARG("x")), -EINVAL);
	assert_non_null(strstr(e.text, "`--targets'"));
	error_clear(&e);
	assert_int_equal(PARSE(&o, &e, ARG("--logs")), -EINVAL);
	assert_non_null(strstr(e.text, "--logs needs a value"));
	error_clear(&e);
	assert_int_equal(PARSE(&o, &e, ARG("--logs=")), -EINVAL);
	error_clear(&e);
	assert_int_equal(PARSE(&o, &e, ARG("--")), -EINVAL);
}

static void words_after_the_dashes_are_the_command(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, NULL, ARG("--"), ARG("ls"), ARG("--help")), 0);
	assert_int_equal(o.action, ACTION_COMMAND);
	assert_string_equal(o.command[0], "ls");
	assert_string_equal(o.command[1], "--help");
	assert_null(o.command[2]);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static int some_fd(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void keeping_under_a_taken_name_replaces(void **state)
{
	static struct kept k;
	struct link_name name = { "control" };
	int first = some_fd(), second = some_fd();

	(void)state;
	assert_int_equal(kept_put(&k, &name, first), 0);
	assert_int_equal(kept_put(&k, &name, second), 0);
	assert_int_equal(k.n, 1);
	assert_int_equal(k.entry[0].fd, second);
	assert_false(is_open(first));
	kept_drop(&k, &name);
	assert_int_equal(k.n, 0);
	assert_false(is_open(second));
	kept_drop(&k, &name);
}

static void a_name_without_end_is_refused_and_closed(void **state)
{
	static struct kept k;
	struct link_name name;
	int fd = some_fd();

	(void)state;
	memset(&name, 'x', sizeof(name));
	assert_int_equal(kept_put(&k, &name, fd), -EINVAL);
	assert_false(is_open(fd));
	assert_int_equal(k.n, 0);
}

static void dropping_one_while_handing_over_loses_no_other(void **state)
{
	static struct kept k;
	int seen = 0;

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct link_name name = { { (char)('a' + i), '\0' } };

		assert_int_equal(kept_put(&k, &name, some_fd()), 0);
	}
	assert_null(kept_untold(&k));
	kept_retell(&k);
	kept_untold(&k)->told = true;
	kept_drop(&k, &(struct link_name){ "a" });
	for (struct kept_one *o; (o = kept_untold(&k)); seen++)
		o->told = true;
	assert_int_equal(seen, 3);
	while (k.n)
		kept_drop(&k, &(struct link_name){ { k.entry[0].name.name[0] } });
}

static void a_crash_loop_waits_longer_up_to_a_limit(void **state)
{
	static const uint64_t want[] = { 0, 0, 100, 200, 400, 800, 1600, 3200, 5000, 5000 };

	(void)state;
	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_int_equal(helper_delay_ms(i), want[i]);
	assert_int_equal(helper_delay_ms(4000000000u), 5000);
}

static void being_killed_is_no_crash(void **state)
{
	struct helper h;

	(void)state;
	helper_init(&h, ROLE_BOX);
	h.let_go = true; /* in silence */
	for (int i = 0; i < 50; i++) {
		h.pid = 2;
		h.started_ms = 1000;
		helper_ended(&h, 2 /* CLD_KILLED */, SIGKILL, 1500);
		assert_int_equal(h.due_ms, 1500);
	}
	assert_false(helper_is_failing(&h, 1500));
}

static void staying_up_forgives(void **state)
{
	struct helper h;

	(void)state;
	helper_init(&h, ROLE_BOX);
	h.let_go = true;
	for (int i = 0; i < HELPER_RESCUE_FAILS; i++) {
		h.pid = 2;
		helper_ended(&h, 1 /* CLD_EXITED */, 1, 1000);
	}
	assert_true(helper_is_failing(&h, 1000));
	h.pid = 2;
	h.started_ms = 2000;
	assert_true(helper_is_failing(&h, 2000 + HELPER_STEADY_MS - 1));
	assert_false(helper_is_failing(&h, 2000 + HELPER_STEADY_MS));
	helper_ended(&h, 1, 1, 2000 + HELPER_STEADY_MS);
	assert_int_equal(h.due_ms, 2000 + HELPER_STEADY_MS);
}

static void signals_mean_what_the_mode_says(void **state)
{
	const struct {
		enum link_mode mode;
		int signal, wish; /* -1: nothing */
	} cases[] = {
		{ MODE_DAEMON, SIGTERM, WISH_FINISH },
		{ MODE_CONTAINER, SIGINT, WISH_FINISH },
		{ MODE_MACHINE, SIGTERM, WISH_REBOOT },
		{ MODE_MACHINE, SIGINT, WISH_REBOOT },
		{ MODE_MACHINE, SIGUSR2, WISH_POWEROFF },
		{ MODE_DAEMON, SIGUSR2, -1 },
		{ MODE_CONTAINER, SIGRTMIN + 3, WISH_HALT },
		{ MODE_MACHINE, SIGRTMIN + 4, WISH_POWEROFF },
		{ MODE_MACHINE, SIGRTMIN + 5, WISH_REBOOT },
		{ MODE_DAEMON, SIGHUP, WISH_RELOAD },
		{ MODE_DAEMON, SIGCHLD, -1 },
	};
	enum link_wish wish;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool any = wish_of_signal(cases[i].mode, cases[i].signal, &wish);

		assert_int_equal(any ? (int)wish : -1, cases[i].wish);
	}
}

static void the_lock_names_its_owner(void **state)
{
	char dir[] = "/tmp/svinit-lock.XXXXXX", path[64], want[64];
	struct error e = { 0 };
	int lock;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/a/b", dir);
	lock = runtime_lock(path, &e);
	assert_true(lock >= 0);
	assert_int_equal(runtime_lock(path, &e), -EBUSY);
	snprintf(want, sizeof(want), "pid %d ", (int)getpid());
	assert_non_null(strstr(e.text, want));
	close(lock);
	error_clear(&e);
	lock = runtime_lock(path, &e);
	assert_true(lock >= 0);
	close(lock);
	snprintf(path, sizeof(path), "%s/a/b/lock", dir);
	unlink(path);
	for (int i = 0; i < 3; i++) {
		*strrchr(path, '/') = '\0';
		rmdir(path);
	}
}

static void a_runtime_that_cannot_be_made_is_an_error_with_its_path(void **state)
{
	struct error e = { 0 };

	(void)state;
	assert_true(runtime_lock("/proc/nowhere/run", &e) < 0);
	assert_non_null(strstr(e.text, "/proc/nowhere/run"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_have_both_forms),
		cmocka_unit_test(bad_options_name_the_word),
		cmocka_unit_test(words_after_the_dashes_are_the_command),
		cmocka_unit_test(keeping_under_a_taken_name_replaces),
		cmocka_unit_test(a_name_without_end_is_refused_and_closed),
		cmocka_unit_test(dropping_one_while_handing_over_loses_no_other),
		cmocka_unit_test(a_crash_loop_waits_longer_up_to_a_limit),
		cmocka_unit_test(being_killed_is_no_crash),
		cmocka_unit_test(staying_up_forgives),
		cmocka_unit_test(signals_mean_what_the_mode_says),
		cmocka_unit_test(the_lock_names_its_owner),
		cmocka_unit_test(a_runtime_that_cannot_be_made_is_an_error_with_its_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
