/* Resource limits of setrlimit: one value, or SOFT:HARD. The unit of measure is the resource's. */
#include "unit/value.h"

#include <stdio.h>

struct measure {
	int (*parse)(struct value *v, const char *s, uint64_t *ret);
	void (*format)(uint64_t n, char *buf, size_t size);
};

static int size_one(struct value *v, const char *s, uint64_t *ret)
{
	return size_parse(v, s, false, ret);
}

static int count_one(struct value *v, const char *s, uint64_t *ret)
{
	int r = number_parse(s, strlen(s), ret);

	if (r == -EINVAL)
		return value_fail(v, NULL, "\"%s\" is not a whole number", s);
	if (r < 0 || *ret == UNIT_INFINITY)
		return value_fail(v, NULL, "%s is out of range", s);
	return 0;
}

/* The kernel counts whole seconds: a part of one is rounded up, so that 1ms is no limit of 0. */
static int seconds_one(struct value *v, const char *s, uint64_t *ret)
{
	uint64_t usec;
	int r = time_parse(v, s, &usec);

	if (r == 0)
		*ret = usec / 1000000 + (usec % 1000000 != 0);
	return r;
}

static int usec_one(struct value *v, const char *s, uint64_t *ret)
{
	return time_parse(v, s, ret);
}

/* The kernel's number is 20 minus the niceness: +5 and -5 are a niceness, 15 is the number. */
static int nice_one(struct value *v, const char *s, uint64_t *ret)
{
	bool sign = *s == '+' || *s == '-';
	uint64_t n;
	int r = number_parse(s + sign, strlen(s + sign), &n);

	if (r == -EINVAL)
		return value_fail(v, NULL, "\"%s\" is not a niceness", s);
	if (r < 0 || n > (*s == '+' ? 19 : *s == '-' ? 20 : 40))
		return value_fail(v, NULL, "%s is out of range", s);
	*ret = *s == '+' ? 20 - n : *s == '-' ? 20 + n : n;
	return 0;
}

static int rtprio_one(struct value *v, const char *s, uint64_t *ret)
{
	int r = count_one(v, s, ret);

	if (r == 0 && *ret > 99)
		return value_fail(v, NULL, "%s is out of range", s);
	return r;
}

static void count_write(uint64_t n, char *buf, size_t size)
{
	snprintf(buf, size, "%lu", n);
}

static void seconds_write(uint64_t n, char *buf, size_t size)
{
	snprintf(buf, size, "%lu", n);
}

static int limit_one(struct value *v, const struct measure *measure, const char *s, uint64_t *ret)
{
	if (str_eq(s, "infinity")) {
		*ret = UNIT_INFINITY;
		return 0;
	}
	if (!*s)
		return value_fail(v, NULL, "one side of the colon is empty");
	return measure->parse(v, s, ret);
}

static int limit_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	struct unit_rlimit *member = value_member(key, u), limit = { .set = true };
	const char *colon = strchr(v->text, ':');
	AUTO_FREE char *soft = str_dup_n(v->text, colon ? (size_t)(colon - v->text) : v->size);
	int r;

	if (!soft)
		return -ENOMEM;
	r = limit_one(v, key->type->domain, soft, &limit.soft);
	limit.hard = limit.soft;
	if (r == 0 && colon)
		r = limit_one(v, key->type->domain, colon + 1, &limit.hard);
	if (r < 0)
		return r;
	if (limit.soft > limit.hard)
		return value_fail_complete(v, NULL,
					   "the soft limit %s is above the hard limit %s; "
					   "write SOFT:HARD",
					   soft, colon + 1);
	*member = limit;
	return 0;
}

static int limit_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			void *arg)
{
	const struct unit_rlimit *member = value_member_const(key, u);
	const struct measure *measure = key->type->domain;
	char soft[160] = "infinity", hard[160] = "infinity", both[328];

	if (!member->set)
		return 0;
	if (member->soft != UNIT_INFINITY)
		measure->format(member->soft, soft, sizeof(soft));
	if (member->hard != UNIT_INFINITY)
		measure->format(member->hard, hard, sizeof(hard));
	if (member->soft == member->hard)
		return emit(arg, soft, NULL);
	snprintf(both, sizeof(both), "%s:%s", soft, hard);
	return emit(arg, both, NULL);
}

#define LIMIT_TYPE(id, what, how, parse_one, write_one)                                            \
	const struct value_type type_limit_##id = {                                                \
		.name = what,                                                                      \
		.grammar = how ", infinity, or two of these as SOFT:HARD",                         \
		.domain = &(const struct measure){ parse_one, write_one },                         \
		.parse = limit_parse,                                                              \
		.format = limit_format,                                                            \
	}

LIMIT_TYPE(size, "size limit", "a number with K, M, G or T (1024 a step)", size_one, size_format);
LIMIT_TYPE(count, "limit", "a whole number", count_one, count_write);
LIMIT_TYPE(seconds, "time limit in seconds", "seconds, or numbers with s, min, h, d or w",
	   seconds_one, seconds_write);
LIMIT_TYPE(usec, "time limit in microseconds", "seconds, or numbers with us, ms, s or min",
	   usec_one, time_format);
LIMIT_TYPE(nice, "niceness limit", "a niceness with its sign (-20 to +19) or 0 to 40", nice_one,
	   count_write);
LIMIT_TYPE(rtprio, "priority limit", "a whole number from 0 to 99", rtprio_one, count_write);
