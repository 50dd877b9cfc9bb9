#include "ctl/call.h"

#include "base/clock.h"
#include "ctl/member.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

char *call_path(const struct ctl *c)
{
	return str_printf("%s/control", c->runtime);
}

json_t *call_names(char *const *names, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < n; i++) {
		if (json_array_append_new(array, json_string(names[i])) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

void call_print_json(const struct ctl *c, const json_t *value)
{
	size_t flags = JSON_PRESERVE_ORDER | JSON_ENCODE_ANY;

	json_dumpf(value, stdout, flags | (c->out.terminal ? JSON_INDENT(2) : JSON_COMPACT));
	putchar('\n');
}

bool call_somebody_listens(const struct ctl *c)
{
	AUTO_FREE char *path = call_path(c);
	struct error e = { 0 };
	struct wire w;

	if (!path)
		return false;
	if (wire_open(&w, path, CALL_TIMEOUT_MS, &e) < 0)
		return e.code != -ENOENT && e.code != -ECONNREFUSED && e.code != -ENOTDIR;
	wire_fini(&w);
	return true;
}

static const struct {
	const char *error;
	int status;
} statuses[] = {
	{ "io.svinit.NoSuchUnit", CTL_NO_UNIT },
	{ "io.svinit.NotPermitted", CTL_NOT_PERMITTED },
	{ "org.varlink.service.PermissionDenied", CTL_NOT_PERMITTED },
	{ "org.varlink.service.InvalidParameter", CTL_USAGE },
};

static int status_of(const char *error)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (str_eq(error, statuses[i].error))
			return statuses[i].status;
	return CTL_FAILED;
}

/* Tells what an error answer says: its diagnostics line by line, or its message. */
static void tell_error(const struct ctl *c, const char *error, const json_t *parameters)
{
	const json_t *diagnostics = member_array(parameters, "diagnostics"), *item;
	const char *message = member_string(parameters, "message", NULL);
	const char *unit = member_string(parameters, "unit", NULL);
	size_t i;

	if (diagnostics && json_array_size(diagnostics)) {
		json_array_foreach(diagnostics, i, item)
			ctl_complain(c, "%s", json_is_string(item) ? json_string_value(item) : "?");
		return;
	}
	if (message && *message)
		ctl_complain(c, "%s", message);
	else if (unit)
		ctl_complain(c, "%s: %s", unit, error);
	else
		ctl_complain(c, "the supervisor refuses: %s", error);
}

int call_answer(const struct ctl *c, const struct call *call, json_t *answer,
		json_t **ret_parameters, bool *ret_continues)
{
	const char *error = member_string(answer, "error", NULL);
	json_t *parameters = json_object_get(answer, "parameters");
	int status = error ? status_of(error) : CTL_DONE;

	parameters = json_is_object(parameters) ? json_incref(parameters) : json_object();
	*ret_continues = member_bool(answer, "continues", false);
	json_decref(answer);
	if (error && !(status == CTL_NO_UNIT && call->quiet_units))
		tell_error(c, error, parameters);
	if (status == CTL_DONE || status == CTL_NO_UNIT) {
		*ret_parameters = parameters;
		return status;
	}
	json_decref(parameters);
	return status;
}

static json_t *call_request(struct call *call)
{
	json_t *request = json_object();
	json_t *parameters = call->parameters ? call->parameters : json_object();

	call->parameters = NULL;
	if (!request || json_object_set_new(request, "method", json_string(call->method)) < 0 ||
	    (call->more && json_object_set_new(request, "more", json_true()) < 0)) {
		json_decref(parameters);
		json_decref(request);
		return NULL;
	}
	if (json_object_set_new(request, "parameters", parameters) < 0) {
		json_decref(request);
		return NULL;
	}
	return request;
}

static int tell_failure(const struct ctl *c, const struct error *e)
{
	char line[1200];

	ctl_complain(c, "%s", error_format(e, line, sizeof(line)));
	return e->code == -EACCES || e->code == -EPERM ? CTL_NOT_PERMITTED : CTL_NO_SUPERVISOR;
}

/* Asks once: 1 with the answer in *ret, 0 when the peer closed instead, negative with e set. */
static int ask(struct wire *w, const char *path, const struct call *call, const json_t *request,
	       unsigned left_ms, json_t **ret, struct error *e)
{
	int r = wire_open(w, path, left_ms ? left_ms : CALL_TIMEOUT_MS, e);

	if (r < 0)
		return r;
	wire_deadline(w, left_ms);
	r = wire_send(w, request, call->fds, call->n_fds);
	if (r == 0)
		r = wire_recv(w, 1, ret);
	else if (r == -EPIPE || r == -ECONNRESET)
		r = 0;
	if (r == 1)
		return 1;
	wire_fini(w);
	if (r == -ETIMEDOUT)
		return error_set(e, r, "the supervisor at %s does not answer within %d s", path,
				 CALL_TIMEOUT_MS / 1000);
	if (r == -EPROTO)
		return error_set(e, r, "the answer at %s is no JSON object", path);
	if (r < 0)
		return error_set(e, r, "%s: %s", path, call->method);
	return 0;
}

static int call_ask(const struct ctl *c, const struct call *call, const json_t *request,
		    struct wire *w, json_t **ret)
{
	static const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
	AUTO_FREE char *path = call_path(c);
	uint64_t end = clock_now_ms() + CALL_TIMEOUT_MS;

	if (!path)
		return -ENOMEM;
	for (;;) {
		struct error e = { 0 };
		uint64_t now = clock_now_ms();
		unsigned left_ms = call->kind == CALL_ACT ? 0
				   : now < end            ? (unsigned)(end - now)
							  : 1;
		int r = ask(w, path, call, request, left_ms, ret, &e);

		if (r == 1)
			return CTL_DONE;
		if (r < 0)
			return tell_failure(c, &e);
		if (call->kind != CALL_READ) {
			ctl_complain(c, "the supervisor closed the connection before it answered");
			return CTL_FAILED;
		}
		if (clock_now_ms() >= end) {
			ctl_complain(c, "the supervisor at %s closes without an answer", path);
			return CTL_NO_SUPERVISOR;
		}
		nanosleep(&pause, NULL);
	}
}

int call_open(const struct ctl *c, struct call *call, struct wire *w, json_t **ret_parameters)
{
	json_t *request = call_request(call), *answer = NULL;
	bool continues;
	int status;

	*ret_parameters = NULL;
	if (!request) {
		ctl_complain(c, "the request cannot be written: out of memory, or text that is no "
				"UTF-8");
		return CTL_FAILED;
	}
	status = call_ask(c, call, request, w, &answer);
	json_decref(request);
	if (status < 0) {
		ctl_complain(c, "%s", strerror(-status));
		return CTL_FAILED;
	}
	if (status != CTL_DONE)
		return status;
	status = call_answer(c, call, answer, ret_parameters, &continues);
	if (status == CTL_DONE)
		wire_deadline(w, 0);
	else
		wire_fini(w);
	return status;
}

int call_once(const struct ctl *c, struct call *call, json_t **ret_parameters)
{
	struct wire w;
	int status = call_open(c, call, &w, ret_parameters);

	if (status == CTL_DONE)
		wire_fini(&w);
	return status;
}
