#include "manager/restore.h"

#include "base/str.h"
#include "manager/ending.h"
#include "manager/finish.h"
#include "manager/job.h"
#include "manager/logs.h"
#include "manager/procfs.h"
#include "manager/spawn.h"
#include "manager/transient.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PROBE_MS = 5 };

struct named_record {
	const char *name;
	int record;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named_record *)a)->name,
		      ((const struct named_record *)b)->name);
}

static struct named_record *list_records(const struct manager *m, size_t *ret_n)
{
	struct named_record *list = calloc(state_count(m->state) + 1, sizeof(*list));
	struct facts facts;
	size_t n = 0;

	for (size_t i = 0; list && i < state_count(m->state); i++) {
		const char *name;

		if (state_read(m->state, i, &name, &facts))
			list[n++] = (struct named_record){ .name = name, .record = (int)i };
	}
	if (list)
		qsort(list, n, sizeof(*list), by_name);
	*ret_n = n;
	return list;
}

static bool worth_keeping(const struct facts *f)
{
	return service_state_live((enum service_state)f->state) || f->state == SERVICE_BACKOFF ||
	       f->state == SERVICE_EXITED;
}

static void read_facts(struct service *s)
{
	const char *name;
	int pid;

	s->restored = true;
	if (!state_read(s->m->state, (size_t)s->record, &name, &s->facts))
		return;
	if (s->facts.state >= SERVICE_STATE_COUNT) {
		s->facts.state = SERVICE_DOWN;
		s->facts.pid = 0;
	}
	pid = s->facts.pid;
	s->facts.pid = 0;
	service_set_pid(s, pid);
	s->job = (uint8_t)s->facts.job;
	if (worth_keeping(&s->facts) && s->unit->container &&
	    cgroup_leaf_adopt(s->m->tree, s->unit->name, &s->leaf) < 0)
		s->leaf = NULL;
	/* Whether the last manager killed it is not known; a restart makes it anew. */
	s->leaf_killed = s->leaf != NULL;
	s->unproven = s->facts.state == SERVICE_STARTING && pid;
}

/*
 * state_add() may move the mapping that the names of the list point into, so records that are
 * there are matched before any new one is made.
 */
static int match_records(struct manager *m, int *records, struct error *e)
{
	size_t n;
	AUTO_FREE struct named_record *list = list_records(m, &n);
	AUTO_FREE bool *known = calloc(n + 1, sizeof(*known));
	struct facts facts;
	const char *name;

	if (!list || !known)
		return error_set(e, -ENOMEM, "restore");
	for (size_t i = 0; i < m->set->n; i++) {
		struct named_record key = { .name = m->set->units[i]->name }, *found;

		found = n ? bsearch(&key, list, n, sizeof(*list), by_name) : NULL;
		records[i] = found ? found->record : -1;
		if (found)
			known[found - list] = true;
	}
	for (size_t i = 0; i < n; i++) {
		if (known[i] || !state_read(m->state, (size_t)list[i].record, &name, &facts))
			continue;
		/* A transient one is taken up, so that its end is swept up in order. */
		if (!worth_keeping(&facts) && !(facts.flags & FACT_TRANSIENT))
			state_drop(m->state, (size_t)list[i].record);
	}
	return 0;
}

/* One lost unit may bring others: an instance those that it names. */
static void read_new_facts(struct manager *m)
{
	for (size_t i = 0; i < m->n_services; i++)
		if (!m->services[i]->restored)
			read_facts(m->services[i]);
}

static int add_lost(struct manager *m, size_t n_known, struct error *e)
{
	for (size_t i = 0; i < n_known; i++) {
		struct facts facts;
		const char *name;
		char copy[UNIT_NAME_MAX + 16];
		struct service *s;

		if (!state_read(m->state, i, &name, &facts) || service_find(m, name))
			continue;
		snprintf(copy, sizeof(copy), "%s", name);
		s = units_add_lost(m, copy, (int)i);
		if (!s)
			return error_set(e, -ENOMEM, "restore: %s", copy);
		read_new_facts(m);
		if (s->facts.flags & FACT_TRANSIENT)
			s->vanished = false;
		else if (s->vanished)
			manager_say("%s: its unit file is gone; it runs on and can be stopped",
				    copy);
	}
	return 0;
}

int restore_services(struct manager *m, struct error *e)
{
	AUTO_FREE int *records = calloc(m->set->n + 1, sizeof(*records));
	size_t n_known = state_count(m->state);
	int r;

	if (!records)
		return error_set(e, -ENOMEM, "restore");
	r = match_records(m, records, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < m->n_services; i++) {
		struct service *s = service_new(m, m->set->units[i], records[i]);

		if (!s)
			return error_set(e, -ENOMEM, "restore: %s", m->set->units[i]->name);
		s->index = (uint32_t)i;
		m->services[i] = s;
		s->restored = true;
		if (records[i] >= 0)
			read_facts(s);
	}
	return add_lost(m, n_known, e);
}

