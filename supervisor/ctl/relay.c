#include "ctl/relay.h"

#include "base/clock.h"
#include "base/fd.h"
#include "ctl/member.h"
#include "proto/rights.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SILENCE_MS = 500, REOPEN_MS = 100, PATIENCE = 3 };

enum { POLL_WIRE, POLL_SIGNALS, POLL_CHANNEL, POLL_MASTER, POLL_INPUT, POLL_OUTPUT, POLL_COUNT };

int relay_init(struct relay *r, const struct ctl *c, struct wire *w, int channel)
{
	static const int numbers[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT
	};
	sigset_t set;

	*r = (struct relay){ .c = c,
			     .wire = w,
			     .channel = channel,
			     .attached = channel >= 0,
			     .master = -1,
			     .input = channel >= 0 ? STDIN_FILENO : -1 };
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		/* Without a terminal Ctrl-Z stops svctl as any program. */
		if (channel >= 0 || (numbers[i] != SIGTSTP && numbers[i] != SIGCONT))
			sigaddset(&set, numbers[i]);
	}
	terminal_init(&r->terminal, channel >= 0 ? STDIN_FILENO : -1);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	r->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return r->signals < 0 ? -errno : 0;
}

void relay_fini(struct relay *r)
{
	terminal_restore(&r->terminal);
	fd_close(&r->channel);
	fd_close(&r->master);
	fd_close(&r->signals);
	json_decref(r->exit);
	r->exit = NULL;
}

