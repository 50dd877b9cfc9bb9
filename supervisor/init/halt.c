#include "init/halt.h"

#include "base/fd.h"
#include "init/say.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>

static void __attribute__((noreturn)) reap_for_ever(void)
{
	for (;;)
		if (waitpid(-1, NULL, __WALL) < 0)
			poll(NULL, 0, 1000);
}

/* "\040" and its like in /proc/self/mounts, in place. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] && s[3]) {
			*to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

static int is_of_the_kernel(const char *type)
{
	static const char *const types[] = { "proc",    "sysfs",  "devtmpfs", "devpts",
					     "cgroup2", "cgroup", "rootfs" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(type, types[i]) == 0)
			return 1;
	return 0;
}

static void unmount_line(char *line)
{
	char *rest = NULL, *target, *type;

	strtok_r(line, " ", &rest);
	target = strtok_r(NULL, " ", &rest);
	type = strtok_r(NULL, " ", &rest);
	if (!target || !type || is_of_the_kernel(type))
		return;
	unescape(target);
	if (strcmp(target, "/") != 0 && umount2(target, UMOUNT_NOFOLLOW) == 0)
		return;
	if (mount(NULL, target, NULL, MS_REMOUNT | MS_RDONLY, NULL) < 0 && errno != EINVAL &&
	    errno != EBUSY)
		say("%s stays mounted: %s", target, strerror(errno));
}

/* The youngest mount first; what lies on another one goes before it. */
static void unmount_all(void)
{
	static char table[256 * 1024];
	ssize_t n = fd_read_file(AT_FDCWD, "/proc/self/mounts", table, sizeof(table));

	while (n > 0) {
		char *start;

		table[--n] = '\0';
		start = memrchr(table, '\n', (size_t)n);
		start = start ? start + 1 : table;
		unmount_line(start);
		n = start - table;
	}
}

void halt_machine(enum link_finish how)
{
	int command = (int)RB_POWER_OFF;

	if (how == FINISH_REBOOT)
		command = RB_AUTOBOOT;
	else if (how == FINISH_HALT)
		command = (int)RB_HALT_SYSTEM;
	sync();
	unmount_all();
	sync();
	if (reboot(command) < 0)
		say("reboot: %s", strerror(errno));
	say("the machine can be switched off now");
	reap_for_ever();
}

static void crashed(int signal, siginfo_t *si, void *context)
{
	static const char text[] = "svinit: pid 1 crashed; orphans are still reaped, "
				   "nothing else is; please reboot\n";

	(void)signal;
	(void)context;
	if (si->si_code <= 0)
		return; /* from kill(2) and the like: no crash */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0) {
		/* then in silence */
	}
	reap_for_ever();
}

void halt_on_crash(void)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP };
	static char stack[16 * 1024];
	stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction a = { .sa_sigaction = crashed, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigaltstack(&alternative, NULL);
	sigfillset(&a.sa_mask);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &a, NULL);
}
