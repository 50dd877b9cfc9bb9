#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void copy_text(char *to, size_t size, const char *from)
{
	size_t n = strlen(from);

	if (n >= size)
		n = size - 1;
	memcpy(to, from, n);
	to[n] = '\0';
}

int error_set(struct error *e, int code, const char *format, ...)
{
	va_list ap;

	if (!e || e->code)
		return code;
	e->code = code;
	va_start(ap, format);
	vsnprintf(e->text, sizeof(e->text), format, ap);
	va_end(ap);
	return code;
}

int error_at(struct error *e, const struct origin *at, int code)
{
	if (!e)
		return code;
	if (!e->code)
		e->code = code;
	if (e->at.file || !at || !at->file)
		return e->code;
	e->at = *at;
	copy_text(e->file, sizeof(e->file), at->file);
	e->at.file = e->file;
	if (at->key) {
		copy_text(e->key, sizeof(e->key), at->key);
		e->at.key = e->key;
	}
	return e->code;
}

int error_is_set(const struct error *e)
{
	return e && e->code;
}

void error_clear(struct error *e)
{
	if (e)
		memset(e, 0, sizeof(*e));
}

const char *error_format(const struct error *e, char *buf, size_t size)
{
	char place[300] = "", cause[96] = "";

	if (e->at.file && e->at.line && e->at.column)
		snprintf(place, sizeof(place), "%s:%u:%u: ", e->file, e->at.line, e->at.column);
	else if (e->at.file && e->at.line)
		snprintf(place, sizeof(place), "%s:%u: ", e->file, e->at.line);
	else if (e->at.file)
		snprintf(place, sizeof(place), "%s: ", e->file);
	if (e->at.key && !strchr(e->key, '\n')) {
		size_t n = strlen(place);

		snprintf(place + n, sizeof(place) - n, "%s: ", e->key);
	}
	if (e->code && e->code != -EINVAL)
		snprintf(cause, sizeof(cause), "%s%s", e->text[0] ? ": " : "", strerror(-e->code));
	else if (!e->text[0])
		snprintf(cause, sizeof(cause), "%s", strerror(e->code ? -e->code : 0));
	snprintf(buf, size, "%s%s%s", place, e->text, cause);
	return buf;
}
