#ifndef SVINIT_PROTO_RIGHTS_H
#define SVINIT_PROTO_RIGHTS_H

/*
 * Descriptors beside a message (SCM_RIGHTS, unix(7)): one way to put them into a struct msghdr and
 * one to take them out. The control buffer is the caller's: union rights_buffer of RIGHTS_ROOM(n)
 * bytes, aligned for a struct cmsghdr.
 */

#include <stddef.h>
#include <sys/socket.h>

#define RIGHTS_ROOM(n) CMSG_SPACE(sizeof(int) * (n))
#define RIGHTS_BUFFER(name, n)                                                                     \
	union {                                                                                    \
		struct cmsghdr align;                                                              \
		char bytes[RIGHTS_ROOM(n)];                                                        \
	} name

/*
 * Has the message carry n descriptors (n > 0); `room` is RIGHTS_ROOM(n) bytes or more and must live
 * until it is sent. The descriptors stay the caller's.
 */
void rights_put(struct msghdr *m, void *room, const int *fds, size_t n);

/*
 * Takes the descriptors out of a received message into fds, at most `most`; any beyond are closed.
 * Returns how many were taken; they are the caller's.
 */
size_t rights_take(struct msghdr *m, int *fds, size_t most);

#endif
