#include "manager/methods.h"

#include "base/fd.h"
#include "base/str.h"
#include "manager/apply.h"
#include "manager/ending.h"
#include "manager/finish.h"
#include "manager/interface.h"
#include "manager/job.h"
#include "manager/logs.h"
#include "manager/status.h"
#include "manager/transient.h"
#include "manager/units.h"
#include "proto/log.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void bad_parameter(struct call *c, const char *name, const char *wanted)
{
	char message[200];

	snprintf(message, sizeof(message), "%s: %s", name, wanted);
	call_fail_with(c, "org.varlink.service.InvalidParameter",
		       json_pack("{s:s, s:s}", "parameter", name, "message", message));
}

void methods_no_unit(struct call *c, const char *name)
{
	char message[300];

	snprintf(message, sizeof(message), "no unit is called '%s'", name);
	call_fail_with(c, "io.svinit.NoSuchUnit",
		       json_pack("{s:s, s:s}", "unit", name, "message", message));
}

/* `worker@7` of a template is made when it is asked for. */
static struct service *find_or_make(struct manager *m, const char *name, struct report *report)
{
	struct service *s = service_find(m, name);
	int r;

	if (s || !strchr(name, '@') || m->finishing)
		return s;
	r = units_add_instance(m, name, report);
	if (r == -ENOENT) {
		report_fini(report); /* there is no template: no such unit */
		*report = (struct report){ 0 };
	}
	return r == 0 ? service_find(m, name) : NULL;
}

/* The named services, or NULL when the call was failed. `all` when nothing is named. */
static struct service **named_services(struct call *c, bool all, size_t *ret_n)
{
	const json_t *units = json_object_get(c->parameters, "units");
	size_t n = json_array_size(units);
	struct report report = { 0 };
	struct service **list;

	if ((units && !json_is_null(units) && !json_is_array(units)) || (!n && !all)) {
		bad_parameter(c, "units", "a list of unit names is wanted");
		return NULL;
	}
	*ret_n = n ? n : c->m->n_services;
	list = calloc(*ret_n + 1, sizeof(*list));
	if (!list) {
		call_fail(c, "io.svinit.Failed", "out of memory");
		return NULL;
	}
	if (!n) {
		memcpy(list, c->m->services, *ret_n * sizeof(*list));
		return list;
	}
	for (size_t i = 0; i < n; i++) {
		const char *name = json_string_value(json_array_get(units, i));

		list[i] = name ? find_or_make(c->m, name, &report) : NULL;
		if (list[i])
			continue;
		free(list);
		if (report.errors)
			methods_fail_report(c, report.items[0].text, &report);
		else if (name)
			methods_no_unit(c, name);
		else
			bad_parameter(c, "units", "every unit name is a string");
		report_fini(&report);
		return NULL;
	}
	report_fini(&report);
	return list;
}

static void method_info(struct call *c)
{
	call_answer(c,
		    json_pack("{s:s, s:s, s:s, s:s, s:[s, s]}", "vendor", "svinit", "product",
			      "svinit", "version", SVINIT_VERSION, "url", "https://varlink.org",
			      "interfaces", "org.varlink.service", "io.svinit"),
		    -1);
}

static void method_description(struct call *c)
{
	const char *name = json_string_value(json_object_get(c->parameters, "interface"));
	const char *text = name ? interface_description(name) : NULL;

	if (!text) {
		bad_parameter(c, "interface", "io.svinit or org.varlink.service is wanted");
		return;
	}
	call_answer(c, json_pack("{s:s}", "description", text), -1);
}

static void method_status(struct call *c)
{
	size_t n;
	AUTO_FREE struct service **list = named_services(c, true, &n);
	json_t *units = json_array();

	if (!list) {
		json_decref(units);
		return;
	}
	for (size_t i = 0; i < n; i++)
		json_array_append_new(units, status_unit(list[i]));
	call_answer(c, json_pack("{s:o, s:o}", "system", status_system(c->m), "units", units), -1);
}

static void method_show(struct call *c)
{
	const char *name = json_string_value(json_object_get(c->parameters, "unit"));
	struct service *s = name ? service_find(c->m, name) : NULL;

	if (!name)
		bad_parameter(c, "unit", "the name of a unit is wanted");
	else if (!s)
		methods_no_unit(c, name);
	else
		call_answer(c,
			    json_pack("{s:o, s:o}", "unit", status_unit(s), "settings",
				      status_settings(s->unit)),
			    -1);
}

static void jobs_answer(struct call *c)
{
	json_t *jobs = c->jobs;

	c->jobs = NULL;
	call_answer(c, json_pack("{s:o}", "jobs", jobs), -1);
}

