#ifndef SVINIT_MANAGER_FINISH_H
#define SVINIT_MANAGER_FINISH_H

/*
 * The end of it all: every unit stopped in reverse order, the log drained, the control groups and
 * the runtime directory cleaned, then LINK_FINISH to svinit. A second request hurries: what still
 * runs is killed at once.
 */

#include "manager/manager.h"

/* Begins (or hurries) the end. */
void finish_begin(struct manager *m, enum link_finish how);

/* Goes on when the next step is due; cheap when nothing is ending. */
void finish_check(struct manager *m);

/* svlogd has drained all streams, or died. */
void finish_log_done(struct manager *m);

#endif
