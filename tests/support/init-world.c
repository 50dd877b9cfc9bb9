#include "init-world.h"

#include "base/clock.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

void let_go(struct fake *k)
{
	fd_close(&k->order);
	fd_close(&k->link);
	k->pid = 0;
}

void next_frame(struct world *w, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, WAIT_MS), 1);
	assert_int_equal(frame_recv(fd, w->buf, sizeof(w->buf), &w->f), 1);
}

const void *want_frame(struct world *w, int fd, uint32_t type, size_t size)
{
	next_frame(w, fd);
	assert_int_equal(w->f.type, type);
	assert_int_equal(w->f.size, size);
	return w->f.payload;
}

void want_silence(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, ms), 0);
}

void want_end(struct world *w, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int r;

	assert_int_equal(poll(&p, 1, WAIT_MS), 1);
	r = frame_recv(fd, w->buf, sizeof(w->buf), &w->f);
	assert_true(r == 0 || r == -ECONNRESET);
}

int accept_fake(struct world *w)
{
	static const char *const names[] = { "svmanager", "svbox", "svlogd" };
	struct pollfd p = { .fd = w->listener, .events = POLLIN };
	const struct fake_hello *hello;
	int s;

	assert_int_equal(poll(&p, 1, WAIT_MS), 1);
	s = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_true(s >= 0);
	hello = want_frame(w, s, FAKE_HELLO, sizeof(*hello));
	for (int i = 0; i < ROLE_COUNT; i++) {
		if (strcmp(names[i], hello->name) != 0)
			continue;
		let_go(&w->fake[i]);
		w->fake[i] = (struct fake){ s, frame_take_fd(&w->f, 0), hello->pid };
		return i;
	}
	fail_msg("unknown helper %s", hello->name);
	return -1;
}

static void copy_program(const char *from, const char *to)
{
	AUTO_CLOSE int in = open(from, O_RDONLY | O_CLOEXEC);
	AUTO_CLOSE int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	char buf[65536];
	ssize_t n;

	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		assert_int_equal(fd_write_all(out, buf, (size_t)n), 0);
}

