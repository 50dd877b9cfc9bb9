/*
 * box-run: plays svinit and the manager for one svbox, so that the way from a unit file to a
 * running container can be tested and measured without the other programs.
 *
 *   box-run [--svbox PATH] [--repeat N] [--terminal] [--no-go] [--unprivileged]
 *           [--cgroup DIR] [--cgroup-procs FILE]... UNIT.ini
 *
 * Loads and compiles the unit, starts svbox, has it build the container, and passes on what the
 * container writes and its exit status (128 + N for signal N). A failure is printed as the manager
 * would, with the place in the unit file, and ends with status 3. With --repeat the unit is started
 * N times, one after the other, and the times are printed.
 */

#include "base/error.h"
#include "base/fd.h"
#include "base/str.h"
#include "box/spec.h"
#include "box/tree.h"
#include "core/compile.h"
#include "proto/box.h"
#include "proto/frame.h"
#include "proto/link.h"
#include "unit/set.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_GROUPS = 16, STATUS_FAILED = 3 };

struct options {
	const char *svbox, *cgroup, *cgroup_procs[MAX_GROUPS];
	size_t n_cgroup_procs;
	long repeat;
	bool terminal, no_go, unprivileged;
};

struct run {
	const struct options *o;
	const struct compiled *unit;
	int link, channel;
	int out;    /* the FIFO that is the container's stdout and stderr */
	int master; /* of the terminal, -1 */
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void fail_at(const struct origin *at, int code, const char *text)
{
	struct error e = { 0 };
	char line[900];

	error_set(&e, code, "%s", text);
	error_at(&e, at, code);
	fprintf(stderr, "%s\n", error_format(&e, line, sizeof(line)));
}

static void drain(int from)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (fd_write_all(STDOUT_FILENO, buf, (size_t)n) < 0)
			die("write");
}

static pid_t start_svbox(struct run *r)
{
	struct link_welcome welcome = { .version = FRAME_VERSION, .generation = 1 };
	struct link_peer peer = { .role = ROLE_MANAGER };
	int link[2], channel[2];
	pid_t pid;

	if (frame_pair(link) < 0 || frame_pair(channel) < 0)
		die("socketpair");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		if (link[1] == LINK_FD)
			fd_cloexec(LINK_FD, 0);
		else
			dup2(link[1], LINK_FD);
		execl(r->o->svbox, r->o->svbox, (char *)NULL);
		die(r->o->svbox);
	}
	close(link[1]);
	r->link = link[0];
	r->channel = channel[0];
	if (frame_send(r->link, LINK_WELCOME, &welcome, sizeof(welcome), NULL, 0) < 0 ||
	    frame_send(r->link, LINK_READY, NULL, 0, NULL, 0) < 0 ||
	    frame_send(r->link, LINK_PEER, &peer, sizeof(peer), &channel[1], 1) < 0)
		die("send");
	close(channel[1]);
	return pid;
}

static int open_fifo(void)
{
	char dir[] = "/tmp/box-run.XXXXXX", path[64];
	int fd;

	if (!mkdtemp(dir))
		die("mkdtemp");
	snprintf(path, sizeof(path), "%s/out", dir);
	if (mkfifo(path, 0666) < 0 || chmod(path, 0666) < 0)
		die("mkfifo");
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		die(path);
	return fd;
}

/* A second description of the FIFO, because the container's must block. */
static int fifo_for_container(int fifo)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fifo);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(path);
	return fd;
}

static void remove_fifo(int fifo)
{
	char link[64], path[256];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fifo);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		die("readlink");
	path[n] = '\0';
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
}

