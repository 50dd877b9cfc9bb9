#ifndef SVINIT_CTL_WIRE_H
#define SVINIT_CTL_WIRE_H

/*
 * The client's end of the control socket: JSON objects, each terminated by one NUL byte, with
 * descriptors beside them. The peer is not trusted to be quick, whole or right: messages arrive in
 * any pieces, nothing blocks past the deadline, a message over WIRE_MAX_BYTES or one that is no
 * JSON object ends the conversation, and descriptors that nobody takes are closed.
 */

#include "base/error.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum { WIRE_MAX_BYTES = 256 * 1024 * 1024, WIRE_MAX_FDS = 16 };

struct wire {
	int fd;
	uint64_t deadline_usec; /* CLOCK_MONOTONIC; 0: none */
	char *data;             /* received, not yet handed out */
	size_t size;
	size_t capacity;
	size_t searched; /* bytes of data known to hold no NUL */
	int fds[WIRE_MAX_FDS];
	size_t n_fds;
};

/*
 * Connects to the socket at path; gives up after timeout_ms. 0 or negative errno, with the text in
 * e. On failure w needs no wire_fini().
 */
int wire_open(struct wire *w, const char *path, unsigned timeout_ms, struct error *e);

/* Takes over a connected socket. 0 or negative errno; w owns fd in both cases. */
int wire_adopt(struct wire *w, int fd);

/* From now on: sending and receiving fail with -ETIMEDOUT after so long; 0: never. */
void wire_deadline(struct wire *w, unsigned timeout_ms);

/* Sends one message and n descriptors, which stay the caller's. 0 or negative errno. */
int wire_send(struct wire *w, const json_t *message, const int *fds, size_t n_fds);

/*
 * Receives one message. 1 with *ret a new reference, 0 when the peer has closed, -EAGAIN only when
 * `wait` is 0 and no whole message is there, -ETIMEDOUT, -EPROTO when it is no JSON object,
 * -EMSGSIZE, other negative errno.
 */
int wire_recv(struct wire *w, int wait, json_t **ret);

/* Moves the oldest received descriptor out; -1 when there is none. */
int wire_take_fd(struct wire *w);

void wire_fini(struct wire *w);

#endif
