/* From the text of a unit to the operations that svbox gets. */

#include "base/str.h"
#include "box/spec.h"
#include "core/compile.h"
#include "unit/set.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct world {
	struct unit_set *set;
	struct unit *unit;
	struct compile_request request;
	struct compiled *done;
	struct error error;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct report report = { 0 };

	if (!w || unit_set_load(NULL, 0, &w->set, &report, &w->error) < 0)
		return -1;
	report_fini(&report);
	w->request.privileged = true;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	compiled_free(w->done);
	unit_free(w->unit);
	unit_set_free(w->set);
	free(w);
	return 0;
}

static int compile(struct world *w, const char *text)
{
	struct report report = { 0 };

	assert_int_equal(
		unit_set_parse(w->set, "web_1", "web_1.ini", text, strlen(text), &w->unit, &report),
		0);
	assert_int_equal(report.errors, 0);
	report_fini(&report);
	w->request.unit = w->unit;
	return compile_unit(&w->request, &w->done, &w->error);
}

/* Compiles what must be right; the result always passes svbox's own check. */
static const struct box_spec *compiled(struct world *w, const char *text)
{
	const char *why = "";

	assert_int_equal(compile(w, text), 0);
	if (box_spec_check(w->done->spec, w->done->size, w->done->n_inputs, NULL, &why) < 0)
		fail_msg("refused by svbox: %s", why);
	assert_int_equal(((const struct box_spec *)w->done->spec)->n_ops, w->done->n_ops);
	return w->done->spec;
}

static int find(const struct box_spec *s, unsigned kind, int from)
{
	for (int i = from; i < s->n_ops; i++)
		if (s->ops[i].kind == kind)
			return i;
	return -1;
}

#define ROOT "[Container]\nRootfs=/srv/root\n"
#define TRUE "[Service]\nExec=/bin/true\n"

static void a_default_unit_gets_all_namespaces_but_cgroup_by_clone(void **state)
{
	const struct box_spec *s = compiled(*state, ROOT TRUE);

	assert_int_equal(s->clone_flags,
			 CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS);
	assert_true(find(s, BOX_CGROUP_NS, 0) >= 0);
}

static void groups_are_joined_before_the_cgroup_namespace(void **state)
{
	struct world *w = *state;
	const struct box_spec *s;

	w->request.n_cgroup_procs = 2;
	s = compiled(w, ROOT TRUE);
	assert_int_equal(find(s, BOX_JOIN_CGROUP, 0), 0);
	assert_int_equal(find(s, BOX_JOIN_CGROUP, 1), 1);
	assert_int_equal(find(s, BOX_CGROUP_NS, 0), 2);
	assert_int_equal(w->done->inputs[s->ops[1].input].kind, INPUT_CGROUP_PROCS);
}

static void a_v2_leaf_is_for_clone(void **state)
{
	struct world *w = *state;
	const struct box_spec *s;

	w->request.cgroup_into = true;
	s = compiled(w, ROOT TRUE);
	assert_int_equal(w->done->inputs[s->cgroup_input].kind, INPUT_CGROUP);
	assert_true(s->ops[find(s, BOX_SYS, 0)].flags & BOX_SYS_CGROUP2);
}

static void mounts_go_from_the_top_down_whatever_their_order(void **state)
{
	struct world *w = *state;
	const struct box_spec *s =
		compiled(w, ROOT "Volume=/a:/data/sub:ro\nTmpfs=/data\nVolume=-/b:/aaa\n" TRUE);
	int first = find(s, BOX_TREE, 0), tmpfs = find(s, BOX_TMPFS, 0);
	int last = find(s, BOX_TREE, first + 1);

	assert_string_equal(box_spec_string(s, s->ops[first].a), "/aaa");
	assert_true(s->ops[first].flags & BOX_OP_OPTIONAL);
	assert_string_equal(box_spec_string(s, s->ops[tmpfs].a), "/data");
	assert_string_equal(box_spec_string(s, s->ops[last].a), "/data/sub");
	assert_true(first < tmpfs && tmpfs < last && last < find(s, BOX_PIVOT, 0));
	assert_string_equal(w->done->inputs[s->ops[last].input].path, "/a");
	assert_true(w->done->inputs[s->ops[last].input].flags & VOLUME_READ_ONLY);
	assert_int_equal(w->done->origins[last].line, 3);
}

