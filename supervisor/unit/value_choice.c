/* One of several names, and sets of them. */
#include "unit/value.h"

#include <stdlib.h>

struct choice {
	const char *name;
	int value;
};

/* Enums are kept as int by every compiler that this is built with; the rows check the type. */
static int choice_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	const struct choice *choices = key->type->domain;
	const char *names[16], *near;
	size_t n = 0;

	for (; choices[n].name; n++) {
		names[n] = choices[n].name;
		if (str_eq(v->text, names[n])) {
			*(int *)value_member(key, u) = choices[n].value;
			return 0;
		}
	}
	near = str_nearest(v->text, names, n);
	if (near)
		return value_fail_complete(v, NULL, "unknown value \"%s\"; did you mean %s?",
					   v->text, near);
	return value_fail(v, NULL, "unknown value \"%s\"", v->text);
}

static int choice_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			 void *arg)
{
	const struct choice *choices = key->type->domain;
	int value = *(const int *)value_member_const(key, u);

	for (; choices->name; choices++)
		if (choices->value == value)
			return emit(arg, choices->name, NULL);
	return 0;
}

_Static_assert(sizeof(enum unit_type) == sizeof(int), "choice_parse writes an int");

const struct value_type type_service_type = {
	.name = "start type",
	.grammar = "simple, exec or oneshot",
	.domain = (const struct choice[]){ { "simple", TYPE_SIMPLE },
					   { "exec", TYPE_EXEC },
					   { "oneshot", TYPE_ONESHOT },
					   { 0 } },
	.parse = choice_parse,
	.format = choice_format,
};

const struct value_type type_restart = {
	.name = "restart policy",
	.grammar = "no, on-success, on-failure, on-abnormal or always",
	.domain = (const struct choice[]){ { "no", RESTART_NO },
					   { "on-success", RESTART_ON_SUCCESS },
					   { "on-failure", RESTART_ON_FAILURE },
					   { "on-abnormal", RESTART_ON_ABNORMAL },
					   { "always", RESTART_ALWAYS },
					   { 0 } },
	.parse = choice_parse,
	.format = choice_format,
};

const struct value_type type_network = {
	.name = "network mode",
	.grammar = "private, host or none",
	.domain = (const struct choice[]){ { "private", NETWORK_PRIVATE },
					   { "host", NETWORK_HOST },
					   { "none", NETWORK_NONE },
					   { 0 } },
	.parse = choice_parse,
	.format = choice_format,
};

/* --- namespaces --- */

static const struct choice namespaces[] = {
	{ "mount", UNIT_NS_MOUNT }, { "pid", UNIT_NS_PID }, { "net", UNIT_NS_NET },
	{ "ipc", UNIT_NS_IPC },     { "uts", UNIT_NS_UTS }, { "cgroup", UNIT_NS_CGROUP },
};
#define N_NAMESPACES (sizeof(namespaces) / sizeof(namespaces[0]))

static int namespace_bit(struct value *v, const char *word, const char *where, uint32_t *ret)
{
	const char *names[N_NAMESPACES], *near;

	for (size_t i = 0; i < N_NAMESPACES; i++) {
		names[i] = namespaces[i].name;
		if (str_eq(word, names[i])) {
			*ret = (uint32_t)namespaces[i].value;
			return 0;
		}
	}
	if (str_eq(word, "user") || str_eq(word, "time"))
		return value_fail_complete(v, where,
					   "%s namespaces are not available yet in this "
					   "version; leave \"%s\" out",
					   word, word);
	near = str_nearest(word, names, N_NAMESPACES);
	if (near)
		return value_fail_complete(v, where, "unknown namespace \"%s\"; did you mean %s?",
					   word, near);
	return value_fail(v, where, "unknown namespace \"%s\"", word);
}

static int namespaces_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	struct words words = { .value = v, .unit = u, .next = v->text };
	const char *where, *none = NULL;
	uint32_t set = 0, bit = 0;
	int r;

	for (;;) {
		AUTO_FREE char *word = NULL;

		r = words_next(&words, &word, &where);
		if (r <= 0)
			break;
		if (str_eq(word, "none")) {
			none = where;
			continue;
		}
		r = namespace_bit(v, word, where, &bit);
		if (r < 0)
			break;
		set |= bit;
	}
	if (r < 0)
		return r;
	if (none && set)
		return value_fail_complete(v, none, "\"none\" stands alone");
	*(uint32_t *)value_member(key, u) = set;
	return 0;
}

static int namespaces_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			     void *arg)
{
	uint32_t set = *(const uint32_t *)value_member_const(key, u);
	struct text out = { 0 };
	int r;

	for (size_t i = 0; i < N_NAMESPACES; i++)
		if (set & (uint32_t)namespaces[i].value)
			words_add(&out, namespaces[i].name);
	r = out.failed ? -ENOMEM : emit(arg, set ? out.data : "none", NULL);
	text_fini(&out);
	return r;
}

const struct value_type type_namespaces = {
	.name = "set of namespaces",
	.grammar = "names from mount, pid, net, ipc, uts and cgroup separated by blanks, or none",
	.parse = namespaces_parse,
	.format = namespaces_format,
};
