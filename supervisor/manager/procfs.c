#include "manager/procfs.h"

#include "base/fd.h"
#include "base/str.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

uint64_t procfs_start_time(int pid)
{
	char path[64], buf[1024];
	const char *p;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (fd_read_file(AT_FDCWD, path, buf, sizeof(buf)) < 0)
		return 0;
	p = strrchr(buf, ')'); /* the name before it may hold anything */
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	return p ? strtoull(p + 1, NULL, 10) : 0;
}

static bool mask_has(const char *status, const char *name, int signal)
{
	const char *p = strstr(status, name);

	return p && (strtoull(p + strlen(name), NULL, 16) >> (signal - 1) & 1);
}

bool procfs_signal_default(int pid, int signal)
{
	char path[64], buf[4096];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if (fd_read_file(AT_FDCWD, path, buf, sizeof(buf)) < 0)
		return false;
	return !mask_has(buf, "\nSigBlk:", signal) && !mask_has(buf, "\nSigIgn:", signal) &&
	       !mask_has(buf, "\nSigCgt:", signal);
}

void procfs_each_descendant(int pid, void (*found)(int pid))
{
	int queue[1024];
	size_t n = 1;

	/* Breadth first, bounded: a process that forks more than this is found by the next look. */
	queue[0] = pid;
	for (size_t i = 0; i < n; i++) {
		char path[64], buf[8192], *p, *end;

		snprintf(path, sizeof(path), "/proc/%d/task/%d/children", queue[i], queue[i]);
		if (fd_read_file(AT_FDCWD, path, buf, sizeof(buf)) < 0)
			continue;
		for (p = buf;; p = end) {
			long child = strtol(p, &end, 10);

			if (end == p)
				break;
			if (n < sizeof(queue) / sizeof(queue[0]))
				queue[n++] = (int)child;
		}
	}
	for (size_t i = 1; i < n; i++)
		found(queue[i]);
}
