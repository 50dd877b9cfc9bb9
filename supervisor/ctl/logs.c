#include "ctl/logs.h"

#include "base/clock.h"
#include "base/fd.h"
#include "ctl/call.h"
#include "ctl/verb.h"
#include "ctl/when.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

int logs_parse_lines(const struct ctl *c, uint64_t *lines)
{
	const char *s = ctl_value(c, OPT_LINES);
	unsigned long long n;
	char *end;

	if (!s)
		return CTL_DONE;
	if (str_eq(s, "all")) {
		*lines = UINT64_MAX;
		return CTL_DONE;
	}
	errno = 0;
	n = strtoull(s, &end, 10);
	if (*s < '0' || *s > '9' || *end || errno || n > INT64_MAX)
		return ctl_usage(c, "--lines: '%s' is no number of lines", s);
	*lines = n;
	return CTL_DONE;
}

static json_t *query_parameters(const struct logs_query *q)
{
	json_t *units = call_names(q->units, q->n_units), *o;

	if (!units)
		return NULL;
	o = json_pack("{s:o,s:b}", "units", units, "follow", q->follow);
	if (q->last != UINT64_MAX)
		json_object_set_new(o, "last", json_integer((json_int_t)q->last));
	if (q->since_usec)
		json_object_set_new(o, "since_usec", json_integer((json_int_t)q->since_usec));
	if (q->until_usec != UINT64_MAX)
		json_object_set_new(o, "until_usec", json_integer((json_int_t)q->until_usec));
	return o;
}

/* Where the answer goes: the lines made of it, written as they come. */
struct printer {
	const struct logs_query *query;
	struct logline lines;
	struct text out;
	bool begun;
	bool closed; /* the reader of stdout went away */
};

static int flush(struct printer *p)
{
	if (p->out.failed)
		return -ENOMEM;
	if (!p->out.size)
		return 0;
	if (!p->begun && p->query->gap_before)
		putchar('\n');
	p->begun = true;
	errno = 0;
	if (fwrite(p->out.data, 1, p->out.size, stdout) < p->out.size || fflush(stdout) != 0) {
		if (errno != EPIPE)
			return errno ? -errno : -EIO;
		p->closed = true;
	}
	p->out.size = 0;
	return 0;
}

/* Reads once: 1, 0 at the end, negative errno. */
static int read_some(struct printer *p, int fd)
{
	static char buf[65536];
	ssize_t n = read(fd, buf, sizeof(buf));
	int r;

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 1 : -errno;
	if (n == 0)
		return 0;
	r = logline_feed(&p->lines, buf, (size_t)n, &p->out);
	if (r == 0)
		r = flush(p);
	return r < 0 ? r : 1;
}

/*
 * Ctrl-C and SIGTERM end following, through a descriptor, so that no line is cut. stdout is watched
 * too: without new lines a reader that has gone away would never be noticed.
 */
static int signal_descriptor(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int copy_all(struct printer *p, int fd, int signals)
{
	struct pollfd polled[] = { { .fd = fd, .events = POLLIN },
				   { .fd = signals, .events = POLLIN },
				   { .fd = signals >= 0 ? STDOUT_FILENO : -1, .events = 0 } };
	int r = 1;

	while (r == 1 && !p->closed) {
		if (poll(polled, 3, -1) < 0) {
			if (errno != EINTR)
				return -errno;
			continue;
		}
		if (polled[1].revents || (polled[2].revents & (POLLERR | POLLHUP)))
			break;
		if (polled[0].revents)
			r = read_some(p, fd);
	}
	if (r < 0)
		return r;
	r = logline_end(&p->lines, &p->out);
	return r < 0 || p->closed ? r : flush(p);
}

static int print_from(const struct logs_query *q, int fd)
{
	AUTO_CLOSE int signals = q->follow ? signal_descriptor() : -1;
	struct printer p = { .query = q };
	int r;

	logline_init(&p.lines, q->format, &q->c->out);
	r = copy_all(&p, fd, signals);
	logline_fini(&p.lines);
	text_fini(&p.out);
	if (r < 0)
		ctl_complain(q->c, "logs: %s", strerror(-r));
	return r < 0 ? CTL_FAILED : CTL_DONE;
}

int logs_print(const struct logs_query *q)
{
	struct call call = { .method = "io.svinit.Logs",
			     .kind = CALL_READ,
			     .parameters = query_parameters(q) };
	AUTO_CLOSE int fd = -1;
	json_t *reply;
	struct wire w;
	int status;

	if (!call.parameters)
		return ctl_usage(q->c, "a unit name is no UTF-8 text");
	status = call_open(q->c, &call, &w, &reply);
	json_decref(reply);
	if (status != CTL_DONE)
		return status;
	fd = wire_take_fd(&w);
	if (fd < 0) {
		ctl_complain(q->c, "logs: the supervisor sent no descriptor");
		status = CTL_FAILED;
	} else {
		status = print_from(q, fd);
	}
	wire_fini(&w);
	return status;
}

static int parse_time(const struct ctl *c, enum ctl_option option, const char *name, uint64_t *ret)
{
	const char *s = ctl_value(c, option);
	struct error e = { 0 };

	if (!s || when_parse(s, clock_wall_usec(), ret, &e) == 0)
		return CTL_DONE;
	return ctl_usage(c, "%s: %s", name, e.text);
}

int verb_logs(const struct ctl *c)
{
	const char *format = ctl_value(c, OPT_OUTPUT);
	bool follow = ctl_has(c, OPT_FOLLOW), bounded = ctl_has(c, OPT_SINCE);
	struct logs_query q = { .c = c,
				.units = c->words,
				.n_units = c->n_words,
				.last = follow && !bounded ? 10 : UINT64_MAX,
				.until_usec = UINT64_MAX,
				.follow = follow,
				.format = c->json ? LOGLINE_JSON : LOGLINE_SHORT };

	if (format && logline_format_from_name(format, &q.format) < 0)
		return ctl_usage(c, "--output: '%s' is none of short, cri, json, cat", format);
	if (logs_parse_lines(c, &q.last) != CTL_DONE ||
	    parse_time(c, OPT_SINCE, "--since", &q.since_usec) != CTL_DONE ||
	    parse_time(c, OPT_UNTIL, "--until", &q.until_usec) != CTL_DONE)
		return CTL_USAGE;
	return logs_print(&q);
}
