#ifndef SVINIT_UNIT_VALUE_H
#define SVINIT_UNIT_VALUE_H

/*
 * Value types: how the value of a key is read, written back and released. A row of the key table
 * names its type; the type knows nothing of the key but the row it is called with.
 *
 * parse() leaves the member alone unless it returns 0. format() is its inverse: what it emits,
 * parsed again, gives the same member. Specifiers (%n, %i…) are expanded by parse(), so format()
 * writes a percent sign as %%.
 */

#include "base/str.h"
#include "unit/ini.h"
#include "unit/key.h"
#include "unit/set.h"
#include "unit/unit.h"

#include <errno.h>

/* A value while it is parsed. */
struct value {
	const char *text; /* trimmed, terminated with NUL, not empty */
	size_t size;
	const struct ini_place *places;
	size_t n_places;
	const char *file;                   /* owned by the set */
	const char *key;                    /* static: the row's name */
	const struct unit_context *context; /* for specifiers; NULL: the defaults */

	/* What value_fail() left. */
	size_t wrong;  /* offset in text */
	bool complete; /* the message says what would be right; the grammar need not be added */
	char message[320];
};

typedef int (*value_emit_fn)(void *arg, const char *value, const struct origin *at);

struct value_type {
	const char *name;    /* "size" */
	const char *grammar; /* completes "write …" */
	const void *domain;  /* what parse() of a family of types needs: names, a range */
	/* 0, -EINVAL after value_fail(), or -ENOMEM. */
	int (*parse)(const struct unit_key *key, struct value *v, struct unit *u);
	/* Emits each item with its origin; single values with NULL. */
	int (*format)(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
		      void *arg);
	void (*release)(const struct unit_key *key, struct unit *u); /* NULL: nothing is owned */
};

/* The member of u that the row fills. */
static inline void *value_member(const struct unit_key *key, struct unit *u)
{
	return (char *)u + key->offset;
}

static inline const void *value_member_const(const struct unit_key *key, const struct unit *u)
{
	return (const char *)u + key->offset;
}

/* Notes what is wrong at `where`, a pointer into v->text (NULL: its beginning). -EINVAL. */
int value_fail(struct value *v, const char *where, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, for a message that already says what would be right. */
int value_fail_complete(struct value *v, const char *where, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The place in the file of `where`, a pointer into v->text. */
struct origin value_origin(const struct value *v, const char *where);

/* `array` with room for one item behind n, moved if need be; NULL when out of memory. */
void *array_grow(void *array, size_t n, size_t item_size);

/* Notes where the member at `offset` got its value. 0 or -ENOMEM. */
int unit_set_origin(struct unit *u, size_t offset, const struct origin *at);

/* Forgets it again. */
void unit_forget_origin(struct unit *u, size_t offset);

/* Appends `text`, which the list then owns (it is freed on failure). 0 or -ENOMEM. */
int list_push(struct unit_list *list, char *text, const struct origin *at);
void list_fini(struct unit_list *list);

/* A decimal number without sign: 0, -EINVAL (not digits only) or -ERANGE. */
int number_parse(const char *s, size_t n, uint64_t *ret);

/*
 * "1.5" times `unit`, for sizes, times and percentages: reads digits with an optional fraction at
 * *s, which is moved behind them. 0, -EINVAL or -ERANGE.
 */
int number_scaled(const char **s, uint64_t *ret_whole, uint64_t *ret_millionths);

/* size_parse(): "512M" or, with `percent`, "50%" of the machine's memory. Fails like parse(). */
int size_parse(struct value *v, const char *s, bool percent, uint64_t *ret);
void size_format(uint64_t bytes, char *buf, size_t size);
int time_parse(struct value *v, const char *s, uint64_t *ret_usec);
void time_format(uint64_t usec, char *buf, size_t size);

/* Makes an absolute path normal in place (no `//`, `.`, `/` at the end); fails like parse(). */
int path_normalise(struct value *v, const char *where, char *path);

/* Expands the specifiers in n bytes at s, a slice of v->text; *ret is new. Fails like parse(). */
int specifier_expand(struct value *v, const struct unit *u, const char *s, size_t n, char **ret);
/* Expands the one at s (which is a `%`), appends it, returns its length; or fails like parse(). */
int specifier_add(struct value *v, const struct unit *u, const char *s, struct text *out);

/* Words, quoted as systemd quotes them. */
struct words {
	struct value *value;
	const struct unit *unit;
	const char *next;
};

/* The next word in *ret (new), where it begins in *ret_where. 1, 0 at the end, or a failure. */
int words_next(struct words *w, char **ret, const char **ret_where);

/* Appends the word so that words_next() reads it back; % is doubled. */
void words_add(struct text *out, const char *word);

/* The text with each % doubled; NULL when out of memory. */
char *specifier_escape(const char *s);

/* By number in linux/capability.h: "CAP_CHOWN"; NULL beyond the last. */
const char *capability_name(unsigned number);

extern const struct value_type type_bool;
extern const struct value_type type_text;
extern const struct value_type type_path;
extern const struct value_type type_account;
extern const struct value_type type_hostname;
extern const struct value_type type_units;
extern const struct value_type type_documentation;
extern const struct value_type type_instance;
extern const struct value_type type_condition_path;
extern const struct value_type type_condition_directory;
extern const struct value_type type_condition_file;
extern const struct value_type type_condition_kernel;
extern const struct value_type type_condition_host;
extern const struct value_type type_condition_virtualization;
extern const struct value_type type_condition_memory;
extern const struct value_type type_condition_cpus;
extern const struct value_type type_count;
extern const struct value_type type_environment_files;
extern const struct value_type type_exec;
extern const struct value_type type_environment;
extern const struct value_type type_size;
extern const struct value_type type_file_size;
extern const struct value_type type_delay;
extern const struct value_type type_timeout;
extern const struct value_type type_signal;
extern const struct value_type type_service_type;
extern const struct value_type type_restart;
extern const struct value_type type_network;
extern const struct value_type type_namespaces;
extern const struct value_type type_umask;
extern const struct value_type type_nice;
extern const struct value_type type_oom_score;
extern const struct value_type type_file_count;
extern const struct value_type type_weight;
extern const struct value_type type_tasks;
extern const struct value_type type_percent;
extern const struct value_type type_capabilities;
extern const struct value_type type_volumes;
extern const struct value_type type_tmpfs;
extern const struct value_type type_limit_size;
extern const struct value_type type_limit_count;
extern const struct value_type type_limit_seconds;
extern const struct value_type type_limit_usec;
extern const struct value_type type_limit_nice;
extern const struct value_type type_limit_rtprio;

#endif
