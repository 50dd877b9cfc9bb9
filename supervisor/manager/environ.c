#include "manager/environ.h"

#include "base/fd.h"
#include "base/str.h"
#include "core/envfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FILE_MAX_BYTES = 64 * 1024 };

void environ_fini(struct unit_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i].text);
	free(list->items);
	*list = (struct unit_list){ 0 };
}

static int add(void *arg, const char *assignment)
{
	struct unit_list *list = arg;
	struct unit_item *items = realloc(list->items, (list->n + 1) * sizeof(*items));

	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->n] = (struct unit_item){ .text = str_dup_n(assignment, strlen(assignment)) };
	if (!items[list->n].text)
		return -ENOMEM;
	list->n++;
	return 0;
}

static int read_file(const struct unit_item *item, struct unit_list *ret, struct error *e)
{
	bool optional = item->text[0] == '-';
	const char *path = item->text + optional;
	AUTO_FREE char *text = malloc(FILE_MAX_BYTES);
	struct stat st;
	int r;

	if (!text)
		return error_set(e, -ENOMEM, "%s", path);
	/* A FIFO or a device would hold the loop. */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		r = error_set(e, -EINVAL, "%s is no regular file", path);
	else
		r = (int)fd_read_file(AT_FDCWD, path, text, FILE_MAX_BYTES);
	if (r == -ENOENT && optional)
		return 0;
	if (r < 0) {
		error_set(e, r, "open: %s", path);
		return error_at(e, &item->at, r);
	}
	return envfile_parse(path, text, (size_t)r, add, ret, e);
}

int environ_read(const struct unit *u, struct unit_list *ret, struct error *e)
{
	struct unit_list list = { 0 };
	int r = 0;

	for (size_t i = 0; !r && i < u->service.environment.n; i++)
		r = add(&list, u->service.environment.items[i].text);
	for (size_t i = 0; !r && i < u->service.environment_files.n; i++)
		r = read_file(&u->service.environment_files.items[i], &list, e);
	if (r < 0) {
		environ_fini(&list);
		return error_set(e, r, "environment");
	}
	*ret = list;
	return 0;
}
