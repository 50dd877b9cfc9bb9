#include "base/str.h"
#include "core/graph.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* A folder of unit files, loaded, and its graph. */
struct world {
	char dir[64];
	struct unit_set *set;
	struct graph *graph;
	struct report report;
};

static void file(const struct world *w, const char *name, const char *unit_section)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.ini", w->dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "[Unit]\n%s[Service]\nExec=/bin/true\n", unit_section);
	fclose(f);
}

static void load(struct world *w)
{
	const char *dirs[] = { w->dir };
	struct error e = { 0 };

	assert_int_equal(unit_set_load(dirs, 1, &w->set, &w->report, &e), 0);
	assert_int_equal(w->report.errors, 0);
	assert_int_equal(graph_build(w->set, &w->graph), 0);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	strcpy(w->dir, "/tmp/svinit-graph.XXXXXX");
	*state = w;
	return mkdtemp(w->dir) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int teardown(void **state)
{
	struct world *w = *state;

	graph_free(w->graph);
	unit_set_free(w->set);
	report_fini(&w->report);
	nftw(w->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(w);
	return 0;
}

static size_t at(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->set->n; i++)
		if (str_eq(w->set->units[i]->name, name))
			return i;
	fail_msg("no unit %s", name);
	return 0;
}

static bool has_edge(const struct world *w, enum edge_kind kind, const char *from, const char *to)
{
	size_t n;
	const struct edge *e = graph_edges(w->graph, kind, at(w, from), &n);

	for (; n; n--, e++)
		if (e->to == at(w, to))
			return true;
	return false;
}

static void a_requirement_also_orders(void **state)
{
	struct world *w = *state;

	file(w, "web", "Requires=db\nWants=cache\n");
	file(w, "db", "");
	file(w, "cache", "");
	load(w);
	assert_true(has_edge(w, EDGE_REQUIRES, "web", "db"));
	assert_true(has_edge(w, EDGE_REQUIRED_BY, "db", "web"));
	assert_true(has_edge(w, EDGE_WANTS, "web", "cache"));
	assert_true(has_edge(w, EDGE_AFTER, "web", "db"));
	assert_true(has_edge(w, EDGE_AFTER, "web", "cache"));
	assert_true(has_edge(w, EDGE_BEFORE, "db", "web"));
	assert_false(has_edge(w, EDGE_AFTER, "db", "web"));
}

static void before_turns_the_order_of_a_requirement_round(void **state)
{
	struct world *w = *state;

	file(w, "web", "Requires=db\nBefore=db\n");
	file(w, "db", "");
	load(w);
	assert_true(has_edge(w, EDGE_REQUIRES, "web", "db"));
	assert_false(has_edge(w, EDGE_AFTER, "web", "db"));
	assert_true(has_edge(w, EDGE_AFTER, "db", "web"));
}

static void an_edge_knows_its_line(void **state)
{
	struct world *w = *state;
	const struct edge *e;
	size_t n;

	file(w, "web", "Description=x\nRequires=db\n");
	file(w, "db", "");
	load(w);
	e = graph_edges(w->graph, EDGE_REQUIRES, at(w, "web"), &n);
	assert_int_equal(n, 1);
	assert_int_equal(e->at.line, 3);
	assert_true(str_ends(e->at.file, "web.ini"));
}

static void a_start_reaches_what_is_needed_and_no_more(void **state)
{
	struct world *w = *state;
	bool marked[8] = { 0 };

	file(w, "a", "Requires=b\n");
	file(w, "b", "Wants=c\n");
	file(w, "c", "After=d\n");
	file(w, "d", "");
	load(w);
	assert_int_equal(graph_mark_start(w->graph, at(w, "a"), marked), 0);
	assert_true(marked[at(w, "a")] && marked[at(w, "b")] && marked[at(w, "c")]);
	assert_false(marked[at(w, "d")]);
}

static void a_stop_reaches_what_requires_and_not_what_wants(void **state)
{
	struct world *w = *state;
	bool marked[8] = { 0 };

	file(w, "a", "Requires=db\n");
	file(w, "b", "Wants=db\n");
	file(w, "c", "Requires=a\n");
	file(w, "db", "");
	load(w);
	assert_int_equal(graph_mark_stop(w->graph, at(w, "db"), marked), 0);
	assert_true(marked[at(w, "a")] && marked[at(w, "c")] && marked[at(w, "db")]);
	assert_false(marked[at(w, "b")]);
}

static void a_cycle_is_told_whole_and_once(void **state)
{
	struct world *w = *state;
	bool in_cycle[8] = { 0 };
	char line[1024];

	file(w, "a", "After=b\n");
	file(w, "b", "After=c\n");
	file(w, "c", "After=a\n");
	file(w, "d", "After=a\n");
	load(w);
	assert_int_equal(graph_find_cycles(w->graph, w->set, in_cycle, &w->report), 1);
	assert_true(in_cycle[at(w, "a")] && in_cycle[at(w, "b")] && in_cycle[at(w, "c")]);
	assert_false(in_cycle[at(w, "d")]);
	report_line(&w->report.items[0], line, sizeof(line));
	assert_non_null(strstr(line, "a waits for b"));
	assert_non_null(strstr(line, "b waits for c"));
	assert_non_null(strstr(line, "c waits for a"));
	assert_non_null(strstr(line, "c.ini:2"));
}

static void a_requirement_that_is_turned_round_is_no_cycle(void **state)
{
	struct world *w = *state;
	bool in_cycle[8] = { 0 };

	file(w, "a", "After=b\n");
	file(w, "b", "After=a\n");
	file(w, "x", "Requires=y\n");
	file(w, "y", "After=x\n");
	file(w, "z", "");
	load(w);
	/* x requires y and y says After=x: turned round, no cycle. */
	assert_int_equal(graph_find_cycles(w->graph, w->set, in_cycle, &w->report), 1);
	assert_false(in_cycle[at(w, "x")]);
}

static void a_long_chain_needs_no_deep_stack(void **state)
{
	struct world *w = *state;
	bool *marked = calloc(3001, sizeof(*marked));
	bool *in_cycle = calloc(3001, sizeof(*in_cycle));
	char name[32], text[64];

	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		snprintf(text, sizeof(text), i ? "Requires=n%d\n" : "Description=%d\n", i - 1);
		file(w, name, text);
	}
	load(w);
	assert_int_equal(graph_mark_start(w->graph, at(w, "n2999"), marked), 0);
	assert_true(marked[at(w, "n0")]);
	assert_int_equal(graph_find_cycles(w->graph, w->set, in_cycle, &w->report), 0);
	free(marked);
	free(in_cycle);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_A_WORLD(a_requirement_also_orders),
		IN_A_WORLD(before_turns_the_order_of_a_requirement_round),
		IN_A_WORLD(an_edge_knows_its_line),
		IN_A_WORLD(a_start_reaches_what_is_needed_and_no_more),
		IN_A_WORLD(a_stop_reaches_what_requires_and_not_what_wants),
		IN_A_WORLD(a_cycle_is_told_whole_and_once),
		IN_A_WORLD(a_requirement_that_is_turned_round_is_no_cycle),
		IN_A_WORLD(a_long_chain_needs_no_deep_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
