#ifndef SVINIT_MANAGER_RUNTIME_H
#define SVINIT_MANAGER_RUNTIME_H

/* The manager's part of the runtime directory: state, streams/, transient/, control. */

#include "manager/manager.h"

/* Opens RUNTIME and makes streams/ (mode 0700). 0 or negative errno with *e set. */
int runtime_open(struct manager *m, struct error *e);

/* Removes what the manager made, at the end of all, but the state file. */
void runtime_remove(struct manager *m);

/*
 * Removes from RUNTIME/folder what ends in `suffix`, and the folder when nothing else is left.
 * Failures leave files behind and nothing else.
 */
void runtime_remove_folder(const struct manager *m, const char *folder, const char *suffix);

/*
 * The name of svinit's subtree of control groups: "svinit" for the default runtime directory, else
 * with a number made of its path, so that two instances do not meet.
 */
void runtime_group_name(const struct manager *m, char *buf, size_t size);

#endif
