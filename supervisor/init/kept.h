#ifndef SVINIT_INIT_KEPT_H
#define SVINIT_INIT_KEPT_H

/*
 * Descriptors that outlive the manager: what cannot be opened again by name (sockets that listen,
 * the lock of a run). Each has a name; keeping under a name that is taken replaces what was there.
 * Entries 0..n-1 are in use; `told` says that the present manager has or gave that one.
 */

#include "proto/link.h"

#include <stdbool.h>
#include <stddef.h>

enum { KEPT_MAX = 1024 };

struct kept_one {
	struct link_name name;
	int fd;
	bool told;
};

struct kept {
	struct kept_one entry[KEPT_MAX];
	size_t n;
};

/* Takes fd over in every case. 0; -ENOSPC, -EINVAL (name empty or not terminated): it is closed. */
int kept_put(struct kept *k, const struct link_name *name, int fd);

/* Closes and forgets; nothing when there is no such name. */
void kept_drop(struct kept *k, const struct link_name *name);

/* Everything is to be handed to a new manager; the next one of it, NULL when that is done. */
void kept_retell(struct kept *k);
struct kept_one *kept_untold(struct kept *k);

#endif
