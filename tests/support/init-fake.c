#include "init-fake.h"

#include "proto/frame.h"
#include "proto/link.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_to_test(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const char *path = getenv("SVINIT_TEST_SOCKET");
	int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (!path || s < 0)
		_exit(2);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	if (connect(s, (struct sockaddr *)&a, sizeof(a)) < 0)
		_exit(3);
	return s;
}

static void __attribute__((noreturn)) be_child(const struct fake_order *o)
{
	/* What this process has open must not hold the channels of the dead open. */
	syscall(SYS_close_range, 3u, ~0u, 0u);
	if (o->child == CHILD_EXITS)
		_exit(o->n);
	if (o->child == CHILD_ORPHANS) {
		for (int i = 0; i < o->n; i++) {
			pid_t pid = fork();

			if (pid == 0)
				_exit(0);
			if (pid < 0)
				_exit(1);
		}
		_exit(0);
	}
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	struct fake_hello hello = { .pid = getpid() };
	int s = connect_to_test(), link = LINK_FD;
	struct pollfd p[2] = { { .fd = s, .events = POLLIN }, { .fd = LINK_FD } };
	struct fake_order o;
	_Alignas(8) char buf[256];
	struct frame f;

	snprintf(hello.name, sizeof(hello.name), "%s", slash ? slash + 1 : argv[0]);
	if (frame_send(s, FAKE_HELLO, &hello, sizeof(hello), &link, 1) < 0)
		return 4;
	for (;;) {
		poll(p, 2, -1);
		if (p[1].revents || !(p[0].revents & POLLIN) ||
		    frame_recv(s, buf, sizeof(buf), &f) <= 0)
			return 0; /* svinit or the test has let go */
		if (f.size != sizeof(o))
			return 5;
		memcpy(&o, f.payload, sizeof(o));
		if (f.type == FAKE_EXIT)
			return o.n;
		o.n = (int32_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
		if (o.n == 0) {
			memcpy(&o, f.payload, sizeof(o));
			be_child(&o);
		}
		frame_send(s, FAKE_FORKED, &o, sizeof(o), NULL, 0);
	}
}
