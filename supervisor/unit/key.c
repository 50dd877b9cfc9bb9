#include "unit/key.h"

#include "unit/value.h"

#include <stdlib.h>

/* The row's type and member; does not compile when the member is not of the C type `what`. */
#define FIELD(id, what, member)                                                                    \
	.type = &type_##id,                                                                        \
	.offset = offsetof(struct unit, member) +                                                  \
		  0 * sizeof(char[_Generic(((struct unit *)0)->member, what : 1)]),                \
	.size = sizeof(((struct unit *)0)->member)

#define LIMIT(id, resource, kind, sample, text)                                                    \
	{                                                                                          \
		.section = "Service", .name = "Limit" id,                                          \
		FIELD(limit_##kind, struct unit_rlimit, service.limits[RLIMIT_##resource]),        \
		.example = sample, .help = text " See setrlimit(2)."                               \
	}

/* Blank lines keep the order, which is the manual's. */
static const struct unit_key keys[] = {
#include "unit/keys_unit.inc"

#include "unit/keys_service.inc"

#include "unit/keys_container.inc"

#include "unit/keys_rest.inc"
};
#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

const struct unit_key *unit_keys(size_t *ret_n)
{
	*ret_n = N_KEYS;
	return keys;
}

const struct unit_key *unit_key_find(const char *section, const char *name)
{
	for (size_t i = 0; i < N_KEYS; i++)
		if (*keys[i].name == *name && str_eq(keys[i].name, name) &&
		    (!section || str_eq(keys[i].section, section)))
			return &keys[i];
	return NULL;
}

const char *unit_key_type_name(const struct unit_key *key)
{
	return key->type->name;
}

const char *unit_key_grammar(const struct unit_key *key)
{
	return key->type->grammar;
}

struct emitting {
	unit_emit_fn emit;
	void *arg;
	const struct unit_key *key;
	const struct unit *unit;
};

static int emit_one(void *arg, const char *value, const struct origin *at)
{
	const struct emitting *e = arg;

	if (!at)
		at = unit_origin_at(e->unit, e->key->offset);
	return e->emit(e->arg, e->key, value, at);
}

int unit_key_format(const struct unit_key *key, const struct unit *u, unit_emit_fn emit, void *arg)
{
	struct emitting e = { .emit = emit, .arg = arg, .key = key, .unit = u };

	return key->type->format(key, u, emit_one, &e);
}
