#ifndef SVINIT_MANAGER_SERVICE_H
#define SVINIT_MANAGER_SERVICE_H

/*
 * A unit that may run: its immutable definition, its facts (which live in the state file as well)
 * and what this manager holds for it. All changes of state go through service_post().
 */

#include "core/service.h"
#include "manager/manager.h"

struct start;
struct memory_watch;
struct waiter;

enum job_kind { JOB_NONE, JOB_START, JOB_STOP, JOB_RESTART };

struct service {
	struct manager *m;
	struct unit *unit;
	uint32_t index; /* in the set, the graph and manager.services */
	int record;     /* in the state file */
	struct facts facts;
	struct service *pid_next; /* in manager.by_pid */

	struct cgroup_leaf *leaf;
	bool leaf_killed;   /* cgroup.kill was written: not to be used again */
	bool leaf_going;    /* an rmdir is under way in the pool */
	bool spawn_waiting; /* STARTING, but svbox or the leaf is not there yet */
	int streams[2];     /* a reader of each FIFO: while svlogd is dead nothing is thrown away */
	unsigned removals;  /* of earlier units of this name, see logs.c */
	bool log_added;     /* the current svlogd knows its streams */
	bool changed;       /* its definition is another since the last reload */
	bool vanished;      /* its file is gone, it still runs */
	bool restored;      /* its facts were read, or there were none */
	bool unproven;      /* restored while it started: exit 125 means it never ran */
	bool adopted;       /* not svinit's child: its end is seen by pidfd, its status unknown */
	struct start *start; /* while svbox and the child build */
	uv_timer_t *timer;
	uv_timer_t *prober;  /* of a restored start, see restore.c */
	int pidfd;           /* of the main process, -1 when there is none */
	uv_poll_t *adoption; /* of pidfd, when adopted */
	struct memory_watch *memory_watch;
	unsigned sweeps; /* how often the sweep has looked */

	uint8_t job; /* enum job_kind */
	bool job_running;
	bool job_failed;
	bool check_queued;
	struct service *check_next;
	struct waiter *waiters;

	/* svctl run: who gets the end, and the descriptors for its streams until the start. */
	void *runner;
	int run_fds[3];
	size_t n_run_fds;
	bool run_terminal;
};

/*
 * Makes the service of a unit; record is its index in the state file, -1 for a new one. The caller
 * puts it into manager.services and sets the index. NULL when memory (or the state file) ran out.
 */
struct service *service_new(struct manager *m, struct unit *unit, int record);

/* Frees a service that has no process; its record is dropped. */
void service_free(struct service *s);

/* Closes the descriptors of svctl run: who reads the other end waits for that. */
void service_close_run(struct service *s);

/* The close callback of a handle that stands alone on the heap. */
void service_free_handle(uv_handle_t *handle);

/* Hands an event to the table and performs the action. */
void service_post(struct service *s, enum service_event event);

/* Commits the facts; call after every change of them. */
void service_commit(struct service *s);

/* Arms the one deadline of the state, from now; UINT64_MAX disarms. Microseconds. */
void service_arm(struct service *s, uint64_t usec);

/* Arms what the facts say, after a restore. */
void service_rearm(struct service *s);

/* The facts' pid, in the table by pid. pid 0 takes it out. Commits. */
void service_set_pid(struct service *s, int pid);
struct service *service_by_pid(struct manager *m, int pid);

/*
 * By name or alias; NULL when there is none. services[i] is that of set->units[i], so this may only
 * be called when both lists are whole.
 */
struct service *service_find(const struct manager *m, const char *name);

/* A line about the unit: for the operator and into the unit's own log. */
void service_say(struct service *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Remembers why it failed, for status; the first cause of a start wins. */
void service_blame(struct service *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* "exited with status 1", "killed by SIGSEGV", "killed by the kernel for want of memory". */
const char *service_end_text(const struct service *s, char *buf, size_t size);

static inline enum service_state service_state(const struct service *s)
{
	return (enum service_state)s->facts.state;
}

/* DOWN or FAILED: nothing of it runs and nothing is on its way. */
static inline bool service_is_down(const struct service *s)
{
	return service_state(s) == SERVICE_DOWN || service_state(s) == SERVICE_FAILED;
}

#endif
