#ifndef SVINIT_INIT_RUNTIME_H
#define SVINIT_INIT_RUNTIME_H

/*
 * The runtime directory: made when it is missing, and locked, because two svinit in one directory
 * would fight over every unit. The lock is on RUNTIME/lock, which holds the pid of its owner; the
 * kernel drops it with the process, however that ends.
 */

#include "base/error.h"

/*
 * Returns the descriptor that holds the lock (close-on-exec), or negative errno with the reason in
 * e; -EBUSY when another svinit has it.
 */
int runtime_lock(const char *path, struct error *e);

#endif
