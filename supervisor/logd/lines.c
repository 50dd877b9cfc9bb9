#include "logd/lines.h"

#include <string.h>

enum { TAG_AT = LINES_PREFIX - 2 };

static char *put_record(char *o, const char *prefix, char tag, const char *data, size_t n)
{
	memcpy(o, prefix, LINES_PREFIX);
	o[TAG_AT] = tag;
	memcpy(o + LINES_PREFIX, data, n);
	o[LINES_PREFIX + n] = '\n';
	return o + LINES_PREFIX + n + 1;
}

/* What has no newline behind it, when it is not to wait. */
static bool put_rest(const struct lines_request *q, const char *prefix, size_t left,
		     struct lines_result *r)
{
	const char *p = q->data + r->consumed;
	char tag = q->end == LINES_CLOSE ? 'F' : 'P';

	if (q->end == LINES_KEEP || (left == 0 && !(q->end == LINES_CLOSE && r->midline)))
		return true;
	if (q->room - r->produced < LINES_PREFIX + left + 1)
		return false;
	put_record(q->out + r->produced, prefix, tag, p, left);
	r->produced += LINES_PREFIX + left + 1;
	r->consumed += left;
	r->midline = tag == 'P';
	return true;
}

struct lines_result lines_format(const struct lines_request *q)
{
	struct lines_result r = { .midline = q->midline };
	char prefix[LINES_PREFIX];
	const char *p = q->data, *end = q->data + q->size;
	char *o = q->out;

	memcpy(prefix, q->stamp, STAMP_BYTES);
	prefix[STAMP_BYTES] = ' ';
	memcpy(prefix + STAMP_BYTES + 1, q->stream, 6);
	memcpy(prefix + STAMP_BYTES + 7, " F ", 3);
	while (p < end) {
		size_t left = (size_t)(end - p), n = LINES_MAX;
		const char *nl = memchr(p, '\n', left > LINES_MAX ? LINES_MAX + 1 : left);

		if (nl)
			n = (size_t)(nl - p);
		else if (left <= LINES_MAX)
			break;
		if (q->room - (size_t)(o - q->out) < LINES_PREFIX + n + 1) {
			r.full = true;
			break;
		}
		o = put_record(o, prefix, nl ? 'F' : 'P', p, n);
		r.midline = !nl;
		p += n + (nl != NULL);
	}
	r.consumed = (size_t)(p - q->data);
	r.produced = (size_t)(o - q->out);
	if (!r.full)
		r.full = !put_rest(q, prefix, (size_t)(end - p), &r);
	return r;
}
