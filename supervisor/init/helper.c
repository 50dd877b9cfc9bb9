#include "init/helper.h"

#include "base/fd.h"
#include "base/names.h"
#include "init/say.h"
#include "proto/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *helper_name(enum link_role role)
{
	static const char *const names[ROLE_COUNT] = {
		[ROLE_MANAGER] = "svmanager",
		[ROLE_BOX] = "svbox",
		[ROLE_LOGD] = "svlogd",
	};

	return names[role];
}

void helper_init(struct helper *h, enum link_role role)
{
	*h = (struct helper){ .role = role, .link = -1 };
	for (int i = 0; i < ROLE_COUNT; i++)
		h->peer[i] = -1;
}

void helper_world_init(struct helper_world *w)
{
	ssize_t n = readlink("/proc/self/exe", w->exe_dir, sizeof(w->exe_dir) - 1);
	char *slash;

	w->exe_dir[n > 0 ? n : 0] = '\0';
	slash = strrchr(w->exe_dir, '/');
	if (slash)
		*slash = '\0';
	if (getrlimit(RLIMIT_NOFILE, &w->files) == 0) {
		struct rlimit mine = { w->files.rlim_max, w->files.rlim_max };

		setrlimit(RLIMIT_NOFILE, &mine);
	}
}

/* In the child: the first of the known places that has the program wins. */
static void exec_somewhere(const struct helper_world *w, enum link_role role, bool quiet)
{
	const char *const dirs[] = { w->exe_dir, SVINIT_HELPER_DIR, "/usr/sbin", "/sbin",
				     "/usr/lib/svinit" };
	const char *name = helper_name(role);
	char path[4200];

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
		execv(path, w->argv[role]);
		if (errno != ENOENT && errno != ENOTDIR) {
			if (!quiet)
				say("%s: %s", path, strerror(errno));
			return;
		}
	}
	if (!quiet)
		say("%s is neither beside svinit nor in %s", name, SVINIT_HELPER_DIR);
}

static void __attribute__((noreturn))
child(const struct helper_world *w, const struct helper *h, int link)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t none;
	int null;

	setsid();
	if (link == LINK_FD)
		fd_cloexec(link, 0);
	else if (dup2(link, LINK_FD) < 0)
		_exit(127);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	setrlimit(RLIMIT_NOFILE, &w->files);
	for (int i = 1; i <= SIGRTMAX; i++)
		sigaction(i, &plain, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	exec_somewhere(w, h->role, h->fails >= HELPER_RESCUE_FAILS);
	_exit(127);
}

int helper_start(struct helper *h, const struct helper_world *w, uint64_t now_ms)
{
	int pair[2] = { -1, -1 }, r = frame_pair(pair);
	pid_t pid = -1;

	if (r == 0) {
		pid = fork();
		if (pid == 0)
			child(w, h, pair[1]);
		if (pid < 0)
			r = -errno;
	}
	fd_close(&pair[1]);
	if (r < 0) {
		fd_close(&pair[0]);
		if (!h->fails++)
			say("cannot start %s: %s", helper_name(h->role), strerror(-r));
		h->due_ms = now_ms + helper_delay_ms(h->fails + 1);
		return r;
	}
	h->pid = pid;
	h->link = pair[0];
	h->generation++;
	h->started_ms = now_ms;
	h->greeted = h->ready = h->full = false;
	h->retry_ms = 0;
	return 0;
}

uint64_t helper_delay_ms(unsigned fails)
{
	if (fails < 2)
		return 0;
	return fails < 8 ? 100u << (fails - 2) : 5000;
}

bool helper_is_failing(const struct helper *h, uint64_t now_ms)
{
	return h->fails >= HELPER_RESCUE_FAILS &&
	       !(h->pid && now_ms - h->started_ms >= HELPER_STEADY_MS);
}

static void say_end(const struct helper *h, int code, int status, uint64_t wait_ms)
{
	char how[64], name[32];

	if (code == CLD_EXITED)
		snprintf(how, sizeof(how), "exited with status %d", status);
	else
		snprintf(how, sizeof(how), "was killed by %s%s",
			 signal_name(status, name, sizeof(name)),
			 code == CLD_DUMPED ? " (core dumped)" : "");
	if (h->fails == HELPER_RESCUE_FAILS)
		say("%s[%d] %s; it fails again and again: it is tried every 5 s, in silence",
		    helper_name(h->role), (int)h->pid, how);
	else if (h->fails < HELPER_RESCUE_FAILS && wait_ms)
		say("%s[%d] %s; restarting in %d ms", helper_name(h->role), (int)h->pid, how,
		    (int)wait_ms);
	else if (h->fails < HELPER_RESCUE_FAILS)
		say("%s[%d] %s; restarting", helper_name(h->role), (int)h->pid, how);
}

void helper_ended(struct helper *h, int code, int status, uint64_t now_ms)
{
	uint64_t up_ms = now_ms - h->started_ms, wait_ms;

	if (up_ms >= HELPER_STEADY_MS)
		h->fails = 0;
	if (code != CLD_EXITED && status == SIGKILL) {
		wait_ms = up_ms < 100 ? 100 : 0;
	} else {
		h->fails++;
		wait_ms = helper_delay_ms(h->fails);
	}
	if (!h->let_go)
		say_end(h, code, status, wait_ms);
	helper_unlink(h);
	h->pid = 0;
	h->due_ms = now_ms + wait_ms;
}

int helper_introduce(struct helper *a, struct helper *b)
{
	int pair[2], r = frame_pair(pair);

	if (r < 0)
		return r;
	fd_close(&a->peer[b->role]);
	fd_close(&b->peer[a->role]);
	a->peer[b->role] = pair[0];
	a->peer_is[b->role] = (struct link_peer){ .role = (int32_t)b->role, .pid = b->pid };
	b->peer[a->role] = pair[1];
	b->peer_is[a->role] = (struct link_peer){ .role = (int32_t)a->role, .pid = a->pid };
	return 0;
}

int helper_introduced(struct helper *h)
{
	for (int i = 0; i < ROLE_COUNT; i++) {
		int r;

		if (h->peer[i] < 0)
			continue;
		r = frame_send(h->link, LINK_PEER, &h->peer_is[i], sizeof(h->peer_is[i]),
			       &h->peer[i], 1);
		if (r < 0)
			return r;
		fd_close(&h->peer[i]);
	}
	return 0;
}

void helper_unlink(struct helper *h)
{
	fd_close(&h->link);
	h->full = false;
	h->retry_ms = 0;
	for (int i = 0; i < ROLE_COUNT; i++)
		fd_close(&h->peer[i]);
}
