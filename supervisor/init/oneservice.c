#include "init/oneservice.h"

#include "base/fd.h"
#include "init/say.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Signals of our own faults and of our own children are not the command's. */
static void signals_to_pass(sigset_t *set)
{
	static const int ours[] = { SIGSEGV, SIGBUS,  SIGILL,  SIGFPE, SIGABRT,
				    SIGSYS,  SIGTRAP, SIGTTIN, SIGTTOU };

	sigfillset(set);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		sigdelset(set, ours[i]);
}

static void __attribute__((noreturn)) child(char **command, const sigset_t *mask)
{
	struct sigaction plain = { .sa_handler = SIG_DFL }, ignore = { .sa_handler = SIG_IGN };

	setpgid(0, 0);
	if (isatty(STDIN_FILENO)) {
		/* A background group that takes the terminal is stopped by SIGTTOU otherwise. */
		sigaction(SIGTTOU, &ignore, NULL);
		tcsetpgrp(STDIN_FILENO, getpgrp());
	}
	sigaction(SIGTTOU, &plain, NULL);
	sigaction(SIGTTIN, &plain, NULL);
	sigaction(SIGCHLD, &plain, NULL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(command[0], command);
	say("%s: %s", command[0], strerror(errno));
	_exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
}

/* Reaps everything; true when the command was among it. */
static int reap_all(pid_t main_pid, int *ret_status)
{
	int status, found = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		if (pid != main_pid)
			continue;
		*ret_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		found = 1;
	}
	return found;
}

/*
 * The terminal goes back to our own group, because a shell above us expects that; as pid 1 there is
 * nobody above.
 */
static void take_terminal_back(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGTTOU, &ignore, NULL);
	if (isatty(STDIN_FILENO))
		tcsetpgrp(STDIN_FILENO, getpgrp());
}

int oneservice_run(char **command)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t pass, before;
	int status = 0;
	pid_t pid;

	if (getpid() != 1)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	sigaction(SIGCHLD, &plain, NULL);
	signals_to_pass(&pass);
	sigprocmask(SIG_BLOCK, &pass, &before);
	pid = fork();
	if (pid < 0) {
		say("fork: %s", strerror(errno));
		return 126;
	}
	if (pid == 0)
		child(command, &before);
	setpgid(pid, pid);
	for (;;) {
		siginfo_t si;
		int signal = sigwaitinfo(&pass, &si);

		if (signal == SIGCHLD) {
			if (reap_all(pid, &status))
				break;
		} else if (signal > 0 && kill(pid, signal) < 0 && errno != ESRCH) {
			say("cannot pass signal %d on: %s", signal, strerror(errno));
		}
	}
	take_terminal_back();
	return status;
}
