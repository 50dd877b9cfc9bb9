#ifndef SVINIT_INIT_FINISH_H
#define SVINIT_INIT_FINISH_H

/*
 * The end of a run. The helpers are let go by closing their links, svlogd last, so that the last
 * lines are written; who does not go in time is killed. This is the one part of svinit that waits
 * in its own loops: each has a deadline.
 */

#include "init/supervise.h"

/*
 * Ends everything. With `forced` the units are still up and get SIGTERM, then SIGKILL. Returns when
 * only svinit is left (on a machine; elsewhere processes that nobody claimed may remain).
 */
void finish(struct supervisor *s, bool forced);

#endif
