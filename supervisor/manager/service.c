#include "manager/service.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/names.h"
#include "base/str.h"
#include "manager/ending.h"
#include "manager/job.h"
#include "manager/logs.h"
#include "manager/methods.h"
#include "manager/restore.h"
#include "manager/spawn.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

struct service *service_new(struct manager *m, struct unit *unit, int record)
{
	struct service *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	if (record < 0)
		record = state_add(m->state, unit->name);
	if (record < 0) {
		free(s);
		return NULL;
	}
	s->m = m;
	s->unit = unit;
	s->record = record;
	s->facts.deadline_usec = UINT64_MAX;
	s->pidfd = s->streams[0] = s->streams[1] = -1;
	return s;
}

void service_free_handle(uv_handle_t *handle)
{
	free(handle);
}

void service_free(struct service *s)
{
	service_arm(s, UINT64_MAX);
	if (s->timer)
		uv_close((uv_handle_t *)s->timer, service_free_handle);
	ending_unwatch(s);
	restore_stop_probing(s);
	service_set_pid(s, 0);
	cgroup_leaf_free(s->leaf);
	fd_close(&s->streams[0]);
	fd_close(&s->streams[1]);
	service_close_run(s);
	state_drop(s->m->state, (size_t)s->record);
	free(s);
}

void service_close_run(struct service *s)
{
	for (size_t i = 0; i < s->n_run_fds; i++)
		fd_close(&s->run_fds[i]);
	s->n_run_fds = 0;
}

void service_commit(struct service *s)
{
	/* The end of a job is in the commit of the state that ends it: a oneshot runs once. */
	s->facts.job = job_is_over(s) ? JOB_NONE : s->job;
	state_commit(s->m->state, (size_t)s->record, &s->facts);
}

static void on_deadline(uv_timer_t *timer)
{
	struct service *s = timer->data;

	s->facts.deadline_usec = UINT64_MAX;
	service_post(s, EVENT_EXPIRE);
}

void service_rearm(struct service *s)
{
	uint64_t now = clock_now_usec(), at = s->facts.deadline_usec;

	if (at == UINT64_MAX) {
		if (s->timer)
			uv_timer_stop(s->timer);
		return;
	}
	if (!s->timer) {
		s->timer = calloc(1, sizeof(*s->timer));
		if (!s->timer)
			manager_die("out of memory for a timer");
		uv_timer_init(&s->m->loop, s->timer);
		s->timer->data = s;
	}
	uv_update_time(&s->m->loop);
	uv_timer_start(s->timer, on_deadline, at > now ? (at - now + 999) / 1000 : 0, 0);
}

void service_arm(struct service *s, uint64_t usec)
{
	uint64_t now = clock_now_usec();

	if (usec == UINT64_MAX && s->facts.deadline_usec == UINT64_MAX)
		return;
	s->facts.deadline_usec = usec > UINT64_MAX - now ? UINT64_MAX : now + usec;
	service_rearm(s);
}

static struct service **bucket(struct manager *m, int pid)
{
	return &m->by_pid[(unsigned)pid % PID_BUCKETS];
}

void service_set_pid(struct service *s, int pid)
{
	if (s->facts.pid) {
		struct service **p = bucket(s->m, s->facts.pid);

		while (*p && *p != s)
			p = &(*p)->pid_next;
		if (*p)
			*p = s->pid_next;
	}
	s->facts.pid = pid;
	if (pid) {
		s->pid_next = *bucket(s->m, pid);
		*bucket(s->m, pid) = s;
	}
}

struct service *service_by_pid(struct manager *m, int pid)
{
	struct service *s = *bucket(m, pid);

	while (s && s->facts.pid != pid)
		s = s->pid_next;
	return s;
}

struct service *service_find(const struct manager *m, const char *name)
{
	const struct unit *u = unit_set_find(m->set, name);
	int i = u ? unit_set_index(m->set, u->name) : -1; /* u->name differs for an alias */

	return i >= 0 ? m->services[i] : NULL;
}

void service_say(struct service *s, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	manager_say("%s: %s", s->unit->name, text);
	logs_note(s, text);
}

void service_blame(struct service *s, const char *format, ...)
{
	va_list ap;

	if (s->facts.message[0])
		return;
	va_start(ap, format);
	vsnprintf(s->facts.message, sizeof(s->facts.message), format, ap);
	va_end(ap);
}

const char *service_end_text(const struct service *s, char *buf, size_t size)
{
	const struct facts *f = &s->facts;
	char name[32];

	switch ((enum exit_reason)f->reason) {
	case REASON_OOM:
		snprintf(buf, size, "killed by the kernel for want of memory (MemoryMax=)");
		break;
	case REASON_TIMEOUT:
		snprintf(buf, size, "timed out");
		break;
	case REASON_START_FAILED:
		snprintf(buf, size, "could not be started");
		break;
	case REASON_UNKNOWN:
		snprintf(buf, size, "ended, and nobody saw how");
		break;
	default:
		if (f->signal)
			snprintf(buf, size, "killed by %s",
				 signal_name(f->signal, name, sizeof(name)));
		else
			snprintf(buf, size, "exited with status %d", f->code);
		break;
	}
	return buf;
}

static struct service_end last_end(const struct service *s)
{
	return (struct service_end){
		.reason = (enum exit_reason)s->facts.reason,
		.code = s->facts.code,
		.signal = s->facts.signal,
	};
}

