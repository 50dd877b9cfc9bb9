#include "init/claims.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct claims *fresh(void)
{
	static struct claims c;

	memset(&c, 0, sizeof(c));
	return &c;
}

static bool ends(struct claims *c, pid_t pid, int status)
{
	return claims_exited(c, &(struct link_exit){ .pid = pid, .code = 1, .status = status });
}

static void expect_next(struct claims *c, pid_t pid, int status)
{
	const struct link_exit *x = claims_untold(c);

	assert_non_null(x);
	assert_int_equal(x->pid, pid);
	assert_int_equal(x->status, status);
	claims_told(c);
}

static void exits_are_told_in_the_order_of_death(void **state)
{
	struct claims *c = fresh();

	(void)state;
	for (pid_t pid = 10; pid < 13; pid++)
		assert_int_equal(claims_add(c, pid), 0);
	assert_null(claims_untold(c));
	assert_true(ends(c, 11, 1));
	assert_true(ends(c, 12, 2));
	assert_true(ends(c, 10, 3));
	expect_next(c, 11, 1);
	expect_next(c, 12, 2);
	expect_next(c, 10, 3);
	assert_null(claims_untold(c));
}

static void an_exit_that_nobody_claimed_is_none(void **state)
{
	struct claims *c = fresh();

	(void)state;
	assert_false(ends(c, 10, 1));
	assert_null(claims_untold(c));
}

static void a_new_manager_hears_what_was_not_released(void **state)
{
	struct claims *c = fresh();

	(void)state;
	for (pid_t pid = 10; pid < 13; pid++) {
		claims_add(c, pid);
		ends(c, pid, pid);
		expect_next(c, pid, pid);
	}
	claims_release(c, 11);
	claims_retell(c);
	expect_next(c, 10, 10);
	expect_next(c, 12, 12);
	assert_null(claims_untold(c));
}

static void release_of_the_next_exit_goes_on_with_the_one_after(void **state)
{
	struct claims *c = fresh();

	(void)state;
	for (pid_t pid = 10; pid < 13; pid++) {
		claims_add(c, pid);
		ends(c, pid, pid);
	}
	claims_release(c, 10);
	expect_next(c, 11, 11);
	claims_release(c, 12);
	assert_null(claims_untold(c));
	claims_release(c, 11);
	claims_add(c, 13);
	ends(c, 13, 13);
	expect_next(c, 13, 13);
}

static void a_number_that_was_given_away_again_is_two_processes(void **state)
{
	struct claims *c = fresh();

	(void)state;
	claims_add(c, 10);
	ends(c, 10, 1);
	claims_add(c, 10);
	assert_true(claims_is_live(c, 10));
	assert_true(claims_has_exit(c, 10));
	ends(c, 10, 2);
	expect_next(c, 10, 1);
	claims_release(c, 10);
	expect_next(c, 10, 2);
	claims_retell(c);
	expect_next(c, 10, 2);
}

static void release_before_the_end_takes_the_claim_back(void **state)
{
	struct claims *c = fresh();

	(void)state;
	claims_add(c, 10);
	claims_release(c, 10);
	assert_false(claims_is_live(c, 10));
	assert_int_equal(c->n_live, 0);
	assert_false(ends(c, 10, 1));
	claims_release(c, 10);
}

static void pids_that_share_a_bucket_stay_apart(void **state)
{
	struct claims *c = fresh();
	pid_t a = 7, b = 7 + CLAIMS_BUCKETS, d = 7 + 2 * CLAIMS_BUCKETS;

	(void)state;
	claims_add(c, a);
	claims_add(c, b);
	claims_add(c, d);
	claims_release(c, b);
	assert_true(claims_is_live(c, a));
	assert_false(claims_is_live(c, b));
	assert_true(claims_is_live(c, d));
}

static void the_table_holds_its_number_and_is_whole_again_after(void **state)
{
	struct claims *c = fresh();

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (pid_t pid = 1; pid <= CLAIMS_MAX; pid++)
			assert_int_equal(claims_add(c, pid * 3), 0);
		assert_int_equal(claims_add(c, 1), -ENOSPC);
		for (pid_t pid = 1; pid <= CLAIMS_MAX; pid++)
			assert_true(ends(c, pid * 3, 0));
		assert_int_equal(c->n_live, 0);
		for (pid_t pid = CLAIMS_MAX; pid >= 1; pid--)
			claims_release(c, pid * 3);
		assert_null(claims_untold(c));
		assert_int_equal(c->first, 0);
		assert_int_equal(c->last, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exits_are_told_in_the_order_of_death),
		cmocka_unit_test(an_exit_that_nobody_claimed_is_none),
		cmocka_unit_test(a_new_manager_hears_what_was_not_released),
		cmocka_unit_test(release_of_the_next_exit_goes_on_with_the_one_after),
		cmocka_unit_test(a_number_that_was_given_away_again_is_two_processes),
		cmocka_unit_test(release_before_the_end_takes_the_claim_back),
		cmocka_unit_test(pids_that_share_a_bucket_stay_apart),
		cmocka_unit_test(the_table_holds_its_number_and_is_whole_again_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
