/* Numbers: integer ranges, modes, percentages, booleans and signals. */
#include "base/names.h"
#include "unit/value.h"

#include <signal.h>
#include <stdio.h>
#include <strings.h>

static int emit_number(value_emit_fn emit, void *arg, const char *format, uint64_t n)
	__attribute__((format(printf, 3, 0)));

static int emit_number(value_emit_fn emit, void *arg, const char *format, uint64_t n)
{
	char buf[64];

	snprintf(buf, sizeof(buf), format, n);
	return emit(arg, buf, NULL);
}

/* --- booleans --- */

static int bool_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	static const char *const yes[] = { "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };
	bool *member = value_member(key, u);

	for (size_t i = 0; i < 4; i++) {
		if (strcasecmp(v->text, yes[i]) == 0) {
			*member = true;
			return 0;
		}
		if (strcasecmp(v->text, no[i]) == 0) {
			*member = false;
			return 0;
		}
	}
	return value_fail(v, NULL, "\"%s\" is neither yes nor no", v->text);
}

static int bool_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
		       void *arg)
{
	const bool *member = value_member_const(key, u);

	return emit(arg, *member ? "yes" : "no", NULL);
}

const struct value_type type_bool = {
	.name = "boolean",
	.grammar = "yes, no, true, false, on, off, 1 or 0",
	.parse = bool_parse,
	.format = bool_format,
};

/* --- integers in a range, signed (int) and unsigned (uint32_t) --- */

struct range {
	int64_t least, most;
};

static int range_parse(const struct unit_key *key, struct value *v, int64_t *ret)
{
	const struct range *range = key->type->domain;
	bool negative = *v->text == '-' && range->least < 0;
	uint64_t n = 0;
	int r = number_parse(v->text + negative, v->size - negative, &n);

	if (r == -EINVAL)
		return value_fail(v, NULL, "\"%s\" is not a whole number", v->text);
	if (r == 0 && n <= INT64_MAX)
		*ret = negative ? -(int64_t)n : (int64_t)n;
	if (r < 0 || n > INT64_MAX || *ret < range->least || *ret > range->most)
		return value_fail(v, NULL, "%s is out of range", v->text);
	return 0;
}

static int int_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	int64_t n;
	int r = range_parse(key, v, &n);

	if (r == 0)
		*(int *)value_member(key, u) = (int)n;
	return r;
}

static int int_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
		      void *arg)
{
	char buf[16];

	snprintf(buf, sizeof(buf), "%d", *(const int *)value_member_const(key, u));
	return emit(arg, buf, NULL);
}

static int count_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	int64_t n;
	int r = range_parse(key, v, &n);

	if (r == 0)
		*(uint32_t *)value_member(key, u) = (uint32_t)n;
	return r;
}

static int count_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			void *arg)
{
	return emit_number(emit, arg, "%lu", *(const uint32_t *)value_member_const(key, u));
}

const struct value_type type_nice = {
	.name = "niceness",
	.grammar = "a whole number from -20 (first) to 19 (last)",
	.domain = &(const struct range){ -20, 19 },
	.parse = int_parse,
	.format = int_format,
};

const struct value_type type_oom_score = {
	.name = "OOM score",
	.grammar = "a whole number from -1000 (never killed) to 1000",
	.domain = &(const struct range){ -1000, 1000 },
	.parse = int_parse,
	.format = int_format,
};

const struct value_type type_file_count = {
	.name = "number of files",
	.grammar = "a whole number from 1 to 1000000",
	.domain = &(const struct range){ 1, 1000000 },
	.parse = count_parse,
	.format = count_format,
};

const struct value_type type_count = {
	.name = "number",
	.grammar = "a whole number from 1 to 1000000",
	.domain = &(const struct range){ 1, 1000000 },
	.parse = count_parse,
	.format = count_format,
};

/* --- cgroup numbers (uint64_t) --- */

static int weight_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	int64_t n;
	int r = range_parse(key, v, &n);

	if (r == 0)
		*(uint64_t *)value_member(key, u) = (uint64_t)n;
	return r;
}

static int weight_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			 void *arg)
{
	uint64_t n = *(const uint64_t *)value_member_const(key, u);

	return n ? emit_number(emit, arg, "%lu", n) : 0;
}

const struct value_type type_weight = {
	.name = "weight",
	.grammar = "a whole number from 1 to 10000",
	.domain = &(const struct range){ 1, 10000 },
	.parse = weight_parse,
	.format = weight_format,
};

