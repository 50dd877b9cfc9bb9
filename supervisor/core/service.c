#include "core/service.h"

#include <signal.h>

#define GO(state, act)                                                                             \
	{                                                                                          \
		SERVICE_##state, ACTION_##act                                                      \
	}

/* Rows are written whole: every event of every state, the impossible ones too. */
static const struct service_step table[SERVICE_STATE_COUNT][EVENT_COUNT] = {
	[SERVICE_DOWN] = {
		[EVENT_QUEUE] = GO(WAITING, NONE),
		[EVENT_START] = GO(STARTING, SPAWN),
		[EVENT_READY] = GO(DOWN, NEVER),
		[EVENT_REFUSE] = GO(DOWN, NEVER),
		[EVENT_EXIT] = GO(DOWN, NEVER),
		[EVENT_EMPTY] = GO(DOWN, NEVER),
		[EVENT_STOP] = GO(DOWN, NONE),
		[EVENT_EXPIRE] = GO(DOWN, NEVER),
		[EVENT_RESET] = GO(DOWN, NONE),
	},
	[SERVICE_WAITING] = {
		[EVENT_QUEUE] = GO(WAITING, NONE),
		[EVENT_START] = GO(STARTING, SPAWN),
		[EVENT_READY] = GO(WAITING, NEVER),
		[EVENT_REFUSE] = GO(FAILED, DROPPED),
		[EVENT_EXIT] = GO(WAITING, NEVER),
		[EVENT_EMPTY] = GO(WAITING, NEVER),
		[EVENT_STOP] = GO(DOWN, DROPPED),
		[EVENT_EXPIRE] = GO(WAITING, NEVER),
		[EVENT_RESET] = GO(WAITING, NONE),
	},
	[SERVICE_STARTING] = {
		[EVENT_QUEUE] = GO(STARTING, NONE),
		[EVENT_START] = GO(STARTING, NONE),
		[EVENT_READY] = GO(UP, LIVE),
		[EVENT_REFUSE] = GO(SWEEPING, SWEEP),
		[EVENT_EXIT] = GO(SWEEPING, SWEEP),
		[EVENT_EMPTY] = GO(STARTING, NEVER),
		[EVENT_STOP] = GO(KILLING, CANCEL),
		[EVENT_EXPIRE] = GO(KILLING, CANCEL),
		[EVENT_RESET] = GO(STARTING, NONE),
	},
	[SERVICE_WORKING] = {
		[EVENT_QUEUE] = GO(WORKING, NONE),
		[EVENT_START] = GO(WORKING, NONE),
		[EVENT_READY] = GO(WORKING, NONE),
		[EVENT_REFUSE] = GO(WORKING, NEVER),
		[EVENT_EXIT] = GO(SWEEPING, SWEEP),
		[EVENT_EMPTY] = GO(WORKING, NEVER),
		[EVENT_STOP] = GO(STOPPING, SIGNAL),
		[EVENT_EXPIRE] = GO(STOPPING, SIGNAL),
		[EVENT_RESET] = GO(WORKING, NONE),
	},
	[SERVICE_UP] = {
		[EVENT_QUEUE] = GO(UP, NONE),
		[EVENT_START] = GO(UP, NONE),
		[EVENT_READY] = GO(UP, NONE),
		[EVENT_REFUSE] = GO(UP, NEVER),
		[EVENT_EXIT] = GO(SWEEPING, SWEEP),
		[EVENT_EMPTY] = GO(UP, NEVER),
		[EVENT_STOP] = GO(STOPPING, SIGNAL),
		[EVENT_EXPIRE] = GO(UP, NEVER),
		[EVENT_RESET] = GO(UP, NONE),
	},
	[SERVICE_EXITED] = {
		[EVENT_QUEUE] = GO(EXITED, NONE),
		[EVENT_START] = GO(EXITED, NONE),
		[EVENT_READY] = GO(EXITED, NEVER),
		[EVENT_REFUSE] = GO(EXITED, NEVER),
		[EVENT_EXIT] = GO(EXITED, NEVER),
		[EVENT_EMPTY] = GO(EXITED, NEVER),
		[EVENT_STOP] = GO(SWEEPING, SWEEP),
		[EVENT_EXPIRE] = GO(EXITED, NEVER),
		[EVENT_RESET] = GO(EXITED, NONE),
	},
	[SERVICE_STOPPING] = {
		[EVENT_QUEUE] = GO(STOPPING, NONE),
		[EVENT_START] = GO(STOPPING, NONE),
		[EVENT_READY] = GO(STOPPING, NONE),
		[EVENT_REFUSE] = GO(STOPPING, NEVER),
		[EVENT_EXIT] = GO(SWEEPING, SWEEP),
		[EVENT_EMPTY] = GO(STOPPING, NEVER),
		[EVENT_STOP] = GO(STOPPING, NONE),
		[EVENT_EXPIRE] = GO(KILLING, KILL),
		[EVENT_RESET] = GO(STOPPING, NONE),
	},
	[SERVICE_KILLING] = {
		[EVENT_QUEUE] = GO(KILLING, NONE),
		[EVENT_START] = GO(KILLING, NONE),
		[EVENT_READY] = GO(KILLING, NONE),
		[EVENT_REFUSE] = GO(SWEEPING, SWEEP),
		[EVENT_EXIT] = GO(SWEEPING, SWEEP),
		[EVENT_EMPTY] = GO(KILLING, NEVER),
		[EVENT_STOP] = GO(KILLING, NONE),
		[EVENT_EXPIRE] = GO(KILLING, KILL),
		[EVENT_RESET] = GO(KILLING, NONE),
	},
	[SERVICE_SWEEPING] = {
		[EVENT_QUEUE] = GO(SWEEPING, NONE),
		[EVENT_START] = GO(SWEEPING, NONE),
		[EVENT_READY] = GO(SWEEPING, NONE),
		[EVENT_REFUSE] = GO(SWEEPING, NONE),
		[EVENT_EXIT] = GO(SWEEPING, NEVER),
		[EVENT_EMPTY] = GO(DOWN, SETTLE),
		[EVENT_STOP] = GO(SWEEPING, NONE),
		[EVENT_EXPIRE] = GO(SWEEPING, SWEEP),
		[EVENT_RESET] = GO(SWEEPING, NONE),
	},
	[SERVICE_BACKOFF] = {
		[EVENT_QUEUE] = GO(WAITING, NONE),
		[EVENT_START] = GO(STARTING, SPAWN),
		[EVENT_READY] = GO(BACKOFF, NEVER),
		[EVENT_REFUSE] = GO(FAILED, DROPPED),
		[EVENT_EXIT] = GO(BACKOFF, NEVER),
		[EVENT_EMPTY] = GO(BACKOFF, NEVER),
		[EVENT_STOP] = GO(DOWN, DROPPED),
		[EVENT_EXPIRE] = GO(STARTING, SPAWN),
		[EVENT_RESET] = GO(BACKOFF, NONE),
	},
	[SERVICE_FAILED] = {
		[EVENT_QUEUE] = GO(WAITING, NONE),
		[EVENT_START] = GO(STARTING, SPAWN),
		[EVENT_READY] = GO(FAILED, NEVER),
		[EVENT_REFUSE] = GO(FAILED, NONE),
		[EVENT_EXIT] = GO(FAILED, NEVER),
		[EVENT_EMPTY] = GO(FAILED, NEVER),
		[EVENT_STOP] = GO(FAILED, NONE),
		[EVENT_EXPIRE] = GO(FAILED, NEVER),
		[EVENT_RESET] = GO(DOWN, NONE),
	},
};

