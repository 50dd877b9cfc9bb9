#include "unit/report.h"

#include "base/str.h"
#include "unit/ini.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A unit's bytes reach a terminal through a message: what is not text is written as \xNN. */
static void add_visible(struct text *out, const char *s)
{
	size_t size = strlen(s);

	while (size) {
		size_t good = utf8_find_wrong(s, size), n;

		if (good > size)
			good = size;
		for (n = 0; n < good && (unsigned char)s[n] >= ' ' && s[n] != 0x7f;)
			n++;
		text_add(out, s, n);
		s += n;
		size -= n;
		if (!size)
			break;
		text_printf(out, "\\x%02x", (unsigned char)*s);
		s++;
		size--;
	}
}

static bool make_room(struct report *r)
{
	size_t capacity = r->capacity ? r->capacity * 2 : 16;
	struct diagnostic *more;

	if (r->n < r->capacity)
		return true;
	more = reallocarray(r->items, capacity, sizeof(*more));
	if (!more)
		return false;
	r->items = more;
	r->capacity = capacity;
	return true;
}

void report_add(struct report *r, enum severity severity, const char *unit, const struct origin *at,
		const char *format, ...)
{
	struct diagnostic d = { .severity = severity };
	struct text text = { 0 };
	char *message = NULL;
	va_list ap;

	if (severity == SEVERITY_ERROR)
		r->errors++;
	va_start(ap, format);
	if (vasprintf(&message, format, ap) < 0)
		message = NULL;
	va_end(ap);
	if (at && at->key)
		text_printf(&text, "%s: ", at->key);
	if (message)
		add_visible(&text, message);
	d.text = message ? text_take(&text) : NULL;
	free(message);
	text_fini(&text);
	if (at && at->file) {
		d.file = strdup(at->file);
		d.line = at->line;
		d.column = at->column;
	}
	d.unit = unit ? strdup(unit) : NULL;
	if (!d.text || (at && at->file && !d.file) || (unit && !d.unit) || !make_room(r)) {
		free(d.file);
		free(d.unit);
		free(d.text);
		r->failed = true;
		return;
	}
	r->items[r->n++] = d;
}

static int compare_places(const void *a, const void *b)
{
	const struct diagnostic *x = a, *y = b;
	int r = strcmp(x->file ? x->file : "", y->file ? y->file : "");

	if (r)
		return r;
	if (x->line != y->line)
		return (x->line > y->line) - (x->line < y->line);
	return (x->column > y->column) - (x->column < y->column);
}

void report_sort(struct report *r, size_t first)
{
	if (r->n - first > 1)
		qsort(r->items + first, r->n - first, sizeof(*r->items), compare_places);
}

void report_fini(struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->items[i].file);
		free(r->items[i].unit);
		free(r->items[i].text);
	}
	free(r->items);
	*r = (struct report){ 0 };
}

const char *report_line(const struct diagnostic *d, char *buf, size_t size)
{
	const char *severity = d->severity == SEVERITY_ERROR ? "error" : "warning";

	if (d->file && d->line && d->column)
		snprintf(buf, size, "%s:%u:%u: %s: %s", d->file, d->line, d->column, severity,
			 d->text);
	else if (d->file && d->line)
		snprintf(buf, size, "%s:%u: %s: %s", d->file, d->line, severity, d->text);
	else if (d->file)
		snprintf(buf, size, "%s: %s: %s", d->file, severity, d->text);
	else
		snprintf(buf, size, "%s: %s", severity, d->text);
	return buf;
}
