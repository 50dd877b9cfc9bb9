#include "ctl-fake.h"

#include "base/fd.h"
#include "ctl/ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { MOST_ARGUMENTS = 40 };

void fake_open(struct fake *f)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	memset(f, 0, sizeof(*f));
	f->peer = f->terminal = f->input = -1;
	snprintf(f->dir, sizeof(f->dir), "/tmp/svctl-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(a.sun_path, sizeof(a.sun_path), "%s/control", f->dir);
	f->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(f->listener >= 0);
	assert_int_equal(bind(f->listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(f->listener, 8), 0);
	for (int i = 0; i < 2; i++) {
		f->files[i] = memfd_create("svctl", MFD_CLOEXEC);
		assert_true(f->files[i] >= 0);
	}
}

static void forget_request(struct fake *f)
{
	while (f->n_fds)
		close(f->fds[--f->n_fds]);
	json_decref(f->request);
	f->request = NULL;
}

void fake_close(struct fake *f)
{
	char path[128];

	forget_request(f);
	fd_close(&f->peer);
	fd_close(&f->listener);
	fd_close(&f->terminal);
	fd_close(&f->input);
	fd_close(&f->files[0]);
	fd_close(&f->files[1]);
	snprintf(path, sizeof(path), "%s/control", f->dir);
	unlink(path);
	rmdir(f->dir);
}

static _Noreturn void child(struct fake *f, va_list ap)
{
	char *argv[MOST_ARGUMENTS + 1] = { (char *)(uintptr_t) "svctl" };
	int argc = 1, status;

	while (argc < MOST_ARGUMENTS && (argv[argc] = va_arg(ap, char *)))
		argc++;
	setenv("SVINIT_RUNTIME", f->dir, 1);
	setenv("TZ", "UTC", 1);
	/* cmocka catches these for its own tests; here a crash must be seen as one. */
	signal(SIGSEGV, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	close(f->listener);
	status = ctl_main(argc, argv);
	exit(status);
}

void fake_svctl(struct fake *f, ...)
{
	va_list ap;

	fflush(NULL);
	f->pid = fork();
	assert_true(f->pid >= 0);
	va_start(ap, f);
	if (f->pid == 0) {
		int input = f->input >= 0 ? f->input : open("/dev/null", O_RDONLY | O_CLOEXEC);

		dup2(input, STDIN_FILENO);
		dup2(f->files[0], STDOUT_FILENO);
		dup2(f->files[1], STDERR_FILENO);
		child(f, ap);
	}
	va_end(ap);
	fd_close(&f->input);
}

void fake_svctl_on_terminal(struct fake *f, int columns, ...)
{
	struct winsize w = { .ws_row = 40, .ws_col = (unsigned short)columns };
	va_list ap;

	fflush(NULL);
	f->pid = forkpty(&f->terminal, NULL, NULL, &w);
	assert_true(f->pid >= 0);
	va_start(ap, columns);
	if (f->pid == 0) {
		setenv("TERM", "xterm", 1);
		setenv("LANG", "C.UTF-8", 1);
		unsetenv("LC_ALL");
		unsetenv("NO_COLOR");
		child(f, ap);
	}
	va_end(ap);
	assert_int_equal(fd_cloexec(f->terminal, 1), 0);
}

static void wait_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int r;

	do
		r = poll(&p, 1, FAKE_SECONDS * 1000);
	while (r < 0 && errno == EINTR);
	assert_int_equal(r, 1);
}

void fake_accept(struct fake *f)
{
	fd_close(&f->peer);
	wait_readable(f->listener);
	f->peer = accept4(f->listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(f->peer >= 0);
}

static void keep_rights(struct fake *f, struct msghdr *m)
{
	for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h)) {
		size_t n = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		assert_true(f->n_fds + n <= FAKE_FDS);
		memcpy(f->fds + f->n_fds, CMSG_DATA(h), n * sizeof(int));
		f->n_fds += n;
	}
}

void fake_receive(struct fake *f)
{
	static char data[1 << 20];
	size_t size = 0;

	forget_request(f);
	do {
		char control[256];
		struct iovec v = { .iov_base = data + size, .iov_len = sizeof(data) - size };
		struct msghdr m = { .msg_iov = &v,
				    .msg_iovlen = 1,
				    .msg_control = control,
				    .msg_controllen = sizeof(control) };
		ssize_t n;

		wait_readable(f->peer);
		n = recvmsg(f->peer, &m, MSG_CMSG_CLOEXEC);
		assert_true(n > 0);
		keep_rights(f, &m);
		size += (size_t)n;
	} while (data[size - 1] != '\0' && size < sizeof(data));
	f->request = json_loads(data, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(f->request);
}

json_t *fake_expect(struct fake *f, const char *method)
{
	fake_accept(f);
	fake_receive(f);
	assert_string_equal(json_string_value(json_object_get(f->request, "method")), method);
	return json_object_get(f->request, "parameters");
}

void fake_send(struct fake *f, const char *data, size_t n)
{
	while (n) {
		ssize_t r = send(f->peer, data, n, MSG_NOSIGNAL);

		assert_true(r > 0);
		data += r;
		n -= (size_t)r;
	}
}

void fake_reply(struct fake *f, const char *json)
{
	fake_send(f, json, strlen(json) + 1);
}

void fake_reply_with(struct fake *f, const char *json, const int *fds, size_t n)
{
	char control[CMSG_SPACE(sizeof(int) * FAKE_FDS)] = { 0 };
	struct iovec v = { .iov_base = (void *)(uintptr_t)json, .iov_len = strlen(json) + 1 };
	struct msghdr m = { .msg_iov = &v,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = CMSG_SPACE(sizeof(int) * n) };
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);

	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(int) * n);
	memcpy(CMSG_DATA(h), fds, sizeof(int) * n);
	assert_int_equal(sendmsg(f->peer, &m, MSG_NOSIGNAL), strlen(json) + 1);
}

void fake_hang_up(struct fake *f)
{
	fd_close(&f->peer);
}

/* Appends what the terminal shows; false when svctl's side is closed. */
static int read_terminal(struct fake *f)
{
	size_t size = strlen(f->text[0]);
	ssize_t n;

	wait_readable(f->terminal);
	n = read(f->terminal, f->text[0] + size, sizeof(f->text[0]) - 1 - size);
	if (n <= 0)
		return 0;
	f->text[0][size + (size_t)n] = '\0';
	return 1;
}

void fake_read_until(struct fake *f, const char *needle)
{
	while (!strstr(f->text[0], needle))
		if (!read_terminal(f))
			fail_msg("no '%s' in '%s'", needle, f->text[0]);
}

int fake_wait(struct fake *f)
{
	int status = 0;
	time_t end = time(NULL) + FAKE_SECONDS;
	pid_t r;

	while (f->terminal >= 0 && read_terminal(f))
		;
	while ((r = waitpid(f->pid, &status, WNOHANG)) == 0) {
		struct timespec pause = { .tv_nsec = 5000000 };

		if (time(NULL) > end) {
			kill(f->pid, SIGKILL);
			waitpid(f->pid, &status, 0);
			fail_msg("svctl does not end");
		}
		nanosleep(&pause, NULL);
	}
	assert_int_equal(r, f->pid);
	for (int i = f->terminal >= 0 ? 2 : 0; i < 2; i++) {
		ssize_t n = pread(f->files[i], f->text[i], sizeof(f->text[i]) - 1, 0);

		f->text[i][n > 0 ? n : 0] = '\0';
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}
