#include "ctl/style.h"

#include <stdlib.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

static bool locale_is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *v = getenv(names[i]);

		if (v && *v)
			return strcasestr(v, "UTF-8") || strcasestr(v, "UTF8");
	}
	return false;
}

static size_t terminal_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize w;
	long n;

	if (ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col)
		return w.ws_col;
	n = columns ? strtol(columns, NULL, 10) : 0;
	return n > 0 && n < 10000 ? (size_t)n : 80;
}

void style_init(struct style *s, int fd)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	*s = (struct style){ .terminal = isatty(fd) == 1, .utf8 = locale_is_utf8() };
	if (!s->terminal)
		return;
	s->colour = !(no_colour && *no_colour) && !(term && str_eq(term, "dumb"));
	s->width = terminal_width(fd);
}

static const char *const sequences[] = {
	[COLOUR_NONE] = "",          [COLOUR_BOLD] = "\033[1m",     [COLOUR_DIM] = "\033[2m",
	[COLOUR_RED] = "\033[1;31m", [COLOUR_GREEN] = "\033[1;32m", [COLOUR_YELLOW] = "\033[1;33m",
};

const char *style_on(const struct style *s, enum colour colour)
{
	return s->colour ? sequences[colour] : "";
}

const char *style_off(const struct style *s, enum colour colour)
{
	return s->colour && colour != COLOUR_NONE ? "\033[0m" : "";
}

enum colour style_of_state(const char *active)
{
	if (str_eq(active, "active"))
		return COLOUR_GREEN;
	if (str_eq(active, "failed"))
		return COLOUR_RED;
	if (str_eq(active, "activating") || str_eq(active, "deactivating"))
		return COLOUR_YELLOW;
	return COLOUR_NONE;
}

size_t style_decode(const char *s, size_t n, unsigned *ret)
{
	unsigned char c = (unsigned char)s[0];
	size_t length = c < 0x80   ? 1
			: c < 0xc2 ? 0
			: c < 0xe0 ? 2
			: c < 0xf0 ? 3
			: c < 0xf5 ? 4
				   : 0;
	unsigned code = length == 1 ? c : c & (0x7fU >> length);

	if (!length || length > n)
		return 0;
	for (size_t i = 1; i < length; i++) {
		unsigned char next = (unsigned char)s[i];

		if ((next & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (next & 0x3f);
	}
	if ((length == 3 && code < 0x800) || (length == 4 && (code < 0x10000 || code > 0x10ffff)) ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret = code;
	return length;
}

/* Characters that change how their neighbours are shown, or end the line, without being seen. */
static bool is_override(unsigned code)
{
	return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
	       code == 0x2028 || code == 0x2029 || code == 0x200e || code == 0x200f;
}

void style_visible(struct text *t, const struct style *s, const char *data, size_t n, bool tabs)
{
	if (!s->terminal) {
		text_add(t, data, n);
		return;
	}
	for (size_t i = 0; i < n;) {
		unsigned code = 0;
		size_t length = style_decode(data + i, n - i, &code);

		if (!length) {
			text_printf(t, "\\x%02x", (unsigned char)data[i++]);
			continue;
		}
		if ((code == '\t' && tabs) || (code >= 0x20 && code < 0x7f))
			text_add(t, data + i, 1);
		else if (code < 0x20 || code == 0x7f)
			text_printf(t, "^%c", (int)(code ^ 0x40));
		else if (code < 0xa0 || is_override(code))
			text_printf(t, "<U+%04X>", code);
		else
			text_add(t, data + i, length);
		i += length;
	}
}

static size_t char_columns(unsigned code)
{
	int w = wcwidth((wchar_t)code);

	return w < 0 ? 1 : (size_t)w;
}

size_t style_fit(const char *s, size_t columns)
{
	size_t n = strlen(s), i = 0;

	while (i < n) {
		unsigned code = '?';
		size_t length = style_decode(s + i, n - i, &code);
		size_t w = char_columns(code);

		if (w > columns)
			break;
		columns -= w;
		i += length ? length : 1;
	}
	return i;
}

size_t style_columns(const char *s)
{
	size_t n = strlen(s), columns = 0;

	for (size_t i = 0; i < n;) {
		unsigned code = '?';
		size_t length = style_decode(s + i, n - i, &code);

		columns += char_columns(code);
		i += length ? length : 1;
	}
	return columns;
}
