#include "ctl/quote.h"

#include "ctl/style.h"

#include <ctype.h>

static bool is_plain(char c)
{
	return isalnum((unsigned char)c) || strchr("_-./:=,@+%", c);
}

static bool word_is_plain(const char *word)
{
	if (!*word)
		return false;
	for (const char *p = word; *p; p++)
		if (!is_plain(*p))
			return false;
	return true;
}

static void add_escaped(struct text *t, const char *p, size_t n)
{
	unsigned code;

	if (n > 1)
		text_add(t, p, n);
	else if (*p == '"' || *p == '\\')
		text_printf(t, "\\%c", *p);
	else if (*p == '%')
		text_puts(t, "%%");
	else if (*p == '\n')
		text_puts(t, "\\n");
	else if (*p == '\t')
		text_puts(t, "\\t");
	else if (*p == '\r')
		text_puts(t, "\\r");
	else if ((unsigned char)*p < 0x20 || *p == 0x7f || !style_decode(p, 1, &code))
		text_printf(t, "\\x%02x", (unsigned char)*p);
	else
		text_add(t, p, 1);
}

void quote_word(struct text *t, const char *word)
{
	size_t n = strlen(word);

	if (word_is_plain(word)) {
		quote_value(t, word);
		return;
	}
	text_add(t, "\"", 1);
	for (size_t i = 0; i < n;) {
		unsigned code;
		size_t length = style_decode(word + i, n - i, &code);

		add_escaped(t, word + i, length ? length : 1);
		i += length ? length : 1;
	}
	text_add(t, "\"", 1);
}

void quote_value(struct text *t, const char *value)
{
	for (; *value; value++) {
		if (*value == '%')
			text_add(t, "%", 1);
		text_add(t, value, 1);
	}
}

bool quote_value_fits(const char *value)
{
	size_t n = strlen(value);

	for (const char *p = value; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return false;
	return !n || (value[0] != ' ' && value[n - 1] != ' ' && value[n - 1] != '\\');
}