static int tasks_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	uint64_t *member = value_member(key, u);

	if (str_eq(v->text, "infinity")) {
		*member = UNIT_INFINITY;
		return 0;
	}
	return weight_parse(key, v, u);
}

static int tasks_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			void *arg)
{
	uint64_t n = *(const uint64_t *)value_member_const(key, u);

	return n == UNIT_INFINITY ? emit(arg, "infinity", NULL) : emit_number(emit, arg, "%lu", n);
}

const struct value_type type_tasks = {
	.name = "number of tasks",
	.grammar = "a whole number from 1 to 4194304, or infinity",
	.domain = &(const struct range){ 1, 4194304 },
	.parse = tasks_parse,
	.format = tasks_format,
};

/* --- percentages, kept as hundredths --- */

#define PERCENT_MOST 100000000 /* 1000000%, ten thousand processors */

static int percent_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	uint64_t *member = value_member(key, u), whole, part;
	const char *s = v->text;

	if (str_eq(s, "infinity")) {
		*member = UNIT_INFINITY;
		return 0;
	}
	if (number_scaled(&s, &whole, &part) < 0 || !str_eq(s, "%"))
		return value_fail(v, NULL, "\"%s\" is not a percentage", v->text);
	if (part % 10000)
		return value_fail(v, NULL, "%s has more than two decimals", v->text);
	if (whole > PERCENT_MOST / 100 || whole < 1)
		return value_fail(v, NULL, "%s is out of range", v->text);
	*member = whole * 100 + part / 10000;
	return 0;
}

static int percent_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			  void *arg)
{
	uint64_t n = *(const uint64_t *)value_member_const(key, u);
	char buf[40];

	if (n == UNIT_INFINITY)
		return emit(arg, "infinity", NULL);
	if (n % 100)
		snprintf(buf, sizeof(buf), "%lu.%02lu%%", n / 100, n % 100);
	else
		snprintf(buf, sizeof(buf), "%lu%%", n / 100);
	return emit(arg, buf, NULL);
}

const struct value_type type_percent = {
	.name = "percentage",
	.grammar = "a number from 1% (100% is one processor) to 1000000%, or infinity",
	.parse = percent_parse,
	.format = percent_format,
};

/* --- modes --- */

static int umask_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	mode_t mode = 0;

	if (v->size > 4)
		return value_fail(v, NULL, "\"%s\" is not a mask", v->text);
	for (const char *s = v->text; *s; s++) {
		if (*s < '0' || *s > '7')
			return value_fail(v, s, "\"%s\" is not a mask", v->text);
		mode = mode << 3 | (mode_t)(*s - '0');
	}
	if (mode > 0777)
		return value_fail(v, NULL, "%s is out of range", v->text);
	*(mode_t *)value_member(key, u) = mode;
	return 0;
}

static int umask_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			void *arg)
{
	return emit_number(emit, arg, "%04lo", *(const mode_t *)value_member_const(key, u));
}

const struct value_type type_umask = {
	.name = "mode mask",
	.grammar = "an octal number from 0000 to 0777",
	.parse = umask_parse,
	.format = umask_format,
};

/* --- signals --- */

static int signal_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	const char *names[32], *near;
	int number = signal_from_name(v->text);
	size_t n = 0;
	char buf[32];

	if (number > 0) {
		*(int *)value_member(key, u) = number;
		return 0;
	}
	for (int i = 1; i < 32; i++) {
		const char *name = signal_name(i, buf, sizeof(buf));

		if (name != buf)
			names[n++] = name;
	}
	near = str_nearest(v->text, names, n);
	if (near)
		return value_fail_complete(v, NULL, "\"%s\" is not a signal; did you mean %s?",
					   v->text, near);
	return value_fail(v, NULL, "\"%s\" is not a signal", v->text);
}

static int signal_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			 void *arg)
{
	int number = *(const int *)value_member_const(key, u);
	char buf[32];
	const char *name = signal_name(number, buf, sizeof(buf));

	if (strchr(name, ' ')) { /* the numbers that the C library keeps for itself have no name */
		snprintf(buf, sizeof(buf), "%d", number);
		name = buf;
	}
	return emit(arg, name, NULL);
}

const struct value_type type_signal = {
	.name = "signal",
	.grammar = "a signal's name or number",
	.parse = signal_parse,
	.format = signal_format,
};
