#include "box/seal.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

enum { SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static int copy_all(int to, int from)
{
	struct stat st;

	if (fstat(from, &st) < 0)
		return -errno;
	for (off_t done = 0; done < st.st_size;) {
		ssize_t n = sendfile(to, from, NULL, (size_t)(st.st_size - done));

		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO;
		done += n;
	}
	return 0;
}

int box_seal_self(char *const argv[], struct error *e)
{
	AUTO_CLOSE int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), copy = -1;
	int r;

	if (self < 0)
		return error_set(e, -errno, "open: /proc/self/exe");
	r = fcntl(self, F_GET_SEALS);
	if (r >= 0 && (r & SEALS) == SEALS)
		return 0;
	copy = memfd_create("svbox", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	if (copy < 0 && errno == EINVAL) /* before Linux 6.3: executable without asking */
		copy = memfd_create("svbox", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (copy < 0)
		return error_set(e, -errno, "memfd_create");
	r = copy_all(copy, self);
	if (r < 0)
		return error_set(e, r, "sendfile: /proc/self/exe");
	if (fcntl(copy, F_ADD_SEALS, SEALS) < 0)
		return error_set(e, -errno, "fcntl: F_ADD_SEALS");
	fexecve(copy, argv, environ);
	return error_set(e, -errno, "fexecve: the sealed copy");
}
