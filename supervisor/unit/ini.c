#include "unit/ini.h"

#include "base/str.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>

/* The shapes that inih sees. PROBE follows each section, because inih tells of a section only by
 * the pairs in it, and a section without a pair must be known as well. */
#define SHAPE_NOTHING      "#\n"
#define SHAPE_CONTINUATION " +\n"
#define SHAPE_PAIR         "k=\n"
#define SHAPE_NO_PAIR      "k\n"
#define SHAPE_PROBE        "?=\n"

enum pending { PENDING_NONE, PENDING_PAIR, PENDING_CONTINUATION, PENDING_SECTION };

struct line {
	const char *text;
	size_t size;
	uint32_t number;
};

struct reading {
	const char *next, *end;
	uint32_t number; /* of the line read last */
	const struct ini_handlers *handlers;
	void *arg;
	int failed;

	enum pending pending; /* what inih was given and has not answered */
	struct line line;     /* that line, without indentation when it continues */
	unsigned section;     /* its number, as inih is told */
	bool probe;

	bool open;      /* a value is being gathered */
	bool unusable;  /* part of it was reported: it is dropped */
	bool continued; /* its last line ended in a backslash */
	struct ini_value value;
	struct text text;
	struct ini_place *places;
	size_t n_places, places_room;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\f' || c == '\v' || c == '\r';
}

static void trim(const char **s, size_t *n)
{
	while (*n && is_blank(**s)) {
		(*s)++;
		(*n)--;
	}
	while (*n && is_blank((*s)[*n - 1]))
		(*n)--;
}

static void wrong(struct reading *r, uint32_t line, size_t column, const char *message)
{
	r->handlers->wrong(r->arg, line, (uint32_t)column, message);
}

/* Hands the gathered value over, when there is one. */
static void close_value(struct reading *r)
{
	struct ini_value *v = &r->value;
	int code;

	if (!r->open)
		return;
	r->open = false;
	r->continued = false;
	while (r->text.size && is_blank(r->text.data[r->text.size - 1]))
		r->text.data[--r->text.size] = '\0';
	if (r->text.failed)
		r->failed = -ENOMEM;
	if (r->unusable || r->failed)
		return;
	v->text = r->text.data ? r->text.data : "";
	v->size = r->text.size;
	v->places = r->places;
	v->n_places = r->n_places;
	v->bad_utf8 = utf8_find_wrong(v->text, v->size);
	code = r->handlers->value(r->arg, v);
	if (code < 0)
		r->failed = code;
}

static void add_place(struct reading *r, uint32_t line, size_t column)
{
	if (r->n_places == r->places_room) {
		size_t room = r->places_room ? r->places_room * 2 : 4;
		struct ini_place *more = reallocarray(r->places, room, sizeof(*more));

		if (!more) {
			r->failed = -ENOMEM;
			return;
		}
		r->places = more;
		r->places_room = room;
	}
	r->places[r->n_places++] = (struct ini_place){ r->text.size, line, (uint32_t)column };
}

/* Appends the rest of a line to the open value; an odd number of backslashes at its end continues
 * it, and the last of them becomes a blank. */
static void add_piece(struct reading *r, const char *s, size_t n, size_t column)
{
	size_t slashes = 0;

	while (n && is_blank(*s)) {
		s++;
		n--;
		column++;
	}
	add_place(r, r->line.number, column);
	while (slashes < n && s[n - 1 - slashes] == '\\')
		slashes++;
	r->continued = slashes % 2 == 1;
	text_add(&r->text, s, r->continued ? n - 1 : n);
	if (r->continued)
		text_puts(&r->text, " ");
}

static void begin_value(struct reading *r)
{
	const char *equals = memchr(r->line.text, '=', r->line.size);
	size_t before = (size_t)(equals - r->line.text);
	const char *key = r->line.text;
	size_t key_size = before;

	trim(&key, &key_size);
	r->value = (struct ini_value){
		.key = key, .key_size = key_size, .line = r->line.number, .column = 1
	};
	r->text.size = 0;
	r->n_places = 0;
	r->open = true;
	r->unusable = false;
	if (!key_size) {
		wrong(r, r->line.number, 1, "there is no key in front of the =");
		r->unusable = true;
	} else if (utf8_find_wrong(key, key_size) != SIZE_MAX) {
		wrong(r, r->line.number, 1 + utf8_find_wrong(key, key_size),
		      "the key is not written in UTF-8");
		r->unusable = true;
	}
	add_piece(r, equals + 1, r->line.size - before - 1, before + 2);
}

static void continue_value(struct reading *r)
{
	const char *s = r->line.text;
	size_t n = r->line.size, indent = 0;

	while (indent < n && is_blank(s[indent]))
		indent++;
	if (!r->continued) { /* by indentation: one blank stands for the line's end */
		while (r->text.size && is_blank(r->text.data[r->text.size - 1]))
			r->text.size--;
		text_puts(&r->text, " ");
	}
	add_piece(r, s + indent, n - indent, indent + 1);
}

static void begin_section(struct reading *r)
{
	const char *name = r->line.text + 1, *end = memchr(name, ']', r->line.size - 1);
	const char *rest = end + 1;
	size_t size = (size_t)(end - name), left = r->line.size - size - 2;
	int code;

	trim(&rest, &left);
	if (left)
		wrong(r, r->line.number, (size_t)(rest - r->line.text) + 1,
		      "text after the ]; a comment stands on a line of its own");
	trim(&name, &size);
	code = r->handlers->section(r->arg, name, size, r->line.number);
	if (code < 0)
		r->failed = code;
}

/* The pairs that follow belong to a section whose name could not be read. */
static void lose_section(struct reading *r)
{
	int code = r->handlers->section(r->arg, NULL, 0, r->line.number);

	if (code < 0)
		r->failed = code;
}

