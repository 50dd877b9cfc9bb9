#include "base/names.h"

#include "base/str.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/resource.h>

/* clang-format off */
#define SIGNALS(X)                                                                             \
	X(HUP) X(INT) X(QUIT) X(ILL) X(TRAP) X(ABRT) X(BUS) X(FPE) X(KILL) X(USR1) X(SEGV)     \
	X(USR2) X(PIPE) X(ALRM) X(TERM) X(STKFLT) X(CHLD) X(CONT) X(STOP) X(TSTP) X(TTIN)      \
	X(TTOU) X(URG) X(XCPU) X(XFSZ) X(VTALRM) X(PROF) X(WINCH) X(IO) X(PWR) X(SYS)
/* clang-format on */

static const struct {
	int number;
	const char *name;
} signals[] = {
#define X(name) { SIG##name, "SIG" #name },
	SIGNALS(X)
#undef X
};

static const char *const rlimits[RLIM_NLIMITS] = {
	[RLIMIT_AS] = "AS",
	[RLIMIT_CORE] = "CORE",
	[RLIMIT_CPU] = "CPU",
	[RLIMIT_DATA] = "DATA",
	[RLIMIT_FSIZE] = "FSIZE",
	[RLIMIT_LOCKS] = "LOCKS",
	[RLIMIT_MEMLOCK] = "MEMLOCK",
	[RLIMIT_MSGQUEUE] = "MSGQUEUE",
	[RLIMIT_NICE] = "NICE",
	[RLIMIT_NOFILE] = "NOFILE",
	[RLIMIT_NPROC] = "NPROC",
	[RLIMIT_RSS] = "RSS",
	[RLIMIT_RTPRIO] = "RTPRIO",
	[RLIMIT_RTTIME] = "RTTIME",
	[RLIMIT_SIGPENDING] = "SIGPENDING",
	[RLIMIT_STACK] = "STACK",
};

static int parse_small(const char *s, int most)
{
	char *end;
	long n;

	if (*s < '0' || *s > '9')
		return -EINVAL;
	errno = 0;
	n = strtol(s, &end, 10);
	if (errno || *end || n < 0 || n > most)
		return -EINVAL;
	return (int)n;
}

int signal_from_name(const char *name)
{
	const char *bare = strncasecmp(name, "SIG", 3) == 0 ? name + 3 : name;
	int n = parse_small(name, SIGRTMAX);

	if (n > 0)
		return n;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (strcasecmp(bare, signals[i].name + 3) == 0)
			return signals[i].number;
	if (strncasecmp(bare, "RTMIN", 5) == 0) {
		if (!bare[5])
			return SIGRTMIN;
		n = bare[5] == '+' ? parse_small(bare + 6, SIGRTMAX - SIGRTMIN) : -EINVAL;
		return n < 0 ? n : SIGRTMIN + n;
	}
	if (strncasecmp(bare, "RTMAX", 5) == 0) {
		if (!bare[5])
			return SIGRTMAX;
		n = bare[5] == '-' ? parse_small(bare + 6, SIGRTMAX - SIGRTMIN) : -EINVAL;
		return n < 0 ? n : SIGRTMAX - n;
	}
	return -EINVAL;
}

const char *signal_name(int number, char *buf, size_t size)
{
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (signals[i].number == number)
			return signals[i].name;
	if (number == SIGRTMIN)
		snprintf(buf, size, "SIGRTMIN");
	else if (number > SIGRTMIN && number <= SIGRTMAX)
		snprintf(buf, size, "SIGRTMIN+%d", number - SIGRTMIN);
	else
		snprintf(buf, size, "signal %d", number);
	return buf;
}

int rlimit_from_name(const char *name)
{
	for (int i = 0; i < (int)RLIM_NLIMITS; i++)
		if (rlimits[i] && str_eq(name, rlimits[i]))
			return i;
	return -EINVAL;
}

const char *rlimit_name(int resource)
{
	return resource >= 0 && resource < (int)RLIM_NLIMITS ? rlimits[resource] : NULL;
}
