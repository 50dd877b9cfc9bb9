#include "box/passwd.h"

#include <string.h>

/* Cuts the next line off the text; false at its end. */
static bool next_line(struct slice *text, struct slice *line)
{
	const char *end;

	if (!text->n)
		return false;
	end = memchr(text->at, '\n', text->n);
	line->at = text->at;
	line->n = end ? (size_t)(end - text->at) : text->n;
	text->at += line->n + (end != NULL);
	text->n -= line->n + (end != NULL);
	return true;
}

/* Splits at `by` into at most `most` fields; returns how many. */
static size_t split(struct slice line, char by, struct slice *fields, size_t most)
{
	size_t n = 0;

	while (n < most) {
		const char *end = memchr(line.at, by, line.n);

		fields[n].at = line.at;
		fields[n].n = end ? (size_t)(end - line.at) : line.n;
		n++;
		if (!end)
			break;
		line.n -= (size_t)(end - line.at) + 1;
		line.at = end + 1;
	}
	return n;
}

static bool same(struct slice a, const char *s, size_t n)
{
	return a.n == n && memcmp(a.at, s, n) == 0;
}

bool passwd_number(const char *s, size_t n, unsigned *ret)
{
	unsigned long value = 0;

	if (!n || n > 10)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		value = value * 10 + (unsigned long)(s[i] - '0');
	}
	if (value >= 0xffffffffUL)
		return false;
	*ret = (unsigned)value;
	return true;
}

bool passwd_find(const char *text, size_t size, const char *name, const uid_t *uid,
		 struct passwd_entry *ret)
{
	struct slice rest = { text, size }, line, field[7];

	while (next_line(&rest, &line)) {
		struct passwd_entry e;

		if (split(line, ':', field, 7) != 7 || !field[0].n)
			continue;
		if (!passwd_number(field[2].at, field[2].n, &e.uid) ||
		    !passwd_number(field[3].at, field[3].n, &e.gid))
			continue;
		if (name ? !same(field[0], name, strlen(name)) : e.uid != *uid)
			continue;
		e.name = field[0];
		e.home = field[5];
		e.shell = field[6];
		*ret = e;
		return true;
	}
	return false;
}

/* One line of /etc/group: name, id, members. */
static bool parse_group(struct slice line, struct slice *name, gid_t *gid, struct slice *members)
{
	struct slice field[4];

	if (split(line, ':', field, 4) != 4 || !field[0].n)
		return false;
	*name = field[0];
	*members = field[3];
	return passwd_number(field[2].at, field[2].n, gid);
}

bool group_find(const char *text, size_t size, const char *name, gid_t *ret)
{
	struct slice rest = { text, size }, line, found, members;
	gid_t gid;

	while (next_line(&rest, &line))
		if (parse_group(line, &found, &gid, &members) && same(found, name, strlen(name))) {
			*ret = gid;
			return true;
		}
	return false;
}

static bool lists(struct slice members, struct slice user)
{
	struct slice one;

	while (split(members, ',', &one, 1)) {
		if (same(one, user.at, user.n))
			return true;
		if (one.n == members.n)
			break;
		members.at += one.n + 1;
		members.n -= one.n + 1;
	}
	return false;
}

size_t group_of_user(const char *text, size_t size, struct slice user, gid_t primary, gid_t *ret,
		     size_t most)
{
	struct slice rest = { text, size }, line, name, members;
	size_t n = 0;
	gid_t gid;

	while (next_line(&rest, &line)) {
		bool known = false;

		if (!parse_group(line, &name, &gid, &members) || gid == primary ||
		    !lists(members, user))
			continue;
		for (size_t i = 0; i < n && i < most; i++)
			known |= ret[i] == gid;
		if (known)
			continue;
		if (n < most)
			ret[n] = gid;
		n++;
	}
	return n;
}