/* The master comes as the one descriptor beside one byte. */
static void take_master(struct relay *r)
{
	RIGHTS_BUFFER(control, 1);
	char byte;
	struct iovec v = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &v,
			    .msg_iovlen = 1,
			    .msg_control = &control,
			    .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(r->channel, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		rights_take(&m, &r->master, 1);
	fd_close(&r->channel);
	if (r->master < 0)
		return;
	/* It is our own open file: nobody else sees the flag. */
	fd_nonblock(r->master, 1);
	terminal_copy_size(&r->terminal, r->master);
	terminal_raw(&r->terminal);
}

/* The answers: more of them, the exit, an error, or the end of the connection. */
static bool take_answer(struct relay *r, enum relay_end *ret)
{
	static const struct call call = { .method = "io.svinit.Run" };
	json_t *answer = NULL;
	bool continues;
	int n = wire_recv(r->wire, 0, &answer);

	if (n == -EAGAIN)
		return false;
	if (n != 1) {
		*ret = RELAY_LOST;
		return true;
	}
	if (json_object_get(answer, "error"))
		terminal_restore(&r->terminal);
	json_decref(r->exit);
	r->exit = NULL;
	r->status = call_answer(r->c, &call, answer, &r->exit, &continues);
	if (!continues)
		r->draining = true;
	return false;
}

static void forward(struct relay *r, int number)
{
	/* A terminal's Ctrl-C and its hanging up reach all processes; SIGTERM is for the main one.
	 */
	const char *whom = number == SIGTERM ? "main" : "all";
	struct call call = { .method = "io.svinit.Kill", .kind = CALL_SHORT };
	json_t *reply;

	if (!r->unit)
		return;
	call.parameters =
		json_pack("{s:[s],s:i,s:s}", "units", r->unit, "signal", number, "whom", whom);
	if (call.parameters) {
		call_once(r->c, &call, &reply);
		json_decref(reply);
	}
}

/* True when the signal ends svctl. */
static bool take_signal(struct relay *r)
{
	struct signalfd_siginfo s;

	if (read(r->signals, &s, sizeof(s)) != (ssize_t)sizeof(s))
		return false;
	switch (s.ssi_signo) {
	case SIGWINCH:
		terminal_copy_size(&r->terminal, r->master);
		return false;
	case SIGTSTP:
		terminal_restore(&r->terminal);
		kill(getpid(), SIGSTOP);
		return false;
	case SIGCONT:
		if (r->master >= 0)
			terminal_raw(&r->terminal);
		terminal_copy_size(&r->terminal, r->master);
		return false;
	default:
		break;
	}
	/* Who asks again and again wants to get away: closing the connection stops the unit. */
	if (!r->attached && ++r->asked < PATIENCE) {
		forward(r, (int)s.ssi_signo);
		return false;
	}
	r->signal = (int)s.ssi_signo;
	return true;
}

static bool is_empty(const struct relay_buffer *b)
{
	return b->from == b->to;
}

/* One read into an empty buffer: bytes, 0 at the end, negative errno. */
static ssize_t fill(struct relay_buffer *b, int fd)
{
	ssize_t n = read(fd, b->data, sizeof(b->data));

	if (n < 0)
		return -errno;
	b->from = 0;
	b->to = (size_t)n;
	return n;
}

static int empty(struct relay_buffer *b, int fd)
{
	ssize_t n = write(fd, b->data + b->from, b->to - b->from);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	b->from += (size_t)n;
	return 0;
}

static void read_input(struct relay *r)
{
	ssize_t n = fill(&r->to_container, r->input);

	if (n > 0 || n == -EINTR || n == -EAGAIN)
		return;
	r->input = -1;
	/* The end of a file is told to the container as a person would: Ctrl-D. */
	r->to_container = (struct relay_buffer){ .data = { 4 }, .to = 1 };
}

static void read_master(struct relay *r)
{
	ssize_t n = fill(&r->to_person, r->master);

	if (n > 0 || n == -EINTR || n == -EAGAIN)
		return;
	/* Nobody has the other end open: at the end that is the end; before, it may be opened
	 * again. */
	if (r->draining)
		fd_close(&r->master);
	else
		r->quiet_until_ms = clock_now_ms() + REOPEN_MS;
}

static void prepare(struct relay *r, struct pollfd *p, int *timeout)
{
	bool quiet = r->quiet_until_ms > clock_now_ms();
	short events = 0;

	if (is_empty(&r->to_person) && !(quiet && !r->draining))
		events |= POLLIN;
	if (!is_empty(&r->to_container))
		events |= POLLOUT;
	p[POLL_WIRE] = (struct pollfd){ r->draining ? -1 : r->wire->fd, POLLIN, 0 };
	p[POLL_SIGNALS] = (struct pollfd){ r->signals, POLLIN, 0 };
	p[POLL_CHANNEL] = (struct pollfd){ r->channel, POLLIN, 0 };
	p[POLL_MASTER] =
		(struct pollfd){ events && !(quiet && !r->draining) ? r->master : -1, events, 0 };
	p[POLL_INPUT] = (struct pollfd){
		r->master >= 0 && !r->draining && is_empty(&r->to_container) ? r->input : -1,
		POLLIN, 0
	};
	p[POLL_OUTPUT] =
		(struct pollfd){ is_empty(&r->to_person) ? -1 : STDOUT_FILENO, POLLOUT, 0 };
	*timeout = -1;
	if (r->draining && is_empty(&r->to_person))
		*timeout = SILENCE_MS;
	else if (quiet && r->master >= 0)
		*timeout = REOPEN_MS;
}

static void move_bytes(struct relay *r, const struct pollfd *p)
{
	if (p[POLL_CHANNEL].revents)
		take_master(r);
	/* A container that ended takes no more input. */
	if ((p[POLL_MASTER].revents & POLLOUT) && empty(&r->to_container, r->master) < 0)
		r->to_container.from = r->to_container.to;
	if ((p[POLL_MASTER].revents & (POLLIN | POLLHUP | POLLERR)) && is_empty(&r->to_person))
		read_master(r);
	if (p[POLL_INPUT].revents)
		read_input(r);
	if (p[POLL_OUTPUT].revents && empty(&r->to_person, STDOUT_FILENO) < 0)
		r->output_gone = true;
	if (r->output_gone)
		r->to_person.from = r->to_person.to;
}

enum relay_end relay_run(struct relay *r)
{
	for (;;) {
		struct pollfd p[POLL_COUNT];
		enum relay_end end;
		int timeout, n;

		if (r->draining && is_empty(&r->to_person) && r->master < 0 && r->channel < 0)
			return RELAY_EXIT;
		/* What came together with the first answer is in the buffer, not in the socket. */
		if (!r->draining && r->wire->size && take_answer(r, &end))
			return end;
		prepare(r, p, &timeout);
		n = poll(p, POLL_COUNT, timeout);
		if (n == 0 && r->draining)
			return RELAY_EXIT;
		if (n <= 0)
			continue;
		move_bytes(r, p);
		if (p[POLL_SIGNALS].revents && take_signal(r))
			return RELAY_SIGNAL;
		if (p[POLL_WIRE].revents && take_answer(r, &end))
			return end;
	}
}
