/*
 * For load.sh: `read_all DIR` reads every file of a directory once and does nothing with it, as
 * few calls as that takes: the floor under a supervisor that reads its unit files again. Prints
 * the microseconds, without the start of the program.
 */

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int read_one(int dir, const char *name)
{
	static char buffer[65536];
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	do
		n = read(fd, buffer, sizeof(buffer));
	while (n > 0);
	close(fd);
	return n < 0 ? -1 : 0;
}

int main(int argc, char **argv)
{
	struct timespec begin, end;
	const struct dirent *entry;
	DIR *dir;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	dir = argc == 2 ? opendir(argv[1]) : NULL;
	if (!dir) {
		fprintf(stderr, "usage: read_all DIR\n");
		return 1;
	}
	while ((entry = readdir(dir)))
		if (entry->d_type == DT_REG && read_one(dirfd(dir), entry->d_name) < 0) {
			perror(entry->d_name);
			return 1;
		}
	closedir(dir);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%lld\n",
	       (end.tv_sec - begin.tv_sec) * 1000000LL + (end.tv_nsec - begin.tv_nsec) / 1000);
	return 0;
}