static const char *job_message(const struct service *s, enum job_result result, const char *message,
			       char *buf, size_t size)
{
	if (result == JOB_DONE)
		return "";
	if (result == JOB_SKIPPED)
		return message;
	return *message ? message : service_end_text(s, buf, size);
}

static void add_result(struct call *c, const struct service *s, const char *result,
		       const char *message)
{
	json_array_append_new(c->jobs,
			      json_pack("{s:s, s:s, s:s%}", "unit", s->unit->name, "result", result,
					"message", message, strlen(message)));
}

static void on_job_done(void *arg, struct service *s, enum job_result result, const char *message)
{
	struct call *c = arg;
	char buf[96];

	add_result(c, s,
		   result == JOB_DONE      ? "done"
		   : result == JOB_SKIPPED ? "skipped"
					   : "failed",
		   job_message(s, result, message, buf, sizeof(buf)));
	c->waiting--;
	if (!c->waiting && !c->planning)
		jobs_answer(c);
}

static void add_planned(void *arg, struct service *s, enum job_kind kind)
{
	add_result(arg, s, job_kind_name(kind), "");
}

/* dry_run: the jobs that each request would make, in place of their results. */
static void show_plan(struct call *c, struct service **list, size_t n, enum job_kind kind)
{
	const struct job_show show = { .planned = add_planned, .arg = c };

	c->jobs = json_array();
	for (size_t i = 0; i < n; i++) {
		struct error e = { 0 };
		char line[512];

		if (job_plan(list[i], kind, &show, &e) < 0)
			add_result(c, list[i], "failed", error_format(&e, line, sizeof(line)));
	}
	jobs_answer(c);
}

static void method_job(struct call *c, enum job_kind kind)
{
	bool block = !json_is_false(json_object_get(c->parameters, "block"));
	size_t n;
	AUTO_FREE struct service **list = named_services(c, false, &n);

	if (!list)
		return;
	if (json_is_true(json_object_get(c->parameters, "dry_run"))) {
		show_plan(c, list, n, kind);
		return;
	}
	c->jobs = json_array();
	c->planning = true;
	for (size_t i = 0; i < n; i++) {
		struct error e = { 0 };
		char line[512];

		if (job_request(list[i], kind, &e) < 0) {
			add_result(c, list[i], "failed", error_format(&e, line, sizeof(line)));
			list[i] = NULL;
		} else if (!block) {
			add_result(c, list[i], "queued", "");
		}
	}
	for (size_t i = 0; block && i < n; i++) {
		if (!list[i])
			continue;
		c->waiting++;
		if (job_wait(list[i], on_job_done, c) < 0) {
			c->waiting--;
			add_result(c, list[i], "failed", "out of memory");
		}
	}
	c->planning = false;
	if (!c->waiting)
		jobs_answer(c);
}

static void method_start(struct call *c)
{
	method_job(c, JOB_START);
}

static void method_stop(struct call *c)
{
	method_job(c, JOB_STOP);
}

static void method_restart(struct call *c)
{
	method_job(c, JOB_RESTART);
}

static void method_kill(struct call *c)
{
	const char *whom = json_string_value(json_object_get(c->parameters, "whom"));
	json_int_t signal = json_integer_value(json_object_get(c->parameters, "signal"));
	size_t n;
	AUTO_FREE struct service **list = NULL;

	if (signal < 1 || signal > SIGRTMAX) {
		bad_parameter(c, "signal", "the number of a signal is wanted");
		return;
	}
	if (whom && !str_eq(whom, "main") && !str_eq(whom, "all")) {
		bad_parameter(c, "whom", "main or all is wanted");
		return;
	}
	list = named_services(c, false, &n);
	for (size_t i = 0; list && i < n; i++) {
		int r = ending_send(list[i], (int)signal, !whom || str_eq(whom, "all"));

		if (r == 0)
			continue;
		call_fail(c, "io.svinit.Failed", "%s: %s", list[i]->unit->name,
			  r == -ESRCH ? "it is not running" : strerror(-r));
		return;
	}
	if (list)
		call_answer(c, NULL, -1);
}

void methods_fail_report(struct call *c, const char *message, const struct report *r)
{
	json_t *list;
	char line[1024];

	if (!r->errors) {
		call_fail(c, "io.svinit.Failed", "%s", message);
		return;
	}
	list = json_array();
	for (size_t i = 0; i < r->n; i++)
		json_array_append_new(list,
				      json_string(report_line(&r->items[i], line, sizeof(line))));
	call_fail_with(c, "io.svinit.BadUnit",
		       json_pack("{s:s, s:o}", "message", message, "diagnostics", list));
}

