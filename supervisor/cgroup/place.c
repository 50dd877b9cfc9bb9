#include "cgroup/place.h"

#include "base/str.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* True when the list "cpu,cpuacct" of n bytes has the word. */
static bool list_has(const char *list, size_t n, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= n; i++)
		if ((i == 0 || list[i - 1] == ',') && memcmp(list + i, word, length) == 0 &&
		    (i + length == n || list[i + length] == ','))
			return true;
	return false;
}

char *place_group(const char *text, const char *controller)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		const char *list = memchr(text, ':', length);
		const char *path =
			list ? memchr(list + 1, ':', length - (size_t)(list + 1 - text)) : NULL;

		if (path) {
			size_t n = (size_t)(path - list - 1);
			bool match = controller ? list_has(list + 1, n, controller)
						: n == 0 && text[0] == '0';

			if (match)
				return str_dup_n(path + 1, (size_t)(text + length - path - 1));
		}
		text += length + (text[length] == '\n');
	}
	return NULL;
}

/* One line of mountinfo: root and mount point unescaped, type. False when it is none. */
struct mount_line {
	char *root, *point;
	bool v2;
};

static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
		    s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* Splits the line in place (it is a copy). */
static bool parse_line(char *line, struct mount_line *ret)
{
	char *dash = strstr(line, " - ");
	char *rest = line, *field[5];

	if (!dash)
		return false;
	*dash = '\0';
	for (size_t i = 0; i < 5; i++) {
		field[i] = strsep(&rest, " ");
		if (!field[i])
			return false;
	}
	ret->root = field[3];
	ret->point = field[4];
	ret->v2 = str_after(dash + 3, "cgroup2 ") != NULL;
	unescape(ret->root);
	unescape(ret->point);
	return true;
}

/* Calls for each line until one returns true. */
static void each_mount(const char *mountinfo, bool (*one)(const struct mount_line *, void *),
		       void *arg)
{
	AUTO_FREE char *copy = strdup(mountinfo);
	char *rest = copy, *line;

	while (rest && (line = strsep(&rest, "\n"))) {
		struct mount_line m;

		if (parse_line(line, &m) && one(&m, arg))
			return;
	}
}

static bool is_v2(const struct mount_line *m, void *arg)
{
	char **ret = arg;

	if (!m->v2)
		return false;
	*ret = strdup(m->point);
	return true;
}

char *place_v2_mount(const char *mountinfo)
{
	char *found = NULL;

	each_mount(mountinfo, is_v2, &found);
	return found;
}

struct root_search {
	const char *mount;
	char *root;
};

static bool is_mount(const struct mount_line *m, void *arg)
{
	struct root_search *s = arg;

	if (str_eq(m->point, s->mount)) {
		free(s->root);
		s->root = strdup(m->root);
	}
	return false; /* a later line lies on top of an earlier one */
}

char *place_mount_root(const char *mountinfo, const char *mount)
{
	struct root_search s = { .mount = mount };

	each_mount(mountinfo, is_mount, &s);
	return s.root;
}

const char *place_below(const char *group, const char *root)
{
	const char *rest;

	rest = str_after(group, "/..");
	if (rest && (*rest == '\0' || *rest == '/'))
		return NULL;
	if (str_eq(root, "/"))
		return str_eq(group, "/") ? "" : group;
	rest = str_after(group, root);
	return rest && (*rest == '\0' || *rest == '/') ? rest : NULL;
}

void place_strip(char *group, const char *name)
{
	AUTO_FREE char *tail = str_printf("/%s/supervisor", name);

	if (tail && str_ends(group, tail)) {
		group[strlen(group) - strlen(tail)] = '\0';
		if (!*group)
			strcpy(group, "/");
	}
}
