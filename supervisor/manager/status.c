#include "manager/status.h"

#include "base/clock.h"
#include "base/str.h"
#include "manager/job.h"
#include "unit/key.h"

#include <stdio.h>
#include <time.h>

static json_t *time_json(uint64_t usec)
{
	char buf[64], whole[40];
	time_t t = (time_t)(usec / 1000000);
	struct tm tm;

	if (!usec || !gmtime_r(&t, &tm))
		return json_null();
	strftime(buf, sizeof(buf), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(whole, sizeof(whole), "%.20s.%06uZ", buf, (unsigned)(usec % 1000000));
	return json_string(whole);
}

static json_t *text_or_null(const char *s)
{
	return s && *s ? json_string(s) : json_null();
}

static const char *system_state(const struct manager *m, size_t failed)
{
	if (m->finishing)
		return "stopping";
	if (!m->ready)
		return "starting";
	for (size_t i = 0; i < m->n_services; i++)
		if (m->services[i]->job == JOB_START)
			return "starting";
	return failed || m->report.errors ? "degraded" : "running";
}

static const char *cgroup_text(const struct manager *m)
{
	if (!cgroup_tree_usable(m->tree))
		return "none";
	if (!cgroup_tree_procs_count(m->tree))
		return "v2";
	return cgroup_tree_into(m->tree) ? "hybrid" : "v1";
}

json_t *status_system(const struct manager *m)
{
	static const char *const modes[] = { "daemon", "container", "machine" };
	size_t active = 0, failed = 0, broken = 0;

	for (size_t i = 0; i < m->n_services; i++) {
		const struct service *s = m->services[i];

		active += str_eq(service_active(service_state(s)), "active");
		failed += service_state(s) == SERVICE_FAILED;
		broken += s->unit->broken;
	}
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:s, s:i, s:s, s:o, s:s, s:s, s:s, s:s, s:s}",
			 "state", system_state(m, failed), "units", (json_int_t)m->n_services,
			 "active", (json_int_t)active, "failed", (json_int_t)failed, "broken",
			 (json_int_t)broken, "version", SVINIT_VERSION, "pid", m->init_pid, "mode",
			 modes[m->mode], "since", time_json(m->started_usec), "target",
			 m->options.target, "runtime", m->options.runtime, "logs", m->options.logs,
			 "cgroup", cgroup_text(m), "cgroup_reason", cgroup_tree_reason(m->tree));
}

json_t *status_exit(const struct service *s)
{
	const struct facts *f = &s->facts;
	bool none = f->reason == REASON_START_FAILED || f->reason == REASON_UNKNOWN;

	if (f->reason == REASON_NONE)
		return json_null();
	return json_pack("{s:s, s:o, s:o}", "reason", exit_reason_name((enum exit_reason)f->reason),
			 "code", none || f->signal ? json_null() : json_integer(f->code), "signal",
			 f->signal ? json_integer(f->signal) : json_null());
}

static json_t *known(bool has, uint64_t value)
{
	return has ? json_integer((json_int_t)value) : json_null();
}

static const char *load_text(const struct service *s)
{
	return s->vanished ? "vanished" : s->unit->broken ? "broken" : "loaded";
}

const char *status_sub(const struct service *s)
{
	if (!s->unit->container && service_state(s) == SERVICE_UP)
		return "active";
	return service_sub(service_state(s));
}

static json_t *next_start(const struct service *s)
{
	uint64_t now = clock_now_usec(), at = s->facts.deadline_usec;

	if (service_state(s) != SERVICE_BACKOFF || at == UINT64_MAX)
		return json_null();
	return time_json(clock_wall_usec() + (at > now ? at - now : 0));
}

static void add(json_t *o, const char *key, json_t *value)
{
	json_object_set_new_nocheck(o, key, value);
}

static json_t *list_json(const struct unit_list *l)
{
	json_t *list = json_array();

	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(list, json_string(l->items[i].text));
	return list;
}

json_t *status_unit(const struct service *s)
{
	const struct facts *f = &s->facts;
	struct cgroup_usage usage = { 0 };
	json_t *o = json_object();

	if (s->leaf && f->pid)
		cgroup_leaf_usage(s->leaf, &usage);
	add(o, "name", json_string_nocheck(s->unit->name));
	add(o, "description", text_or_null(s->unit->description));
	add(o, "load", json_string_nocheck(load_text(s)));
	add(o, "kind", json_string_nocheck(s->unit->container ? "container" : "target"));
	add(o, "active", json_string_nocheck(service_active(service_state(s))));
	add(o, "sub", json_string_nocheck(status_sub(s)));
	add(o, "pid", f->pid ? json_integer(f->pid) : json_null());
	add(o, "since", time_json(f->since_usec));
	add(o, "restarts", json_integer(f->restarts));
	add(o, "health", json_null());
	add(o, "memory_bytes", known(usage.has_memory, usage.memory_bytes));
	add(o, "cpu_usec",
	    usage.has_cpu ? known(true, usage.cpu_usec) : known(!f->pid && f->reason, f->cpu_usec));
	add(o, "tasks", known(usage.has_tasks, usage.tasks));
	add(o, "exit", status_exit(s));
	add(o, "source", json_string(s->unit->source));
	add(o, "files", list_json(&s->unit->files));
	add(o, "aliases", list_json(&s->unit->alias));
	add(o, "not_enforced", json_array());
	add(o, "message", text_or_null(f->message));
	add(o, "next_start", next_start(s));
	add(o, "job", text_or_null(s->job ? job_kind_name((enum job_kind)s->job) : NULL));
	return o;
}

static int add_setting(void *arg, const struct unit_key *key, const char *value,
		       const struct origin *at)
{
	char place[300] = "default";
	json_t *list = arg;

	if (at && at->file && at->line)
		snprintf(place, sizeof(place), "%s:%u", at->file, at->line);
	return json_array_append_new(list,
				     json_pack("{s:s, s:s, s:s, s:s}", "section", key->section,
					       "key", key->name, "value", value, "origin", place));
}

json_t *status_settings(const struct unit *u)
{
	json_t *list = json_array();
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	for (size_t i = 0; list && i < n; i++)
		unit_key_format(&keys[i], u, add_setting, list);
	return list;
}
