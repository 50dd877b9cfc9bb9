#ifndef SVINIT_INIT_SUPERVISE_H
#define SVINIT_INIT_SUPERVISE_H

/*
 * The loop of svinit: signals, three links, and the time of the next restart. Nothing in it blocks
 * and nothing allocates. It goes through the same four steps each time:
 *
 *   reap    every zombie, each after a look at it (WNOWAIT) and at the manager's link, so that a
 *           claim that was sent before the child could run is read before its exit is
 *   start   every helper that is due, and introduce it to those that run
 *   tell    each helper what it was not told yet; a full socket stops it until POLLOUT
 *   wait    in poll, without a time-out unless a restart or a deadline is due
 *
 * The manager decides when to end (LINK_FINISH). Without a manager svinit ends by itself: when a
 * signal has asked for it and the manager failed again and again for all of SUPERVISE_RESCUE_MS, or
 * when it was asked seven times.
 */

#include "init/claims.h"
#include "init/helper.h"
#include "init/kept.h"
#include "init/wish.h"

enum { SUPERVISE_RESCUE_MS = 10000, SUPERVISE_INSIST = 7, SUPERVISE_REAP_AT_ONCE = 256 };

struct supervisor {
	enum link_mode mode;
	int signals; /* signalfd */
	uint64_t started_usec;
	struct helper helper[ROLE_COUNT];
	struct helper_world world;
	struct claims claims;
	struct kept kept;

	bool wished; /* a signal asked for an end, and the manager is to know it */
	bool wish_told;
	bool reload;
	struct link_ask ask;
	uint64_t force_ms; /* when svinit ends without the manager; 0: not now */

	bool finish; /* the manager said that every unit is down */
	struct link_finish_request how;
};

/*
 * Runs until the end. The caller has filled in mode, world.argv and started_usec in a zeroed
 * structure, and the signals of wish_signals() and SIGCHLD are blocked. Returns when svinit is to
 * end: s->how says how; `forced` is set when the manager could not be asked to stop the units.
 * Negative errno when the loop cannot be set up.
 */
int supervise(struct supervisor *s, bool *ret_forced);

/* Reaps what is there, at most SUPERVISE_REAP_AT_ONCE. True when there may be more. */
bool supervise_reap(struct supervisor *s);

#endif
