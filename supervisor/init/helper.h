#ifndef SVINIT_INIT_HELPER_H
#define SVINIT_INIT_HELPER_H

/*
 * One of the three helpers: svmanager, svbox, svlogd. It is started with its link as LINK_FD in a
 * session of its own (Ctrl-C is for svinit alone), with the signals and limits that svinit itself
 * was given.
 *
 * A helper that ends is started again. One that crashes waits longer each time (0, 100 ms, then
 * doubled up to 5 s) until it has stayed up for 10 s; one that was killed with SIGKILL, by somebody
 * or by the kernel for memory, did not fail and waits 100 ms at most.
 *
 * What must be told is state, never a queue: each channel that waits to be handed over stands in
 * peer[], and helper_introduced() is called until everything went out.
 */

#include "proto/link.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

enum { HELPER_STEADY_MS = 10000, HELPER_RESCUE_FAILS = 5 };

/* What every helper is started with; set once at the start of svinit. */
struct helper_world {
	char exe_dir[4096]; /* the directory that svinit's own binary is in, or "" */
	struct rlimit files;
	char *const *argv[ROLE_COUNT];
};

struct helper {
	enum link_role role;
	pid_t pid; /* 0 while it is down */
	int link;  /* -1 when closed */
	uint32_t generation;
	unsigned fails; /* crashes since it was last steady */
	uint64_t started_ms;
	uint64_t due_ms; /* when to start it, while it is down */
	bool greeted, ready;
	bool let_go;       /* svinit ends: its end is no failure */
	bool full;         /* its socket is full: wait for POLLOUT */
	uint64_t retry_ms; /* the kernel had no memory to tell it something: try again then; or 0 */
	int peer[ROLE_COUNT]; /* channels that it must still be given, or -1 */
	struct link_peer peer_is[ROLE_COUNT];
};

const char *helper_name(enum link_role role);

void helper_init(struct helper *h, enum link_role role);

/* Fills in exe_dir and files and raises the soft limit of descriptors for svinit itself. */
void helper_world_init(struct helper_world *w);

/* Starts it. 0, or negative errno with due_ms set for the next attempt. */
int helper_start(struct helper *h, const struct helper_world *w, uint64_t now_ms);

/*
 * It was reaped: closes what belongs to it and sets when it is due again. code and status are those
 * of waitid(2).
 */
void helper_ended(struct helper *h, int code, int status, uint64_t now_ms);

/* How long to wait before a start, after so many failures in a row. */
uint64_t helper_delay_ms(unsigned fails);

/* True when it dies again and again. */
bool helper_is_failing(const struct helper *h, uint64_t now_ms);

/* Makes a channel between two helpers that both run; each is given its end by helper_introduced. */
int helper_introduce(struct helper *a, struct helper *b);

/* Sends what waits in peer[]. 0, or the error of frame_send. */
int helper_introduced(struct helper *h);

/* Closes the link: the helper's sign to exit. */
void helper_unlink(struct helper *h);

#endif
