#ifndef SVINIT_MANAGER_ENDING_H
#define SVINIT_MANAGER_ENDING_H

/*
 * How a container ends: signals, kills, the exit that svinit reports, sweeping what the main
 * process left behind, and letting the control group go.
 */

#include "manager/service.h"

/* ACTION_SIGNAL, ACTION_KILL, ACTION_SWEEP. */
void ending_signal(struct service *s);
void ending_kill(struct service *s);
void ending_sweep(struct service *s);

/*
 * svctl kill: `signal` to the main process or to all of the container. 0 or negative errno; -ESRCH
 * when nothing runs.
 */
int ending_send(struct service *s, int signal, bool all);

/* LINK_EXIT for the service's pid. */
void ending_exited(struct service *s, const struct link_exit *x);

/* Memory ran out inside the leaf, or it may have: looks at the counter. */
void ending_watch_memory(struct service *s);
void ending_watch_pidfd(struct service *s, int pidfd);
void ending_unwatch(struct service *s);

/* Nothing runs and nothing will soon: removes the leaf, off the loop. */
void ending_release(struct service *s);

#endif
