#ifndef SVINIT_PROTO_FRAME_H
#define SVINIT_PROTO_FRAME_H

/*
 * Frames: what our own programs say to each other over a SOCK_SEQPACKET socket. One frame is one
 * packet: a header, a payload of plain C structs (both ends are built together and the version is
 * checked in LINK_WELCOME) and descriptors. The kernel keeps the boundaries, so a reader never
 * holds half a message, and a writer that dies leaves none behind.
 *
 * Received descriptors are close-on-exec and belong to the frame until taken with frame_take_fd().
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	FRAME_VERSION = 1,
	FRAME_MAX_BYTES = 160 * 1024, /* below the default socket buffer of 208 KiB */
	FRAME_MAX_FDS = 200,          /* SCM_MAX_FD is 253 */
};

struct frame_header {
	uint32_t type;
	uint32_t reserved;
};

struct frame {
	uint32_t type;
	const void *payload; /* points into the buffer given to frame_recv */
	size_t size;
	int fds[FRAME_MAX_FDS];
	size_t n_fds;
};

/* A connected pair, both close-on-exec and non-blocking. 0 or negative errno. */
int frame_pair(int ret[2]);

/*
 * Sends one frame, all or nothing. The descriptors stay the caller's. 0, -EAGAIN when the other end
 * does not keep up (non-blocking sockets), -EPIPE or -ECONNRESET when it is gone, other negative
 * errno.
 */
int frame_send(int fd, uint32_t type, const void *payload, size_t size, const int *fds,
	       size_t n_fds);

/*
 * Receives one frame into buf (FRAME_MAX_BYTES is always enough; 8-byte aligned). Returns 1 with *f
 * filled, 0 when the other end has closed, -EAGAIN when there is nothing, -EPROTO when the packet
 * is none of ours (it is dropped, its descriptors are closed), other negative errno.
 */
int frame_recv(int fd, void *buf, size_t size, struct frame *f);

/* Moves descriptor i out of the frame; -1 when there is none. */
int frame_take_fd(struct frame *f, size_t i);

/* Closes the descriptors that were not taken. */
void frame_fini(struct frame *f);

#endif
