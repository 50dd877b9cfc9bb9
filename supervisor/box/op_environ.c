#include "box/ops.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What every program may expect to know of its user, unless the unit says otherwise. */
enum { USER_VARIABLES = 4 };

static int has(char *const *list, size_t n, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < n; i++)
		if (strncmp(list[i], name, length) == 0 && list[i][length] == '=')
			return 1;
	return 0;
}

/* "NAME=value"; by hand, because what printf touches costs a fresh child 30 microseconds of faults.
 */
static char *variable(const char *name, struct slice value)
{
	size_t n = strlen(name);
	char *text = malloc(n + value.n + 2);

	if (!text)
		return NULL;
	memcpy(text, name, n);
	text[n] = '=';
	memcpy(text + n + 1, value.at, value.n);
	text[n + 1 + value.n] = '\0';
	return text;
}

int op_environ(struct box_child *c, const struct box_op *op)
{
	const struct {
		const char *name;
		struct slice value;
	} user[USER_VARIABLES] = {
		{ "HOME", c->user.home },
		{ "USER", c->user.name },
		{ "LOGNAME", c->user.name },
		{ "SHELL", c->user.shell },
	};
	const char *next = box_string(c, op->a);
	size_t n = 0;

	c->environ = calloc(op->n[0] + USER_VARIABLES + 1, sizeof(char *));
	if (!c->environ)
		return box_fail(c, ENOMEM, "the environment");
	for (; n < op->n[0]; n++, next += strlen(next) + 1)
		c->environ[n] = (char *)(uintptr_t)next;
	for (size_t i = 0; i < USER_VARIABLES; i++) {
		if (!user[i].value.n || has(c->environ, op->n[0], user[i].name))
			continue;
		c->environ[n] = variable(user[i].name, user[i].value);
		if (!c->environ[n++])
			return box_fail(c, ENOMEM, "the environment");
	}
	return 0;
}

/* As the user, because a directory that only root may enter is none for the program. */
int op_directory(struct box_child *c, const struct box_op *op)
{
	const char *path = box_string(c, op->a);

	return chdir(path) < 0 ? box_fail_errno(c, "chdir: %s", path) : 0;
}
