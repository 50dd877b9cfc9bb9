#include "unit/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* %I: as %i with each `-` a `/`, which is how systemd writes a path into an instance's name. */
static void add_unescaped(struct text *out, const char *s)
{
	for (; *s; s++)
		text_add(out, *s == '-' ? "/" : s, 1);
}

int specifier_add(struct value *v, const struct unit *u, const char *s, struct text *out)
{
	const char *at = strchr(u->name, '@');
	char host[256];

	if (!at && (s[1] == 'i' || s[1] == 'I'))
		return value_fail_complete(v, s,
					   "%%%c: the unit is no instance; an instance's file is "
					   "named NAME@ARG.ini",
					   s[1]);
	switch (s[1]) {
	case '%':
		text_puts(out, "%");
		return 2;
	case 'n':
	case 'N': /* a name has no suffix here, so both are the same */
		text_puts(out, u->name);
		return 2;
	case 'p':
		text_add(out, u->name, at ? (size_t)(at - u->name) : strlen(u->name));
		return 2;
	case 'i':
		text_puts(out, at + 1);
		return 2;
	case 'I':
		add_unescaped(out, at + 1);
		return 2;
	case 'H':
		if (gethostname(host, sizeof(host)) < 0)
			return value_fail_complete(v, s, "%%H: the host's name cannot be read");
		host[sizeof(host) - 1] = '\0';
		text_puts(out, host);
		return 2;
	case 'm':
	case 'b':
	case 'u':
	case 't':
	case 'S':
	case 'L':
		return value_fail_complete(v, s,
					   "%%%c is not available yet in this version; there "
					   "are %%n %%N %%p %%i %%I %%H %%%%",
					   s[1]);
	case '\0':
		return value_fail_complete(v, s, "a %% at the end; write %%%% for a percent sign");
	default:
		return value_fail_complete(v, s,
					   "unknown specifier %%%.1s; write %%%% for a percent "
					   "sign (there are %%n %%N %%p %%i %%I %%H)",
					   s + 1);
	}
}

int specifier_expand(struct value *v, const struct unit *u, const char *s, size_t n, char **ret)
{
	struct text out = { 0 };
	const char *end = s + n;

	while (s < end) {
		const char *percent = memchr(s, '%', (size_t)(end - s));
		int r;

		text_add(&out, s, (size_t)((percent ? percent : end) - s));
		if (!percent)
			break;
		r = specifier_add(v, u, percent, &out);
		if (r < 0) {
			text_fini(&out);
			return r;
		}
		s = percent + r;
	}
	*ret = text_take(&out);
	return *ret ? 0 : -ENOMEM;
}

char *specifier_escape(const char *s)
{
	struct text out = { 0 };

	for (; *s; s++)
		text_add(&out, *s == '%' ? "%%" : s, *s == '%' ? 2 : 1);
	return text_take(&out);
}
