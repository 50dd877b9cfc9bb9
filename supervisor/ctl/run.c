#include "base/fd.h"
#include "ctl/call.h"
#include "ctl/member.h"
#include "ctl/relay.h"
#include "ctl/transient.h"
#include "ctl/unitview.h"
#include "ctl/verb.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum attachment { ATTACH_TERMINAL, ATTACH_STDIO, ATTACH_NONE };

static enum attachment attachment_of(const struct ctl *c)
{
	/* The last one of -t, -T and -d wins. */
	for (size_t i = c->n_values; i > 0; i--) {
		switch (c->values[i - 1].option) {
		case OPT_DETACH:
			return ATTACH_NONE;
		case OPT_TTY:
			return ATTACH_TERMINAL;
		case OPT_NO_TTY:
			return ATTACH_STDIO;
		default:
			break;
		}
	}
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? ATTACH_TERMINAL : ATTACH_STDIO;
}

static json_t *run_parameters(const struct ctl *c, const char *text, enum attachment attachment)
{
	const char *name = ctl_value(c, OPT_NAME);
	json_t *o = json_pack("{s:s,s:b}", "text", text, "terminal", attachment == ATTACH_TERMINAL);

	if (o && name && json_object_set_new(o, "name", json_string(name)) < 0) {
		json_decref(o);
		return NULL;
	}
	return o;
}

/* The exit status that stands for an exit object; tells what a status alone does not. */
static int exit_status(const struct ctl *c, const char *unit, const json_t *parameters)
{
	const json_t *exit = member_object(parameters, "exit");
	const char *reason = member_string(exit, "reason", "");
	const char *message =
		member_string(exit, "message", member_string(parameters, "message", ""));
	int64_t code = member_int(exit, "code", 0), number = member_int(exit, "signal", 0);

	if (str_eq(reason, "oom")) {
		ctl_complain(c, "%s: killed because it ran out of memory", unit);
		return 137;
	}
	if (!exit || str_eq(reason, "start-failed")) {
		ctl_complain(c, "%s: %s", unit, *message ? message : "could not be started");
		return CTL_FAILED;
	}
	/* The reasons that a status alone does not tell: time-out, watchdog, health. */
	if (*message && !str_eq(reason, "exited") && !str_eq(reason, "signaled"))
		ctl_complain(c, "%s: %s", unit, message);
	if (number > 0 && number < 128)
		return 128 + (int)number;
	if (code > 0 && code < 256)
		return (int)code;
	return code == 0 ? CTL_DONE : CTL_FAILED;
}

static int wait_for_end(const struct ctl *c, struct wire *w, json_t *first, int channel)
{
	const char *unit = member_string(first, "unit", "run");
	struct relay r;
	enum relay_end end;
	int error = relay_init(&r, c, w, channel), status = CTL_FAILED;

	if (error < 0) {
		relay_fini(&r);
		ctl_complain(c, "run: %s", strerror(-error));
		return CTL_FAILED;
	}
	r.unit = unit;
	end = relay_run(&r);
	terminal_restore(&r.terminal);
	if (end == RELAY_LOST)
		ctl_complain(c, "%s: the connection to the supervisor was lost", unit);
	else if (end == RELAY_SIGNAL)
		status = 128 + r.signal;
	else
		status = r.status != CTL_DONE ? r.status : exit_status(c, unit, r.exit);
	relay_fini(&r);
	return status;
}

static int run_call(const struct ctl *c, enum attachment attachment, json_t *parameters)
{
	AUTO_CLOSE int ours = -1, theirs = -1;
	int fds[3] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO }, pair[2], status;
	struct call call = { .method = "io.svinit.Run",
			     .kind = CALL_ACT,
			     .fds = fds,
			     .more = attachment != ATTACH_NONE,
			     .parameters = parameters };
	json_t *first;
	struct wire w;

	if (attachment == ATTACH_TERMINAL) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
			json_decref(parameters);
			ctl_complain(c, "socketpair: %s", strerror(errno));
			return CTL_FAILED;
		}
		ours = pair[0];
		theirs = pair[1];
		fds[0] = theirs;
	}
	call.n_fds = attachment == ATTACH_TERMINAL ? 1 : attachment == ATTACH_STDIO ? 3 : 0;
	status = call_open(c, &call, &w, &first);
	/* Our copy must go: the end of file of `ours` tells that no terminal will come. */
	fd_close(&theirs);
	if (status != CTL_DONE) {
		json_decref(first);
		return status;
	}
	if (attachment == ATTACH_NONE)
		printf("%s\n", member_string(first, "unit", "?"));
	else if (member_object(first, "exit"))
		status = exit_status(c, member_string(first, "unit", "run"), first);
	else
		status = wait_for_end(c, &w, first, take_fd(&ours));
	wire_fini(&w);
	json_decref(first);
	return status;
}

int verb_run(const struct ctl *c)
{
	enum attachment attachment = attachment_of(c);
	AUTO_FREE char *text = NULL;
	json_t *parameters;
	int status = transient_make(c, attachment == ATTACH_TERMINAL, &text);

	if (status != CTL_DONE)
		return status;
	parameters = run_parameters(c, text, attachment);
	if (!parameters)
		return ctl_usage(c, "an option or the name is no UTF-8 text");
	return run_call(c, attachment, parameters);
}
