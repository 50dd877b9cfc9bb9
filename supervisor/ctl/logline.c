#include "ctl/logline.h"

#include "ctl/human.h"
#include "ctl/when.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

struct piece {
	const char *data;
	size_t n;
};

struct record {
	struct piece unit, stamp, stream, tag, message;
};

/* An unfinished line of one unit and stream. */
struct logline_part {
	char *key; /* "UNIT STREAM" */
	struct text stamp, message;
};

static const char *const format_names[] = {
	[LOGLINE_SHORT] = "short",
	[LOGLINE_CRI] = "cri",
	[LOGLINE_JSON] = "json",
	[LOGLINE_CAT] = "cat",
};

int logline_format_from_name(const char *name, enum logline_format *ret)
{
	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++) {
		if (str_eq(name, format_names[i])) {
			*ret = (enum logline_format)i;
			return 0;
		}
	}
	return -EINVAL;
}

void logline_init(struct logline *l, enum logline_format format, const struct style *style)
{
	*l = (struct logline){ .format = format, .style = style };
}

void logline_fini(struct logline *l)
{
	for (size_t i = 0; i < l->n_parts; i++) {
		free(l->parts[i].key);
		text_fini(&l->parts[i].stamp);
		text_fini(&l->parts[i].message);
	}
	free(l->parts);
	text_fini(&l->input);
	*l = (struct logline){ 0 };
}

static bool next_word(const char **p, const char *end, struct piece *ret)
{
	const char *space = memchr(*p, ' ', (size_t)(end - *p));

	if (!space || space == *p)
		return false;
	*ret = (struct piece){ *p, (size_t)(space - *p) };
	*p = space + 1;
	return true;
}

static bool split(const char *line, size_t n, struct record *r)
{
	const char *p = line, *end = line + n;

	if (!next_word(&p, end, &r->unit) || !next_word(&p, end, &r->stamp) ||
	    !next_word(&p, end, &r->stream))
		return false;
	/* An empty message may come without the blank behind the tag. */
	if (!next_word(&p, end, &r->tag)) {
		r->tag = (struct piece){ p, (size_t)(end - p) };
		p = end;
	}
	r->message = (struct piece){ p, (size_t)(end - p) };
	return r->tag.n > 0;
}

static bool piece_is(const struct piece *p, const char *s)
{
	return p->n == strlen(s) && memcmp(p->data, s, p->n) == 0;
}

static uint64_t stamp_usec(const struct piece *p)
{
	char buf[64];
	uint64_t usec = 0;

	if (p->n >= sizeof(buf))
		return 0;
	memcpy(buf, p->data, p->n);
	buf[p->n] = '\0';
	return when_parse(buf, 0, &usec, NULL) == 0 ? usec : 0;
}

static void add_short(const struct logline *l, const struct record *r, struct text *out)
{
	enum colour colour = piece_is(&r->stream, "stderr") ? COLOUR_RED : COLOUR_NONE;
	uint64_t usec = stamp_usec(&r->stamp);

	text_puts(out, style_on(l->style, COLOUR_DIM));
	if (usec)
		human_stamp(out, usec);
	else
		style_visible(out, l->style, r->stamp.data, r->stamp.n, false);
	text_puts(out, style_off(l->style, COLOUR_DIM));
	text_puts(out, " ");
	style_visible(out, l->style, r->unit.data, r->unit.n, false);
	text_puts(out, ": ");
	text_puts(out, style_on(l->style, colour));
	style_visible(out, l->style, r->message.data, r->message.n, true);
	text_puts(out, style_off(l->style, colour));
	text_puts(out, "\n");
}

/* JSON knows only UTF-8: every other byte becomes U+FFFD. `-o cri` has the bytes. */
static json_t *json_text(const struct piece *p)
{
	struct text t = { 0 };
	json_t *s;

	for (size_t i = 0; i < p->n;) {
		unsigned code;
		size_t length = style_decode(p->data + i, p->n - i, &code);

		if (length)
			text_add(&t, p->data + i, length);
		else
			text_puts(&t, "\xef\xbf\xbd");
		i += length ? length : 1;
	}
	s = t.failed ? NULL : json_stringn(t.data ? t.data : "", t.size);
	text_fini(&t);
	return s;
}

static void add_json(const struct record *r, struct text *out)
{
	json_t *o = json_object();
	AUTO_FREE char *line = NULL;

	json_object_set_new(o, "time", json_text(&r->stamp));
	json_object_set_new(o, "unit", json_text(&r->unit));
	json_object_set_new(o, "stream", json_text(&r->stream));
	json_object_set_new(o, "message", json_text(&r->message));
	line = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER);
	json_decref(o);
	if (line)
		text_printf(out, "%s\n", line);
	else
		out->failed = true;
}

