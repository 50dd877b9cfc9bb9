#include "unit/value.h"

#include "base/fd.h"

#include <ctype.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* %I: as %i with each `-` a `/`, which is how systemd writes a path into an instance's name. */
static void add_unescaped(struct text *out, const char *s)
{
	for (; *s; s++)
		text_add(out, *s == '-' ? "/" : s, 1);
}

/* 128 bits as 32 hexadecimal digits, also when the kernel writes them with hyphens. */
static bool read_id(const char *path, char id[33])
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char buf[64];
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf));
	size_t digits = 0;

	for (ssize_t i = 0; i < n && digits < 32; i++)
		if (isxdigit((unsigned char)buf[i]))
			id[digits++] = buf[i];
		else if (buf[i] != '-')
			break;
	id[digits] = '\0';
	return digits == 32;
}

static int add_id(struct value *v, const char *s, struct text *out)
{
	bool machine = s[1] == 'm';
	const char *known = !v->context ? NULL
			    : machine   ? v->context->machine_id
					: v->context->boot_id;
	const char *path = machine ? "/etc/machine-id" : "/proc/sys/kernel/random/boot_id";
	char id[33];

	if (!known && !read_id(path, id))
		return value_fail_complete(v, s, "%%%c: %s holds no id of 32 digits", s[1], path);
	text_puts(out, known ? known : id);
	return 2;
}

static int add_user(struct value *v, const char *s, struct text *out)
{
	struct passwd entry, *found = NULL;
	char buf[4096];

	if (v->context && v->context->user) {
		text_puts(out, v->context->user);
		return 2;
	}
	if (getuid() == 0) {
		text_puts(out, "root");
		return 2;
	}
	if (getpwuid_r(getuid(), &entry, buf, sizeof(buf), &found) != 0 || !found)
		return value_fail_complete(v, s, "%%u: the user %u has no name", getuid());
	text_puts(out, found->pw_name);
	return 2;
}

int specifier_add(struct value *v, const struct unit *u, const char *s, struct text *out)
{
	const struct unit_context *context = v->context;
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
		return add_id(v, s, out);
	case 'u':
		return add_user(v, s, out);
	case 't':
		text_puts(out,
			  context && context->runtime_dir ? context->runtime_dir : "/run/svinit");
		return 2;
	case 'S':
		text_puts(out,
			  context && context->state_dir ? context->state_dir : "/var/lib/svinit");
		return 2;
	case 'L':
		text_puts(out,
			  context && context->logs_dir ? context->logs_dir : "/var/log/svinit");
		return 2;
	case '\0':
		return value_fail_complete(v, s, "a %% at the end; write %%%% for a percent sign");
	default:
		return value_fail_complete(v, s,
					   "unknown specifier %%%.1s; write %%%% for a percent "
					   "sign (there are %%n %%N %%p %%i %%I %%H %%m %%b %%u "
					   "%%t %%S %%L)",
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
