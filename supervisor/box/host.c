#include "box/host.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

const struct box_device box_devices[BOX_DEVICES] = {
	{ "null", 1, 3 },   { "zero", 1, 5 },    { "full", 1, 7 },
	{ "random", 1, 8 }, { "urandom", 1, 9 }, { "tty", 5, 0 },
};

enum { CHILD_SOFT_NOFILE = 1024 };

static int reset_process(struct error *e)
{
	struct rlimit files;
	sigset_t none;

	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) < 0)
		return error_set(e, -errno, "sigprocmask");
	for (int s = 1; s < NSIG; s++)
		if (s != SIGKILL && s != SIGSTOP)
			signal(s, SIG_DFL); /* the C library keeps a few for itself: EINVAL */
	umask(0);
	free(malloc(64 * 1024)); /* children then find a heap, and need not make one each */
	/* Out of the terminal's foreground group: Ctrl-C is for svinit. EPERM: a leader already. */
	if (setsid() < 0 && errno != EPERM)
		return error_set(e, -errno, "setsid");
	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return error_set(e, -errno, "getrlimit");
	if (files.rlim_cur > CHILD_SOFT_NOFILE) {
		files.rlim_cur = CHILD_SOFT_NOFILE;
		if (setrlimit(RLIMIT_NOFILE, &files) < 0)
			return error_set(e, -errno, "setrlimit: NOFILE");
	}
	return 0;
}

static int read_capabilities(struct box_host *host, struct error *e)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) < 0)
		return error_set(e, -errno, "capget");
	host->permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
	for (unsigned cap = 0; cap < 64; cap++) {
		int r = prctl(PR_CAPBSET_READ, cap);

		if (r < 0)
			break; /* past the last one that this kernel knows */
		if (r)
			host->bounding |= (uint64_t)1 << cap;
	}
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return 0;
}

static int fresh(const char *type, const char *option, const char *value)
{
	AUTO_CLOSE int fs = fsopen(type, FSOPEN_CLOEXEC);
	int mount;

	if (fs < 0)
		return -errno;
	if (option && fsconfig(fs, FSCONFIG_SET_STRING, option, value, 0) < 0)
		return -errno;
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	mount = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	return mount < 0 ? -errno : mount;
}

static int put(int mount, int dir, const char *name)
{
	return move_mount(mount, "", dir, name, MOVE_MOUNT_F_EMPTY_PATH) < 0 ? -errno : 0;
}

/* A whole /proc or /sys; where a new one is refused, svinit's own with all that is on it. */
static int lean_kernel_fs(const char *type, const char *name, int lean)
{
	char path[16] = "/";
	AUTO_CLOSE int mount = fresh(type, NULL, NULL);

	strcat(path, name);
	if (mount < 0)
		mount = open_tree(AT_FDCWD, path,
				  OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (mount < 0)
		return errno == ENOENT ? 0 : -errno;
	if (mkdirat(lean, name, 0555) < 0)
		return -errno;
	return put(mount, lean, name);
}

static int bind_device(int lean, const char *name)
{
	char path[32] = "/dev/";
	AUTO_CLOSE int tree = -1;

	strcat(path, name);
	tree = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (tree < 0)
		return errno == ENOENT ? 0 : -errno;
	if (mknodat(lean, name, S_IFREG | 0666, 0) < 0)
		return -errno;
	return put(tree, lean, name);
}

static int lean_devices(struct box_host *host, int lean)
{
	for (size_t i = 0; i < BOX_DEVICES; i++) {
		const struct box_device *d = &box_devices[i];
		int r = 0;

		if (!host->bind_devices &&
		    mknodat(lean, d->name, S_IFCHR | 0666, makedev(d->major, d->minor)) < 0)
			r = -errno;
		if (r == -EPERM && i == 0)
			host->bind_devices = true;
		if (host->bind_devices)
			r = bind_device(lean, d->name);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The lean root, filled and attached on top of the present one. */
static int lean_build(struct box_host *host, int lean, struct error *e)
{
	int r = put(lean, AT_FDCWD, "/");

	if (r < 0)
		return error_set(e, r, "move_mount: lean root");
	r = lean_kernel_fs("proc", "proc", lean);
	if (r < 0)
		return error_set(e, r, "lean root: proc");
	r = lean_kernel_fs("sysfs", "sys", lean);
	if (r < 0)
		return error_set(e, r, "lean root: sys");
	if (mkdirat(lean, "empty", 0555) < 0)
		return error_set(e, -errno, "lean root: mkdir: empty");
	r = lean_devices(host, lean);
	if (r < 0)
		return error_set(e, r, "lean root: devices");
	return 0;
}

static int lean_enter(int lean, struct error *e)
{
	struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY };

	if (fchdir(lean) < 0)
		return error_set(e, -errno, "fchdir: lean root");
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		return error_set(e, -errno, "pivot_root: lean root");
	if (umount2(".", MNT_DETACH) < 0)
		return error_set(e, -errno, "umount2: the former root");
	/* Children bind from here: what they bind is read-only by itself. */
	if (mount_setattr(lean, "", AT_EMPTY_PATH, &read_only, sizeof(read_only)) < 0)
		return error_set(e, -errno, "mount_setattr: lean root");
	return 0;
}

/* Mounting is refused although the namespace was not: plain processes can still be started. */
static int go_back(int mounts, int root, struct error *e)
{
	if (setns(mounts, CLONE_NEWNS) < 0 || fchdir(root) < 0 || chroot(".") < 0) {
		int error = errno;

		error_clear(e);
		return error_set(e, -error, "setns: back to the mount namespace of svinit");
	}
	return 0;
}

static int become_lean(struct box_host *host, struct error *e)
{
	AUTO_CLOSE int mounts = -1, root = -1, lean = -1;
	int r;

	mounts = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (mounts < 0)
		return 0; /* no /proc: no container can be built either, and none is asked for */
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return error_set(e, -errno, "open: /");
	if (unshare(CLONE_NEWNS) < 0)
		return errno == EPERM ? 0 : error_set(e, -errno, "unshare: mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		error_set(e, -errno, "mount: private propagation");
		return go_back(mounts, root, e);
	}
	lean = fresh("tmpfs", "mode", "0755");
	if (lean < 0) {
		error_set(e, lean, "fsmount: lean root");
		return go_back(mounts, root, e);
	}
	r = lean_build(host, lean, e);
	if (r == 0)
		r = lean_enter(lean, e);
	if (r < 0)
		return go_back(mounts, root, e);
	host->mounts = take_fd(&mounts);
	host->root = take_fd(&root);
	return 0;
}

int box_host_init(struct box_host *host, struct error *e)
{
	char text[32];
	int r;

	*host = (struct box_host){ .mounts = -1, .root = -1 };
	r = reset_process(e);
	if (r < 0)
		return r;
	r = read_capabilities(host, e);
	if (r < 0)
		return r;
	errno = 0;
	host->nice = getpriority(PRIO_PROCESS, 0);
	if (fd_read_file(AT_FDCWD, "/proc/self/oom_score_adj", text, sizeof(text)) > 0)
		host->oom_score_adjust = atoi(text);
	return become_lean(host, e);
}
