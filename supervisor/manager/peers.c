#include "manager/peers.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/str.h"
#include "manager/control.h"
#include "manager/ending.h"
#include "manager/finish.h"
#include "manager/job.h"
#include "manager/logs.h"
#include "manager/restore.h"
#include "manager/spawn.h"
#include "manager/units.h"
#include "proto/box.h"
#include "proto/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void on_box_frame(void *arg, struct frame *f)
{
	const struct box_started *a = f->payload;

	if (f->type == BOX_STARTED && f->size >= sizeof(*a))
		spawn_answered(arg, a, frame_take_fd(f, 0), frame_take_fd(f, 1));
}

static void on_box_closed(void *arg)
{
	struct manager *m = arg;

	m->box = NULL;
	spawn_box_lost(m);
}

static void on_logd_frame(void *arg, struct frame *f)
{
	const struct log_name *name = f->payload;

	if (f->type == LOG_FINISHED)
		finish_log_done(arg);
	else if (f->type == LOG_REMOVED && f->size >= sizeof(*name))
		logs_removed(arg, name->unit);
}

static void on_logd_closed(void *arg)
{
	struct manager *m = arg;

	m->logd = NULL;
	for (size_t i = 0; i < m->n_services; i++)
		m->services[i]->log_added = false;
}

static const struct channel_calls box_calls = { on_box_frame, on_box_closed };
static const struct channel_calls logd_calls = { on_logd_frame, on_logd_closed };

static void on_welcome(struct manager *m, const struct link_welcome *w)
{
	if (w->version != FRAME_VERSION)
		manager_die("svinit speaks version %u of the link, this svmanager version %d",
			    w->version, FRAME_VERSION);
	m->mode = (enum link_mode)w->mode;
	m->init_pid = w->init_pid;
	m->init_usec = w->started_usec;
	m->started_usec = clock_wall_usec() - (clock_now_usec() - w->started_usec);
}

static void on_kept(struct manager *m, struct frame *f)
{
	const struct link_name *name = f->payload;

	if (strncmp(name->name, "control", sizeof(name->name)) == 0 && m->kept_control < 0)
		m->kept_control = frame_take_fd(f, 0);
}

static void on_exit_frame(struct manager *m, const struct link_exit *x)
{
	struct service *s = service_by_pid(m, x->pid);
	struct link_pid release = { .pid = x->pid };

	if (s && x->lost)
		restore_not_a_child(s);
	else if (s)
		ending_exited(s, x);
	else
		channel_send(m->link, LINK_RELEASE, &release, sizeof(release), NULL, 0);
}

static void on_ready(struct manager *m)
{
	struct error e = { 0 };
	char line[512];

	if (m->ready)
		return;
	m->ready = true;
	if (control_open(m, m->kept_control, &m->control, &e) < 0)
		manager_die("%s", error_format(&e, line, sizeof(line)));
	restore_resume(m);
}

static void on_peer(struct manager *m, const struct link_peer *p, struct frame *f)
{
	struct channel **slot = p->role == ROLE_BOX ? &m->box : &m->logd;
	int fd = frame_take_fd(f, 0);

	if (fd < 0 || (p->role != ROLE_BOX && p->role != ROLE_LOGD)) {
		fd_close(&fd);
		return;
	}
	if (*slot) {
		/* Deliver what the old one had said before it went. */
		channel_drain(*slot);
		channel_close(*slot);
		*slot = NULL;
		if (p->role == ROLE_BOX)
			spawn_box_lost(m);
	}
	if (channel_open(&m->loop, fd, p->role == ROLE_BOX ? &box_calls : &logd_calls, m, slot) < 0)
		manager_die("cannot watch a channel");
	if (p->role == ROLE_BOX)
		spawn_resume(m);
	else {
		logs_add_all(m);
		job_wake(m);
	}
}

static void on_ask(struct manager *m, const struct link_ask *ask)
{
	static const enum link_finish how[] = {
		[WISH_FINISH] = FINISH_EXIT,
		[WISH_REBOOT] = FINISH_REBOOT,
		[WISH_HALT] = FINISH_HALT,
		[WISH_POWEROFF] = FINISH_POWEROFF,
	};
	struct report report = { 0 };
	struct error e = { 0 };
	char line[1024];
	size_t changed;

	if (ask->wish >= WISH_FINISH && ask->wish <= WISH_POWEROFF) {
		finish_begin(m, how[ask->wish]);
		return;
	}
	if (ask->wish != WISH_RELOAD)
		return;
	if (units_reload(m, &report, &changed, &e) < 0)
		manager_say("%s", error_format(&e, line, sizeof(line)));
	else
		manager_say("reloaded: %zu units are new or changed", changed);
	for (size_t i = 0; i < report.n; i++)
		fprintf(stderr, "%s\n", report_line(&report.items[i], line, sizeof(line)));
	report_fini(&report);
}

static void on_link_frame(void *arg, struct frame *f)
{
	struct manager *m = arg;

	switch (f->type) {
	case LINK_WELCOME:
		if (f->size >= sizeof(struct link_welcome))
			on_welcome(m, f->payload);
		break;
	case LINK_KEPT:
		if (f->size >= sizeof(struct link_name))
			on_kept(m, f);
		break;
	case LINK_EXIT:
		if (f->size >= sizeof(struct link_exit))
			on_exit_frame(m, f->payload);
		break;
	case LINK_READY:
		on_ready(m);
		break;
	case LINK_PEER:
		if (f->size >= sizeof(struct link_peer))
			on_peer(m, f->payload, f);
		break;
	case LINK_ASK:
		if (f->size >= sizeof(struct link_ask))
			on_ask(m, f->payload);
		break;
	default:
		break;
	}
}

/* svinit is gone: the containers run on, a later svinit finds them by the state file. */
static void on_link_closed(void *arg)
{
	(void)arg;
	exit(0);
}

static const struct channel_calls link_calls = { on_link_frame, on_link_closed };

int peers_open(struct manager *m, struct error *e)
{
	int r = fd_cloexec(LINK_FD, 1);

	if (r == 0)
		r = channel_open(&m->loop, LINK_FD, &link_calls, m, &m->link);
	if (r < 0)
		return error_set(e, r,
				 "svmanager is started by svinit, with its link as descriptor %d",
				 LINK_FD);
	return 0;
}
