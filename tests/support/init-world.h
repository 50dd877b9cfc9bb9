#ifndef SVINIT_TESTS_INIT_WORLD_H
#define SVINIT_TESTS_INIT_WORLD_H

/*
 * A world for one test of the real svinit: a copy of it with three scripted helpers (init-fake.c)
 * in a directory of its own, and the test in the place of the manager. Every function fails the
 * test when what it wants does not come.
 */

#include "init-fake.h"
#include "proto/frame.h"
#include "proto/link.h"

enum { WAIT_MS = 8000 }; /* how long anything may take */

struct fake {
	int order; /* to the fake */
	int link;  /* its link to svinit */
	pid_t pid;
};

struct world {
	char dir[64], socket[96], log[96], svinit[96], runtime[96];
	int listener;
	pid_t init;
	struct fake fake[ROLE_COUNT];
	_Alignas(8) char buf[4096];
	struct frame f;
};

/* Set-up and teardown of a test: svinit with three scripted helpers that have reported. */
int start_world(void **state);
int stop_world(void **state);

/* One more svinit in the same directories. */
void start_init(struct world *w);

/* Waits for the end of svinit; its exit status, 128+N, or -1 when it does not end. */
int end_init(struct world *w);

/* Lets the next helper that starts in; returns its role. */
int accept_fake(struct world *w);

/* Closes what the test holds of a helper. */
void let_go(struct fake *k);

/* SIGKILL, and its successor is let in. */
void kill_helper(struct world *w, enum link_role role);

/* The next frame on fd, which must come; its descriptors are those of w->f. */
void next_frame(struct world *w, int fd);

/* The same, of that type and size; returns its payload. */
const void *want_frame(struct world *w, int fd, uint32_t type, size_t size);

/* Nothing comes for so long. */
void want_silence(int fd, int ms);

/* The other end is gone. */
void want_end(struct world *w, int fd);
void want_welcome(struct world *w, enum link_role role, uint32_t generation);
void want_ready(struct world *w);

/* The channel to `peer` that `role` is given. */
int want_peer(struct world *w, enum link_role role, enum link_role peer);

/* What the manager is told first. */
struct link_exit want_exit(struct world *w);

/* Everything that the manager is told at the start of svinit. */
void greet_manager(struct world *w);

/* What the manager says. */
void say_to_init(struct world *w, uint32_t type, const void *data, size_t n);
void claim(struct world *w, pid_t pid);
void release(struct world *w, pid_t pid);

/* svbox makes a child of svinit. */
pid_t fork_child(struct world *w, enum fake_child child, int n);

/* Until pid has ended, reaped or not. */
void wait_until_zombie(pid_t pid);

#endif