static void a_read_only_root_is_so_after_its_mounts(void **state)
{
	const struct box_spec *s = compiled(*state, ROOT "ReadOnly=yes\nTmpfs=/x\n" TRUE);
	int i = find(s, BOX_ROOT_READ_ONLY, 0);

	assert_true(i > find(s, BOX_TMPFS, 0) && i < find(s, BOX_PIVOT, 0));
}

static void without_rootfs_the_root_is_that_of_svinit(void **state)
{
	struct world *w = *state;
	const struct box_spec *s = compiled(w, "[Container]\nReadOnly=yes\n" TRUE);
	const struct compiled_input *in = &w->done->inputs[s->ops[find(s, BOX_ROOT, 0)].input];

	assert_string_equal(in->path, "/");
	assert_true(in->flags & VOLUME_READ_ONLY && in->flags & VOLUME_RECURSIVE);
}

static void ids_are_taken_after_limits_and_before_the_directory(void **state)
{
	const struct box_spec *s =
		compiled(*state, ROOT TRUE "User=web\nGroup=adm\nLimitNOFILE=100:200\n");
	int user = find(s, BOX_USER, 0), group = find(s, BOX_GROUP, 0);
	int limit = find(s, BOX_RLIMIT, 0), become = find(s, BOX_IDENTITY, 0);

	assert_true(find(s, BOX_PIVOT, 0) < user && user < group && group < limit);
	assert_true(limit < become && become < find(s, BOX_DIRECTORY, 0));
	assert_int_equal(s->ops[limit].b, RLIMIT_NOFILE);
	assert_int_equal(s->ops[limit].n[0], 100);
	assert_int_equal(s->ops[limit].n[1], 200);
	assert_string_equal(box_spec_string(s, s->ops[user].a), "web");
	assert_string_equal(box_spec_string(s, s->ops[group].a), "adm");
}

static void a_default_may_be_refused_by_the_kernel_and_a_wish_may_not(void **state)
{
	const struct box_spec *s = compiled(*state, ROOT TRUE "Nice=0\n");

	assert_true(s->ops[find(s, BOX_OOM_SCORE, 0)].flags & BOX_OP_DEFAULT);
	assert_false(s->ops[find(s, BOX_NICE, 0)].flags & BOX_OP_DEFAULT);
}

/* The strings of a list, joined by blanks. */
static void join(const struct box_spec *s, const struct box_op *op, char *to)
{
	const char *next = box_spec_string(s, op->a);

	*to = '\0';
	for (uint64_t i = 0; i < op->n[0]; i++, next += strlen(next) + 1) {
		strcat(to, i ? " " : "");
		strcat(to, next);
	}
}

static void the_last_value_of_a_variable_counts(void **state)
{
	const struct box_spec *s = compiled(*state, ROOT TRUE "Environment=A=1 PATH=/bin A=2\n");
	char text[256];

	join(s, &s->ops[find(s, BOX_ENVIRON, 0)], text);
	assert_string_equal(text, "container=svinit PATH=/bin A=2");
}

static void the_program_is_the_last_operation_with_all_its_words(void **state)
{
	struct world *w = *state;
	const struct box_spec *s =
		compiled(w, ROOT "[Service]\nUMask=027\nExec=/bin/x 'a b' \"\" c\n");
	const struct box_op *op = &s->ops[s->n_ops - 1];
	char text[64];

	join(s, op, text);
	assert_string_equal(text, "/bin/x a b  c");
	assert_int_equal(op->n[0], 4);
	assert_int_equal(op->b, 027);
	assert_int_equal(w->done->origins[s->n_ops - 1].line, 5);
}

