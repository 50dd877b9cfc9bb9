/*
 * For restart.sh: how long after SIGKILL does a service's successor run?
 *
 *   restart_probe serve SOCKET            the service: says when it began to run, then sleeps
 *   restart_probe measure SOCKET N MSEC   waits for N services, lets them run for MSEC, kills one
 * after the other and waits for its successor; prints the microseconds, one a line restart_probe
 * loop SOCKET             the least that a supervisor can do: fork, exec `serve`, wait, again
 *
 * A service connects to a stream socket and sends its CLOCK_MONOTONIC in the first lines of main().
 * The pid to kill is that of the peer, as the kernel translates it into the pid namespace of the
 * one who asks, so it does not matter how deep the service is contained. A killed service closes
 * its connection; its successor is the next connection.
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_WAIT_MSEC = 20000 };

struct service {
	pid_t pid;
	int64_t began_nsec;
};

static int64_t now_nsec(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void check(int r, const char *what)
{
	if (r < 0) {
		perror(what);
		exit(1);
	}
}

static int socket_at(const char *path, struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	check(fd, "socket");
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path, sizeof(address->sun_path), "%s", path);
	return fd;
}

static int serve(const char *path, int64_t began_nsec)
{
	struct sockaddr_un address;
	int fd = socket_at(path, &address);

	check(connect(fd, (struct sockaddr *)&address, sizeof(address)), path);
	if (write(fd, &began_nsec, sizeof(began_nsec)) != sizeof(began_nsec))
		return 1;
	for (;;)
		pause();
}

static int loop(const char *path)
{
	for (;;) {
		pid_t pid = fork();

		check(pid, "fork");
		if (pid == 0) {
			execl("/proc/self/exe", "restart_probe", "serve", path, (char *)NULL);
			_exit(127);
		}
		check(waitpid(pid, NULL, 0), "waitpid");
	}
}

/* The connection stays open: only the service's own death closes it. */
static struct service next_service(int listening)
{
	struct pollfd ready = { .fd = listening, .events = POLLIN };
	struct service s = { 0 };
	struct ucred peer;
	socklen_t size = sizeof(peer);
	int fd;

	if (poll(&ready, 1, LONGEST_WAIT_MSEC) != 1) {
		fprintf(stderr, "no service came within %d ms\n", LONGEST_WAIT_MSEC);
		exit(1);
	}
	fd = accept(listening, NULL, NULL);
	check(fd, "accept");
	check(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size), "SO_PEERCRED");
	if (read(fd, &s.began_nsec, sizeof(s.began_nsec)) != sizeof(s.began_nsec)) {
		fputs("a service said nothing\n", stderr);
		exit(1);
	}
	s.pid = peer.pid;
	return s;
}

static int measure(const char *path, size_t n, unsigned run_msec)
{
	struct service *services = calloc(n ? n : 1, sizeof(*services));
	struct timespec run = { run_msec / 1000, (long)(run_msec % 1000) * 1000000 };
	struct sockaddr_un address;
	int listening = socket_at(path, &address);

	if (!services)
		return 1;
	check(bind(listening, (struct sockaddr *)&address, sizeof(address)), path);
	check(chmod(path, 0777), path);
	check(listen(listening, 128), path);
	for (size_t i = 0; i < n; i++)
		services[i] = next_service(listening);
	nanosleep(&run, NULL);
	for (size_t i = 0; i < n; i++) {
		int64_t killed_nsec = now_nsec();

		check(kill(services[i].pid, SIGKILL), "kill");
		printf("%lld\n",
		       (long long)(next_service(listening).began_nsec - killed_nsec) / 1000);
	}
	free(services);
	return 0;
}

int main(int argc, char **argv)
{
	int64_t began_nsec = now_nsec();

	if (argc == 3 && !strcmp(argv[1], "serve"))
		return serve(argv[2], began_nsec);
	if (argc == 3 && !strcmp(argv[1], "loop"))
		return loop(argv[2]);
	if (argc == 5 && !strcmp(argv[1], "measure"))
		return measure(argv[2], (size_t)atol(argv[3]), (unsigned)atol(argv[4]));
	fputs("usage: restart_probe serve|loop SOCKET | measure SOCKET N MSEC\n", stderr);
	return 2;
}