static bool still_there(const struct service *s)
{
	return s->facts.pid_start && procfs_start_time(s->facts.pid) == s->facts.pid_start;
}

/* True when it is past exec. One that is ending, a zombie too, has no program and is not. */
static bool runs_its_program(const struct service *s)
{
	char path[64], target[256];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/exe", s->facts.pid);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0 || !still_there(s))
		return false;
	target[n] = '\0';
	return strstr(target, "svbox") == NULL;
}

void restore_stop_probing(struct service *s)
{
	if (s->prober)
		uv_close((uv_handle_t *)s->prober, service_free_handle);
	s->prober = NULL;
}

static void on_probe(uv_timer_t *timer)
{
	struct service *s = timer->data;
	bool runs = service_state(s) == SERVICE_STARTING && runs_its_program(s);

	if (!runs && service_state(s) == SERVICE_STARTING && still_there(s))
		return; /* still being built */
	restore_stop_probing(s);
	if (runs)
		service_post(s, EVENT_READY);
}

/*
 * The last manager died while this one was being built. Its go is closed by now: if the byte was
 * written the program runs or will, else the child ends before exec. Which of them is seen from
 * its /proc/PID/exe, now or a little later.
 */
static void take_up_start(struct service *s)
{
	if (!s->facts.pid) {
		if (!s->spawn_waiting)
			spawn_begin(s);
		service_commit(s);
		return;
	}
	if (runs_its_program(s)) {
		service_post(s, EVENT_READY);
		return;
	}
	s->prober = calloc(1, sizeof(*s->prober));
	if (!s->prober)
		manager_die("out of memory for a timer");
	uv_timer_init(&s->m->loop, s->prober);
	s->prober->data = s;
	uv_timer_start(s->prober, on_probe, PROBE_MS, PROBE_MS);
}

/*
 * The last manager died between the commit of a state and its action. A stop or a kill that was
 * performed has a deadline (without one, TimeoutStopSec=infinity, the signal comes twice); a
 * process that is gone has its state committed with it, so these have none because they never had.
 */
static void finish_action(struct service *s)
{
	enum service_state state = service_state(s);
	bool down = state == SERVICE_STOPPING || state == SERVICE_KILLING;

	if (!s->facts.pid && down)
		service_post(s, EVENT_EXIT);
	else if (down && s->facts.deadline_usec == UINT64_MAX)
		state == SERVICE_STOPPING ? ending_signal(s) : ending_kill(s);
}

static void take_up(struct service *s)
{
	struct link_pid claim = { .pid = s->facts.pid };
	enum service_state state = service_state(s);

	if (s->facts.pid) {
		s->pidfd = still_there(s) ? (int)syscall(SYS_pidfd_open, s->facts.pid, 0) : -1;
		channel_send(s->m->link, LINK_CLAIM, &claim, sizeof(claim), NULL, 0);
		ending_watch_memory(s);
		logs_reopen(s);
	}
	service_rearm(s);
	if (state == SERVICE_STARTING)
		take_up_start(s);
	else if (state == SERVICE_SWEEPING)
		ending_sweep(s);
	else
		finish_action(s);
	if (s->facts.flags & FACT_ATTACHED && !s->runner)
		s->job = JOB_STOP; /* its connection was to the last manager */
	if (s->job != JOB_NONE)
		job_check_later(s);
}

void restore_resume(struct manager *m)
{
	struct service *target;
	struct error e = { 0 };
	int finishing;

	for (size_t i = 0; i < m->n_services; i++)
		take_up(m->services[i]);
	m->sweep = true;
	job_wake(m);
	finishing = state_finishing(m->state, m->init_usec);
	if (finishing) {
		finish_begin(m, (enum link_finish)(finishing - 1));
		return;
	}
	if (state_started(m->state))
		return;
	state_set_started(m->state);
	target = service_find(m, m->options.target);
	if (!target) {
		manager_say("--target %s: no such unit", m->options.target);
		return;
	}
	if (job_request(target, JOB_START, &e) < 0) {
		char line[512];

		manager_say("%s: %s", m->options.target, error_format(&e, line, sizeof(line)));
	}
}

void restore_not_a_child(struct service *s)
{
	struct link_exit gone = { .pid = s->facts.pid, .lost = 1 };

	if (s->pidfd >= 0 && still_there(s)) {
		ending_watch_pidfd(s, s->pidfd);
		return;
	}
	ending_exited(s, &gone);
}