static void add_line(const struct logline *l, const struct record *r, struct text *out)
{
	if (l->format == LOGLINE_JSON) {
		add_json(r, out);
	} else if (l->format == LOGLINE_CAT) {
		style_visible(out, l->style, r->message.data, r->message.n, true);
		text_puts(out, "\n");
	} else {
		add_short(l, r, out);
	}
}

/* The unfinished line of the record's unit and stream; with `make` a new one when there is none. */
static struct logline_part *find_part(struct logline *l, const struct record *r, bool make)
{
	AUTO_FREE char *key = str_printf("%.*s %.*s", (int)r->unit.n, r->unit.data,
					 (int)r->stream.n, r->stream.data);
	struct logline_part *parts;

	if (!key)
		return NULL;
	for (size_t i = 0; i < l->n_parts; i++)
		if (str_eq(l->parts[i].key, key))
			return &l->parts[i];
	if (!make)
		return NULL;
	parts = realloc(l->parts, (l->n_parts + 1) * sizeof(parts[0]));
	if (!parts)
		return NULL;
	l->parts = parts;
	l->parts[l->n_parts] = (struct logline_part){ .key = take_ptr(&key) };
	return &l->parts[l->n_parts++];
}

static void drop_part(struct logline *l, struct logline_part *p)
{
	free(p->key);
	text_fini(&p->stamp);
	text_fini(&p->message);
	*p = l->parts[--l->n_parts];
}

/* Gives out what has been gathered, with the record's unit and stream. */
static void finish_part(struct logline *l, struct record *r, struct logline_part *p,
			struct text *out)
{
	struct record whole = *r;

	whole.stamp = (struct piece){ p->stamp.data ? p->stamp.data : "", p->stamp.size };
	whole.message = (struct piece){ p->message.data ? p->message.data : "", p->message.size };
	out->failed |= p->message.failed;
	add_line(l, &whole, out);
	drop_part(l, p);
}

static void add_record(struct logline *l, struct record *r, struct text *out)
{
	bool partial = r->tag.n && r->tag.data[0] == 'P';
	struct logline_part *p = partial || l->n_parts ? find_part(l, r, partial) : NULL;

	if (!p) {
		out->failed |= partial;
		add_line(l, r, out);
		return;
	}
	if (!p->stamp.size)
		text_add(&p->stamp, r->stamp.data, r->stamp.n);
	text_add(&p->message, r->message.data, r->message.n);
	if (!partial || p->message.size > LOGLINE_MAX_BYTES)
		finish_part(l, r, p, out);
}

static void take_line(struct logline *l, const char *line, size_t n, struct text *out)
{
	struct record r;

	if (l->format == LOGLINE_CRI) {
		text_add(out, line, n);
		text_puts(out, "\n");
	} else if (split(line, n, &r)) {
		add_record(l, &r, out);
	} else if (n) {
		/* No record: shown as it is rather than lost. */
		style_visible(out, l->style, line, n, true);
		text_puts(out, "\n");
	}
}

int logline_feed(struct logline *l, const char *data, size_t n, struct text *out)
{
	while (n) {
		const char *end = memchr(data, '\n', n);
		size_t m = end ? (size_t)(end - data) : n;

		if (!l->input.size && end) {
			take_line(l, data, m, out);
		} else {
			text_add(&l->input, data, m);
			if (end || l->input.size > 2 * (size_t)LOGLINE_MAX_BYTES) {
				take_line(l, l->input.data ? l->input.data : "", l->input.size,
					  out);
				l->input.size = 0;
			}
		}
		data += m + (end != NULL);
		n -= m + (end != NULL);
	}
	return out->failed || l->input.failed ? -ENOMEM : 0;
}

int logline_end(struct logline *l, struct text *out)
{
	if (l->input.size)
		take_line(l, l->input.data, l->input.size, out);
	l->input.size = 0;
	while (l->n_parts) {
		struct logline_part *p = &l->parts[0];
		AUTO_FREE char *key = take_ptr(&p->key);
		char *space = strchr(key, ' ');
		struct record r = { .unit = { key, (size_t)(space - key) },
				    .stream = { space + 1, strlen(space + 1) } };

		finish_part(l, &r, p, out);
	}
	return out->failed ? -ENOMEM : 0;
}
