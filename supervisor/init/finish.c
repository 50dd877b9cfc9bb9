#include "init/finish.h"

#include "base/clock.h"
#include "init/say.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TERM_MS = 5000, KILL_MS = 2000, HELPER_MS = 2000, LOGD_MS = 5000 };

static bool have_children(const struct supervisor *s)
{
	siginfo_t si;

	(void)s;
	return waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

static bool have_units(const struct supervisor *s)
{
	return s->claims.n_live > 0;
}

static bool have_workers(const struct supervisor *s)
{
	return s->helper[ROLE_MANAGER].pid || s->helper[ROLE_BOX].pid;
}

static bool have_logd(const struct supervisor *s)
{
	return s->helper[ROLE_LOGD].pid != 0;
}

/* Reaps until there are none left of that kind; false when the time is over first. */
static bool wait_while(struct supervisor *s, bool (*have)(const struct supervisor *), int ms)
{
	uint64_t end = clock_now_ms() + (uint64_t)ms;

	for (;;) {
		struct pollfd p = { .fd = s->signals, .events = POLLIN };
		struct signalfd_siginfo si;
		uint64_t now;

		while (supervise_reap(s))
			continue;
		if (!have(s))
			return true;
		now = clock_now_ms();
		if (now >= end)
			return false;
		poll(&p, 1, (int)(end - now));
		while (read(s->signals, &si, sizeof(si)) > 0)
			continue;
	}
}

static void kill_units(struct supervisor *s, int signal)
{
	if (s->mode == MODE_DAEMON)
		claims_kill(&s->claims, signal);
	else
		kill(-1, signal);
}

static void let_go(struct supervisor *s, enum link_role role)
{
	helper_unlink(&s->helper[role]);
}

static void kill_helper(struct supervisor *s, enum link_role role)
{
	if (!s->helper[role].pid)
		return;
	say("%s does not exit: killing it", helper_name(role));
	kill(s->helper[role].pid, SIGKILL);
}

static void end_helpers(struct supervisor *s)
{
	let_go(s, ROLE_MANAGER);
	let_go(s, ROLE_BOX);
	if (!wait_while(s, have_workers, HELPER_MS)) {
		kill_helper(s, ROLE_MANAGER);
		kill_helper(s, ROLE_BOX);
		wait_while(s, have_workers, KILL_MS);
	}
	let_go(s, ROLE_LOGD);
	if (!wait_while(s, have_logd, LOGD_MS)) {
		kill_helper(s, ROLE_LOGD);
		wait_while(s, have_logd, KILL_MS);
	}
}

void finish(struct supervisor *s, bool forced)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		s->helper[i].let_go = true;
	if (forced) {
		kill_units(s, SIGTERM);
		if (!wait_while(s, have_units, TERM_MS)) {
			kill_units(s, SIGKILL);
			wait_while(s, have_units, KILL_MS);
		}
	}
	end_helpers(s);
	if (s->mode == MODE_MACHINE) {
		kill(-1, SIGTERM);
		wait_while(s, have_children, 1000);
		kill(-1, SIGKILL);
		wait_while(s, have_children, KILL_MS);
	}
}
