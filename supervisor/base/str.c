#include "base/str.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void str_cleanup(void *p)
{
	void *owned;

	memcpy(&owned, p, sizeof(owned));
	free(owned);
}

const char *str_after(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) == 0 ? s + n : NULL;
}

bool str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

char *str_dup_n(const char *s, size_t n)
{
	char *r = malloc(n + 1);

	if (!r)
		return NULL;
	if (n)
		memcpy(r, s, n);
	r[n] = '\0';
	return r;
}

char *str_printf(const char *format, ...)
{
	va_list ap;
	char *r = NULL;

	va_start(ap, format);
	if (vasprintf(&r, format, ap) < 0)
		r = NULL;
	va_end(ap);
	return r;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned str_distance(const char *a, const char *b, unsigned most)
{
	enum { LONGEST = 64 };
	unsigned rows[3][LONGEST + 1];
	size_t n = strlen(a), m = strlen(b);

	if (n > LONGEST || m > LONGEST)
		return most + 1;
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned *row = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			int x = tolower((unsigned char)a[i - 1]);
			int y = tolower((unsigned char)b[j - 1]);

			row[j] = min3(up[j] + 1, row[j - 1] + 1, up[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
			    y == tolower((unsigned char)a[i - 2]) && up2[j - 2] + 1 < row[j])
				row[j] = up2[j - 2] + 1;
		}
	}
	return rows[n % 3][m] > most ? most + 1 : rows[n % 3][m];
}

const char *str_nearest(const char *word, const char *const *candidates, size_t n)
{
	unsigned most = strlen(word) < 5 ? 1 : strlen(word) < 9 ? 2 : 3;
	const char *best = NULL;

	for (size_t i = 0; i < n; i++) {
		unsigned d = str_distance(word, candidates[i], most);

		if (d > most)
			continue;
		best = candidates[i];
		if (d == 0)
			break;
		most = d - 1;
	}
	return best;
}

void text_fini(struct text *t)
{
	free(t->data);
	*t = (struct text){ 0 };
}

static bool text_room(struct text *t, size_t n)
{
	size_t capacity = t->capacity ? t->capacity : 64;
	char *data;

	if (t->failed || n > SIZE_MAX / 2 - t->size - 1) {
		t->failed = true;
		return false;
	}
	while (capacity < t->size + n + 1)
		capacity *= 2;
	if (capacity == t->capacity)
		return true;
	data = realloc(t->data, capacity);
	if (!data) {
		t->failed = true;
		return false;
	}
	t->data = data;
	t->capacity = capacity;
	return true;
}

void text_add(struct text *t, const char *data, size_t n)
{
	if (!text_room(t, n))
		return;
	if (n)
		memcpy(t->data + t->size, data, n);
	t->size += n;
	t->data[t->size] = '\0';
}

void text_puts(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void text_printf(struct text *t, const char *format, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n >= 0 && text_room(t, (size_t)n)) {
		vsnprintf(t->data + t->size, (size_t)n + 1, format, again);
		t->size += (size_t)n;
	} else {
		t->failed = true;
	}
	va_end(again);
}

char *text_take(struct text *t)
{
	char *r;

	if (!t->data)
		text_add(t, "", 0);
	r = t->failed ? NULL : t->data;
	if (t->failed)
		free(t->data);
	*t = (struct text){ 0 };
	return r;
}
