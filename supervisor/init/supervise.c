#include "init/supervise.h"

#include "base/clock.h"
#include "base/fd.h"
#include "init/say.h"
#include "proto/frame.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static void claim(struct supervisor *s, pid_t pid)
{
	struct link_exit gone = { .pid = pid, .lost = 1, .when_usec = clock_wall_usec() };
	siginfo_t si;
	bool ours = waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;

	if (pid <= 1 || claims_is_live(&s->claims, pid))
		return;
	if (!ours && claims_has_exit(&s->claims, pid))
		return;
	if (claims_add(&s->claims, pid) < 0) {
		/* Without a place for its exit it may not run: its death is at least no secret. */
		say("no more than %d processes can be supervised: killing %d", CLAIMS_MAX,
		    (int)pid);
		if (ours)
			kill(pid, SIGKILL);
		frame_send(s->helper[ROLE_MANAGER].link, LINK_EXIT, &gone, sizeof(gone), NULL, 0);
		return;
	}
	if (!ours)
		claims_exited(&s->claims, &gone);
}

static void handle(struct supervisor *s, struct frame *f)
{
	union {
		struct link_pid pid;
		struct link_name name;
		struct link_finish_request finish;
	} in;
	size_t want = f->type == LINK_CLAIM || f->type == LINK_RELEASE ? sizeof(in.pid)
		      : f->type == LINK_FINISH                         ? sizeof(in.finish)
								       : sizeof(in.name);
	int r = 0;

	if (f->size != want || f->type < LINK_CLAIM || f->type > LINK_FINISH) {
		say("svmanager sent a frame that is none (type %u, %zu bytes)", f->type, f->size);
		return;
	}
	memcpy(&in, f->payload, want);
	if (f->type == LINK_CLAIM)
		claim(s, in.pid.pid);
	else if (f->type == LINK_RELEASE)
		claims_release(&s->claims, in.pid.pid);
	else if (f->type == LINK_KEEP)
		r = kept_put(&s->kept, &in.name, frame_take_fd(f, 0));
	else if (f->type == LINK_DROP)
		kept_drop(&s->kept, &in.name);
	if (r < 0)
		say("cannot keep `%.64s': %s", in.name.name, strerror(-r));
	if (f->type == LINK_FINISH) {
		s->finish = true;
		s->how = in.finish;
	}
}

/*
 * Reads all that a helper has sent. What a dead manager left in the socket counts in full: it ends
 * with 0 only after the last frame. ECONNRESET says that the other end died with unread frames; it
 * comes once, before the frames that it had sent.
 */
static void drain(struct supervisor *s, struct helper *h)
{
	_Alignas(8) char buf[256];
	struct frame f;
	int r;

	while (h->link >= 0) {
		r = frame_recv(h->link, buf, sizeof(buf), &f);
		if (r == -EAGAIN)
			return;
		if (r == 1 && h->role == ROLE_MANAGER)
			handle(s, &f);
		if (r == 1)
			frame_fini(&f);
		if (r == 1 || r == -ECONNRESET || r == -EPROTO)
			continue;
		/* It cannot work without a link, and the death of the process is what restarts it.
		 */
		helper_unlink(h);
		kill(h->pid, SIGKILL);
	}
}

static struct helper *helper_of(struct supervisor *s, pid_t pid)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		if (s->helper[i].pid == pid)
			return &s->helper[i];
	return NULL;
}

static void helper_gone(struct supervisor *s, struct helper *h, const siginfo_t *si)
{
	helper_ended(h, si->si_code, si->si_status, clock_now_ms());
	for (int i = 0; i < ROLE_COUNT; i++)
		fd_close(&s->helper[i].peer[h->role]);
}