static int open_input(struct run *r, const struct compiled_input *in, size_t *group, int terminal)
{
	struct error e = { 0 };
	char text[900];
	int fd = -1;

	switch (in->kind) {
	case INPUT_TREE:
		if (box_open_tree(in->path, in->flags, &fd, &e) < 0) {
			error_at(&e, &in->at, 0);
			fprintf(stderr, "%s\n", error_format(&e, text, sizeof(text)));
			exit(STATUS_FAILED);
		}
		return fd;
	case INPUT_STDIN:
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		break;
	case INPUT_STDOUT:
	case INPUT_STDERR:
		return fifo_for_container(r->out);
	case INPUT_TERMINAL:
		fd = dup(terminal);
		break;
	case INPUT_CGROUP:
		fd = open(r->o->cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		break;
	case INPUT_CGROUP_PROCS:
		fd = open(r->o->cgroup_procs[(*group)++], O_WRONLY | O_CLOEXEC);
		break;
	}
	if (fd < 0)
		die("input");
	return fd;
}

static void send_start(struct run *r, int terminal)
{
	static struct {
		struct box_start start;
		_Alignas(8) char spec[FRAME_MAX_BYTES];
	} message = { .start.token = 42 };
	int fds[FRAME_MAX_FDS], code;
	size_t group = 0;

	memcpy(message.spec, r->unit->spec, r->unit->size);
	for (size_t i = 0; i < r->unit->n_inputs; i++)
		fds[i] = open_input(r, &r->unit->inputs[i], &group, terminal);
	code = frame_send(r->channel, BOX_START, &message, sizeof(message.start) + r->unit->size,
			  fds, r->unit->n_inputs);
	if (code < 0) {
		errno = -code;
		die("BOX_START");
	}
	for (size_t i = 0; i < r->unit->n_inputs; i++)
		close(fds[i]);
}

static void receive_started(struct run *r, int *ret_pidfd, int *ret_go)
{
	static _Alignas(8) char buf[FRAME_MAX_BYTES];
	struct pollfd p = { .fd = r->channel, .events = POLLIN };
	const struct box_started *started = (const void *)(buf + sizeof(struct frame_header));
	struct frame f;

	if (poll(&p, 1, 10000) != 1 || frame_recv(r->channel, buf, sizeof(buf), &f) != 1 ||
	    f.type != BOX_STARTED) {
		fputs("box-run: no answer from svbox\n", stderr);
		exit(2);
	}
	if (started->pid < 0) {
		fail_at(started->op < 0 ? NULL : &r->unit->origins[started->op], started->error,
			started->call);
		exit(STATUS_FAILED);
	}
	*ret_pidfd = frame_take_fd(&f, 0);
	*ret_go = frame_take_fd(&f, 1);
}

static int receive_master(int socket)
{
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control.bytes,
			    .msg_controllen = sizeof(control) };
	int master;

	if (recvmsg(socket, &m, MSG_CMSG_CLOEXEC) != 1 || !CMSG_FIRSTHDR(&m))
		return -1;
	memcpy(&master, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(int));
	fd_nonblock(master, 1);
	return master;
}

/* All reports; true when exec succeeded. */
static bool follow(struct run *r, int go)
{
	struct pollfd p = { .fd = go, .events = POLLIN };
	struct box_report report;
	bool executed = false;

	while (poll(&p, 1, 20000) == 1) {
		ssize_t n = recv(go, &report, sizeof(report), 0);

		if (n <= 0)
			return executed;
		if (report.op == BOX_REPORT_EXEC) {
			executed = true;
			continue;
		}
		if (report.op < 0) /* exec itself; its operation is the last one */
			report.op = (int)r->unit->n_ops - 1;
		fail_at(&r->unit->origins[report.op], report.error, report.call);
		return false;
	}
	fputs("box-run: the child hangs\n", stderr);
	exit(2);
}

static int wait_exit(struct run *r, int pidfd)
{
	siginfo_t info = { 0 };
	struct pollfd p[2] = { { .fd = pidfd, .events = POLLIN } };

	for (;;) {
		p[1] = (struct pollfd){ .fd = r->master >= 0 ? r->master : r->out,
					.events = POLLIN };
		if (poll(p, 2, 20000) <= 0) {
			fputs("box-run: the container hangs\n", stderr);
			exit(2);
		}
		if (p[0].revents)
			break;
		drain(p[1].fd);
		if (p[1].revents & POLLHUP)
			usleep(1000);
	}
	if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) < 0)
		die("waitid");
	drain(p[1].fd);
	return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

