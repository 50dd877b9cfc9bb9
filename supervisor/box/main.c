/* svbox: builds containers for svinit. See svbox(8), box/serve.h for the loop, box/spec.h for what
 * it is told. Started by svinit, never by a person. */

#include "base/error.h"
#include "base/fd.h"
#include "box/host.h"
#include "box/seal.h"
#include "box/serve.h"
#include "proto/link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static void say(const char *what, const struct error *e)
{
	char text[600];

	fprintf(stderr, "svbox: %s%s\n", what, error_format(e, text, sizeof(text)));
}

/* Children replace 0, 1 and 2, so these must never be anything else. */
static int fill_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_NOCTTY);
	while (fd >= 0 && fd <= 2);
	if (fd < 0)
		return fcntl(2, F_GETFD) < 0 ? -errno : 0;
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	struct error e = { 0 };
	struct box_host host;

	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		puts("svbox " SVINIT_VERSION);
		return 0;
	}
	if (argc > 1 || fcntl(LINK_FD, F_GETFD) < 0) {
		fputs("svbox: started by svinit with its link as descriptor 3, not by hand; "
		      "see svbox(8)\n",
		      stderr);
		return 2;
	}
	if (fill_standard() < 0)
		return 1;
	if (box_seal_self(argv, &e) < 0)
		say("running from the file itself: ", &e);
	error_clear(&e);
	prctl(PR_SET_NAME, "svbox");
	fd_cloexec(LINK_FD, 1);
	if (box_host_init(&host, &e) < 0) {
		say("", &e);
		return 1;
	}
	if (error_is_set(&e))
		say("plain processes only, no containers: ", &e);
	error_clear(&e);
	if (box_serve(&host, LINK_FD, &e) < 0) {
		say("", &e);
		return 1;
	}
	return 0;
}
