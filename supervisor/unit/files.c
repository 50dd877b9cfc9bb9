#include "unit/files.h"

#include "unit/value.h"

#include <stdlib.h>

static size_t hash(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

static char **find_slot(char **names, size_t capacity, const char *name)
{
	size_t i = hash(name) & (capacity - 1);

	while (names[i] && !str_eq(names[i], name))
		i = (i + 1) & (capacity - 1);
	return &names[i];
}

static int grow(struct unit_files *files)
{
	size_t capacity = files->capacity ? files->capacity * 2 : 16;
	char **names = calloc(capacity, sizeof(*names));

	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < files->capacity; i++)
		if (files->names[i])
			*find_slot(names, capacity, files->names[i]) = files->names[i];
	free(files->names);
	files->names = names;
	files->capacity = capacity;
	return 0;
}

const char *files_intern(struct unit_files *files, const char *name)
{
	char **slot;

	if (files->n >= files->capacity / 2 && grow(files) < 0)
		return NULL;
	slot = find_slot(files->names, files->capacity, name);
	if (!*slot) {
		*slot = strdup(name);
		files->n += *slot != NULL;
	}
	return *slot;
}

/* A preset is text in the table, so that the manual and the parser cannot disagree on it. */
static int parse_presets(struct unit *u)
{
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	for (size_t i = 0; i < n; i++) {
		struct value v = { .text = keys[i].preset, .key = keys[i].name };
		int r;

		if (!keys[i].preset)
			continue;
		v.size = strlen(v.text);
		r = keys[i].type->parse(&keys[i], &v, u);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The members of a context as an array: all of them are strings. */
#define CONTEXT_STRINGS (sizeof(struct unit_context) / sizeof(char *))

static int copy_context(struct unit_context *to, const struct unit_context *from)
{
	const char *const *source = (const char *const *)from;
	const char **copy = (const char **)to;

	for (size_t i = 0; from && i < CONTEXT_STRINGS; i++)
		if (source[i] && !(copy[i] = strdup(source[i])))
			return -ENOMEM;
	return 0;
}

struct unit_files *files_new(const struct unit_context *context)
{
	struct unit_files *files = calloc(1, sizeof(*files));

	if (!files)
		return NULL;
	if (copy_context(&files->context, context) < 0 || parse_presets(&files->defaults) < 0) {
		files_free(files);
		return NULL;
	}
	return files;
}

void files_free(struct unit_files *files)
{
	if (!files)
		return;
	for (size_t i = 0; i < files->capacity; i++)
		free(files->names[i]);
	free(files->names);
	for (size_t i = 0; i < CONTEXT_STRINGS; i++)
		free((char *)((const char **)&files->context)[i]);
	free(files);
}
