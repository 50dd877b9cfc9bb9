#ifndef SVINIT_MANAGER_SPAWN_H
#define SVINIT_MANAGER_SPAWN_H

/*
 * The start of one container, from the leaf to the proof of exec.
 *
 * 1. Leaf made, limits written; the unit compiled; its inputs opened.
 * 2. BOX_START to svbox with all descriptors. Until svbox answers nothing is recorded: if it or we
 *    die, the child (if any) sees its go close and is gone before exec.
 * 3. BOX_STARTED: pid recorded, claimed at svinit, "go" recorded, go written: in this order.
 * 4. The child's reports on go: a failure, or the proof of exec (READY).
 */

#include "manager/service.h"
#include "proto/box.h"

/* ACTION_SPAWN. Failures are posted as EVENT_REFUSE with the blame set. */
void spawn_begin(struct service *s);

/* ACTION_CANCEL: a stop or a time-out before the program runs. */
void spawn_cancel(struct service *s);

/* svbox answered; takes the descriptors. */
void spawn_answered(struct manager *m, const struct box_started *a, int pidfd, int go);

/* Reads what the child has reported so far; call before its exit is handled. */
void spawn_drain(struct service *s);

/* A new svbox is there (or the leaf is free): starts that wait are sent. */
void spawn_resume(struct manager *m);
void spawn_resume_one(struct service *s);

/* svbox died: what it had not answered is sent again to the next one. */
void spawn_box_lost(struct manager *m);

/* Writes the unit's limits to the group of what runs. 0 or negative errno with *e set. */
int spawn_update_limits(struct service *s, struct error *e);

/* Forgets the start without touching the child. */
void spawn_forget(struct service *s);

#endif
