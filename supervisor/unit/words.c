/*
 * Words as systemd splits them: blanks separate, '' and "" quote (also in the middle of a word),
 * a backslash escapes inside and outside of both. No shell: $, * and ; are bytes like any other.
 */
#include "unit/value.h"

#include <stdlib.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void add_utf8(struct text *out, uint32_t c)
{
	char b[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n; i-- > 1; c >>= 6)
		b[i] = (char)(0x80 | (c & 0x3f));
	b[0] = (char)(lead[n] | c);
	text_add(out, b, n);
}

/* \xHH, \uHHHH, \UHHHHHHHH: s is at the backslash. The length, or a failure. */
static int add_hex(struct value *v, const char *s, struct text *out)
{
	int digits = s[1] == 'x' ? 2 : s[1] == 'u' ? 4 : 8;
	uint32_t c = 0;

	for (int i = 0; i < digits; i++) {
		int d = hex_digit(s[2 + i]);

		if (d < 0)
			return value_fail(v, s, "\\%c needs %d hexadecimal digits", s[1], digits);
		c = c << 4 | (uint32_t)d;
	}
	if (!c)
		return value_fail_complete(v, s, "a NUL byte cannot be part of a word");
	if (s[1] == 'x') {
		char byte = (char)c;

		text_add(out, &byte, 1);
	} else if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
		return value_fail_complete(v, s, "\\%.*s is no Unicode character", digits + 1,
					   s + 1);
	} else {
		add_utf8(out, c);
	}
	return digits + 2;
}

static int add_octal(struct value *v, const char *s, struct text *out)
{
	unsigned c = 0;
	char byte;

	for (int i = 1; i <= 3; i++) {
		if (s[i] < '0' || s[i] > '7')
			return value_fail(v, s, "\\ and a digit need three octal digits");
		c = c << 3 | (unsigned)(s[i] - '0');
	}
	if (!c || c > 255)
		return value_fail_complete(v, s, "\\%.3s is not between \\001 and \\377", s + 1);
	byte = (char)c;
	text_add(out, &byte, 1);
	return 4;
}

static int add_escape(struct value *v, const char *s, struct text *out)
{
	static const char from[] = "abfnrtvs\\\"'", to[] = "\a\b\f\n\r\t\v \\\"'";
	const char *p;

	if (!s[1])
		return value_fail(v, s, "a backslash at the end; write \\\\ for a backslash");
	if (s[1] == 'x' || s[1] == 'u' || s[1] == 'U')
		return add_hex(v, s, out);
	if (s[1] >= '0' && s[1] <= '7')
		return add_octal(v, s, out);
	p = strchr(from, s[1]);
	if (!p)
		return value_fail(v, s, "unknown escape \\%.1s; write \\\\ for a backslash", s + 1);
	text_add(out, to + (p - from), 1);
	return 2;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

int words_next(struct words *w, char **ret, const char **ret_where)
{
	struct text out = { 0 };
	const char *s = w->next, *quote = NULL;
	int n = 1;

	while (is_space(*s))
		s++;
	*ret_where = s;
	if (!*s)
		return 0;
	for (; *s && (quote || !is_space(*s)); s += n) {
		n = 1;
		if (quote && *s == *quote)
			quote = NULL;
		else if (!quote && (*s == '"' || *s == '\''))
			quote = s;
		else if (*s == '\\')
			n = add_escape(w->value, s, &out);
		else if (*s == '%')
			n = specifier_add(w->value, w->unit, s, &out);
		else
			text_add(&out, s, 1);
		if (n < 0) {
			text_fini(&out);
			return n;
		}
	}
	w->next = s;
	if (quote) {
		text_fini(&out);
		return value_fail_complete(w->value, quote, "the quote %c is not closed", *quote);
	}
	*ret = text_take(&out);
	return *ret ? 1 : -ENOMEM;
}

void words_add(struct text *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/.,:=+@_-%^~!*?()[]{}<>|&$";
	bool quoted = !*word || word[strspn(word, plain)];

	if (out->size)
		text_puts(out, " ");
	if (quoted)
		text_puts(out, "\"");
	for (; *word; word++) {
		unsigned char c = (unsigned char)*word;

		if (c == '%')
			text_puts(out, "%%");
		else if (c == '"' || c == '\\')
			text_printf(out, "\\%c", c);
		else if (c < ' ' || c == 0x7f)
			text_printf(out, "\\x%02x", c);
		else
			text_add(out, word, 1);
	}
	if (quoted)
		text_puts(out, "\"");
}
