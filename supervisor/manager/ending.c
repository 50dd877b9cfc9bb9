#include "manager/ending.h"

#include "base/fd.h"
#include "base/names.h"
#include "manager/job.h"
#include "manager/procfs.h"
#include "manager/spawn.h"
#include "proto/box.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	AGAIN_USEC = 5 * 1000000, /* SIGKILL is repeated so often, and said */
	FIRST_LOOK_USEC = 1000,   /* sweeping looks after this, then ever later */
	LAST_LOOK_SHIFT = 8,      /* up to 256 ms */
	LEAF_TRIES = 100,         /* rmdir while the last remains are going, 10 ms apart */
	LEAF_PAUSE_USEC = 10000,
	COUNTED_MS = 20, /* v1 announces an OOM before it counts the victim */
};

/* A v1 group with MemoryMax=: its eventfd, and a second look once the victim is counted. */
struct memory_watch {
	struct service *service;
	uv_poll_t poll;
	uv_timer_t timer;
	int fd;
	unsigned open; /* handles not closed yet */
};

static int send_main(const struct service *s, int signal)
{
	if (s->pidfd < 0)
		return -ESRCH;
	if (syscall(SYS_pidfd_send_signal, s->pidfd, signal, NULL, 0) < 0)
		return -errno;
	return 0;
}

static bool ends_by_default(int signal)
{
	switch (signal) {
	case SIGCHLD:
	case SIGCONT:
	case SIGURG:
	case SIGWINCH:
	case SIGSTOP:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGKILL:
		return false;
	default:
		return true;
	}
}

/*
 * The main process of a pid namespace never sees a signal whose default action would end it. A
 * person who sends TERM means it, and outside a container it would have died: so it is killed, and
 * the end is told as the signal that was meant.
 */
static bool signal_is_lost(const struct service *s, int signal)
{
	return (s->unit->box.namespaces & UNIT_NS_PID) && ends_by_default(signal) &&
	       procfs_signal_default(s->facts.pid, signal);
}

static int send_meant(struct service *s, int signal)
{
	if (!s->facts.pid)
		return -ESRCH;
	if (!signal_is_lost(s, signal))
		return send_main(s, signal);
	s->facts.flags |= FACT_TOLD;
	s->facts.translated = signal;
	service_commit(s);
	return send_main(s, SIGKILL);
}

void ending_signal(struct service *s)
{
	int signal = s->unit->service.kill_signal;

	if (!s->facts.pid) {
		service_post(s, EVENT_EXIT); /* a target has no process */
		return;
	}
	service_arm(s, s->unit->service.timeout_stop_usec);
	send_meant(s, signal);
	if (signal != SIGCONT && signal != SIGKILL)
		send_main(s, SIGCONT); /* a stopped process must run to see it */
}

static void kill_one(int pid)
{
	kill(pid, SIGKILL);
}

/*
 * Kernel fact (6.18, measured): once cgroup.kill was written, every child that CLONE_INTO_CGROUP
 * puts into that group later dies at once by SIGKILL, because the kill count it is compared with is
 * that of the parent's group. So a killed leaf is removed and made anew before the next start.
 */
static int kill_leaf(struct service *s)
{
	s->leaf_killed = true;
	return cgroup_leaf_kill(s->leaf, SIGKILL);
}

static void kill_all(struct service *s)
{
	if (s->leaf && kill_leaf(s) >= 0)
		return;
	if (s->facts.pid) {
		procfs_each_descendant(s->facts.pid, kill_one);
		kill(-s->facts.pid, SIGKILL); /* its session began with it, so did its group */
		send_main(s, SIGKILL);
	}
}

void ending_kill(struct service *s)
{
	char name[32];

	if (s->facts.flags & FACT_GO && !(s->facts.flags & FACT_TIMED_OUT) && s->facts.pid)
		service_say(s, "did not end by %s within TimeoutStopSec=, killing it",
			    signal_name(s->unit->service.kill_signal, name, sizeof(name)));
	kill_all(s);
	service_arm(s, AGAIN_USEC);
}

