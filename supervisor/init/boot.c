#include "init/boot.h"

#include "base/fd.h"
#include "init/rootmove.h"
#include "init/say.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* PROC_PID_INIT_INO: the inode of the first pid namespace, the same in every kernel. */
enum { FIRST_PID_NAMESPACE = 0xEFFFFFFC & 0x7FFFFFFF };

struct mount_point {
	const char *type, *target, *data;
	unsigned long flags;
};

static int is_mounted(const char *target)
{
	char parent[64];
	struct stat here, above;

	snprintf(parent, sizeof(parent), "%s/..", target);
	return stat(target, &here) == 0 && stat(parent, &above) == 0 && here.st_dev != above.st_dev;
}

static int mount_one(const struct mount_point *m)
{
	if (mkdir(m->target, 0755) < 0 && errno != EEXIST && errno != EROFS)
		return -errno;
	if (is_mounted(m->target))
		return 0;
	return mount(m->type, m->target, m->type, m->flags, m->data) < 0 ? -errno : 0;
}

static const struct mount_point proc = { "proc", "/proc", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC };

enum link_mode boot_find_mode(void)
{
	struct stat st;

	if (getpid() != 1)
		return MODE_DAEMON;
	if (stat("/proc/self/ns/pid", &st) < 0) {
		mount_one(&proc);
		/* Without /proc: only the first pid namespace may touch Ctrl-Alt-Del. */
		if (stat("/proc/self/ns/pid", &st) < 0)
			return reboot(RB_DISABLE_CAD) == 0 ? MODE_MACHINE : MODE_CONTAINER;
	}
	return (st.st_ino & 0x7FFFFFFF) == FIRST_PID_NAMESPACE ? MODE_MACHINE : MODE_CONTAINER;
}

static void leave_initramfs(char **argv)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0 || !rootmove_is_needed())
		return;
	self[n] = '\0';
	umount2("/proc", MNT_DETACH);
	if (rootmove() == 0) {
		execv(self, argv);
		say("%s: %s", self, strerror(errno));
	}
	mount_one(&proc);
}

static void mount_all(void)
{
	static const struct mount_point points[] = {
		{ "proc", "/proc", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC },
		{ "sysfs", "/sys", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC },
		{ "devtmpfs", "/dev", "mode=0755", MS_NOSUID },
		{ "devpts", "/dev/pts", "mode=0620,gid=5,ptmxmode=0666", MS_NOSUID | MS_NOEXEC },
		{ "tmpfs", "/dev/shm", "mode=1777", MS_NOSUID | MS_NODEV },
		{ "tmpfs", "/run", "mode=0755", MS_NOSUID | MS_NODEV },
		{ "cgroup2", "/sys/fs/cgroup", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC },
	};
	static const char *const links[][2] = { { "/proc/self/fd", "/dev/fd" },
						{ "fd/0", "/dev/stdin" },
						{ "fd/1", "/dev/stdout" },
						{ "fd/2", "/dev/stderr" } };

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		int r = mount_one(&points[i]);

		if (r < 0)
			say("cannot mount %s: %s", points[i].target, strerror(-r));
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlink(links[i][0], links[i][1]) < 0 && errno != EEXIST)
			say("%s: %s", links[i][1], strerror(errno));
}

/*
 * Opened anew: what the kernel opened for init is a node of the initramfs that is gone, or nothing
 * at all when the root had no such node.
 */
static void open_console(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0) {
		say("/dev/console: %s", strerror(errno));
		return;
	}
	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
		dup2(fd, i);
	fd_close(&fd);
}

static void set_hostname(void)
{
	char name[256];
	ssize_t n = fd_read_file(AT_FDCWD, "/etc/hostname", name, sizeof(name));

	if (n <= 0)
		return;
	name[strcspn(name, " \t\r\n")] = '\0';
	if (name[0] && sethostname(name, strlen(name)) < 0)
		say("cannot set the host name to %s: %s", name, strerror(errno));
}

static void loopback_up(void)
{
	AUTO_CLOSE int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_name = "lo" };

	if (s < 0 || ioctl(s, SIOCGIFFLAGS, &request) < 0) {
		say("no loopback interface: %s", strerror(errno));
		return;
	}
	request.ifr_flags |= IFF_UP;
	if (ioctl(s, SIOCSIFFLAGS, &request) < 0)
		say("cannot bring the loopback interface up: %s", strerror(errno));
}

void boot_machine(char **argv)
{
	struct rlimit files = { 1024, 524288 };

	leave_initramfs(argv);
	mount_all();
	open_console();
	set_hostname();
	loopback_up();
	if (chdir("/") < 0)
		say("/: %s", strerror(errno));
	setrlimit(RLIMIT_NOFILE, &files);
	reboot(RB_DISABLE_CAD);
}
