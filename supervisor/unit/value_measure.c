/* Sizes (1024 a step) and times. */
#include "unit/value.h"

#include <stdio.h>
#include <sys/sysinfo.h>

static uint64_t machine_memory(void)
{
	struct sysinfo info;

	if (sysinfo(&info) < 0)
		return 0;
	return (uint64_t)info.totalram * info.mem_unit;
}

/* whole and millionths times unit; false when it does not fit below UNIT_INFINITY. */
static bool scale(uint64_t whole, uint64_t millionths, uint64_t unit, uint64_t *ret)
{
	unsigned __int128 product =
		(unsigned __int128)whole * unit + (unsigned __int128)millionths * unit / 1000000;

	if (product >= UNIT_INFINITY)
		return false;
	*ret = (uint64_t)product;
	return true;
}

int size_parse(struct value *v, const char *s, bool percent, uint64_t *ret)
{
	static const char suffixes[] = "KMGT";
	const char *start = s, *suffix;
	uint64_t whole, part, unit = 1;
	int r = number_scaled(&s, &whole, &part);

	if (r == -ERANGE)
		return value_fail(v, NULL, "%s is too large", start);
	if (r < 0)
		return value_fail(v, NULL, "\"%s\" is not a size", start);
	if (percent && str_eq(s, "%")) {
		if (whole > 100 || (whole == 100 && part))
			return value_fail(v, NULL, "%s is more than the machine has", start);
		if (!machine_memory())
			return value_fail_complete(v, NULL, "the machine's memory cannot be read");
		scale(whole, part, machine_memory() / 100, ret);
		return 0;
	}
	suffix = *s ? strchr(suffixes, *s) : NULL;
	if (suffix && !s[1])
		unit = (uint64_t)1 << (10 * (suffix - suffixes + 1));
	else if (*s || part)
		return value_fail(v, NULL, "\"%s\" is not a size", start);
	if (!scale(whole, part, unit, ret))
		return value_fail(v, NULL, "%s is too large", start);
	return 0;
}

void size_format(uint64_t bytes, char *buf, size_t size)
{
	static const char suffixes[] = "\0KMGT";
	int step = 0;

	for (; step < 4 && bytes && bytes % 1024 == 0; step++)
		bytes /= 1024;
	if (step)
		snprintf(buf, size, "%lu%c", bytes, suffixes[step]);
	else
		snprintf(buf, size, "%lu", bytes);
}

/* What a row says of its sizes. */
struct size_range {
	uint64_t least;
	bool limit; /* `%` and infinity are legal */
};

static int bytes_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	const struct size_range *range = key->type->domain;
	uint64_t *member = value_member(key, u), bytes;
	int r;

	if (range->limit && str_eq(v->text, "infinity")) {
		*member = UNIT_INFINITY;
		return 0;
	}
	r = size_parse(v, v->text, range->limit, &bytes);
	if (r < 0)
		return r;
	if (bytes < range->least)
		return value_fail(v, NULL, "%s is too small", v->text);
	*member = bytes;
	return 0;
}

static int bytes_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			void *arg)
{
	uint64_t n = *(const uint64_t *)value_member_const(key, u);
	char buf[32];

	if (n == UNIT_INFINITY)
		return emit(arg, "infinity", NULL);
	size_format(n, buf, sizeof(buf));
	return emit(arg, buf, NULL);
}

const struct value_type type_size = {
	.name = "size",
	.grammar =
		"a number above 0 with K, M, G or T (1024 a step), a percentage of the machine's "
		"memory, or infinity",
	.domain = &(const struct size_range){ .least = 1, .limit = true },
	.parse = bytes_parse,
	.format = bytes_format,
};

const struct value_type type_file_size = {
	.name = "file size",
	.grammar = "a number with K, M, G or T (1024 a step), at least 4K",
	.domain = &(const struct size_range){ .least = 4096 },
	.parse = bytes_parse,
	.format = bytes_format,
};

/* --- times --- */

