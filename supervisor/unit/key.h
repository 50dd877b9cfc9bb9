#ifndef SVINIT_UNIT_KEY_H
#define SVINIT_UNIT_KEY_H

/*
 * The key table, the single source of the unit language. One row a key; parsing, defaults, svctl
 * explain and show, the man page svinit.unit(5), completions and the fuzz seeds derive from it.
 *
 * Value types are a dozen, each {name, grammar, parse, format, release}; format is the inverse of
 * parse. FIELD() refuses a member of the wrong type at compile time.
 */

#include "unit/unit.h"

struct value_type;

struct unit_key {
	const char *section;
	const char *name;
	const struct value_type *type;
	size_t offset;      /* of the member in struct unit */
	size_t size;        /* of the member in bytes */
	const char *preset; /* the default as written in a file; NULL: none */
	const char *example;
	const char *help; /* one or two sentences */
	uint32_t flags;
};

enum unit_key_flag {
	KEY_LIST = 1 << 0,   /* appends; an empty value resets */
	KEY_LIVE = 1 << 1,   /* can change without a restart */
	KEY_TARGET = 1 << 2, /* legal in a target (a unit without Exec=) */
	KEY_BYTES = 1 << 3,  /* the value may hold bytes that are no UTF-8 */
};

/* All rows, in the order of the manual, *ret_n of them. Static. */
const struct unit_key *unit_keys(size_t *ret_n);

/* A row by section and name; NULL when there is none. With section NULL by name alone. */
const struct unit_key *unit_key_find(const char *section, const char *name);

/* Name and grammar of the row's type, for people ("size", "a number with K, M, G or T…"). */
const char *unit_key_type_name(const struct unit_key *key);
const char *unit_key_grammar(const struct unit_key *key);

/*
 * The value of the key in `u` as it would be written in a file, one string an item for lists, each
 * handed to `emit` with its origin; nothing is emitted for a single value that is not set and has
 * no default. 0, or what emit returned when that was not 0, or -ENOMEM.
 */
typedef int (*unit_emit_fn)(void *arg, const struct unit_key *key, const char *value,
			    const struct origin *at);
int unit_key_format(const struct unit_key *key, const struct unit *u, unit_emit_fn emit, void *arg);

#endif
