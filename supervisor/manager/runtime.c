#include "manager/runtime.h"

#include "base/fd.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int runtime_open(struct manager *m, struct error *e)
{
	m->runtime_dir = open(m->options.runtime, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (m->runtime_dir < 0)
		return error_set(e, -errno, "open: %s", m->options.runtime);
	if (mkdirat(m->runtime_dir, "streams", 0700) < 0 && errno != EEXIST)
		return error_set(e, -errno, "mkdir: %s/streams", m->options.runtime);
	m->streams_dir =
		openat(m->runtime_dir, "streams", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (m->streams_dir < 0)
		return error_set(e, -errno, "open: %s/streams", m->options.runtime);
	return 0;
}

void runtime_remove_folder(const struct manager *m, const char *folder, const char *suffix)
{
	int fd = openat(m->runtime_dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!d) {
		fd_close(&fd);
		return;
	}
	while ((entry = readdir(d)))
		if (str_ends(entry->d_name, suffix))
			unlinkat(fd, entry->d_name, 0);
	closedir(d);
	unlinkat(m->runtime_dir, folder, AT_REMOVEDIR);
}

void runtime_remove(struct manager *m)
{
	runtime_remove_folder(m, "transient", ".ini");
	runtime_remove_folder(m, "streams", ".stdout");
	runtime_remove_folder(m, "streams", ".stderr");
	/* svlogd has drained all and has no use for it any more. */
	unlinkat(m->runtime_dir, "logd.state", 0);
}

void runtime_group_name(const struct manager *m, char *buf, size_t size)
{
	AUTO_FREE char *real = realpath(m->options.runtime, NULL);
	uint32_t hash = 2166136261u; /* FNV-1a */

	if (!real || str_eq(real, "/run/svinit")) {
		snprintf(buf, size, "svinit");
		return;
	}
	for (const char *p = real; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	snprintf(buf, size, "svinit-%08x", hash);
}