bool supervise_reap(struct supervisor *s)
{
	for (int n = 0; n < SUPERVISE_REAP_AT_ONCE; n++) {
		siginfo_t si = { .si_pid = 0 };
		struct link_exit x = { 0 };
		struct rusage used = { 0 };
		struct helper *h;

		if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 || !si.si_pid)
			return false;
		if (!claims_is_live(&s->claims, si.si_pid))
			drain(s, &s->helper[ROLE_MANAGER]);
		wait4(si.si_pid, NULL, WNOHANG | __WALL, &used);
		x.pid = si.si_pid;
		x.code = si.si_code;
		x.status = si.si_status;
		x.cpu_usec = (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
			     (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
		x.max_rss_bytes = (uint64_t)used.ru_maxrss * 1024;
		x.when_usec = clock_wall_usec();
		h = helper_of(s, si.si_pid);
		if (h)
			helper_gone(s, h, &si);
		else
			claims_exited(&s->claims, &x);
	}
	return true;
}

static void start_due(struct supervisor *s, uint64_t now)
{
	static const enum link_role order[] = { ROLE_LOGD, ROLE_BOX, ROLE_MANAGER };
	struct helper *manager = &s->helper[ROLE_MANAGER];

	for (int i = 0; i < ROLE_COUNT; i++) {
		struct helper *h = &s->helper[order[i]];

		if (h->pid || h->due_ms > now || helper_start(h, &s->world, now) < 0)
			continue;
		if (h == manager) {
			claims_retell(&s->claims);
			kept_retell(&s->kept);
			s->wish_told = false;
		}
		for (int k = 0; k < ROLE_COUNT; k++) {
			struct helper *other = &s->helper[k];

			if (other == h || (other != manager && h != manager))
				continue;
			if (other->pid && helper_introduce(h, other) < 0)
				kill(h->pid, SIGKILL); /* no descriptors left: try it again */
		}
	}
}

static int greet(struct supervisor *s, struct helper *h)
{
	struct link_welcome w = {
		.version = FRAME_VERSION,
		.mode = (int32_t)s->mode,
		.init_pid = getpid(),
		.generation = h->generation,
		.started_usec = s->started_usec,
	};
	int r;

	if (h->greeted)
		return 0;
	for (int i = 0; i < ROLE_COUNT; i++)
		w.restarts[i] = s->helper[i].generation ? s->helper[i].generation - 1 : 0;
	r = frame_send(h->link, LINK_WELCOME, &w, sizeof(w), NULL, 0);
	h->greeted = r == 0;
	return r;
}

static int tell_asks(struct supervisor *s, int link)
{
	struct link_ask again = { .wish = WISH_RELOAD, .signal = SIGHUP, .times = 1 };
	int r = 0;

	if (s->reload) {
		r = frame_send(link, LINK_ASK, &again, sizeof(again), NULL, 0);
		s->reload = r < 0;
	}
	if (r == 0 && s->wished && !s->wish_told) {
		r = frame_send(link, LINK_ASK, &s->ask, sizeof(s->ask), NULL, 0);
		s->wish_told = r == 0;
	}
	return r;
}

static int tell_manager(struct supervisor *s, struct helper *h)
{
	const struct link_exit *x;
	struct kept_one *k;
	int r = 0;

	while (r == 0 && (k = kept_untold(&s->kept))) {
		r = frame_send(h->link, LINK_KEPT, &k->name, sizeof(k->name), &k->fd, 1);
		k->told = r == 0;
	}
	while (r == 0 && (x = claims_untold(&s->claims))) {
		r = frame_send(h->link, LINK_EXIT, x, sizeof(*x), NULL, 0);
		if (r == 0)
			claims_told(&s->claims);
	}
	if (r == 0 && !h->ready) {
		r = frame_send(h->link, LINK_READY, NULL, 0, NULL, 0);
		h->ready = r == 0;
	}
	return r ? r : tell_asks(s, h->link);
}

static void tell(struct supervisor *s, struct helper *h, uint64_t now)
{
	int r;

	if (h->link < 0 || h->full || h->retry_ms > now)
		return;
	r = greet(s, h);
	if (r == 0 && h->role == ROLE_MANAGER)
		r = tell_manager(s, h);
	if (r == 0)
		r = helper_introduced(h);
	h->full = r == -EAGAIN;
	h->retry_ms = r == 0 || h->full || r == -EPIPE || r == -ECONNRESET ? 0 : now + 50;
}

static void read_signals(struct supervisor *s)
{
	struct signalfd_siginfo si;
	enum link_wish wish;

	while (read(s->signals, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		if (!wish_of_signal(s->mode, (int)si.ssi_signo, &wish))
			continue; /* SIGCHLD: reaping follows in any case */
		if (wish == WISH_RELOAD) {
			s->reload = true;
			continue;
		}
		s->ask.times = s->wished && s->ask.wish == (int32_t)wish ? s->ask.times + 1 : 1;
		s->ask.wish = (int32_t)wish;
		s->ask.signal = (int32_t)si.ssi_signo;
		s->wished = true;
		s->wish_told = false;
	}
}

/* True when svinit has to end without the manager. */
static bool must_force(struct supervisor *s, uint64_t now)
{
	if (!s->wished)
		return false;
	if (s->ask.times >= SUPERVISE_INSIST) {
		say("asked %u times: ending without svmanager", s->ask.times);
		return true;
	}
	if (!helper_is_failing(&s->helper[ROLE_MANAGER], now)) {
		s->force_ms = 0;
		return false;
	}
	if (!s->force_ms) {
		s->force_ms = now + SUPERVISE_RESCUE_MS;
		say("svmanager does not stay up: ending without it in %d s",
		    SUPERVISE_RESCUE_MS / 1000);
	}
	if (now < s->force_ms)
		return false;
	say("ending without svmanager");
	return true;
}

static int time_to_wait(const struct supervisor *s, uint64_t now)
{
	uint64_t next = s->force_ms ? s->force_ms : UINT64_MAX;

	for (int i = 0; i < ROLE_COUNT; i++) {
		const struct helper *h = &s->helper[i];

		if (!h->pid && h->due_ms < next)
			next = h->due_ms;
		if (h->retry_ms && h->retry_ms < next)
			next = h->retry_ms;
	}
	if (next == UINT64_MAX)
		return -1;
	return next <= now ? 0 : (int)(next - now);
}

static void wait_for_something(struct supervisor *s, int wait_ms)
{
	struct pollfd p[ROLE_COUNT + 1];

	for (int i = 0; i < ROLE_COUNT; i++) {
		p[i].fd = s->helper[i].link;
		p[i].events = (short)(POLLIN | (s->helper[i].full ? POLLOUT : 0));
		p[i].revents = 0;
	}
	p[ROLE_COUNT] = (struct pollfd){ .fd = s->signals, .events = POLLIN };
	if (poll(p, ROLE_COUNT + 1, wait_ms) <= 0)
		return;
	for (int i = 0; i < ROLE_COUNT; i++) {
		if (p[i].revents & (POLLOUT | POLLHUP | POLLERR))
			s->helper[i].full = false;
		if (p[i].revents & (POLLIN | POLLHUP | POLLERR))
			drain(s, &s->helper[i]);
	}
	if (p[ROLE_COUNT].revents)
		read_signals(s);
}

int supervise(struct supervisor *s, bool *ret_forced)
{
	sigset_t set;
	bool more = false;

	wish_signals(s->mode, &set);
	sigaddset(&set, SIGCHLD);
	s->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (s->signals < 0)
		return -errno;
	for (int i = 0; i < ROLE_COUNT; i++)
		helper_init(&s->helper[i], (enum link_role)i);
	while (!s->finish) {
		uint64_t now = clock_now_ms();

		*ret_forced = must_force(s, now);
		if (*ret_forced) {
			s->how = (struct link_finish_request){
				.how = (int32_t)wish_finish((enum link_wish)s->ask.wish),
				.status = 1,
			};
			return 0;
		}
		start_due(s, now);
		for (int i = 0; i < ROLE_COUNT; i++)
			tell(s, &s->helper[i], now);
		wait_for_something(s, more ? 0 : time_to_wait(s, now));
		more = supervise_reap(s);
	}
	return 0;
}