static void a_terminal_replaces_the_three_descriptors(void **state)
{
	struct world *w = *state;
	const struct box_spec *s;

	w->request.terminal = true;
	s = compiled(w, ROOT TRUE);
	assert_int_equal(find(s, BOX_STDIO, 0), -1);
	assert_int_equal(w->done->inputs[s->ops[find(s, BOX_TERMINAL, 0)].input].kind,
			 INPUT_TERMINAL);
	assert_true(s->ops[find(s, BOX_DEV, 0)].flags & BOX_DEV_CONSOLE);
}

static void a_host_name_is_made_of_the_units_name(void **state)
{
	const struct box_spec *s = compiled(*state, ROOT TRUE);

	assert_string_equal(box_spec_string(s, s->ops[find(s, BOX_HOSTNAME, 0)].a), "web-1");
}

static void loopback_belongs_to_a_private_network_only(void **state)
{
	const struct box_spec *s = compiled(*state, ROOT TRUE "[Network]\nMode=none\n");

	assert_int_equal(find(s, BOX_LOOPBACK, 0), -1);
	assert_true(s->clone_flags & CLONE_NEWNET);
}

static void the_hosts_network_is_no_namespace(void **state)
{
	const struct box_spec *s = compiled(*state, ROOT TRUE "[Network]\nMode=host\n");

	assert_false(s->clone_flags & CLONE_NEWNET);
}

static void a_plain_process_mounts_nothing(void **state)
{
	struct world *w = *state;
	const struct box_spec *s;

	w->request.privileged = false;
	s = compiled(w, "[Container]\nNamespaces=none\n" TRUE);
	assert_int_equal(s->clone_flags, 0);
	for (unsigned kind = BOX_HOST_MOUNTS; kind <= BOX_LOOPBACK; kind++)
		assert_int_equal(find(s, kind, 0), -1);
}

static void namespaces_without_privileges_are_an_error_with_the_key(void **state)
{
	struct world *w = *state;

	w->request.privileged = false;
	assert_int_equal(compile(w, "[Container]\nNamespaces=pid mount\n" TRUE), -EPERM);
	assert_int_equal(w->error.at.line, 2);
	assert_string_equal(w->error.key, "Namespaces");
	assert_null(w->done);
}

static void a_unit_that_does_not_fit_into_a_frame_is_an_error(void **state)
{
	static char value[20000];
	struct text text = { 0 };
	struct world *w = *state;
	int r;

	memset(value, 'x', sizeof(value) - 1);
	text_puts(&text, TRUE);
	for (int i = 0; i < 10; i++)
		text_printf(&text, "Environment=V%d=%s\n", i, value);
	assert_false(text.failed);
	r = compile(w, text.data);
	text_fini(&text);
	assert_int_equal(r, -E2BIG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_default_unit_gets_all_namespaces_but_cgroup_by_clone),
		TEST(groups_are_joined_before_the_cgroup_namespace),
		TEST(a_v2_leaf_is_for_clone),
		TEST(mounts_go_from_the_top_down_whatever_their_order),
		TEST(a_read_only_root_is_so_after_its_mounts),
		TEST(without_rootfs_the_root_is_that_of_svinit),
		TEST(ids_are_taken_after_limits_and_before_the_directory),
		TEST(a_default_may_be_refused_by_the_kernel_and_a_wish_may_not),
		TEST(the_last_value_of_a_variable_counts),
		TEST(the_program_is_the_last_operation_with_all_its_words),
		TEST(a_terminal_replaces_the_three_descriptors),
		TEST(a_host_name_is_made_of_the_units_name),
		TEST(loopback_belongs_to_a_private_network_only),
		TEST(the_hosts_network_is_no_namespace),
		TEST(a_plain_process_mounts_nothing),
		TEST(namespaces_without_privileges_are_an_error_with_the_key),
		TEST(a_unit_that_does_not_fit_into_a_frame_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
