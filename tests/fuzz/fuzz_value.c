/* One value of one key: the first byte chooses the row, the rest is the value. */
#include "base/str.h"
#include "unit/key.h"
#include "unit/value.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int parse_one(const struct unit_key *key, const char *text, struct unit *u)
{
	struct value v = { .text = text, .size = strlen(text), .key = key->name, .file = "x.ini" };
	int r = v.size ? key->type->parse(key, &v, u) : -EINVAL;

	if (r == -EINVAL && v.size && (!v.message[0] || v.wrong > v.size))
		abort();
	return r;
}

struct written {
	struct text text;
	struct unit *copy;
};

static int parse_again(void *arg, const struct unit_key *key, const char *value,
		       const struct origin *at)
{
	struct written *w = arg;

	(void)at;
	text_printf(&w->text, "%s\n", value);
	if (w->copy && parse_one(key, value, w->copy) < 0)
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct unit a = { .name = (char[]){ "web@1" } }, b = { .name = (char[]){ "web@1" } };
	struct written once = { .copy = &b }, twice = { 0 };
	const struct unit_key *keys, *key;
	size_t n;
	char *text;

	keys = unit_keys(&n);
	if (size < 2 || memchr(data + 1, 0, size - 1) || memchr(data + 1, '\n', size - 1))
		return 0;
	if (isspace(data[1]) || isspace(data[size - 1]))
		return 0; /* a value arrives trimmed */
	key = &keys[data[0] % n];
	text = str_dup_n((const char *)data + 1, size - 1);
	if (parse_one(key, text, &a) == 0) {
		unit_key_format(key, &a, parse_again, &once);
		unit_key_format(key, &b, parse_again, &twice);
		if (once.text.size != twice.text.size ||
		    (once.text.size && !str_eq(once.text.data, twice.text.data)))
			abort();
	}
	if (key->type->release) {
		key->type->release(key, &a);
		key->type->release(key, &b);
	}
	free(text);
	text_fini(&once.text);
	text_fini(&twice.text);
	return 0;
}
