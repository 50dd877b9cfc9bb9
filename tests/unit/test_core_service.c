#include "core/service.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void every_state_answers_every_event(void **unused)
{
	(void)unused;
	for (int s = 0; s < SERVICE_STATE_COUNT; s++) {
		for (int e = 0; e < EVENT_COUNT; e++) {
			struct service_step step =
				service_next((enum service_state)s, (enum service_event)e);

			if (step.action == ACTION_UNSET)
				fail_msg("%s has no answer to %s",
					 service_state_name((enum service_state)s),
					 service_event_name((enum service_event)e));
			if (step.action == ACTION_NEVER)
				assert_int_equal(step.next, s);
		}
	}
}

static void a_stop_leaves_no_state_live(void **unused)
{
	(void)unused;
	for (int s = 0; s < SERVICE_STATE_COUNT; s++) {
		enum service_state next = service_next((enum service_state)s, EVENT_STOP).next;

		assert_true(next != SERVICE_UP && next != SERVICE_STARTING &&
			    next != SERVICE_WORKING && next != SERVICE_BACKOFF);
	}
}

static void an_exit_is_always_swept(void **unused)
{
	(void)unused;
	for (int s = 0; s < SERVICE_STATE_COUNT; s++) {
		struct service_step step = service_next((enum service_state)s, EVENT_EXIT);

		if (step.action != ACTION_NEVER)
			assert_int_equal(step.next, SERVICE_SWEEPING);
	}
}

#define END_EXIT(n)                                                                                \
	{                                                                                          \
		REASON_EXITED, (n), 0                                                              \
	}
#define END_SIGNAL(n)                                                                              \
	{                                                                                          \
		REASON_SIGNALED, 0, (n)                                                            \
	}

static void restart_policies_are_systemds(void **unused)
{
	static const struct {
		struct service_end end;
		bool no, on_success, on_failure, on_abnormal, always;
	} cases[] = {
		{ END_EXIT(0), 0, 1, 0, 0, 1 },
		{ END_EXIT(1), 0, 0, 1, 0, 1 },
		{ END_SIGNAL(SIGTERM), 0, 1, 0, 0, 1 },
		{ END_SIGNAL(SIGHUP), 0, 1, 0, 0, 1 },
		{ END_SIGNAL(SIGINT), 0, 1, 0, 0, 1 },
		{ END_SIGNAL(SIGPIPE), 0, 1, 0, 0, 1 },
		{ END_SIGNAL(SIGKILL), 0, 0, 1, 1, 1 },
		{ END_SIGNAL(SIGSEGV), 0, 0, 1, 1, 1 },
		{ { REASON_OOM, 0, SIGKILL }, 0, 0, 1, 1, 1 },
		{ { REASON_TIMEOUT, 0, SIGTERM }, 0, 0, 1, 1, 1 },
		{ { REASON_WATCHDOG, 0, SIGABRT }, 0, 0, 1, 1, 1 },
		{ { REASON_START_FAILED, 0, 0 }, 0, 0, 1, 0, 1 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct service_end *end = &cases[i].end;

		assert_int_equal(service_restarts(RESTART_NO, end), cases[i].no);
		assert_int_equal(service_restarts(RESTART_ON_SUCCESS, end), cases[i].on_success);
		assert_int_equal(service_restarts(RESTART_ON_FAILURE, end), cases[i].on_failure);
		assert_int_equal(service_restarts(RESTART_ON_ABNORMAL, end), cases[i].on_abnormal);
		assert_int_equal(service_restarts(RESTART_ALWAYS, end), cases[i].always);
	}
}

static void the_delay_doubles_up_to_its_limit(void **unused)
{
	uint64_t last = 0;

	(void)unused;
	for (unsigned i = 0; i < 100; i++) {
		uint64_t d = service_backoff_usec(100000, 5000000, i, UINT32_MAX / 2);
		uint64_t whole = i < 6 ? 100000ull << i : 5000000;

		assert_in_range(d, whole - whole / 10, whole + whole / 10);
		assert_true(d >= last / 2);
		last = d;
	}
}

static void no_delay_means_none_only_once(void **unused)
{
	(void)unused;
	assert_int_equal(service_backoff_usec(0, 5000000, 0, 7), 0);
	assert_in_range(service_backoff_usec(0, 5000000, 1, 7), 9000, 11000);
	assert_in_range(service_backoff_usec(0, 5000000, 3, 7), 36000, 44000);
}

static void the_spread_stays_within_a_tenth(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < 1000; i++) {
		uint64_t d = service_backoff_usec(1000000, 60000000, 2, i * 4294967u);

		assert_in_range(d, 3600000, 4400000);
	}
}

static void a_stop_that_was_asked_never_restarts(void **unused)
{
	struct unit u = { .service.restart = RESTART_ALWAYS };
	struct service_end end = END_SIGNAL(SIGKILL);

	(void)unused;
	assert_int_equal(service_settle(&u, &end, true), SERVICE_DOWN);
	assert_int_equal(service_settle(&u, &end, false), SERVICE_BACKOFF);
}

static void a_oneshot_remains_only_when_it_did_well(void **unused)
{
	struct unit u = { .service.type = TYPE_ONESHOT, .service.remain_after_exit = true };
	struct service_end good = END_EXIT(0), bad = END_EXIT(3);

	(void)unused;
	assert_int_equal(service_settle(&u, &good, false), SERVICE_EXITED);
	assert_int_equal(service_settle(&u, &bad, false), SERVICE_FAILED);
	u.service.remain_after_exit = false;
	assert_int_equal(service_settle(&u, &good, false), SERVICE_DOWN);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_answers_every_event),
		cmocka_unit_test(a_stop_leaves_no_state_live),
		cmocka_unit_test(an_exit_is_always_swept),
		cmocka_unit_test(restart_policies_are_systemds),
		cmocka_unit_test(the_delay_doubles_up_to_its_limit),
		cmocka_unit_test(no_delay_means_none_only_once),
		cmocka_unit_test(the_spread_stays_within_a_tenth),
		cmocka_unit_test(a_stop_that_was_asked_never_restarts),
		cmocka_unit_test(a_oneshot_remains_only_when_it_did_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