static const char *const state_names[] = {
#define X(name, active, sub) #name,
	SERVICE_STATES(X)
#undef X
};

static const char *const state_active[] = {
#define X(name, active, sub) active,
	SERVICE_STATES(X)
#undef X
};

static const char *const state_sub[] = {
#define X(name, active, sub) sub,
	SERVICE_STATES(X)
#undef X
};

static const char *const event_names[] = {
#define X(name) #name,
	SERVICE_EVENTS(X)
#undef X
};

static const char *const reason_names[] = {
#define X(name, text) text,
	EXIT_REASONS(X)
#undef X
};

struct service_step service_next(enum service_state state, enum service_event event)
{
	return table[state][event];
}

const char *service_state_name(enum service_state state)
{
	return state_names[state];
}

const char *service_active(enum service_state state)
{
	return state_active[state];
}

const char *service_sub(enum service_state state)
{
	return state_sub[state];
}

const char *service_event_name(enum service_event event)
{
	return event_names[event];
}

const char *exit_reason_name(enum exit_reason reason)
{
	return reason_names[reason];
}

bool service_state_live(enum service_state state)
{
	switch (state) {
	case SERVICE_STARTING:
	case SERVICE_WORKING:
	case SERVICE_UP:
	case SERVICE_STOPPING:
	case SERVICE_KILLING:
	case SERVICE_SWEEPING:
		return true;
	default:
		return false;
	}
}