static int run_once(struct run *r)
{
	int terminal[2] = { -1, -1 }, pidfd, go, status;
	bool executed;

	r->master = -1;
	if (r->o->terminal && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, terminal) < 0)
		die("socketpair");
	send_start(r, terminal[1]);
	receive_started(r, &pidfd, &go);
	if (r->o->no_go)
		shutdown(go, SHUT_WR);
	else if (send(go, "g", 1, MSG_NOSIGNAL) != 1 && errno != EPIPE)
		die("go");
	executed = follow(r, go);
	fd_close(&terminal[1]);
	if (r->o->terminal && executed)
		r->master = receive_master(terminal[0]);
	status = wait_exit(r, pidfd);
	fd_close(&terminal[0]);
	fd_close(&r->master);
	close(pidfd);
	close(go);
	return executed || r->o->no_go ? status : STATUS_FAILED;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int run_many(struct run *r)
{
	size_t n = (size_t)r->o->repeat;
	double *usec = calloc(n, sizeof(*usec));
	int status = 0;

	for (size_t i = 0; usec && i < n; i++) {
		struct timespec a, b;

		clock_gettime(CLOCK_MONOTONIC, &a);
		status |= run_once(r);
		clock_gettime(CLOCK_MONOTONIC, &b);
		usec[i] =
			(double)(b.tv_sec - a.tv_sec) * 1e6 + (double)(b.tv_nsec - a.tv_nsec) / 1e3;
	}
	if (!usec)
		return 2;
	qsort(usec, n, sizeof(*usec), compare);
	printf("starts %zu  median %.0f us  p10 %.0f  p90 %.0f\n", n, usec[n / 2], usec[n / 10],
	       usec[n * 9 / 10]);
	free(usec);
	return status;
}

static struct unit *load(const char *path, struct unit_set **set)
{
	struct report report = { 0 };
	struct error e = { 0 };
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	AUTO_FREE char *name = str_dup_n(base, strcspn(base, "."));
	struct unit *u;
	char text[900];

	if (unit_set_load_files(&path, 1, set, &report, &e) < 0) {
		fprintf(stderr, "%s\n", error_format(&e, text, sizeof(text)));
		exit(STATUS_FAILED);
	}
	for (size_t i = 0; i < report.n; i++)
		fprintf(stderr, "%s\n", report_line(&report.items[i], text, sizeof(text)));
	u = unit_set_find(*set, name);
	if (!u || u->broken)
		exit(STATUS_FAILED);
	report_fini(&report);
	return u;
}

static const char *parse_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "svbox", 1, NULL, 's' },        { "repeat", 1, NULL, 'n' },
		{ "terminal", 0, NULL, 't' },     { "no-go", 0, NULL, 'x' },
		{ "unprivileged", 0, NULL, 'u' }, { "cgroup", 1, NULL, 'c' },
		{ "cgroup-procs", 1, NULL, 'p' }, { NULL, 0, NULL, 0 },
	};

	for (int opt; (opt = getopt_long(argc, argv, "", names, NULL)) != -1;) {
		if (opt == 's')
			o->svbox = optarg;
		else if (opt == 'n')
			o->repeat = atol(optarg);
		else if (opt == 't')
			o->terminal = true;
		else if (opt == 'x')
			o->no_go = true;
		else if (opt == 'u')
			o->unprivileged = true;
		else if (opt == 'c')
			o->cgroup = optarg;
		else if (opt == 'p' && o->n_cgroup_procs < MAX_GROUPS)
			o->cgroup_procs[o->n_cgroup_procs++] = optarg;
		else
			exit(2);
	}
	if (optind != argc - 1) {
		fputs("usage: box-run [OPTIONS] UNIT.ini\n", stderr);
		exit(2);
	}
	return argv[optind];
}

int main(int argc, char **argv)
{
	struct options o = { .svbox = "svbox" };
	struct compile_request request = { 0 };
	struct run r = { .o = &o, .master = -1 };
	struct compiled *compiled;
	struct unit_set *set = NULL;
	struct error e = { 0 };
	char text[900];
	pid_t svbox;
	int status;

	request.unit = load(parse_options(argc, argv, &o), &set);
	request.privileged = !o.unprivileged;
	request.terminal = o.terminal;
	request.cgroup_into = o.cgroup != NULL;
	request.n_cgroup_procs = o.n_cgroup_procs;
	if (compile_unit(&request, &compiled, &e) < 0) {
		fprintf(stderr, "%s\n", error_format(&e, text, sizeof(text)));
		unit_set_free(set);
		return STATUS_FAILED;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	r.unit = compiled;
	r.out = open_fifo();
	remove_fifo(r.out);
	svbox = start_svbox(&r);
	status = o.repeat ? run_many(&r) : run_once(&r);
	close(r.link);
	close(r.channel);
	waitpid(svbox, NULL, 0);
	compiled_free(compiled);
	unit_set_free(set);
	return status;
}
