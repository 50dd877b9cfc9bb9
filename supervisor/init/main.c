/*
 * svinit: the parent of everything. See README.md for the order of reading.
 */

#include "base/clock.h"
#include "base/fd.h"
#include "init/boot.h"
#include "init/finish.h"
#include "init/halt.h"
#include "init/oneservice.h"
#include "init/options.h"
#include "init/runtime.h"
#include "init/say.h"
#include "init/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Nothing is inherited but 0, 1 and 2, and those are open. */
static void tidy_descriptors(void)
{
	int fd;

	syscall(SYS_close_range, 3u, ~0u, 0u);
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	fd_close(&fd);
}

static void prepare_signals(enum link_mode mode)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	static const int faults[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP };
	sigset_t block;

	/* An inherited SIG_IGN would make the kernel reap in our place. */
	sigaction(SIGCHLD, &plain, NULL);
	sigfillset(&block);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigdelset(&block, faults[i]);
	if (mode == MODE_DAEMON) {
		sigdelset(&block, SIGTSTP); /* job control of the shell that started us */
		sigdelset(&block, SIGTTIN);
		sigdelset(&block, SIGTTOU);
	}
	sigprocmask(SIG_SETMASK, &block, NULL);
	if (mode == MODE_MACHINE)
		halt_on_crash();
}

static void fill_argv(struct supervisor *s, const struct options *o)
{
	static char *manager[OPTIONS_MAX_UNITS * 2 + 10], *logd[6], *box[2];
	char **m = manager;

	*m++ = (char *)(uintptr_t)helper_name(ROLE_MANAGER);
	for (size_t i = 0; i < o->n_units; i++) {
		*m++ = (char *)(uintptr_t) "--units";
		*m++ = (char *)(uintptr_t)o->units[i];
	}
	*m++ = (char *)(uintptr_t) "--runtime";
	*m++ = (char *)(uintptr_t)o->runtime;
	*m++ = (char *)(uintptr_t) "--state";
	*m++ = (char *)(uintptr_t)o->state;
	*m++ = (char *)(uintptr_t) "--logs";
	*m++ = (char *)(uintptr_t)o->logs;
	*m++ = (char *)(uintptr_t) "--target";
	*m++ = (char *)(uintptr_t)o->target;
	logd[0] = (char *)(uintptr_t)helper_name(ROLE_LOGD);
	memcpy(logd + 1, m - 8, 2 * sizeof(*m));
	memcpy(logd + 3, m - 4, 2 * sizeof(*m));
	box[0] = (char *)(uintptr_t)helper_name(ROLE_BOX);
	s->world.argv[ROLE_MANAGER] = manager;
	s->world.argv[ROLE_LOGD] = logd;
	s->world.argv[ROLE_BOX] = box;
}

static int run(enum link_mode mode, const struct options *o)
{
	static struct supervisor s;
	char text[1024];
	struct error e = { 0 };
	bool forced = false;
	int r, lock = runtime_lock(o->runtime, &e);

	if (lock < 0) {
		say("%s", error_format(&e, text, sizeof(text)));
		if (mode != MODE_MACHINE)
			return 1;
	}
	s.mode = mode;
	s.started_usec = clock_now_usec();
	helper_world_init(&s.world);
	fill_argv(&s, o);
	r = supervise(&s, &forced);
	if (r < 0) {
		say("cannot start: %s", strerror(-r));
		s.how = (struct link_finish_request){ .how = FINISH_HALT, .status = 1 };
	}
	finish(&s, forced);
	if (mode == MODE_MACHINE)
		halt_machine((enum link_finish)s.how.how);
	fd_close(&lock);
	return s.how.status;
}

int main(int argc, char **argv)
{
	enum link_mode mode = boot_find_mode();
	struct options o;
	struct error e = { 0 };
	char text[1024];
	int r = options_parse(&o, argc, argv, &e);

	if (mode == MODE_MACHINE && o.action != ACTION_COMMAND) {
		tidy_descriptors();
		prepare_signals(mode);
		boot_machine(argv);
		o.action = ACTION_SUPERVISE;
	}
	if (r < 0) {
		say("%s", error_format(&e, text, sizeof(text)));
		if (mode != MODE_MACHINE)
			return 2;
	}
	if (o.action == ACTION_HELP || o.action == ACTION_VERSION) {
		fputs(o.action == ACTION_HELP ? options_help : "svinit " SVINIT_VERSION "\n",
		      stdout);
		return fflush(stdout) == 0 ? 0 : 1;
	}
	if (o.action == ACTION_COMMAND) {
		r = oneservice_run(o.command);
		if (mode == MODE_MACHINE)
			halt_machine(FINISH_POWEROFF);
		return r;
	}
	if (mode != MODE_MACHINE) {
		tidy_descriptors();
		prepare_signals(mode);
	}
	if (mode != MODE_DAEMON)
		setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 0);
	else if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		say("cannot become the reaper of orphans: %s", strerror(errno));
	return run(mode, &o);
}
