#include "init/oneservice.h"

#include "init/say.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
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

/*
 * Hands the terminal to a process group, when it is ours to give: a command that runs in the
 * background leaves it alone. SIGTTOU is ignored meanwhile, which would stop a background giver.
 */
static void give_terminal(pid_t group)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;

	sigaction(SIGTTOU, &ignore, &before);
	if (isatty(STDIN_FILENO))
		tcsetpgrp(STDIN_FILENO, group);
	sigaction(SIGTTOU, &before, NULL);
}

static bool in_foreground(void)
{
	return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static void __attribute__((noreturn)) child(char **command, const sigset_t *mask, bool foreground)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };

	setpgid(0, 0);
	if (foreground)
		give_terminal(getpgrp());
	sigaction(SIGCHLD, &plain, NULL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(command[0], command);
	say("%s: %s", command[0], strerror(errno));
	_exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
}

enum seen { SEEN_NOTHING, SEEN_STOP, SEEN_END };

/* Reaps everything and says what became of the command. */
static enum seen reap_all(pid_t command, int *ret_status)
{
	enum seen seen = SEEN_NOTHING;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED | __WALL)) > 0) {
		if (pid != command)
			continue;
		if (WIFSTOPPED(status)) {
			seen = SEEN_STOP;
			continue;
		}
		*ret_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		seen = SEEN_END;
	}
	return seen;
}

/* Ctrl-Z stopped the command: stop as well, so that the shell above us has its terminal again. */
static void stop_with(pid_t command)
{
	if (getpid() == 1)
		return;
	if (tcgetpgrp(STDIN_FILENO) == command)
		give_terminal(getpgrp());
	raise(SIGSTOP);
	if (in_foreground())
		give_terminal(command);
	kill(-command, SIGCONT);
}

int oneservice_run(char **command)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	enum seen seen = SEEN_NOTHING;
	bool foreground = in_foreground();
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
		child(command, &before, foreground);
	setpgid(pid, pid);
	while (seen != SEEN_END) {
		siginfo_t si;
		int signal = sigwaitinfo(&pass, &si);

		if (signal == SIGCHLD) {
			seen = reap_all(pid, &status);
			if (seen == SEEN_STOP)
				stop_with(pid);
		} else if (signal > 0 && kill(pid, signal) < 0 && errno != ESRCH) {
			say("cannot pass signal %d on: %s", signal, strerror(errno));
		}
	}
	/* A shell above us expects the terminal where it left it. */
	if (foreground)
		give_terminal(getpgrp());
	return status;
}
