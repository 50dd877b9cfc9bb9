#include "unit/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(struct value *v, const char *where, const char *format, va_list ap)
{
	v->wrong = where ? (size_t)(where - v->text) : 0;
	vsnprintf(v->message, sizeof(v->message), format, ap);
	return -EINVAL;
}

int value_fail(struct value *v, const char *where, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fail(v, where, format, ap);
	va_end(ap);
	v->complete = false;
	return -EINVAL;
}

int value_fail_complete(struct value *v, const char *where, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fail(v, where, format, ap);
	va_end(ap);
	v->complete = true;
	return -EINVAL;
}

struct origin value_origin(const struct value *v, const char *where)
{
	size_t offset = (size_t)(where - v->text), low = 0, high = v->n_places;
	struct origin at = { .file = v->file, .key = v->key };

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (v->places[middle].offset <= offset)
			low = middle;
		else
			high = middle;
	}
	if (v->n_places) {
		const struct ini_place *p = &v->places[low];

		at.line = p->line;
		at.column = p->column + (uint32_t)(offset > p->offset ? offset - p->offset : 0);
	}
	return at;
}

void *array_grow(void *array, size_t n, size_t item_size)
{
	if (n & (n - 1))
		return array; /* room is always the next power of two */
	return reallocarray(array, n ? n * 2 : 1, item_size);
}

int list_push(struct unit_list *list, char *text, const struct origin *at)
{
	struct unit_item *items = array_grow(list->items, list->n, sizeof(*items));

	if (!items) {
		free(text);
		return -ENOMEM;
	}
	list->items = items;
	list->items[list->n++] = (struct unit_item){ text, *at };
	return 0;
}

void list_fini(struct unit_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i].text);
	free(list->items);
	*list = (struct unit_list){ 0 };
}

int number_parse(const char *s, size_t n, uint64_t *ret)
{
	uint64_t value = 0;

	if (!n)
		return -EINVAL;
	for (size_t i = 0; i < n; i++)
		if (s[i] < '0' || s[i] > '9')
			return -EINVAL;
	for (size_t i = 0; i < n; i++)
		if (__builtin_mul_overflow(value, 10u, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(s[i] - '0'), &value))
			return -ERANGE;
	*ret = value;
	return 0;
}

int number_scaled(const char **s, uint64_t *ret_whole, uint64_t *ret_millionths)
{
	size_t n = strspn(*s, "0123456789"), m;
	uint64_t scale = 100000, millionths = 0;
	int r = number_parse(*s, n, ret_whole);

	if (r < 0)
		return r;
	*s += n;
	*ret_millionths = 0;
	if (**s != '.')
		return 0;
	m = strspn(*s + 1, "0123456789");
	if (!m || m > 6)
		return -EINVAL;
	for (size_t i = 1; i <= m; i++, scale /= 10)
		millionths += (uint64_t)((*s)[i] - '0') * scale;
	*s += m + 1;
	*ret_millionths = millionths;
	return 0;
}
