#include "logd/channel.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

static int usage(void)
{
	fputs("usage: svlogd --runtime DIR --logs DIR\n"
	      "svlogd is started by svinit, with the link as descriptor 3.\n",
	      stderr);
	return 2;
}

/* Two descriptors a unit. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "runtime", required_argument, NULL, 'r' },
		{ "logs", required_argument, NULL, 'l' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	const char *runtime = NULL, *logs = NULL;
	int type, option;
	socklen_t size = sizeof(type);

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'r':
			runtime = optarg;
			break;
		case 'l':
			logs = optarg;
			break;
		case 'V':
			puts("svlogd " SVINIT_VERSION);
			return 0;
		default:
			return usage();
		}
	}
	if (!runtime || !logs || optind != argc)
		return usage();
	if (getsockopt(LINK_FD, SOL_SOCKET, SO_TYPE, &type, &size) < 0 || type != SOCK_SEQPACKET) {
		fputs("svlogd: descriptor 3 is no link to svinit\n", stderr);
		return usage();
	}
	/* svinit decides when the log ends: by closing the link. */
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	raise_descriptor_limit();
	return channel_run(LINK_FD, runtime, logs);
}
