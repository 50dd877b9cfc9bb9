/*
 * floor: what the kernel alone charges for a container. Nothing here checks, reads or decides: a
 * bare clone3 into the six namespaces that svinit gives by default, pivot_root, a /proc, a /dev
 * tmpfs and a /sys, exec of the program, wait. No masks, no device nodes, no devpts, no loopback,
 * no capabilities, no users, no reports: svbox does all of those in addition, and the ratio of the
 * two is what the project's target is about.
 *
 *   floor ROOT [N [PROGRAM]]
 *
 * Starts PROGRAM (/bin/true of ROOT) N times (1000), one after the other, and prints the median
 * time from clone3 to the reaped exit in microseconds.
 *
 * Fair in two ways: it first moves into a mount namespace of its own with nothing but a tmpfs, so
 * that a clone copies no mounts, as svbox does; and the root is attached from a detached tree that
 * is opened for every start, as the manager does.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void check(int r, const char *what)
{
	if (r < 0) {
		perror(what);
		_exit(2);
	}
}

static void child(int root, const char *program)
{
	char *argv[] = { (char *)(uintptr_t)program, NULL }, *envp[] = { NULL };

	check(unshare(CLONE_NEWCGROUP), "unshare");
	check(move_mount(root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH), "move_mount");
	check(fchdir(root), "fchdir");
	check(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), "proc");
	check(mount("tmpfs", "dev", "tmpfs", MS_NOSUID, "mode=0755"), "dev");
	check(mount("sysfs", "sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL),
	      "sys");
	check((int)syscall(SYS_pivot_root, ".", "."), "pivot_root");
	check(umount2(".", MNT_DETACH), "umount2");
	execve(program, argv, envp);
	check(-1, program);
}

static double start(int host, const char *path, const char *program)
{
	struct clone_args args = { .flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
					    CLONE_NEWIPC | CLONE_NEWUTS,
				   .exit_signal = SIGCHLD };
	struct timespec a, b;
	int root, status;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &a);
	root = open_tree(host, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	check(root, path);
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	check(pid, "clone3");
	if (pid == 0)
		child(root, program);
	close(root);
	check(waitpid(pid, &status, 0), "waitpid");
	clock_gettime(CLOCK_MONOTONIC, &b);
	if (status) {
		fprintf(stderr, "floor: %s ended with status 0x%x\n", program, (unsigned)status);
		exit(1);
	}
	return (double)(b.tv_sec - a.tv_sec) * 1e6 + (double)(b.tv_nsec - a.tv_nsec) / 1e3;
}

/* A tmpfs as the only mount but one: the directory of the root, bound at /root. */
static void become_lean(const char *root)
{
	int tree, tmpfs;

	tree = open_tree(AT_FDCWD, root, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	check(tree, root);
	check(unshare(CLONE_NEWNS), "unshare");
	check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
	check(mount("tmpfs", "/tmp", "tmpfs", 0, NULL), "tmpfs");
	tmpfs = open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC);
	check(tmpfs, "open");
	check(mkdirat(tmpfs, "root", 0755), "mkdir");
	check(move_mount(tree, "", tmpfs, "root", MOVE_MOUNT_F_EMPTY_PATH), "move_mount");
	check(fchdir(tmpfs), "fchdir");
	check((int)syscall(SYS_pivot_root, ".", "."), "pivot_root");
	check(umount2(".", MNT_DETACH), "umount2");
	close(tree);
	close(tmpfs);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	size_t n = argc > 2 ? (size_t)atol(argv[2]) : 1000;
	const char *program = argc > 3 ? argv[3] : "/bin/true";
	double *usec = calloc(n ? n : 1, sizeof(*usec));

	if (argc < 2 || !usec || !n) {
		fputs("usage: floor ROOT [N [PROGRAM]]\n", stderr);
		return 2;
	}
	become_lean(argv[1]);
	for (size_t i = 0; i < n; i++)
		usec[i] = start(AT_FDCWD, "/root", program);
	qsort(usec, n, sizeof(*usec), compare);
	printf("floor: starts %zu  median %.0f us  p10 %.0f  p90 %.0f\n", n, usec[n / 2],
	       usec[n / 10], usec[n * 9 / 10]);
	free(usec);
	return 0;
}
