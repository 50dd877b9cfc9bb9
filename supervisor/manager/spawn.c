#include "manager/spawn.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/str.h"
#include "box/tree.h"
#include "core/compile.h"
#include "manager/ending.h"
#include "manager/environ.h"
#include "manager/logs.h"
#include "manager/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct start {
	struct start *next;
	struct service *service; /* NULL: nobody wants it any more */
	struct compiled *compiled;
	uint64_t token;
	int go; /* -1 until svbox has answered */
	bool exec_seen;
	bool watching;
	uv_poll_t poll; /* of go; its close callback frees the start */
};

static void start_free(struct start *t)
{
	compiled_free(t->compiled);
	fd_close(&t->go);
	free(t);
}

static void on_closed(uv_handle_t *handle)
{
	start_free(handle->data);
}

static void unlist(struct manager *m, struct start *t)
{
	struct start **p = &m->starts;

	while (*p && *p != t)
		p = &(*p)->next;
	if (!*p)
		return;
	*p = t->next;
	if (m->starts_last == &t->next)
		m->starts_last = p;
	t->next = NULL;
}

static void start_end(struct manager *m, struct start *t)
{
	unlist(m, t);
	if (t->service)
		t->service->start = NULL;
	t->service = NULL;
	if (!t->watching) {
		start_free(t);
		return;
	}
	uv_poll_stop(&t->poll);
	uv_close((uv_handle_t *)&t->poll, on_closed);
	fd_close(&t->go);
}

void spawn_forget(struct service *s)
{
	if (s->start)
		start_end(s->m, s->start);
}

static void refuse(struct service *s, const struct error *e)
{
	char line[512];

	s->facts.flags |= FACT_START_FAILED;
	s->facts.reason = REASON_START_FAILED;
	s->facts.code = s->facts.signal = 0;
	service_blame(s, "%s", error_format(e, line, sizeof(line)));
	spawn_forget(s);
	service_post(s, EVENT_REFUSE);
}

/* The limits of the unit; with `all` also those that it does not set, as "none". */
static size_t list_limits(const struct unit *u, bool all, struct cgroup_setting *list)
{
	const struct cgroup_setting limits[CGROUP_LIMITS] = {
		{ CGROUP_MEMORY_MAX, u->resources.memory_max_bytes,
		  *unit_origin(u, resources.memory_max_bytes) },
		{ CGROUP_CPU_QUOTA, u->resources.cpu_quota_percent_x100,
		  *unit_origin(u, resources.cpu_quota_percent_x100) },
		{ CGROUP_CPU_WEIGHT,
		  u->resources.cpu_weight ? u->resources.cpu_weight : CGROUP_UNLIMITED,
		  *unit_origin(u, resources.cpu_weight) },
		{ CGROUP_TASKS_MAX, u->resources.tasks_max, *unit_origin(u, resources.tasks_max) },
	};
	size_t n = 0;

	for (size_t i = 0; i < CGROUP_LIMITS; i++)
		if (all || limits[i].value != CGROUP_UNLIMITED)
			list[n++] = limits[i];
	return n;
}

int spawn_update_limits(struct service *s, struct error *e)
{
	struct cgroup_setting limits[CGROUP_LIMITS];
	size_t n = list_limits(s->unit, true, limits), kept = 0;

	for (size_t i = 0; i < n; i++)
		if (limits[i].value != CGROUP_UNLIMITED ||
		    cgroup_tree_can(s->m->tree, limits[i].kind))
			limits[kept++] = limits[i];
	return cgroup_leaf_update(s->leaf, limits, kept, e);
}

static int make_leaf(struct service *s, struct error *e)
{
	struct cgroup_setting limits[CGROUP_LIMITS];
	size_t n = list_limits(s->unit, false, limits);

	if (!cgroup_tree_usable(s->m->tree)) {
		if (!n)
			return 0;
		error_set(e, -EOPNOTSUPP, "%s", cgroup_tree_reason(s->m->tree));
		return error_at(e, &limits[0].at, -EOPNOTSUPP);
	}
	if (s->leaf)
		return spawn_update_limits(s, e);
	return cgroup_leaf_make(s->m->tree, s->unit->name, limits, n, &s->leaf, e);
}