static void on_run_started(void *arg, struct service *s, enum job_result result,
			   const char *message)
{
	struct call *c = arg;
	json_t *started;
	char buf[96];

	if (result != JOB_DONE) {
		if (!c->more) {
			c->runs = NULL;
			s->runner = NULL;
			call_fail(c, "io.svinit.Failed", "%s: %s", s->unit->name,
				  job_message(s, result, message, buf, sizeof(buf)));
		}
		return; /* the end is told by methods_on_end() */
	}
	started = json_pack("{s:s, s:i}", "unit", s->unit->name, "pid", s->facts.pid);
	if (c->more) {
		call_continue(c, started);
		return;
	}
	c->runs = NULL;
	s->runner = NULL;
	call_answer(c, started, -1);
}

static void method_run(struct call *c)
{
	const char *name = json_string_value(json_object_get(c->parameters, "name"));
	const char *text = json_string_value(json_object_get(c->parameters, "text"));
	struct report report = { 0 };
	struct service *s = NULL;
	struct error e = { 0 };
	char made[64], line[512];
	int r;

	if (!text) {
		bad_parameter(c, "text", "the text of a unit file is wanted");
		return;
	}
	if (c->m->finishing) {
		call_fail(c, "io.svinit.Stopping", "svinit is stopping");
		return;
	}
	snprintf(made, sizeof(made), "run-%llu", (unsigned long long)++c->m->runs);
	while (!name && service_find(c->m, made))
		snprintf(made, sizeof(made), "run-%llu", (unsigned long long)++c->m->runs);
	r = units_add_transient(c->m, name ? name : made, text, strlen(text), &s, &report);
	if (r < 0) {
		if (r == -EEXIST)
			call_fail(c, "io.svinit.Failed", "a unit is called '%s' already", name);
		else if (report.errors)
			methods_fail_report(c, report.items[0].text, &report);
		else
			call_fail(c, "io.svinit.Failed", "run: %s", strerror(-r));
		report_fini(&report);
		return;
	}
	report_fini(&report);
	s->runner = c;
	c->runs = s;
	s->run_terminal = json_is_true(json_object_get(c->parameters, "terminal"));
	s->n_run_fds = c->n_fds == 3 || s->run_terminal ? c->n_fds : 0;
	for (size_t i = 0; i < s->n_run_fds; i++)
		s->run_fds[i] = take_fd(&c->fds[i]);
	if (c->more)
		s->facts.flags |= FACT_ATTACHED;
	r = job_request(s, JOB_START, &e);
	if (r == 0)
		r = job_wait(s, on_run_started, c);
	if (r < 0) {
		s->runner = NULL;
		c->runs = NULL;
		call_fail(c, "io.svinit.Failed", "run: %s", error_format(&e, line, sizeof(line)));
	}
}

static uint64_t number_or(const json_t *parameters, const char *name, uint64_t otherwise)
{
	const json_t *v = json_object_get(parameters, name);

	return json_is_integer(v) && json_integer_value(v) >= 0 ? (uint64_t)json_integer_value(v)
								: otherwise;
}

