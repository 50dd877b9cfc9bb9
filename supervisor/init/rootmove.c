#include "init/rootmove.h"

#include "base/fd.h"
#include "init/say.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static const char new_root[] = ".svinit-root";

/* Fields of mountinfo: id parent major:minor root target options ... - type source ... */
bool rootmove_is_needed(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char target[256], type[64];
	bool rootfs = false;

	if (!f)
		return false;
	while (fscanf(f, "%*s %*s %*s %*s %255s %*[^-]- %63s %*[^\n]", target, type) == 2)
		if (strcmp(target, "/") == 0)
			rootfs = strcmp(type, "rootfs") == 0;
	fclose(f);
	return rootfs;
}

static int copy_file(int from, int to, const char *name, const struct stat *st)
{
	AUTO_CLOSE int in = openat(from, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	AUTO_CLOSE int out = -1;
	off_t left = st->st_size;

	if (in < 0)
		return -errno;
	out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0)
		return -errno;
	while (left > 0) {
		ssize_t n = sendfile(out, in, NULL, (size_t)left);

		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		left -= n;
	}
	return 0;
}

static int copy_link(int from, int to, const char *name)
{
	char target[4096];
	ssize_t n = readlinkat(from, name, target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	target[n] = '\0';
	return symlinkat(target, to, name) < 0 ? -errno : 0;
}

static int copy_tree(int from, int to, dev_t dev);

static int copy_dir(int from, int to, const char *name, dev_t dev)
{
	AUTO_CLOSE int in = openat(from, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	AUTO_CLOSE int out = -1;
	struct stat st;

	if (in < 0 || (mkdirat(to, name, 0700) < 0 && errno != EEXIST))
		return -errno;
	out = openat(to, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (out < 0 || fstat(in, &st) < 0)
		return -errno;
	/* What is mounted there is not ours to copy; it gets an empty directory. */
	return st.st_dev == dev ? copy_tree(in, out, dev) : 0;
}

static int copy_one(int from, int to, const char *name, dev_t dev)
{
	struct stat st;
	int r;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		r = copy_dir(from, to, name, dev);
	else if (S_ISREG(st.st_mode))
		r = copy_file(from, to, name, &st);
	else if (S_ISLNK(st.st_mode))
		r = copy_link(from, to, name);
	else
		r = mknodat(to, name, st.st_mode, st.st_rdev) < 0 ? -errno : 0;
	if (r < 0)
		return r;
	if (fchownat(to, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISLNK(st.st_mode) && fchmodat(to, name, st.st_mode & 07777, 0) < 0)
		return -errno;
	utimensat(to, name, (struct timespec[]){ st.st_atim, st.st_mtim }, AT_SYMLINK_NOFOLLOW);
	return 0;
}

/* Opens the directory anew, so that reading it does not move the caller's descriptor. */
static DIR *open_entries(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d)
		fd_close(&fd);
	return d;
}

static bool is_entry(const char *name)
{
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, new_root) != 0;
}

static int copy_tree(int from, int to, dev_t dev)
{
	DIR *d = open_entries(from);
	struct dirent *entry;
	int r = 0;

	if (!d)
		return -errno;
	while (r == 0 && (entry = readdir(d)))
		if (is_entry(entry->d_name)) {
			r = copy_one(from, to, entry->d_name, dev);
			if (r < 0)
				say("cannot copy %s out of the initramfs: %s", entry->d_name,
				    strerror(-r));
		}
	closedir(d);
	return r;
}

/* Stays on the file system `dev`: mounts below are left alone. */
static void delete_tree(int dir, dev_t dev)
{
	DIR *d = open_entries(dir);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		struct stat st;

		if (!is_entry(entry->d_name) ||
		    fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_dev != dev)
			continue;
		if (S_ISDIR(st.st_mode)) {
			AUTO_CLOSE int sub =
				openat(dir, entry->d_name,
				       O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

			if (sub >= 0)
				delete_tree(sub, dev);
		}
		unlinkat(dir, entry->d_name, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0);
	}
	if (d)
		closedir(d);
}

int rootmove(void)
{
	AUTO_CLOSE int old = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_CLOSE int next = -1;
	struct stat st;
	int r = 0;

	if (old < 0 || fstat(old, &st) < 0 || (mkdirat(old, new_root, 0700) < 0 && errno != EEXIST))
		r = -errno;
	else if (fchdir(old) < 0 || mount("tmpfs", new_root, "tmpfs", 0, "mode=0755,size=90%") < 0)
		r = -errno;
	if (r < 0) {
		say("cannot leave the initramfs: %s", strerror(-r));
		return r;
	}
	next = openat(old, new_root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = next < 0 ? -errno : copy_tree(old, next, st.st_dev);
	if (r < 0 || fchdir(next) < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0) {
		r = r < 0 ? r : -errno;
		say("cannot leave the initramfs: %s", strerror(-r));
		fd_close(&next);
		if (chdir("/") == 0)
			umount2(new_root, MNT_DETACH);
		return r;
	}
	if (chroot(".") < 0 || chdir("/") < 0) {
		r = -errno;
		say("cannot enter the new root: %s", strerror(-r));
		return r;
	}
	delete_tree(old, st.st_dev);
	unlinkat(old, new_root, AT_REMOVEDIR);
	return 0;
}
