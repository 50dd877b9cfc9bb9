/*
 * Condition…= and Assert…=: what must hold on the machine for a unit to start. The texts are
 * checked and brought into one form here (an operator is one of < <= = >= > and stands directly
 * before its operand), so that whoever evaluates them cannot fail.
 */
#include "unit/value.h"

#include <ctype.h>
#include <stdlib.h>

struct condition_domain {
	enum unit_condition_kind kind;
	/* Checks the expanded text and may replace it by another form of the same meaning. */
	int (*check)(struct value *v, const char *where, char **text);
};

static bool is_assert(const struct unit_key *key)
{
	return str_after(key->name, "Assert") != NULL;
}

static bool belongs(const struct unit_key *key, const struct unit_condition *c)
{
	const struct condition_domain *domain = key->type->domain;

	return c->kind == domain->kind && c->assert == is_assert(key);
}

/* `|` and `!`, in this order; returns what follows. */
static int read_prefixes(struct value *v, struct unit_condition *c, const char **ret)
{
	const char *s = v->text;

	if (*s == '|') {
		c->trigger = true;
		s += 1 + strspn(s + 1, " \t");
	}
	if (*s == '!') {
		c->negate = true;
		s += 1 + strspn(s + 1, " \t");
	}
	if (*s == '|' || *s == '!')
		return value_fail_complete(v, s,
					   "%c stands here once too often; write | (one of "
					   "those with | must hold) before ! (it must not hold)",
					   *s);
	if (!*s)
		return value_fail(v, s, "nothing follows the prefix");
	*ret = s;
	return 0;
}

static int condition_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	const struct condition_domain *domain = key->type->domain;
	struct unit_condition c = { .kind = domain->kind, .assert = is_assert(key) }, *more;
	AUTO_FREE char *text = NULL;
	const char *s = v->text;
	int r = read_prefixes(v, &c, &s);

	if (r == 0)
		r = specifier_expand(v, u, s, strlen(s), &text);
	if (r == 0)
		r = domain->check(v, s, &text);
	if (r < 0)
		return r;
	more = array_grow(u->conditions, u->n_conditions, sizeof(*more));
	if (!more)
		return -ENOMEM;
	c.text = take_ptr(&text);
	c.at = value_origin(v, v->text);
	u->conditions = more;
	u->conditions[u->n_conditions++] = c;
	return 0;
}

static int condition_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			    void *arg)
{
	for (size_t i = 0; i < u->n_conditions; i++) {
		const struct unit_condition *c = &u->conditions[i];
		AUTO_FREE char *escaped = NULL, *value = NULL;
		int r;

		if (!belongs(key, c))
			continue;
		escaped = specifier_escape(c->text);
		if (!escaped)
			return -ENOMEM;
		value = str_printf("%s%s%s", c->trigger ? "|" : "", c->negate ? "!" : "", escaped);
		if (!value)
			return -ENOMEM;
		r = emit(arg, value, &c->at);
		if (r)
			return r;
	}
	return 0;
}

/* Those of the key; the member is shared by all conditions and assertions. */
static void condition_release(const struct unit_key *key, struct unit *u)
{
	size_t kept = 0;

	for (size_t i = 0; i < u->n_conditions; i++) {
		if (belongs(key, &u->conditions[i]))
			free(u->conditions[i].text);
		else
			u->conditions[kept++] = u->conditions[i];
	}
	u->n_conditions = kept;
	if (kept)
		return;
	free(u->conditions);
	u->conditions = NULL;
}

/* --- the kinds --- */

static int check_path(struct value *v, const char *where, char **text)
{
	return path_normalise(v, where, *text);
}

/*
 * The operator at s (in its one form), or "" when there is none; *ret_rest behind it. There is no
 * `!=`: read_prefixes() took its first half for "not", which is the same.
 */
static const char *read_operator(const char *s, const char **ret_rest)
{
	static const char *const operators[][2] = {
		{ "<=", "<=" }, { ">=", ">=" }, { "==", "=" },
		{ "<", "<" },   { ">", ">" },   { "=", "=" },
	};

	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		const char *rest = str_after(s, operators[i][0]);

		if (!rest)
			continue;
		*ret_rest = rest + strspn(rest, " \t");
		return operators[i][1];
	}
	*ret_rest = s;
	return "";
}

