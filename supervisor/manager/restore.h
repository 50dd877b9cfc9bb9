#ifndef SVINIT_MANAGER_RESTORE_H
#define SVINIT_MANAGER_RESTORE_H

/*
 * From the state file to services, on every start of the manager. What the records say is compared
 * with what the kernel says: pids by their start time, groups by name. Exits that svinit kept come
 * through the link afterwards, as any other exit.
 */

#include "manager/service.h"

/* After units_load(): makes all services and puts the recorded facts into them. */
int restore_services(struct manager *m, struct error *e);

/* After LINK_READY: claims what runs, takes up what was under way, starts the target once. */
void restore_resume(struct manager *m);

/* Forgets the timer that looks whether a restored start has come to exec. */
void restore_stop_probing(struct service *s);

/* svinit says that the pid is no child of its: adopted when it is still there, else ended. */
void restore_not_a_child(struct service *s);

#endif