static uint32_t any_bits(void)
{
	uint32_t bits = 0;

	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != sizeof(bits))
		bits = (uint32_t)clock_now_usec();
	return bits;
}

/* Arms the restart; tells how long it takes when it is not at once. */
static void begin_backoff(struct service *s)
{
	const struct unit *u = s->unit;
	uint64_t ran = clock_now_usec() - s->facts.started_usec, delay;
	char end[96];

	if (service_run_stable(u->service.restart_usec, ran))
		s->facts.tries = 0;
	delay = service_backoff_usec(u->service.restart_usec, u->service.restart_max_delay_usec,
				     s->facts.tries, any_bits());
	s->facts.tries++;
	service_say(s, "%s; restarting in %llu ms",
		    s->facts.message[0] ? s->facts.message : service_end_text(s, end, sizeof(end)),
		    (unsigned long long)(delay / 1000));
	service_arm(s, delay);
}

static void settle(struct service *s)
{
	struct service_end end = last_end(s);
	bool asked = s->facts.flags & FACT_STOP_ASKED;
	enum service_state next = service_settle(s->unit, &end, asked);
	char text[96];

	if (next == SERVICE_BACKOFF && (s->m->finishing || s->facts.flags & FACT_LIMITED))
		next = SERVICE_FAILED;
	if (asked && end.reason != REASON_NONE) {
		bool oom = end.reason == REASON_OOM;

		s->facts.reason = oom ? REASON_OOM : REASON_STOPPED;
	}
	s->facts.state = (uint8_t)next;
	s->facts.flags &= (uint16_t) ~(FACT_STOP_ASKED | FACT_CLAIMED | FACT_GO | FACT_TIMED_OUT |
				       FACT_OOM | FACT_TOLD | FACT_START_FAILED | FACT_LIMITED);
	service_arm(s, UINT64_MAX);
	if (next == SERVICE_BACKOFF) {
		begin_backoff(s);
	} else if (next == SERVICE_FAILED) {
		service_end_text(s, text, sizeof(text));
		service_say(s, "failed: %s", s->facts.message[0] ? s->facts.message : text);
		service_blame(s, "%s", text);
	}
	/* A v2 group that was killed kills every child cloned into it (see ending.c). */
	if (next == SERVICE_DOWN || next == SERVICE_FAILED || s->leaf_killed)
		ending_release(s);
	methods_on_end(s);
}

static void live(struct service *s)
{
	const struct unit *u = s->unit;

	s->facts.message[0] = '\0';
	if (u->container && u->service.type == TYPE_ONESHOT) {
		s->facts.state = SERVICE_WORKING;
		service_arm(s, u->service.timeout_start_usec);
		return;
	}
	service_arm(s, UINT64_MAX);
}

static void perform(struct service *s, enum service_action action)
{
	switch (action) {
	case ACTION_SPAWN:
		spawn_begin(s);
		break;
	case ACTION_LIVE:
		live(s);
		break;
	case ACTION_CANCEL:
		spawn_cancel(s);
		break;
	case ACTION_SIGNAL:
		ending_signal(s);
		break;
	case ACTION_KILL:
		ending_kill(s);
		break;
	case ACTION_SWEEP:
		ending_sweep(s);
		break;
	case ACTION_SETTLE:
		settle(s);
		break;
	case ACTION_DROPPED:
		service_arm(s, UINT64_MAX);
		ending_release(s);
		methods_on_end(s);
		break;
	case ACTION_NONE:
	case ACTION_NEVER:
	case ACTION_UNSET:
		break;
	}
}

/* What the event itself says, before the table is asked. */
static void note_event(struct service *s, enum service_event event)
{
	enum service_state state = service_state(s);

	if (event == EVENT_STOP && (service_state_live(state) || state == SERVICE_EXITED))
		s->facts.flags |= FACT_STOP_ASKED;
	if (event != EVENT_EXPIRE)
		return;
	if (state == SERVICE_STARTING || state == SERVICE_WORKING) {
		s->facts.flags |= FACT_TIMED_OUT;
		service_blame(s, "TimeoutStartSec= passed");
	}
	if (state == SERVICE_BACKOFF)
		s->facts.restarts++;
}

/*
 * The deadline of the state that is left. Where the action arms its own, a commit without one says
 * that the action was not performed: restore.c does it again.
 */
static bool drops_deadline(struct service_step step)
{
	return step.action == ACTION_SIGNAL || step.action == ACTION_KILL ||
	       step.action == ACTION_CANCEL || step.next == SERVICE_WAITING;
}

void service_post(struct service *s, enum service_event event)
{
	enum service_state before = service_state(s);
	struct service_step step = service_next(before, event);

	if (step.action == ACTION_NEVER) {
		manager_say("%s: the event %s came in the state %s, where it is ignored",
			    s->unit->name, service_event_name(event), service_state_name(before));
		return;
	}
	note_event(s, event);
	s->facts.state = (uint8_t)step.next;
	if (step.next != before)
		s->facts.since_usec = clock_wall_usec();
	if (drops_deadline(step))
		service_arm(s, UINT64_MAX);
	/* settle() decides the state: until it has, a manager that takes over sweeps again. */
	if (step.action != ACTION_SETTLE)
		service_commit(s);
	perform(s, step.action);
	service_commit(s);
	if (s->facts.state != before)
		job_on_state(s);
}
