#include "manager/finish.h"

#include "manager/control.h"
#include "manager/ending.h"
#include "manager/job.h"
#include "manager/logs.h"
#include "manager/runtime.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { LOG_DRAIN_MS = 3000 };

struct finish {
	struct manager *m;
	uv_timer_t timer;
	uv_work_t work;
	bool draining, cleaning;
};

/* There is one end; it lives until the process does. */
static struct finish *finish_of(struct manager *m)
{
	if (!m->finish) {
		m->finish = calloc(1, sizeof(*m->finish));
		if (!m->finish)
			manager_die("out of memory while stopping");
		m->finish->m = m;
		m->finish->work.data = m->finish;
		uv_timer_init(&m->loop, &m->finish->timer);
		m->finish->timer.data = m->finish;
	}
	return m->finish;
}

static void hurry(struct manager *m)
{
	manager_say("asked again: killing what still runs");
	for (size_t i = 0; i < m->n_services; i++) {
		struct service *s = m->services[i];

		s->job_running = s->job_running || s->job == JOB_STOP;
		if (service_state(s) == SERVICE_STOPPING)
			service_post(s, EVENT_EXPIRE);
		else if (service_state(s) == SERVICE_UP || service_state(s) == SERVICE_WORKING) {
			service_post(s, EVENT_STOP);
			service_post(s, EVENT_EXPIRE);
		}
	}
}

void finish_begin(struct manager *m, enum link_finish how)
{
	if (m->finishing) {
		hurry(m);
		return;
	}
	manager_say("stopping all units");
	finish_of(m);
	m->finishing = true;
	m->finish_how = (int)how;
	state_set_finishing(m->state, 1 + (int)how, m->init_usec);
	job_stop_all(m);
}

static void remove_groups(uv_work_t *work)
{
	struct finish *f = work->data;

	for (int i = 0; i < 100 && cgroup_tree_remove(f->m->tree) < 0; i++)
		usleep(10000);
}

static void on_groups_removed(uv_work_t *work, int status)
{
	struct finish *f = work->data;
	struct manager *m = f->m;
	struct link_finish_request request = { .how = m->finish_how, .status = m->finish_status };

	(void)status;
	control_close(m->control);
	m->control = NULL;
	runtime_remove(m);
	channel_send(m->link, LINK_FINISH, &request, sizeof(request), NULL, 0);
	/* Last: a manager that comes after us before this knows what was asked for. */
	unlinkat(m->runtime_dir, "state", 0);
}

void finish_log_done(struct manager *m)
{
	struct finish *f = m->finish;

	if (!f || !f->draining || f->cleaning)
		return;
	f->cleaning = true;
	uv_timer_stop(&f->timer);
	if (uv_queue_work(&m->loop, &f->work, remove_groups, on_groups_removed) < 0) {
		remove_groups(&f->work);
		on_groups_removed(&f->work, 0);
	}
}

static void on_drain_late(uv_timer_t *timer)
{
	struct finish *f = timer->data;

	manager_say("svlogd did not drain its streams within %d ms", LOG_DRAIN_MS);
	finish_log_done(f->m);
}

void finish_check(struct manager *m)
{
	struct finish *f = m->finish;

	if (!m->finishing || f->draining || !job_all_down(m))
		return;
	f->draining = true;
	if (logs_finish(m))
		uv_timer_start(&f->timer, on_drain_late, LOG_DRAIN_MS, 0);
	else
		finish_log_done(m);
}
