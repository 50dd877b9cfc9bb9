/* The checker of the flat spec: whatever it lets pass is safe to execute. */

#include "box/draft.h"
#include "box/spec.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct made {
	struct box_spec *spec;
	size_t size;
};

/* A root with one volume and a program: three inputs (a cgroup directory, two trees). */
static struct made make(void)
{
	struct made m;
	struct box_draft d;
	uint32_t text;
	struct box_op *op;

	box_draft_init(&d);
	box_draft_op(&d, BOX_ROOT)->input = 1;
	text = box_draft_string(&d, "/srv");
	op = box_draft_op(&d, BOX_TREE);
	op->input = 2;
	op->a = text;
	text = box_draft_string(&d, "/bin/true");
	box_draft_string(&d, "-x");
	op = box_draft_op(&d, BOX_EXEC);
	op->a = text;
	op->n[0] = 2;
	m.size = box_draft_size(&d);
	m.spec = malloc(m.size);
	assert_non_null(m.spec);
	box_draft_write(&d, m.spec);
	m.spec->n_inputs = 3;
	m.spec->cgroup_input = 0;
	m.spec->clone_flags = CLONE_NEWNS;
	box_draft_fini(&d);
	return m;
}

static void want_refused(struct made m, int op, const char *why_part)
{
	const char *why = NULL;
	int at = -2;

	assert_int_equal(box_spec_check(m.spec, m.size, 3, &at, &why), -EPROTO);
	assert_int_equal(at, op);
	assert_non_null(strstr(why, why_part));
	free(m.spec);
}

static void a_whole_spec_passes(void **state)
{
	struct made m = make();

	(void)state;
	assert_int_equal(box_spec_check(m.spec, m.size, 3, NULL, NULL), 0);
	assert_string_equal(box_spec_string(m.spec, m.spec->ops[1].a), "/srv");
	free(m.spec);
}

static void every_truncation_is_refused(void **state)
{
	struct made m = make();

	(void)state;
	for (size_t n = 0; n < m.size; n++) {
		struct box_spec *part = malloc(n ? n : 1);

		assert_non_null(part);
		memcpy(part, m.spec, n);
		assert_int_equal(box_spec_check(part, n, 3, NULL, NULL), -EPROTO);
		free(part);
	}
	free(m.spec);
}

static void another_number_of_descriptors_is_refused(void **state)
{
	struct made m = make();

	(void)state;
	assert_int_equal(box_spec_check(m.spec, m.size, 2, NULL, NULL), -EPROTO);
	free(m.spec);
}

static void an_input_that_was_not_sent_is_refused(void **state)
{
	struct made m = make();

	(void)state;
	m.spec->ops[1].input = 3;
	want_refused(m, 1, "input");
}

static void a_string_outside_of_the_pool_is_refused(void **state)
{
	struct made m = make();

	(void)state;
	m.spec->ops[1].a = (uint32_t)m.size;
	want_refused(m, 1, "pool");
}

static void a_relative_target_is_refused(void **state)
{
	struct made m = make();

	(void)state;
	m.spec->ops[1].a = 0;
	want_refused(m, 1, "absolute");
}

static void a_list_longer_than_the_pool_is_refused(void **state)
{
	struct made m = make();

	(void)state;
	m.spec->ops[2].n[0] = 3;
	want_refused(m, 2, "list");
}

static void exec_before_the_end_is_refused(void **state)
{
	struct made m = make();

	(void)state;
	m.spec->ops[0] = m.spec->ops[2];
	want_refused(m, 0, "exec");
}

static void an_unknown_kind_is_refused(void **state)
{
	struct made m = make();

	(void)state;
	m.spec->ops[0].kind = BOX_OP_KINDS;
	want_refused(m, 0, "kind");
}

static void a_flag_of_another_kind_is_refused(void **state)
{
	struct made m = make();

	(void)state;
	m.spec->ops[0].flags = BOX_DEV_CONSOLE;
	want_refused(m, 0, "flag");
}

static void a_namespace_that_svbox_does_not_make_is_refused(void **state)
{
	struct made m = make();

	(void)state;
	m.spec->clone_flags |= CLONE_VM;
	want_refused(m, -1, "namespace");
}

/* Any byte changed to anything: the sanitizers see whether the checker itself stays inside. */
static void no_damage_leads_out_of_the_block(void **state)
{
	struct made m = make();
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct box_spec *copy = malloc(m.size);

		assert_non_null(copy);
		memcpy(copy, m.spec, m.size);
		for (int k = 0; k < 3; k++)
			((unsigned char *)copy)[(size_t)rand_r(&seed) % m.size] =
				(unsigned char)rand_r(&seed);
		if (box_spec_check(copy, m.size, 3, NULL, NULL) == 0)
			for (int k = 0; k < copy->n_ops; k++)
				assert_true(copy->ops[k].a < m.size || !copy->ops[k].n[0] ||
					    copy->ops[k].kind == BOX_ROOT);
		free(copy);
	}
	free(m.spec);
}

static void every_kind_has_a_name(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < BOX_OP_KINDS; kind++)
		assert_non_null(box_op_name(kind));
	assert_string_equal(box_op_name(BOX_OP_KINDS), "unknown operation");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_spec_passes),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(another_number_of_descriptors_is_refused),
		cmocka_unit_test(an_input_that_was_not_sent_is_refused),
		cmocka_unit_test(a_string_outside_of_the_pool_is_refused),
		cmocka_unit_test(a_relative_target_is_refused),
		cmocka_unit_test(a_list_longer_than_the_pool_is_refused),
		cmocka_unit_test(exec_before_the_end_is_refused),
		cmocka_unit_test(an_unknown_kind_is_refused),
		cmocka_unit_test(a_flag_of_another_kind_is_refused),
		cmocka_unit_test(a_namespace_that_svbox_does_not_make_is_refused),
		cmocka_unit_test(no_damage_leads_out_of_the_block),
		cmocka_unit_test(every_kind_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
