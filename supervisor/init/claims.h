#ifndef SVINIT_INIT_CLAIMS_H
#define SVINIT_INIT_CLAIMS_H

/*
 * The children that the manager wants to hear of, and the exits that it has not released yet.
 *
 * A claim is live until its process is reaped; then it holds the exit and stands in one list, in
 * the order of death, until it is released. `tell` is the first exit in that list that the present
 * manager has not been sent; a new manager begins at the head again. So a full socket, a slow
 * manager and a dead one are the same case: the exits wait.
 *
 * A pid can stand here twice: once exited and not yet released, and once live, because the kernel
 * gave the number away again. Release takes the oldest exit first.
 *
 * The whole is a fixed table in BSS: nothing is allocated, and pages that no pid touched cost
 * nothing. Entry 0 is no entry, so zeroed memory is an empty table.
 */

#include "proto/link.h"

#include <stdbool.h>

enum { CLAIMS_MAX = 32768, CLAIMS_BUCKETS = 32768 };

struct claim {
	struct link_exit exit;  /* exit.pid is always set */
	uint32_t chain;         /* next in the bucket, or in the list of free entries */
	uint32_t before, after; /* neighbours in the list of exits */
	bool exited;
};

struct claims {
	uint32_t bucket[CLAIMS_BUCKETS];
	struct claim entry[CLAIMS_MAX + 1];
	uint32_t used; /* entries 1..used were in use at some time */
	uint32_t free;
	uint32_t first, last, tell;
	uint32_t n_live;
};

/* Adds a live claim. 0, or -ENOSPC when the table is full. */
int claims_add(struct claims *c, pid_t pid);

bool claims_is_live(const struct claims *c, pid_t pid);
bool claims_has_exit(const struct claims *c, pid_t pid);

/* The live claim for x->pid becomes an exit. False when nobody claimed it. */
bool claims_exited(struct claims *c, const struct link_exit *x);

/* Forgets the oldest exit of pid, or else its live claim; nothing when there is neither. */
void claims_release(struct claims *c, pid_t pid);

/* The next exit to tell, NULL when all are told; claims_told() steps over it. */
const struct link_exit *claims_untold(const struct claims *c);
void claims_told(struct claims *c);

/* Every exit that is held is to be told again. */
void claims_retell(struct claims *c);

/* Sends a signal to every process with a live claim. */
void claims_kill(const struct claims *c, int signal);

#endif