static const struct time_unit {
	const char *name; /* the first of a size is the one that is written */
	uint64_t usec;
} time_units[] = {
	{ "w", 604800000000 },   { "week", 604800000000 }, { "weeks", 604800000000 },
	{ "d", 86400000000 },    { "day", 86400000000 },   { "days", 86400000000 },
	{ "h", 3600000000 },     { "hr", 3600000000 },     { "hour", 3600000000 },
	{ "hours", 3600000000 }, { "min", 60000000 },      { "m", 60000000 },
	{ "minute", 60000000 },  { "minutes", 60000000 },  { "s", 1000000 },
	{ "sec", 1000000 },      { "second", 1000000 },    { "seconds", 1000000 },
	{ "ms", 1000 },          { "msec", 1000 },         { "us", 1 },
	{ "usec", 1 },
};
#define N_TIME_UNITS (sizeof(time_units) / sizeof(time_units[0]))

static uint64_t time_unit(const char *s, size_t n)
{
	if (!n)
		return 1000000;
	for (size_t i = 0; i < N_TIME_UNITS; i++)
		if (strlen(time_units[i].name) == n && memcmp(time_units[i].name, s, n) == 0)
			return time_units[i].usec;
	return 0;
}

int time_parse(struct value *v, const char *s, uint64_t *ret_usec)
{
	const char *start = s;
	uint64_t sum = 0;

	while (*s) {
		uint64_t whole, part, unit, usec;
		size_t n;
		int r = number_scaled(&s, &whole, &part);

		if (r == -ERANGE)
			return value_fail(v, NULL, "%s is too long", start);
		if (r < 0)
			return value_fail(v, NULL, "\"%s\" is not a time", start);
		s += strspn(s, " \t");
		n = strspn(s, "abcdefghijklmnopqrstuvwxyz");
		unit = time_unit(s, n);
		if (!unit || (s[n] && !strchr(" \t0123456789", s[n])))
			return value_fail(v, NULL, "\"%s\" is not a time", start);
		s += n;
		s += strspn(s, " \t");
		if (!scale(whole, part, unit, &usec) || __builtin_add_overflow(sum, usec, &sum) ||
		    sum >= UNIT_INFINITY)
			return value_fail(v, NULL, "%s is too long", start);
	}
	*ret_usec = sum;
	return 0;
}

void time_format(uint64_t usec, char *buf, size_t size)
{
	size_t used = 0;
	uint64_t last = 0;

	if (!usec)
		snprintf(buf, size, "0");
	for (size_t i = 0; i < N_TIME_UNITS && usec; i++) {
		uint64_t unit = time_units[i].usec;

		if (unit == last || usec < unit)
			continue;
		last = unit;
		used += (size_t)snprintf(buf + used, size - used, "%s%lu%s", used ? " " : "",
					 usec / unit, time_units[i].name);
		usec %= unit;
	}
}

/* A delay may be 0 and must end; a timeout is the other way round, because systemd reads 0 as
 * "none" in some keys and as "at once" in others. */
static int span_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	bool timeout = key->type == &type_timeout;
	uint64_t *member = value_member(key, u), usec;
	int r;

	if (str_eq(v->text, "infinity")) {
		if (!timeout)
			return value_fail(v, NULL, "infinity is not possible here");
		*member = UNIT_INFINITY;
		return 0;
	}
	r = time_parse(v, v->text, &usec);
	if (r < 0)
		return r;
	if (timeout && !usec)
		return value_fail_complete(v, NULL,
					   "0 is ambiguous; write infinity for no limit or "
					   "1ms for at once");
	*member = usec;
	return 0;
}

static int span_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
		       void *arg)
{
	uint64_t usec = *(const uint64_t *)value_member_const(key, u);
	char buf[160];

	if (usec == UNIT_INFINITY)
		return emit(arg, "infinity", NULL);
	time_format(usec, buf, sizeof(buf));
	return emit(arg, buf, NULL);
}

const struct value_type type_delay = {
	.name = "time",
	.grammar = "seconds, or numbers with us, ms, s, min, h, d or w",
	.parse = span_parse,
	.format = span_format,
};

const struct value_type type_timeout = {
	.name = "time limit",
	.grammar = "seconds, or numbers with us, ms, s, min, h, d or w, or infinity",
	.parse = span_parse,
	.format = span_format,
};