static int compile(struct service *s, struct start *t, struct error *e)
{
	struct compile_request request = {
		.unit = s->unit,
		.n_cgroup_procs = s->leaf ? cgroup_tree_procs_count(s->m->tree) : 0,
		.cgroup_into = s->leaf && cgroup_tree_into(s->m->tree),
		.terminal = s->run_terminal,
		.stdin_given = s->n_run_fds > 0 && !s->run_terminal,
		.privileged = s->m->privileged,
	};

	struct unit_list environment;
	int r;

	if (!s->unit->service.environment_files.n)
		return compile_unit(&request, &t->compiled, e);
	r = environ_read(s->unit, &environment, e);
	if (r < 0)
		return r;
	request.environment = &environment;
	r = compile_unit(&request, &t->compiled, e);
	environ_fini(&environment);
	return r;
}

/* Opens one input; INPUT_CGROUP_PROCS are opened together by open_inputs. */
static int open_input(struct service *s, const struct compiled_input *in, int *ret, struct error *e)
{
	int fd = -1;

	switch (in->kind) {
	case INPUT_TREE:
		return box_open_tree(in->path, in->flags, ret, e);
	case INPUT_TERMINAL:
	case INPUT_STDIN:
		fd = fcntl(s->run_fds[0], F_DUPFD_CLOEXEC, 3);
		break;
	case INPUT_STDOUT:
	case INPUT_STDERR:
		if (s->n_run_fds == 3)
			fd = fcntl(s->run_fds[in->kind == INPUT_STDOUT ? 1 : 2], F_DUPFD_CLOEXEC,
				   3);
		else
			return (*ret = logs_open_stream(
					s, in->kind == INPUT_STDOUT ? STREAM_STDOUT : STREAM_STDERR,
					e)) < 0
				       ? *ret
				       : 0;
		break;
	case INPUT_CGROUP:
		fd = cgroup_leaf_open_dir(s->leaf);
		if (fd < 0)
			return error_set(e, fd, "open: the control group");
		break;
	case INPUT_CGROUP_PROCS:
		return error_set(e, -ENOTSUP, "input out of place");
	}
	if (fd < 0)
		return error_set(e, -errno, "dup: the descriptors of svctl run");
	*ret = fd;
	return 0;
}

static int open_inputs(struct service *s, const struct compiled *c, int *fds, size_t *n,
		       struct error *e)
{
	if (c->n_inputs > FRAME_MAX_FDS)
		return error_set(e, -E2BIG,
				 "%zu mounts are more than the %d that a start can carry",
				 c->n_inputs, FRAME_MAX_FDS);
	while (*n < c->n_inputs) {
		const struct compiled_input *in = &c->inputs[*n];
		size_t procs = cgroup_tree_procs_count(s->m->tree);
		int r;

		if (in->kind == INPUT_CGROUP_PROCS) {
			r = cgroup_leaf_open_procs(s->leaf, fds + *n, procs);
			if (r < 0)
				return error_set(e, r, "open: cgroup.procs");
			*n += procs;
			continue;
		}
		r = open_input(s, in, &fds[*n], e);
		if (r < 0)
			return error_at(e, &in->at, r);
		(*n)++;
	}
	return 0;
}

static int send_start(struct service *s, struct start *t, struct error *e)
{
	const struct compiled *c = t->compiled;
	struct box_start head = { .token = t->token };
	int fds[FRAME_MAX_FDS];
	size_t n = 0;
	struct text payload = { 0 };
	int r;

	r = open_inputs(s, c, fds, &n, e);
	if (!r) {
		text_add(&payload, (const char *)&head, sizeof(head));
		text_add(&payload, c->spec, c->size);
		r = payload.failed ? -ENOMEM
				   : channel_send(s->m->box, BOX_START, payload.data, payload.size,
						  fds, n);
		if (r == -EPIPE || r == -ECONNRESET)
			r = 0; /* svbox has died: spawn_box_lost() sends it again */
		if (r < 0)
			error_set(e, r, "send: the start to svbox");
	}
	text_fini(&payload);
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	return r;
}

