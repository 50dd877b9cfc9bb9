/* graph, list-dependencies and apply: what is printed of what is there. */
#include "ctl_tree.h"

#define NODE(name, active)                                                                         \
	"{\"name\":\"" name "\",\"active\":\"" active "\",\"sub\":\"x\",\"kind\":\"container\"}"
#define EDGE(from, to, kind)                                                                       \
	"{\"from\":\"" from "\",\"to\":\"" to "\",\"kind\":\"" kind "\",\"origin\":\"f:1\"}"
#define GRAPH(nodes, edges) "{\"parameters\":{\"units\":[" nodes "],\"edges\":[" edges "]}}"

/* One run against one answer; the texts stay until the next. */
static struct fake *ask(int status, const char *answer, const char *a, const char *b, const char *d)
{
	static struct fake f;
	int got;

	fake_open(&f);
	fake_svctl(&f, a, b, d, NULL);
	fake_expect(&f, strcmp(a, "apply") == 0 ? "io.svinit.Apply" : "io.svinit.Graph");
	fake_reply(&f, answer);
	got = fake_wait(&f);
	if (got != status)
		fail_msg("svctl %s: %d, want %d: %s%s", a, got, status, f.text[0], f.text[1]);
	fake_close(&f);
	return &f;
}

static const char diamond[] = GRAPH(
	NODE("default", "active") "," NODE("a", "failed") "," NODE("b", "active") "," NODE(
		"c", "inactive") "," NODE("d", "inactive"),
	EDGE("default", "a", "wants") "," EDGE("default", "b", "requires") "," EDGE(
		"a", "c", "requires") "," EDGE("b", "c",
					       "requires") "," EDGE("a", "c",
								    "after") "," EDGE("c", "d",
										      "requires"));

static void a_diamond_is_unfolded_once(void **state)
{
	(void)state;
	assert_string_equal(ask(0, diamond, "list-dependencies", NULL, NULL)->text[0],
			    "* default\n* |-a  wants\n* | `-c\n* |   `-d\n* `-b\n"
			    "*   `-c  (see above)\n");
}

static void reverse_tells_what_pulls_in_the_unit(void **state)
{
	(void)state;
	assert_string_equal(ask(0, diamond, "list-dependencies", "--reverse", "b")->text[0],
			    "* b\n* `-default\n");
}

static void a_circle_ends(void **state)
{
	static const char circle[] =
		GRAPH(NODE("a", "x") "," NODE("b", "x"),
		      EDGE("a", "b", "requires") "," EDGE("b", "a", "requires"));

	(void)state;
	assert_string_equal(ask(0, circle, "graph", NULL, NULL)->text[0],
			    "* a\n* `-b\n*   `-a  (a circle)\n");
	assert_non_null(strstr(ask(0, circle, "graph", "--svg", NULL)->text[0], "</svg>"));
}

static void an_unknown_unit_is_four(void **state)
{
	(void)state;
	assert_string_equal(ask(4, diamond, "list-dependencies", "zz", NULL)->text[1],
			    "svctl: zz: no such unit\n");
}

static void dot_has_every_unit_and_no_order_beside_a_requirement(void **state)
{
	const char *text = ask(0, diamond, "graph", "--dot", NULL)->text[0];

	(void)state;
	assert_non_null(strstr(text, "\"default\" -> \"a\" [color=\"#777777\""));
	assert_non_null(strstr(text, "\"a\" -> \"c\""));
	assert_null(strstr(text, "tooltip=\"after\""));
	text = ask(0, diamond, "graph", "--dot", "c")->text[0];
	assert_non_null(strstr(text, "\"c\" -> \"d\""));
	assert_null(strstr(text, "default"));
}

static void units_of_a_directory_need_no_supervisor(void **state)
{
	struct tree t;
	struct fake f;

	(void)state;
	tree_open(&t);
	tree_write(&t, "web.ini",
		   "[Unit]\nRequires=db\n[Service]\nExec=/bin/a\n[Install]\nWantedBy=default\n");
	tree_write(&t, "db.ini", "[Service]\nExec=/bin/a\n");
	fake_open(&f);
	fake_svctl(&f, "graph", "--units", t.root, NULL);
	assert_int_equal(fake_wait(&f), 0);
	assert_string_equal(f.text[0], "* default\n* `-web  wants\n*   `-db\n");
	fake_close(&f);
	tree_close(&t);
}

static void apply_prints_the_lines_that_cause_a_change(void **state)
{
	(void)state;
	assert_string_equal(
		ask(0,
		    "{\"parameters\":{\"units\":[{\"name\":\"web\",\"change\":\"restart\","
		    "\"causes\":[{\"section\":\"Service\",\"key\":\"Exec\",\"old\":\"/a\","
		    "\"new\":null,\"origin\":\"web.ini:3\"}]},{\"name\":\"db\",\"change\":"
		    "\"none\",\"causes\":[]}]}}",
		    "apply", "--dry-run", NULL)
			->text[0],
		"restart web\n    Exec: /a -> (none)  # web.ini:3\n");
	assert_string_equal(ask(0, "{\"parameters\":{\"units\":[]}}", "apply", NULL, NULL)->text[0],
			    "nothing changes\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_diamond_is_unfolded_once),
		cmocka_unit_test(reverse_tells_what_pulls_in_the_unit),
		cmocka_unit_test(a_circle_ends),
		cmocka_unit_test(an_unknown_unit_is_four),
		cmocka_unit_test(dot_has_every_unit_and_no_order_beside_a_requirement),
		cmocka_unit_test(units_of_a_directory_need_no_supervisor),
		cmocka_unit_test(apply_prints_the_lines_that_cause_a_change),
	};

	setenv("LC_ALL", "C", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