void start_init(struct world *w)
{
	w->init = fork();
	if (w->init == 0) {
		AUTO_CLOSE int log = open(w->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(log, STDERR_FILENO);
		execl(w->svinit, "svinit", "--runtime", w->runtime, (char *)NULL);
		_exit(99);
	}
	assert_true(w->init > 0);
}

int start_world(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	static const char *const names[] = { "svmanager", "svbox", "svlogd" };
	char self[3000] = "", from[4096], to[128];

	assert_non_null(w);
	strcpy(w->dir, "/tmp/svinit-link.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->socket, sizeof(w->socket), "%s/socket", w->dir);
	snprintf(w->log, sizeof(w->log), "%s/log", w->dir);
	snprintf(w->svinit, sizeof(w->svinit), "%s/svinit", w->dir);
	snprintf(w->runtime, sizeof(w->runtime), "%s/run", w->dir);
	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	*strrchr(self, '/') = '\0';
	snprintf(from, sizeof(from), "%s/../bin/svinit", self);
	copy_program(from, w->svinit);
	snprintf(from, sizeof(from), "%s/init-fake", self);
	for (int i = 0; i < ROLE_COUNT; i++) {
		snprintf(to, sizeof(to), "%s/%s", w->dir, names[i]);
		copy_program(from, to);
		w->fake[i] = (struct fake){ .order = -1, .link = -1 };
	}
	w->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", w->socket);
	assert_int_equal(bind(w->listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(w->listener, 16), 0);
	setenv("SVINIT_TEST_SOCKET", w->socket, 1);
	start_init(w);
	for (int i = 0; i < ROLE_COUNT; i++)
		accept_fake(w);
	*state = w;
	return 0;
}

int end_init(struct world *w)
{
	uint64_t end = clock_now_ms() + WAIT_MS;
	int status = -1;

	while (w->init > 0 && clock_now_ms() < end) {
		if (waitpid(w->init, &status, WNOHANG) == w->init) {
			w->init = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		}
		poll(NULL, 0, 5);
	}
	return -1;
}

int stop_world(void **state)
{
	static const char *const names[] = { "svmanager", "svbox",    "svlogd", "svinit", "socket",
					     "log",       "run/lock", "run",    "" };
	struct world *w = *state;
	char path[160];

	if (w->init > 0) {
		kill(w->init, SIGKILL);
		waitpid(w->init, NULL, 0);
	}
	for (int i = 0; i < ROLE_COUNT; i++)
		let_go(&w->fake[i]);
	fd_close(&w->listener);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", w->dir, names[i]);
		if (remove(path) < 0)
			print_message("%s: %s\n", path, strerror(errno));
	}
	free(w);
	return 0;
}

void say_to_init(struct world *w, uint32_t type, const void *data, size_t n)
{
	struct pollfd p = { .fd = w->fake[ROLE_MANAGER].link, .events = POLLOUT };

	assert_int_equal(poll(&p, 1, WAIT_MS), 1);
	assert_int_equal(frame_send(p.fd, type, data, n, NULL, 0), 0);
}

void claim(struct world *w, pid_t pid)
{
	say_to_init(w, LINK_CLAIM, &(struct link_pid){ pid }, sizeof(struct link_pid));
}

void release(struct world *w, pid_t pid)
{
	say_to_init(w, LINK_RELEASE, &(struct link_pid){ pid }, sizeof(struct link_pid));
}

pid_t fork_child(struct world *w, enum fake_child child, int n)
{
	struct fake_order o = { .child = (int32_t)child, .n = n };

	assert_int_equal(frame_send(w->fake[ROLE_BOX].order, FAKE_FORK, &o, sizeof(o), NULL, 0), 0);
	o = *(const struct fake_order *)want_frame(w, w->fake[ROLE_BOX].order, FAKE_FORKED,
						   sizeof(o));
	assert_true(o.n > 0);
	return o.n;
}

struct link_exit want_exit(struct world *w)
{
	return *(const struct link_exit *)want_frame(w, w->fake[ROLE_MANAGER].link, LINK_EXIT,
						     sizeof(struct link_exit));
}

void want_ready(struct world *w)
{
	want_frame(w, w->fake[ROLE_MANAGER].link, LINK_READY, 0);
}

void want_welcome(struct world *w, enum link_role role, uint32_t generation)
{
	const struct link_welcome *m = want_frame(w, w->fake[role].link, LINK_WELCOME, sizeof(*m));

	assert_int_equal(m->version, FRAME_VERSION);
	assert_int_equal(m->mode, MODE_DAEMON);
	assert_int_equal(m->init_pid, w->init);
	assert_int_equal(m->generation, generation);
	assert_true(m->started_usec > 0 && m->started_usec <= clock_now_usec());
}

int want_peer(struct world *w, enum link_role role, enum link_role peer)
{
	const struct link_peer *m = want_frame(w, w->fake[role].link, LINK_PEER, sizeof(*m));

	assert_int_equal(m->role, peer);
	assert_int_equal(m->pid, w->fake[peer].pid);
	return frame_take_fd(&w->f, 0);
}

void greet_manager(struct world *w)
{
	want_welcome(w, ROLE_MANAGER, 1);
	want_ready(w);
	close(want_peer(w, ROLE_MANAGER, ROLE_BOX));
	close(want_peer(w, ROLE_MANAGER, ROLE_LOGD));
}

void kill_helper(struct world *w, enum link_role role)
{
	kill(w->fake[role].pid, SIGKILL);
	let_go(&w->fake[role]);
	assert_int_equal(accept_fake(w), role);
}

void wait_until_zombie(pid_t pid)
{
	char path[64], text[512];

	/* Either not yet reaped, or gone: both say that it has ended. */
	for (int i = 0; i < WAIT_MS; i++) {
		snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
		if (fd_read_file(AT_FDCWD, path, text, sizeof(text)) < 0 || strstr(text, ") Z "))
			return;
		poll(NULL, 0, 1);
	}
	fail_msg("%d still runs", (int)pid);
}
