/* The verbs that change something and have little to say: jobs, signals, reload, the end. */

#include "base/names.h"
#include "ctl/ask.h"
#include "ctl/call.h"
#include "ctl/member.h"
#include "ctl/unitview.h"
#include "ctl/verb.h"

#include <stdio.h>
#include <stdlib.h>

static int tell_jobs(const struct ctl *c, const char *verb, const json_t *reply)
{
	const json_t *jobs = member_array(reply, "jobs"), *job;
	int status = CTL_DONE;
	size_t i;

	json_array_foreach(jobs, i, job)
	{
		const char *unit = member_string(job, "unit", "?");
		const char *result = member_string(job, "result", "?");
		const char *message = member_string(job, "message", "");

		if (str_eq(result, "done") || str_eq(result, "queued"))
			continue;
		if (str_eq(result, "failed"))
			status = CTL_FAILED;
		if (*message)
			ctl_complain(c, "%s: %s", unit, message);
		else if (!str_eq(result, "skipped"))
			ctl_complain(c, "%s: %s %s", unit, verb, result);
	}
	return status;
}

/* --dry-run: the jobs in the order in which they were planned. */
static int print_plan(const struct ctl *c, const json_t *reply)
{
	const json_t *jobs = member_array(reply, "jobs"), *job;
	int status = CTL_DONE;
	size_t i;

	json_array_foreach(jobs, i, job)
	{
		const char *unit = member_string(job, "unit", "?");
		const char *result = member_string(job, "result", "?");

		if (str_eq(result, "failed")) {
			ctl_complain(c, "%s: %s", unit, member_string(job, "message", result));
			status = CTL_FAILED;
		} else {
			printf("%-8s %s\n", result, unit);
		}
	}
	return status;
}

static int job_call(const struct ctl *c, const char *method, char *const *names, size_t n)
{
	json_t *units = call_names(names, n), *reply;
	struct call call = { .method = method, .kind = CALL_ACT };
	int status;

	if (!units)
		return ctl_usage(c, "a unit name is no UTF-8 text");
	call.parameters = json_pack("{s:o,s:b,s:b}", "units", units, "block", !c->no_block,
				    "dry_run", ctl_has(c, OPT_DRY_RUN));
	status = call_once(c, &call, &reply);
	if (status == CTL_DONE && ctl_has(c, OPT_DRY_RUN) && !c->json) {
		status = print_plan(c, reply);
	} else if (status == CTL_DONE) {
		if (c->json)
			call_print_json(c, reply);
		status = tell_jobs(c, c->verb->name, reply);
	}
	json_decref(reply);
	return status;
}

int verb_start(const struct ctl *c)
{
	return job_call(c, "io.svinit.Start", c->words, c->n_words);
}

int verb_stop(const struct ctl *c)
{
	return job_call(c, "io.svinit.Stop", c->words, c->n_words);
}

int verb_restart(const struct ctl *c)
{
	return job_call(c, "io.svinit.Restart", c->words, c->n_words);
}

int verb_try_restart(const struct ctl *c)
{
	AUTO_FREE char **names = calloc(c->n_words + 1, sizeof(names[0]));
	json_t *reply, *unit;
	size_t i, n = 0;
	int status, r;

	if (!names) {
		ctl_complain(c, "out of memory");
		return CTL_FAILED;
	}
	status = ask_units(c, ask_tell_missing, &reply);
	if (!reply)
		return status;
	json_array_foreach(json_object_get(reply, "units"), i, unit)
	{
		const char *active = unit_active(unit), *name = member_string(unit, "name", NULL);

		if (name && n < c->n_words &&
		    (str_eq(active, "active") || str_eq(active, "activating")))
			names[n++] = (char *)(uintptr_t)name;
	}
	if (n) {
		r = job_call(c, "io.svinit.Restart", names, n);
		status = r != CTL_DONE ? r : status;
	}
	json_decref(reply);
	return status;
}

int verb_kill(const struct ctl *c)
{
	const char *name = ctl_value(c, OPT_SIGNAL), *whom = ctl_value(c, OPT_WHOM);
	int number = signal_from_name(name ? name : "SIGTERM"), status;
	struct call call = { .method = "io.svinit.Kill", .kind = CALL_SHORT };
	json_t *units, *reply;

	whom = whom ? whom : "all";
	if (number < 0)
		return ctl_usage(c, "--signal: '%s' is no signal", name);
	if (!str_eq(whom, "main") && !str_eq(whom, "all"))
		return ctl_usage(c, "--whom: '%s' is neither main nor all", whom);
	units = call_names(c->words, c->n_words);
	if (!units)
		return ctl_usage(c, "a unit name is no UTF-8 text");
	call.parameters =
		json_pack("{s:o,s:i,s:s}", "units", units, "signal", number, "whom", whom);
	status = call_once(c, &call, &reply);
	json_decref(reply);
	return status;
}

int verb_reset_failed(const struct ctl *c)
{
	json_t *units = call_names(c->words, c->n_words), *reply;
	struct call call = { .method = "io.svinit.ResetFailed", .kind = CALL_SHORT };
	int status;

	if (!units)
		return ctl_usage(c, "a unit name is no UTF-8 text");
	call.parameters = json_pack("{s:o}", "units", units);
	status = call_once(c, &call, &reply);
	json_decref(reply);
	return status;
}

int verb_reload(const struct ctl *c)
{
	struct call call = { .method = "io.svinit.Reload", .kind = CALL_ACT };
	json_t *reply;
	int status = call_once(c, &call, &reply);

	if (status == CTL_DONE && c->json)
		call_print_json(c, reply);
	json_decref(reply);
	return status;
}

/* The verb's name is what the supervisor is asked for. */
int verb_finish(const struct ctl *c)
{
	struct call call = { .method = "io.svinit.Finish",
			     .kind = CALL_ACT,
			     .parameters = json_pack("{s:s}", "how", c->verb->name) };
	json_t *reply, *more = NULL;
	struct wire w;
	int status = call_open(c, &call, &w, &reply);

	json_decref(reply);
	if (status != CTL_DONE)
		return status;
	/* It closes when the supervisor ends; what it says until then is nobody's business. */
	while (!c->no_block && wire_recv(&w, 1, &more) == 1)
		json_decref(more);
	wire_fini(&w);
	return CTL_DONE;
}