static void method_logs(struct call *c)
{
	struct log_query query = {
		.flags = json_is_true(json_object_get(c->parameters, "follow")) ? LOG_QUERY_FOLLOW
										: 0,
		.last = number_or(c->parameters, "last", UINT64_MAX),
		.since_usec = number_or(c->parameters, "since_usec", 0),
		.until_usec = number_or(c->parameters, "until_usec", UINT64_MAX),
	};
	bool all = json_array_size(json_object_get(c->parameters, "units")) == 0;
	AUTO_CLOSE int ours = -1;
	AUTO_CLOSE int theirs = -1;
	struct text payload = { 0 };
	int pair[2], r;
	size_t n;
	AUTO_FREE struct service **list = named_services(c, true, &n);

	if (!list)
		return;
	query.n_units = all ? 0 : (uint32_t)n;
	text_add(&payload, (const char *)&query, sizeof(query));
	for (size_t i = 0; !all && i < n; i++)
		text_add(&payload, list[i]->unit->name, strlen(list[i]->unit->name) + 1);
	r = payload.failed ? -ENOMEM : 0;
	if (!r && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		r = -errno;
	if (!r) {
		ours = pair[0];
		theirs = pair[1];
		r = logs_query(c->m, payload.data, payload.size, ours);
	}
	text_fini(&payload);
	if (r < 0)
		call_fail(c, "io.svinit.Failed", "logs: %s",
			  r == -ENOTCONN ? "svlogd is not there" : strerror(-r));
	else
		call_answer(c, NULL, theirs);
}

static void method_reload(struct call *c)
{
	struct report report = { 0 };
	struct error e = { 0 };
	size_t changed = 0;
	char line[512];
	int r = units_reload(c->m, &report, &changed, &e);

	if (r < 0)
		methods_fail_report(c, error_format(&e, line, sizeof(line)), &report);
	else
		call_answer(c, json_pack("{s:I}", "changed", (json_int_t)changed), -1);
	report_fini(&report);
}

static void method_reset(struct call *c)
{
	size_t n;
	AUTO_FREE struct service **list = named_services(c, true, &n);

	for (size_t i = 0; list && i < n; i++) {
		list[i]->facts.restarts = list[i]->facts.tries = 0;
		list[i]->facts.limit_starts = 0;
		service_post(list[i], EVENT_RESET);
	}
	if (list)
		call_answer(c, NULL, -1);
}

static void method_finish(struct call *c)
{
	static const char *const names[] = { "exit", "poweroff", "reboot", "halt" };
	const char *how = json_string_value(json_object_get(c->parameters, "how"));
	struct manager *m = c->m;

	for (int i = 0; how && i < 4; i++) {
		if (!str_eq(how, names[i]))
			continue;
		call_answer(c, NULL, -1);
		finish_begin(m, (enum link_finish)i);
		return;
	}
	bad_parameter(c, "how", "exit, poweroff, reboot or halt is wanted");
}

static const struct {
	const char *name;
	void (*run)(struct call *c);
} methods[] = {
	{ "org.varlink.service.GetInfo", method_info },
	{ "org.varlink.service.GetInterfaceDescription", method_description },
	{ "io.svinit.Status", method_status },
	{ "io.svinit.Show", method_show },
	{ "io.svinit.Start", method_start },
	{ "io.svinit.Stop", method_stop },
	{ "io.svinit.Restart", method_restart },
	{ "io.svinit.Kill", method_kill },
	{ "io.svinit.Run", method_run },
	{ "io.svinit.Logs", method_logs },
	{ "io.svinit.Reload", method_reload },
	{ "io.svinit.Apply", apply_call },
	{ "io.svinit.Graph", apply_graph },
	{ "io.svinit.ResetFailed", method_reset },
	{ "io.svinit.Finish", method_finish },
};

void methods_call(struct call *c, const char *method)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (str_eq(method, methods[i].name)) {
			methods[i].run(c);
			return;
		}
	}
	call_fail_with(c, "org.varlink.service.MethodNotFound",
		       json_pack("{s:s, s:s}", "method", method, "message",
				 "this svinit has no such method"));
}

void methods_gone(struct call *c)
{
	struct error e = { 0 };

	for (size_t i = 0; i < c->m->n_services; i++)
		job_forget(c->m->services[i], c);
	if (!c->runs)
		return;
	c->runs->runner = NULL;
	if (c->more)
		job_request(c->runs, JOB_STOP, &e);
	c->runs = NULL;
}

void methods_on_end(struct service *s)
{
	enum service_state state = service_state(s);
	struct call *c = s->runner;
	json_t *answer;

	if (state != SERVICE_DOWN && state != SERVICE_FAILED && state != SERVICE_EXITED)
		return;
	service_close_run(s);
	if (c && c->more) {
		s->runner = NULL;
		c->runs = NULL;
		job_forget(s, c);
		answer = json_pack("{s:o}", "exit", status_exit(s));
		if (s->facts.message[0])
			json_object_set_new(answer, "message", json_string(s->facts.message));
		call_answer(c, answer, -1);
	}
	if (s->facts.flags & FACT_TRANSIENT) {
		s->m->sweep = true;
		job_wake(s->m);
	}
}

void methods_sweep_transient(struct manager *m)
{
	size_t i = 0;

	/* svlogd must hear of it; when there is a new one, we are woken. */
	if (!m->sweep || !m->logd)
		return;
	m->sweep = false;
	while (i < m->n_services) {
		struct service *s = m->services[i];
		enum service_state state = service_state(s);
		bool over = s->facts.flags & FACT_TRANSIENT && s->job == JOB_NONE && !s->runner &&
			    (state == SERVICE_DOWN || state == SERVICE_FAILED);

		if (over && (s->leaf_going || s->check_queued))
			m->sweep = true; /* what keeps it wakes us again */
		if (over && !s->leaf_going && !s->check_queued)
			units_remove(s);
		else
			i++;
	}
}