static bool clean_signal(int signal)
{
	return signal == SIGHUP || signal == SIGINT || signal == SIGTERM || signal == SIGPIPE;
}

bool service_end_clean(const struct service_end *end)
{
	if (end->reason == REASON_EXITED)
		return end->code == 0;
	if (end->reason == REASON_SIGNALED)
		return clean_signal(end->signal);
	return end->reason == REASON_NONE || end->reason == REASON_STOPPED;
}

bool service_restarts(enum unit_restart policy, const struct service_end *end)
{
	bool clean = service_end_clean(end);

	switch (policy) {
	case RESTART_NO:
		return false;
	case RESTART_ALWAYS:
		return true;
	case RESTART_ON_SUCCESS:
		return clean;
	case RESTART_ON_FAILURE:
		return !clean;
	case RESTART_ON_ABNORMAL:
		return !clean && end->reason != REASON_EXITED &&
		       end->reason != REASON_START_FAILED && end->reason != REASON_UNKNOWN;
	}
	return false;
}

enum service_state service_settle(const struct unit *u, const struct service_end *end,
				  bool stop_asked)
{
	bool clean = service_end_clean(end);

	if (stop_asked)
		return SERVICE_DOWN;
	if (clean && u->service.type == TYPE_ONESHOT && u->service.remain_after_exit)
		return SERVICE_EXITED;
	if (service_restarts(u->service.restart, end))
		return SERVICE_BACKOFF;
	if (clean && u->service.remain_after_exit)
		return SERVICE_EXITED;
	return clean ? SERVICE_DOWN : SERVICE_FAILED;
}

enum {
	FIRST_DELAY_USEC = 10 * 1000,     /* the second restart with RestartSec=0 */
	STABLE_LEAST_USEC = 10 * 1000000, /* a run this long begins the delays anew */
};

uint64_t service_backoff_usec(uint64_t base_usec, uint64_t max_usec, unsigned tries,
			      uint32_t random)
{
	uint64_t delay = base_usec;
	uint64_t spread;

	if (!base_usec && tries) {
		delay = FIRST_DELAY_USEC;
		tries--;
	}
	while (tries-- && delay < max_usec)
		delay = delay > UINT64_MAX / 2 ? UINT64_MAX : delay * 2;
	if (delay > max_usec)
		delay = max_usec < base_usec ? base_usec : max_usec;
	spread = delay / 10;
	if (!spread)
		return delay;
	return delay - spread + (uint64_t)random % (2 * spread + 1);
}

bool service_run_stable(uint64_t base_usec, uint64_t ran_usec)
{
	uint64_t least = base_usec > STABLE_LEAST_USEC ? base_usec : STABLE_LEAST_USEC;

	return ran_usec >= least;
}
