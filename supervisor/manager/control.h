#ifndef SVINIT_MANAGER_CONTROL_H
#define SVINIT_MANAGER_CONTROL_H

/*
 * The control socket: clients, messages and who may call (doc/control.md). What a call means is in
 * methods.c. A client has at most one call under way; its next message waits until that is
 * answered. A client that sends nonsense loses its connection and nothing else.
 */

#include "manager/manager.h"

#include <jansson.h>

struct control;
struct client;

/* One call. It lives until it is answered for good or its client is gone. */
struct call {
	struct manager *m;
	struct client *client;
	json_t *parameters; /* an object */
	bool more;          /* the client takes several answers */
	int fds[3];         /* what came along; -1 where nothing did */
	size_t n_fds;

	/* For methods.c. */
	json_t *jobs;   /* answers that are gathered */
	size_t waiting; /* how many jobs are not done */
	bool planning;  /* jobs are still being requested */
	struct service *runs;
};

/* Takes the listening socket that svinit kept (-1: makes it and has svinit keep it). */
int control_open(struct manager *m, int listening, struct control **ret, struct error *e);

/* Closes the socket and all clients; the socket's file is removed. NULL is legal. */
void control_close(struct control *c);

/* Answers. `parameters` is taken (NULL for {}); fd (or -1) stays the caller's. */
void call_answer(struct call *c, json_t *parameters, int fd);

/* An answer after which more come. */
void call_continue(struct call *c, json_t *parameters);

/* Ends the call with an error; `name` like "io.svinit.Failed". */
void call_fail(struct call *c, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with parameters of one's own (taken), "message" included. */
void call_fail_with(struct call *c, const char *name, json_t *parameters);

#endif
