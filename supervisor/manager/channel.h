#ifndef SVINIT_MANAGER_CHANNEL_H
#define SVINIT_MANAGER_CHANNEL_H

/*
 * One frame socket on the loop: to svinit, svbox or svlogd. Sending never blocks and never loses:
 * what the socket does not take at once waits in a queue, with copies of its descriptors, until it
 * does. When the other end closes, `closed` is called once and the channel is free to be connected
 * again.
 */

#include "proto/frame.h"

#include <stdbool.h>
#include <uv.h>

struct channel;

struct channel_calls {
	/* The frame's descriptors are closed after the call unless taken. */
	void (*frame)(void *arg, struct frame *f);
	/* The peer is gone; what it had sent before was delivered. */
	void (*closed)(void *arg);
};

/* Takes the descriptor. 0 or negative errno (the descriptor is closed then). */
int channel_open(uv_loop_t *loop, int fd, const struct channel_calls *calls, void *arg,
		 struct channel **ret);

/* Closes without calling back; drops what was not sent. NULL is legal. */
void channel_close(struct channel *c);

/* Sends or queues a frame; the descriptors stay the caller's. 0 or negative errno. */
int channel_send(struct channel *c, uint32_t type, const void *payload, size_t size, const int *fds,
		 size_t n_fds);

/* Reads and delivers what is there now, before the loop would. */
void channel_drain(struct channel *c);

#endif