static int put_together(char **text, const char *operator, const char * operand)
{
	char *whole = str_printf("%s%s", operator, operand);

	if (!whole)
		return -ENOMEM;
	free(*text);
	*text = whole;
	return 0;
}

static int check_kernel(struct value *v, const char *where, char **text)
{
	static const char version[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.+-_~";
	const char *rest, *operator= read_operator(*text, &rest);
	size_t n = strspn(rest, version);

	if (*operator&&(!isdigit((unsigned char)*rest) || rest[n]))
		return value_fail(v, where, "\"%s\" is not a version", rest);
	if (*operator)
		return put_together(text, operator, rest);
	for (n = 0; rest[n]; n++)
		if (!strchr(version, rest[n]) && !strchr("*?[]", rest[n]))
			return value_fail(v, where, "\"%s\" is neither a version nor a pattern",
					  rest);
	return 0;
}

static int check_host(struct value *v, const char *where, char **text)
{
	for (const char *s = *text; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("-._*?[]", *s))
			return value_fail(v, where, "\"%s\" is neither a host name nor a pattern",
					  *text);
	return 0;
}

static int check_virtualization(struct value *v, const char *where, char **text)
{
	static const char *const names[] = { "yes", "no", "vm", "container" };
	const char *near;

	for (size_t i = 0; i < 4; i++)
		if (str_eq(*text, names[i]))
			return 0;
	near = str_nearest(*text, names, 4);
	if (near)
		return value_fail_complete(v, where, "unknown value \"%s\"; did you mean %s?",
					   *text, near);
	return value_fail(v, where, "unknown value \"%s\"", *text);
}

/* Without an operator at least as much is meant, as in systemd. */
static int check_memory(struct value *v, const char *where, char **text)
{
	const char *rest, *operator= read_operator(*text, &rest);
	uint64_t bytes;
	int r = size_parse(v, rest, false, &bytes);

	if (r < 0) {
		v->wrong = (size_t)(where - v->text);
		return r;
	}
	return put_together(text, *operator ? operator: ">=", rest);
}

static int check_cpus(struct value *v, const char *where, char **text)
{
	const char *rest, *operator= read_operator(*text, &rest);
	uint64_t n;

	if (number_parse(rest, strlen(rest), &n) < 0 || n > 1000000)
		return value_fail(v, where, "\"%s\" is not a number of processors", rest);
	return put_together(text, *operator ? operator: ">=", rest);
}

#define CONDITION_TYPE(id, what, text, ...)                                                        \
	const struct value_type type_condition_##id = {                                            \
		.name = what,                                                                      \
		.grammar = text,                                                                   \
		.domain = &(const struct condition_domain){ __VA_ARGS__ },                         \
		.parse = condition_parse,                                                          \
		.format = condition_format,                                                        \
		.release = condition_release,                                                      \
	}

CONDITION_TYPE(path, "path condition", "an absolute path, with | or ! or |! in front if need be",
	       CONDITION_PATH_EXISTS, check_path);
CONDITION_TYPE(directory, "path condition",
	       "an absolute path, with | or ! or |! in front if need be",
	       CONDITION_PATH_IS_DIRECTORY, check_path);
CONDITION_TYPE(file, "path condition", "an absolute path, with | or ! or |! in front if need be",
	       CONDITION_FILE_NOT_EMPTY, check_path);
CONDITION_TYPE(kernel, "version condition",
	       "one of < <= = >= > and a version, or a pattern of the whole version",
	       CONDITION_KERNEL_VERSION, check_kernel);
CONDITION_TYPE(host, "host condition", "a host name, a pattern of one, or a machine id",
	       CONDITION_HOST, check_host);
CONDITION_TYPE(virtualization, "virtualization condition", "yes, no, vm or container",
	       CONDITION_VIRTUALIZATION, check_virtualization);
CONDITION_TYPE(memory, "size condition",
	       "one of < <= = >= > and a number with K, M, G or T (1024 a step)", CONDITION_MEMORY,
	       check_memory);
CONDITION_TYPE(cpus, "number condition", "one of < <= = >= > and a whole number", CONDITION_CPUS,
	       check_cpus);
