#ifndef SVINIT_MANAGER_LOGS_H
#define SVINIT_MANAGER_LOGS_H

/* The manager's side of the log: the FIFOs of the units and the channel to svlogd. */

#include "manager/service.h"

enum log_stream { STREAM_STDOUT, STREAM_STDERR };

/* Opens (making it if need be) a FIFO of the unit, read-write; the caller's. -errno with *e set. */
int logs_open_stream(struct service *s, enum log_stream stream, struct error *e);

/* Tells svlogd about the unit, once for each svlogd. */
void logs_add(struct service *s);

/*
 * After a restore: our readers of the streams that are there, so that nothing is thrown away while
 * svlogd is dead. That one cannot be opened is no error: svlogd has its own.
 */
void logs_reopen(struct service *s);

/* A new svlogd is there: tells it about all units that have streams. */
void logs_add_all(struct manager *m);

/* A line of ours in the unit's log. */
void logs_note(struct service *s, const char *text);

/*
 * The unit is gone for good; its files stay. Its FIFOs, and our readers of them, go when svlogd has
 * said that it took all that was in them (logs_removed()), however late that is.
 */
void logs_forget(struct service *s);
void logs_removed(struct manager *m, const char *unit);

/* Passes a query on with the descriptor for the answer. 0 or negative errno. */
int logs_query(struct manager *m, const void *query, size_t size, int fd);

/* Asks svlogd to finish; 0 when there is none to ask. */
int logs_finish(struct manager *m);

#endif
