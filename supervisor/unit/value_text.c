/* Strings: free text, paths, accounts and host names. Specifiers are expanded in all of them. */
#include "unit/value.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>

static void text_release(const struct unit_key *key, struct unit *u)
{
	char **member = value_member(key, u);

	free(*member);
	*member = NULL;
}

static int text_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
		       void *arg)
{
	char *const *member = value_member_const(key, u);
	AUTO_FREE char *escaped = NULL;

	if (!*member)
		return 0;
	escaped = specifier_escape(*member);
	return escaped ? emit(arg, escaped, NULL) : -ENOMEM;
}

static void put(const struct unit_key *key, struct unit *u, char **text)
{
	text_release(key, u);
	*(char **)value_member(key, u) = take_ptr(text);
}

static int check_printable(struct value *v, const char *s)
{
	for (const char *p = v->text; *p; p++)
		if (iscntrl((unsigned char)*p) && *p != '\t')
			return value_fail_complete(v, p, "a control character (byte 0x%02x)",
						   (unsigned char)*p);
	for (; *s; s++)
		if (iscntrl((unsigned char)*s) && *s != '\t')
			return value_fail_complete(v, NULL, "a control character in the value");
	return 0;
}

static int text_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	AUTO_FREE char *text = NULL;
	int r = specifier_expand(v, u, v->text, v->size, &text);

	if (r == 0)
		r = check_printable(v, text);
	if (r == 0)
		put(key, u, &text);
	return r;
}

const struct value_type type_text = {
	.name = "text",
	.grammar = "text on one line",
	.parse = text_parse,
	.format = text_format,
	.release = text_release,
};

/* --- paths --- */

int path_normalise(struct value *v, const char *where, char *path)
{
	char *out = path;
	const char *s = path;

	if (*path != '/')
		return value_fail(v, where, "\"%s\" is not an absolute path", path);
	if (strlen(path) >= PATH_MAX)
		return value_fail_complete(v, where, "the path has more than %d bytes",
					   PATH_MAX - 1);
	for (const char *p = path; *p; p++)
		if (iscntrl((unsigned char)*p))
			return value_fail_complete(v, where, "a control character in the path");
	while (*s) {
		size_t n;

		while (*s == '/')
			s++;
		n = strcspn(s, "/");
		if (n == 2 && s[0] == '.' && s[1] == '.')
			return value_fail_complete(v, where,
						   "\"..\" is not allowed in a path; write "
						   "where it leads");
		if (n && !(n == 1 && *s == '.')) {
			*out++ = '/';
			memmove(out, s, n);
			out += n;
		}
		s += n;
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
	return 0;
}

static int path_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	AUTO_FREE char *path = NULL;
	int r = specifier_expand(v, u, v->text, v->size, &path);

	if (r == 0)
		r = path_normalise(v, v->text, path);
	if (r == 0)
		put(key, u, &path);
	return r;
}

const struct value_type type_path = {
	.name = "path",
	.grammar = "an absolute path without \"..\"",
	.parse = path_parse,
	.format = text_format,
	.release = text_release,
};

/* --- users and groups --- */

#define ACCOUNT_ID_MAX   4294967294u /* 4294967295 is (uid_t)-1, "leave it" for the kernel */
#define ACCOUNT_NAME_MAX 256

static int check_account(struct value *v, const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t n = strlen(s), first = strspn(s, letters), rest = first;
	uint64_t id;
	int r;

	if (isdigit((unsigned char)*s) && strspn(s, "0123456789") == n) {
		r = number_parse(s, n, &id);
		if (r < 0 || id > ACCOUNT_ID_MAX)
			return value_fail_complete(v, NULL,
						   "%s is out of range; ids go from 0 to "
						   "4294967294",
						   s);
		if (*s == '0' && n > 1)
			return value_fail(v, NULL, "\"%s\" begins with 0; an id is decimal", s);
		return 0;
	}
	if (strchr(s, ':'))
		return value_fail_complete(v, NULL,
					   "\"%s\" has a colon; the group has a key of its "
					   "own, Group=",
					   s);
	for (; s[rest] && (strchr(letters, s[rest]) || isdigit((unsigned char)s[rest]) ||
			   s[rest] == '-' || s[rest] == '.');)
		rest++;
	if (s[rest] == '$' && !s[rest + 1])
		rest++; /* machine accounts of Samba */
	if (!first || rest != n || n > ACCOUNT_NAME_MAX)
		return value_fail(v, NULL, "\"%s\" is not a name or an id", s);
	return 0;
}

static int account_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	AUTO_FREE char *name = NULL;
	int r = specifier_expand(v, u, v->text, v->size, &name);

	if (r == 0)
		r = check_account(v, name);
	if (r == 0)
		put(key, u, &name);
	return r;
}

const struct value_type type_account = {
	.name = "account",
	.grammar = "a name (letters, digits, _ - and .) or a decimal id",
	.parse = account_parse,
	.format = text_format,
	.release = text_release,
};

/* --- host names --- */

static int hostname_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	AUTO_FREE char *name = NULL;
	int r = specifier_expand(v, u, v->text, v->size, &name);
	size_t label = 0;

	if (r < 0)
		return r;
	if (strlen(name) > HOST_NAME_MAX)
		return value_fail(v, NULL, "the name has more than %d bytes", HOST_NAME_MAX);
	for (const char *s = name;; s++) {
		bool end = *s == '.' || !*s;

		if (end && (!label || label > 63 || s[-1] == '-'))
			return value_fail(v, NULL, "\"%s\" is not a host name", name);
		if (!*s)
			break;
		if (!end && !isalnum((unsigned char)*s) && !(*s == '-' && label))
			return value_fail(v, NULL, "\"%s\" is not a host name", name);
		label = end ? 0 : label + 1;
	}
	put(key, u, &name);
	return 0;
}

const struct value_type type_hostname = {
	.name = "host name",
	.grammar = "letters, digits and hyphens, in labels separated by dots, at most 64 bytes",
	.parse = hostname_parse,
	.format = text_format,
	.release = text_release,
};

/* --- the part of a name behind the @ --- */

static int instance_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.@-";
	AUTO_FREE char *name = NULL;
	int r = specifier_expand(v, u, v->text, v->size, &name);

	if (r < 0)
		return r;
	if (!*name || name[strspn(name, letters)])
		return value_fail(v, NULL, "\"%s\" cannot be part of a unit's name", name);
	if (strlen(name) >= UNIT_NAME_MAX)
		return value_fail_complete(v, NULL, "a unit's name has at most %d bytes",
					   UNIT_NAME_MAX);
	put(key, u, &name);
	return 0;
}

const struct value_type type_instance = {
	.name = "instance",
	.grammar = "letters, digits and the characters : _ . @ and -",
	.parse = instance_parse,
	.format = text_format,
	.release = text_release,
};