void ending_sweep(struct service *s)
{
	int r = s->leaf ? cgroup_leaf_populated(s->leaf) : 0;
	unsigned shift = s->sweeps < LAST_LOOK_SHIFT ? s->sweeps : LAST_LOOK_SHIFT;

	if (r <= 0) {
		service_post(s, EVENT_EMPTY);
		return;
	}
	kill_leaf(s);
	if (++s->sweeps == 32)
		service_say(s, "something in it does not die (uninterruptible sleep?)");
	service_arm(s, (uint64_t)FIRST_LOOK_USEC << shift);
}

int ending_send(struct service *s, int signal, bool all)
{
	int r = 0;

	if (!s->facts.pid)
		return -ESRCH;
	if (!all || !s->leaf || signal == SIGKILL)
		r = send_meant(s, signal);
	if (!all || !s->leaf)
		return r;
	if (signal != SIGKILL && signal_is_lost(s, signal))
		return send_meant(s, signal); /* the whole namespace goes with it */
	r = signal == SIGKILL ? kill_leaf(s) : cgroup_leaf_kill(s->leaf, signal);
	return r < 0 ? r : 0;
}

static bool killed_for_memory(const struct service *s)
{
	uint64_t kills;

	return s->leaf && cgroup_leaf_oom_kills(s->leaf, &kills) == 0 && kills > s->facts.oom_base;
}

static enum exit_reason reason_of(const struct service *s, const struct link_exit *x)
{
	if (s->facts.flags & FACT_OOM || killed_for_memory(s))
		return REASON_OOM;
	if (s->facts.flags & FACT_START_FAILED)
		return REASON_START_FAILED;
	if (s->facts.flags & FACT_TIMED_OUT)
		return REASON_TIMEOUT;
	if (x->lost)
		return REASON_UNKNOWN;
	return x->code == CLD_EXITED ? REASON_EXITED : REASON_SIGNALED;
}

static void drop_pid(struct service *s)
{
	service_set_pid(s, 0);
	fd_close(&s->pidfd);
	s->adopted = false;
}

/* svinit may forget the exit: only after it was committed, with the state that it leads to. */
static void release(struct manager *m, int pid)
{
	struct link_pid release = { .pid = pid };

	channel_send(m->link, LINK_RELEASE, &release, sizeof(release), NULL, 0);
}

/* It was restored while it started, and its go died with the last manager: it never ran. */
static bool never_ran(const struct service *s, const struct link_exit *x)
{
	if (!s->unproven || service_state(s) != SERVICE_STARTING)
		return false;
	if (x->lost)
		return !(s->facts.flags & FACT_GO); /* it was gone before it could be claimed */
	return x->code == CLD_EXITED && x->status == BOX_EXIT_UNWANTED;
}

void ending_exited(struct service *s, const struct link_exit *x)
{
	struct facts *f = &s->facts;

	if (never_ran(s, x)) {
		s->unproven = false;
		ending_unwatch(s);
		drop_pid(s);
		spawn_begin(s);
		service_commit(s);
		release(s->m, x->pid);
		return;
	}
	spawn_drain(s);
	spawn_forget(s);
	ending_unwatch(s);
	f->reason = (uint8_t)reason_of(s, x);
	f->code = x->code == CLD_EXITED ? x->status : 0;
	f->signal = x->code == CLD_EXITED || x->lost ? 0 : x->status;
	if (f->signal == SIGKILL && f->flags & FACT_TOLD)
		f->signal = f->translated;
	if (f->reason == REASON_START_FAILED)
		f->code = f->signal = 0;
	f->cpu_usec = x->cpu_usec;
	s->unproven = false;
	drop_pid(s);
	service_post(s, EVENT_EXIT);
	service_commit(s); /* in a state that ignores the event nothing was */
	release(s->m, x->pid);
}

static void on_watch_closed(uv_handle_t *handle)
{
	struct memory_watch *w = handle->data;

	if (--w->open == 0)
		free(w);
}

static void close_memory_watch(struct memory_watch *w)
{
	uv_poll_stop(&w->poll);
	fd_close(&w->fd);
	uv_close((uv_handle_t *)&w->poll, on_watch_closed);
	uv_close((uv_handle_t *)&w->timer, on_watch_closed);
}