static int try_start(struct service *s, struct error *e)
{
	struct manager *m = s->m;
	struct start *t;
	int r = make_leaf(s, e);

	if (r < 0)
		return r;
	t = calloc(1, sizeof(*t));
	if (!t)
		return error_set(e, -ENOMEM, "start");
	t->go = -1;
	t->service = s;
	t->token = ++m->tokens;
	s->start = t;
	*m->starts_last = t;
	m->starts_last = &t->next;
	r = compile(s, t, e);
	if (r < 0)
		return r;
	if (s->leaf && cgroup_leaf_oom_kills(s->leaf, &s->facts.oom_base) < 0)
		s->facts.oom_base = 0;
	if (!s->n_run_fds)
		logs_add(s);
	return send_start(s, t, e);
}

void spawn_resume_one(struct service *s)
{
	struct error e = { 0 };

	if (!s->spawn_waiting || !s->m->box || s->leaf_going)
		return;
	s->spawn_waiting = false;
	if (try_start(s, &e) < 0)
		refuse(s, &e);
}

/* StartLimitIntervalSec= and StartLimitBurst=: false when this start is one too many. */
static bool within_limit(struct service *s, struct error *e)
{
	const struct unit *u = s->unit;
	struct facts *f = &s->facts;
	uint64_t now = clock_now_usec();

	if (!u->start_limit_interval_usec)
		return true;
	if (!f->limit_begin_usec || now - f->limit_begin_usec > u->start_limit_interval_usec) {
		f->limit_begin_usec = now;
		f->limit_starts = 0;
	}
	if (f->limit_starts < u->start_limit_burst) {
		f->limit_starts++;
		return true;
	}
	f->flags |= FACT_LIMITED;
	error_set(e, -EINVAL, "started %u times within %llu s; svctl reset-failed %s lifts this",
		  f->limit_starts, (unsigned long long)(u->start_limit_interval_usec / 1000000),
		  u->name);
	error_at(e, unit_origin(u, start_limit_interval_usec), -EINVAL);
	return false;
}

void spawn_begin(struct service *s)
{
	struct facts *f = &s->facts;
	struct error e = { 0 };

	f->flags &= FACT_TRANSIENT | FACT_ATTACHED;
	f->reason = REASON_NONE;
	f->message[0] = '\0';
	f->started_usec = clock_now_usec();
	s->sweeps = 0;
	if (!s->unit->container) {
		service_post(s, EVENT_READY);
		return;
	}
	if (!within_limit(s, &e)) {
		refuse(s, &e);
		return;
	}
	service_arm(s, s->unit->service.type == TYPE_ONESHOT ? UNIT_INFINITY
							     : s->unit->service.timeout_start_usec);
	s->spawn_waiting = true;
	spawn_resume_one(s);
}

void spawn_resume(struct manager *m)
{
	for (size_t i = 0; i < m->n_services; i++)
		spawn_resume_one(m->services[i]);
}

void spawn_box_lost(struct manager *m)
{
	for (size_t i = 0; i < m->n_services; i++) {
		struct service *s = m->services[i];

		/* Answered starts go on: their child belongs to svinit, their go to us. */
		if (!s->start || s->start->go >= 0)
			continue;
		spawn_forget(s);
		s->spawn_waiting = service_state(s) == SERVICE_STARTING;
	}
}

void spawn_cancel(struct service *s)
{
	s->spawn_waiting = false;
	if (s->facts.pid) {
		ending_kill(s);
		return;
	}
	spawn_forget(s);
	service_post(s, EVENT_REFUSE);
}

