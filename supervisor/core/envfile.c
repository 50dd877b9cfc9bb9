#include "core/envfile.h"

#include "base/str.h"

#include <ctype.h>
#include <errno.h>

struct reader {
	const char *file;
	const char *at, *end;
	const char *line_begin;
	uint32_t line;
	struct error *e;
};

static int complain(const struct reader *r, const char *at, const char *what)
{
	const struct origin origin = {
		.file = r->file,
		.line = r->line,
		.column = (uint32_t)(at - r->line_begin) + 1,
	};

	error_set(r->e, -EINVAL, "%s", what);
	return error_at(r->e, &origin, -EINVAL);
}

static int take(struct reader *r)
{
	int c = (unsigned char)*r->at++;

	if (c == '\n') {
		r->line++;
		r->line_begin = r->at;
	}
	return c;
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void skip_line(struct reader *r)
{
	while (r->at < r->end && take(r) != '\n')
		;
}

static int read_name(struct reader *r, struct text *t)
{
	const char *begin = r->at;

	while (r->at < r->end && (isalnum((unsigned char)*r->at) || *r->at == '_'))
		r->at++;
	if (r->at == begin || isdigit((unsigned char)*begin))
		return complain(r, begin, "a name of letters, digits and _ is wanted here");
	text_add(t, begin, (size_t)(r->at - begin));
	while (r->at < r->end && is_blank((unsigned char)*r->at))
		r->at++;
	if (r->at == r->end || *r->at != '=')
		return complain(r, r->at, "`=` is wanted after the name");
	r->at++;
	text_add(t, "=", 1);
	return 0;
}

static int read_quoted(struct reader *r, struct text *t, char quote)
{
	const char *begin = r->at - 1;

	while (r->at < r->end) {
		char c = (char)take(r);

		if (c == quote)
			return 0;
		if (c == '\\' && quote == '"' && r->at < r->end) {
			char next = (char)take(r);

			if (next == '\n')
				continue;
			if (!strchr("\"\\$`", next))
				text_add(t, &c, 1);
			c = next;
		}
		text_add(t, &c, 1);
	}
	return complain(r, begin < r->line_begin ? r->line_begin : begin,
			"a quote is not closed before the end of the file");
}

/* The value up to the end of its line, without the blanks around it. */
static int read_value(struct reader *r, struct text *t)
{
	size_t solid; /* blanks behind this are not part of it */

	while (r->at < r->end && is_blank((unsigned char)*r->at))
		r->at++;
	solid = t->size;
	while (r->at < r->end) {
		char c = (char)take(r);

		if (c == '\n')
			break;
		if (c == '\'' || c == '"') {
			int failed = read_quoted(r, t, c);

			if (failed)
				return failed;
			solid = t->size;
			continue;
		}
		if (c == '\\' && r->at < r->end) {
			c = (char)take(r);
			if (c == '\n')
				continue;
			text_add(t, &c, 1);
			solid = t->size;
			continue;
		}
		text_add(t, &c, 1);
		if (!is_blank((unsigned char)c))
			solid = t->size;
	}
	if (t->data)
		t->data[solid] = '\0';
	t->size = solid;
	return 0;
}

static int read_one(struct reader *r, int (*found)(void *arg, const char *assignment), void *arg)
{
	struct text t = { 0 };
	int result = read_name(r, &t);

	if (!result)
		result = read_value(r, &t);
	if (!result)
		result = t.failed ? -ENOMEM : found(arg, t.data);
	text_fini(&t);
	return result;
}

int envfile_parse(const char *file, const char *text, size_t size,
		  int (*found)(void *arg, const char *assignment), void *arg, struct error *e)
{
	struct reader r = {
		.file = file,
		.at = text,
		.end = text + size,
		.line_begin = text,
		.line = 1,
		.e = e,
	};
	const char *nul = memchr(text, '\0', size);
	int result = 0;

	if (nul) {
		while (r.at < nul)
			take(&r);
		return complain(&r, nul, "a NUL byte cannot be part of an environment");
	}
	while (!result && r.at < r.end) {
		char c = *r.at;

		if (c == '\n' || is_blank((unsigned char)c))
			take(&r);
		else if (c == '#' || c == ';')
			skip_line(&r);
		else
			result = read_one(&r, found, arg);
	}
	return result;
}
