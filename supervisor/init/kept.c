#include "init/kept.h"

#include "base/fd.h"

#include <errno.h>
#include <string.h>

static size_t find(const struct kept *k, const struct link_name *name)
{
	size_t i = 0;

	while (i < k->n && strncmp(k->entry[i].name.name, name->name, sizeof(name->name)) != 0)
		i++;
	return i;
}

int kept_put(struct kept *k, const struct link_name *name, int fd)
{
	size_t i = find(k, name);
	int r = 0;

	if (!name->name[0] || !memchr(name->name, '\0', sizeof(name->name)) || fd < 0)
		r = -EINVAL;
	else if (i == KEPT_MAX)
		r = -ENOSPC;
	if (r < 0) {
		fd_close(&fd);
		return r;
	}
	if (i < k->n)
		fd_close(&k->entry[i].fd);
	else
		k->n++;
	k->entry[i] = (struct kept_one){ .name = *name, .fd = fd, .told = true };
	return 0;
}

void kept_drop(struct kept *k, const struct link_name *name)
{
	size_t i = find(k, name);

	if (i == k->n)
		return;
	fd_close(&k->entry[i].fd);
	k->entry[i] = k->entry[--k->n];
}

void kept_retell(struct kept *k)
{
	for (size_t i = 0; i < k->n; i++)
		k->entry[i].told = false;
}

struct kept_one *kept_untold(struct kept *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (!k->entry[i].told)
			return &k->entry[i];
	return NULL;
}