static void report_failure(struct service *s, const struct start *t, const struct box_report *b)
{
	const struct compiled *c = t->compiled;
	struct error e = { 0 };
	char line[512];

	error_set(&e, b->error ? b->error : -EINVAL, "%.*s", (int)sizeof(b->call), b->call);
	if (b->op >= 0 && (size_t)b->op < c->n_ops)
		error_at(&e, &c->origins[b->op], b->error);
	else
		error_at(&e, unit_origin(s->unit, service.exec), b->error);
	s->facts.flags |= FACT_START_FAILED;
	service_blame(s, "%s", error_format(&e, line, sizeof(line)));
	service_commit(s);
}

/* True when all was said and the start is over. */
static bool read_reports(struct service *s, struct start *t)
{
	for (;;) {
		struct box_report b;
		ssize_t n = recv(t->go, &b, sizeof(b), MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return false;
		if (n != sizeof(b))
			return true;
		if (b.op == BOX_REPORT_EXEC && !b.error)
			t->exec_seen = true;
		else
			report_failure(s, t, &b);
	}
}

void spawn_drain(struct service *s)
{
	struct start *t = s->start;
	bool ran;

	if (!t || t->go < 0 || !read_reports(s, t))
		return;
	ran = t->exec_seen && !(s->facts.flags & FACT_START_FAILED);
	start_end(s->m, t);
	if (ran)
		service_post(s, EVENT_READY);
}

static void on_go(uv_poll_t *poll, int status, int events)
{
	struct start *t = poll->data;

	(void)status;
	(void)events;
	if (t->service)
		spawn_drain(t->service);
}

/* The order is the promise: recorded, claimed, "go" recorded, go. */
static int let_go(struct service *s, struct start *t, int pid)
{
	struct link_pid claim = { .pid = pid };
	char byte = 'g';

	service_set_pid(s, pid);
	s->facts.pid_start = procfs_start_time(pid);
	s->facts.flags |= FACT_CLAIMED;
	service_commit(s);
	channel_send(s->m->link, LINK_CLAIM, &claim, sizeof(claim), NULL, 0);
	s->facts.flags |= FACT_GO;
	service_commit(s);
	if (send(t->go, &byte, 1, MSG_NOSIGNAL) != 1 && errno != EPIPE && errno != ECONNRESET)
		return -errno;
	return 0;
}

static struct start *find_start(struct manager *m, uint64_t token)
{
	struct start *t = m->starts;

	while (t && t->token != token)
		t = t->next;
	return t;
}

void spawn_answered(struct manager *m, const struct box_started *a, int pidfd, int go)
{
	struct start *t = find_start(m, a->token);
	struct service *s = t ? t->service : NULL;
	struct error e = { 0 };
	int r;

	if (!s) {
		/* Called off meanwhile: its go closes here, and it is gone before exec. */
		fd_close(&pidfd);
		fd_close(&go);
		return;
	}
	if (a->pid <= 0) {
		error_set(&e, a->error ? a->error : -EIO, "%.*s", (int)sizeof(a->call), a->call);
		if (a->op >= 0 && (size_t)a->op < t->compiled->n_ops)
			error_at(&e, &t->compiled->origins[a->op], a->error);
		refuse(s, &e);
		return;
	}
	t->go = go;
	s->pidfd = pidfd;
	r = uv_poll_init(&m->loop, &t->poll, go);
	if (!r) {
		t->poll.data = t;
		t->watching = true;
		r = uv_poll_start(&t->poll, UV_READABLE | UV_DISCONNECT, on_go);
	}
	if (!r)
		r = let_go(s, t, a->pid);
	if (r < 0) {
		service_blame(s, "go: %s", strerror(-r));
		s->facts.flags |= FACT_START_FAILED;
		start_end(m, t); /* closes go: the child ends, svinit reports its exit */
		return;
	}
	ending_watch_memory(s);
}