void ending_unwatch(struct service *s)
{
	if (s->memory_watch)
		close_memory_watch(s->memory_watch);
	s->memory_watch = NULL;
	if (s->adoption) {
		uv_poll_stop(s->adoption);
		uv_close((uv_handle_t *)s->adoption, service_free_handle);
	}
	s->adoption = NULL;
}

/* One kill inside is the end of the whole container, as memory.oom.group makes it on v2. */
static void end_for_memory(struct service *s)
{
	if (!killed_for_memory(s) || s->facts.flags & FACT_OOM)
		return;
	s->facts.flags |= FACT_OOM;
	service_commit(s);
	kill_all(s);
}

static void on_counted(uv_timer_t *timer)
{
	struct memory_watch *w = timer->data;

	end_for_memory(w->service);
}

static void on_memory(uv_poll_t *poll, int status, int events)
{
	struct memory_watch *w = poll->data;
	uint64_t count;

	(void)status;
	(void)events;
	if (read(w->fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return;
	end_for_memory(w->service);
	uv_timer_start(&w->timer, on_counted, COUNTED_MS, 0);
}

void ending_watch_memory(struct service *s)
{
	struct memory_watch *w;
	short events;
	int fd;

	if (!s->leaf || s->memory_watch || s->unit->resources.memory_max_bytes == UNIT_INFINITY ||
	    cgroup_leaf_oom_watch(s->leaf, &fd, &events) < 0)
		return;
	w = events == POLLIN ? calloc(1, sizeof(*w)) : NULL;
	if (!w || fd_nonblock(fd, 1) < 0 || uv_poll_init(&s->m->loop, &w->poll, fd) < 0) {
		free(w); /* v2: the kernel kills the group as one, nothing to watch */
		close(fd);
		return;
	}
	uv_timer_init(&s->m->loop, &w->timer);
	w->service = s;
	w->fd = fd;
	w->open = 2;
	w->poll.data = w->timer.data = w;
	s->memory_watch = w;
	uv_poll_start(&w->poll, UV_READABLE, on_memory);
}

static void on_pidfd(uv_poll_t *poll, int status, int events)
{
	struct service *s = poll->data;
	struct link_exit x = { .pid = s->facts.pid, .lost = 1 };

	(void)status;
	(void)events;
	ending_exited(s, &x);
}

void ending_watch_pidfd(struct service *s, int pidfd)
{
	uv_poll_t *poll = calloc(1, sizeof(*poll));

	if (!poll || uv_poll_init(&s->m->loop, poll, pidfd) < 0)
		manager_die("cannot watch the process of %s", s->unit->name);
	poll->data = s;
	s->adoption = poll;
	s->adopted = true;
	uv_poll_start(poll, UV_READABLE, on_pidfd);
}

struct leaf_work {
	uv_work_t work;
	struct service *service;
	struct cgroup_leaf *leaf;
	int result;
};

static void remove_leaf(uv_work_t *work)
{
	struct leaf_work *w = work->data;

	for (int i = 0; i < LEAF_TRIES; i++) {
		w->result = cgroup_leaf_remove(w->leaf);
		if (w->result != -EBUSY)
			return;
		usleep(LEAF_PAUSE_USEC);
	}
}

static void on_leaf_removed(uv_work_t *work, int status)
{
	struct leaf_work *w = work->data;
	struct service *s = w->service;

	(void)status;
	s->leaf_going = false;
	if (w->result < 0)
		service_say(s, "its control group stays behind: %s", strerror(-w->result));
	cgroup_leaf_free(w->leaf);
	free(w);
	spawn_resume_one(s);
	job_wake(s->m);
}

void ending_release(struct service *s)
{
	struct leaf_work *w;

	if (!s->leaf || s->leaf_going)
		return;
	w = calloc(1, sizeof(*w));
	if (!w)
		return; /* it is used again by the next start, or goes with the tree */
	w->work.data = w;
	w->service = s;
	w->leaf = s->leaf;
	s->leaf = NULL;
	s->leaf_killed = false;
	s->leaf_going = true;
	if (uv_queue_work(&s->m->loop, &w->work, remove_leaf, on_leaf_removed) < 0) {
		remove_leaf(&w->work);
		on_leaf_removed(&w->work, 0);
	}
}
