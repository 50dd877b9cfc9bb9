/* A whole unit of random values, written out by the key table and read again, is the same unit. */
#include "unit_text.h"

#include <stdio.h>
#include <stdlib.h>

/* What values of a type may look like; %u is a random number below 1000. */
static const struct {
	const char *type;
	const char *formats[4];
} shapes[] = {
	{ "text", { "a %u; b = \\ \" # \xc3\xa4", "%%%% %u", "%u" } },
	{ "path", { "/p/%u", "/%u//x/./", "/a b/%u" } },
	{ "command", { "/bin/%u 'a b' \"c\\n\" \\x01 %%%%i", "x%u \"\"", "/bin/a \\u00e4%u" } },
	{ "assignments", { "A=%u B=", "'C%u=d e'", "E=\"\\t%u\" F=%%n" } },
	{ "files of assignments", { "/etc/%u", "-/etc/%u /x" } },
	{ "addresses", { "man:a(%u)", "https://x/%u http://y" } },
	{ "units", { "u%u", "v%u w%ux" } },
	{ "account", { "%u", "u%u" } },
	{ "host name", { "h%u", "h-%u.example" } },
	{ "size", { "%uK", "1.5G", "1%uM", "infinity" } },
	{ "file size", { "1%uK", "5M" } },
	{ "time", { "1%ums", "1h %us", "%u" } },
	{ "time limit", { "1%ums", "1h %us", "infinity" } },
	{ "number", { "1%u" } },
	{ "number of files", { "1%u" } },
	{ "number of tasks", { "1%u", "infinity" } },
	{ "weight", { "1%u" } },
	{ "percentage", { "1%u%%", "1%u.25%%", "infinity" } },
	{ "path condition", { "/a/%u", "!/a/%u", "|!/b %u" } },
	{ "version condition", { ">=6.%u", "!=5.%u", "6.%u*" } },
	{ "host condition", { "h%u*", "!web-%u" } },
	{ "size condition", { ">%uM", "1%uK" } },
	{ "number condition", { ">%u", "|%u" } },
	{ "volumes", { "/s%u:/t%u", "-/s:/v%u:ro,noexec" } },
	{ "tmpfs mounts", { "/m%u", "/n%u:size=1%uM,mode=0700" } },
};

static unsigned next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 10;
}

static void add_random(struct text *out, const struct unit_key *key, uint32_t *seed)
{
	unsigned choice = next(seed) % 4, a = next(seed) % 1000;
	char value[256];

	snprintf(value, sizeof(value), "%s",
		 key->preset && choice == 0 ? key->preset : key->example);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (str_eq(shapes[i].type, unit_key_type_name(key)) && shapes[i].formats[choice])
			snprintf(value, sizeof(value), shapes[i].formats[choice], a, a);
	text_printf(out, "[%s]\n%s=%s\n", key->section, key->name, value);
}

/* Lists are given once or twice, a third of all keys not at all. */
static char *random_unit(uint32_t *seed)
{
	struct text out = { 0 };
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	for (size_t i = 0; i < n; i++) {
		bool must = str_eq(keys[i].name, "Exec");

		if (!must && next(seed) % 3 == 0)
			continue;
		add_random(&out, &keys[i], seed);
		if (!must && keys[i].flags & KEY_LIST && next(seed) % 2)
			add_random(&out, &keys[i], seed);
	}
	return text_take(&out);
}

static int collect(void *arg, const struct unit_key *key, const char *value,
		   const struct origin *at)
{
	(void)at;
	text_printf(arg, "[%s]\n%s=%s\n", key->section, key->name, value);
	return 0;
}

static char *dump(const struct unit *u)
{
	struct text out = { 0 };
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	for (size_t i = 0; i < n; i++)
		assert_int_equal(unit_key_format(&keys[i], u, collect, &out), 0);
	return text_take(&out);
}

static void assert_same_list(const struct unit_list *a, const struct unit_list *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++)
		assert_string_equal(a->items[i].text, b->items[i].text);
}

/* What the members hold, apart from how they are written. */
static void assert_same(const struct unit *a, const struct unit *b)
{
	struct unit_list *x[UNIT_REFERENCES], *y[UNIT_REFERENCES];

	unit_references((struct unit *)a, x);
	unit_references((struct unit *)b, y);
	for (size_t i = 0; i < UNIT_REFERENCES; i++)
		assert_same_list(x[i], y[i]);
	assert_same_list(&a->service.exec, &b->service.exec);
	assert_same_list(&a->service.environment, &b->service.environment);
	assert_same_list(&a->service.environment_files, &b->service.environment_files);
	assert_same_list(&a->documentation, &b->documentation);
	assert_same_list(&a->alias, &b->alias);
	assert_int_equal(a->n_conditions, b->n_conditions);
	assert_int_equal(a->box.n_volumes, b->box.n_volumes);
	for (size_t i = 0; i < a->box.n_volumes; i++) {
		assert_string_equal(a->box.volumes[i].source, b->box.volumes[i].source);
		assert_int_equal(a->box.volumes[i].flags, b->box.volumes[i].flags);
	}
	for (size_t i = 0; i < RLIM_NLIMITS; i++) {
		assert_int_equal(a->service.limits[i].set, b->service.limits[i].set);
		assert_true(a->service.limits[i].soft == b->service.limits[i].soft);
		assert_true(a->service.limits[i].hard == b->service.limits[i].hard);
	}
}

/* Single numbers, of whatever key. */
static void assert_same_numbers(const struct unit *a, const struct unit *b)
{
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	for (size_t i = 0; i < n; i++) {
		bool pointer = keys[i].flags & KEY_LIST || keys[i].size > 8 ||
			       strstr("text path account host name instance",
				      unit_key_type_name(&keys[i]));

		if (!pointer && memcmp((const char *)a + keys[i].offset,
				       (const char *)b + keys[i].offset, keys[i].size) != 0)
			fail_msg("%s differs", keys[i].name);
	}
}

static void random_units_survive_a_round_trip(void **state)
{
	uint32_t seed = 20261123;
	unsigned accepted = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		AUTO_FREE char *text = random_unit(&seed);
		AUTO_FREE char *once = NULL, *twice = NULL;
		struct loaded a, b;

		load_source(&a, "thing@1", "thing@.ini", text, strlen(text));
		if (a.report.errors) { /* two random values that contradict each other */
			unload(&a);
			continue;
		}
		accepted++;
		once = dump(a.unit);
		load_source(&b, "thing@1", "thing@.ini", once, strlen(once));
		if (b.report.n) {
			AUTO_FREE char *all = report_text(&b.report);

			fail_msg("%s\nwritten as\n%s\n%s", text, once, all);
		}
		twice = dump(b.unit);
		assert_string_equal(once, twice);
		assert_same(a.unit, b.unit);
		assert_same_numbers(a.unit, b.unit);
		unload(&a);
		unload(&b);
	}
	assert_true(accepted >= 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_units_survive_a_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