/* inih was given a line and did not answer: the line is nothing that it knows. */
static void settle(struct reading *r)
{
	enum pending was = r->pending;

	r->pending = PENDING_NONE;
	if (was == PENDING_SECTION) {
		wrong(r, r->line.number, r->line.size + 1, "the section's ] is missing");
		lose_section(r);
	} else if (was == PENDING_PAIR)
		wrong(r, r->line.number, 1,
		      "this is neither [Section] nor Key=value (a comment begins with #)");
	else if (was == PENDING_CONTINUATION)
		wrong(r, r->line.number, 1,
		      "an indented line continues the value above it, and there is none; "
		      "begin the key in the first column");
}

static int answer(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;
	enum pending was = r->pending;
	char expected[16];

	if (!value || was == PENDING_NONE)
		return 1; /* a probe of a section that was not accepted, or a bare word */
	if (was == PENDING_SECTION) {
		snprintf(expected, sizeof(expected), "%u", r->section);
		if (!str_eq(section, expected))
			return 1;
		r->pending = PENDING_NONE;
		begin_section(r);
		return 1;
	}
	if (*name != 'k')
		return 1; /* a continuation of the probe */
	if (was == PENDING_CONTINUATION && !r->open)
		return 1;
	r->pending = PENDING_NONE;
	if (was == PENDING_PAIR)
		begin_value(r);
	else
		continue_value(r);
	return 1;
}

/* Cuts the next line off; false at the end. */
static bool next_line(struct reading *r)
{
	const char *end;

	if (r->next == r->end)
		return false;
	end = memchr(r->next, '\n', (size_t)(r->end - r->next));
	r->line.text = r->next;
	r->line.size = (size_t)((end ? end : r->end) - r->next);
	r->line.number = ++r->number;
	r->next = end ? end + 1 : r->end;
	if (r->line.size && r->line.text[r->line.size - 1] == '\r')
		r->line.size--;
	return true;
}

/* Faults of the bytes themselves. A line with one is not looked at further. */
static bool line_is_readable(struct reading *r, bool comment)
{
	const char *zero;
	size_t bad;
	char message[96];

	if (r->line.size > INI_LINE_MAX) {
		snprintf(message, sizeof(message),
			 "the line has %zu bytes; a line may have at most %d (64 KiB)",
			 r->line.size, INI_LINE_MAX);
		wrong(r, r->line.number, INI_LINE_MAX + 1, message);
		return false;
	}
	zero = memchr(r->line.text, '\0', r->line.size);
	if (zero) {
		wrong(r, r->line.number, (size_t)(zero - r->line.text) + 1,
		      "a NUL byte; a unit file is text");
		return false;
	}
	if (!comment && r->line.text[0] != '[')
		return true; /* bytes of a value: its key decides */
	bad = utf8_find_wrong(r->line.text, r->line.size);
	if (bad == SIZE_MAX)
		return true;
	wrong(r, r->line.number, bad + 1, "the line is not written in UTF-8");
	return false;
}

/* An unreadable line spoils the value that it belongs to, or the section that it may have begun. */
static void leave_out_line(struct reading *r, bool indented)
{
	if (indented || r->continued) {
		r->unusable = true;
		r->continued = r->line.size && r->line.text[r->line.size - 1] == '\\';
		return;
	}
	close_value(r);
	if (r->line.text[0] == '[')
		lose_section(r);
}

/* The shape of the line just read, for inih. */
static const char *shape_line(struct reading *r, char *buf, size_t size)
{
	size_t indent = 0;
	bool comment;

	while (indent < r->line.size && is_blank(r->line.text[indent]))
		indent++;
	if (indent == r->line.size) {
		close_value(r);
		return SHAPE_NOTHING;
	}
	comment = strchr("#;", r->line.text[indent]) && r->line.text[indent];
	if (!line_is_readable(r, comment)) {
		if (!comment)
			leave_out_line(r, indent > 0);
		return SHAPE_NOTHING;
	}
	if (comment)
		return SHAPE_NOTHING;
	if (indent || (r->open && r->continued)) {
		r->pending = PENDING_CONTINUATION;
		return SHAPE_CONTINUATION;
	}
	close_value(r);
	if (r->line.text[0] == '[') {
		bool whole = memchr(r->line.text, ']', r->line.size) != NULL;

		r->pending = PENDING_SECTION;
		r->probe = true;
		snprintf(buf, size, whole ? "[%u]\n" : "[%u\n", ++r->section);
		return buf;
	}
	r->pending = PENDING_PAIR;
	return memchr(r->line.text, '=', r->line.size) ? SHAPE_PAIR : SHAPE_NO_PAIR;
}

/* inih's fgets. It has room for at least 50 bytes in every build; a shape needs 16. */
static char *read_shape(char *str, int num, void *stream)
{
	struct reading *r = stream;
	char buf[32];
	const char *shape;

	if (r->failed || num < (int)sizeof(buf))
		return NULL;
	if (r->probe) {
		r->probe = false;
		shape = SHAPE_PROBE;
	} else {
		settle(r);
		if (!next_line(r))
			return NULL;
		shape = shape_line(r, buf, sizeof(buf));
	}
	snprintf(str, (size_t)num, "%s", shape);
	return str;
}

int ini_read(const char *data, size_t size, const struct ini_handlers *handlers, void *arg)
{
	struct reading r = { .next = data, .end = data + size, .handlers = handlers, .arg = arg };
	int code;

	if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
		r.next += 3;
	code = ini_parse_stream(read_shape, &r, answer, &r);
	if (code == -2 && !r.failed)
		r.failed = -ENOMEM;
	close_value(&r);
	free(r.places);
	text_fini(&r.text);
	return r.failed;
}
