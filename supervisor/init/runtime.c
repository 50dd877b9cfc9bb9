#include "init/runtime.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static int refuse_second(int dir, const char *path, struct error *e)
{
	char pid[32] = "";

	/* The owner may not have written its pid yet. */
	if (fd_read_file(dir, "lock", pid, sizeof(pid)) > 0)
		pid[strcspn(pid, "\n")] = '\0';
	error_set(e, -EINVAL, "%s: svinit with pid %s runs here already", path,
		  pid[0] ? pid : "(unknown)");
	return -EBUSY;
}

int runtime_lock(const char *path, struct error *e)
{
	AUTO_CLOSE int dir = -1;
	AUTO_CLOSE int lock = -1;
	char pid[32];
	int r = fd_make_dirs(AT_FDCWD, path, 0755);

	if (r < 0)
		return error_set(e, r, "cannot make the runtime directory %s", path);
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return error_set(e, -errno, "cannot open the runtime directory %s", path);
	lock = openat(dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0644);
	if (lock < 0)
		return error_set(e, -errno, "cannot write in the runtime directory %s", path);
	if (flock(lock, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			return refuse_second(dir, path, e);
		return error_set(e, -errno, "cannot lock %s/lock", path);
	}
	snprintf(pid, sizeof(pid), "%d\n", (int)getpid());
	if (ftruncate(lock, 0) < 0)
		return error_set(e, -errno, "cannot write %s/lock", path);
	r = fd_write_all(lock, pid, strlen(pid));
	if (r < 0)
		return error_set(e, r, "cannot write %s/lock", path);
	return take_fd(&lock);
}
