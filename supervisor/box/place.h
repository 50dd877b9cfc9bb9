#ifndef SVINIT_BOX_PLACE_H
#define SVINIT_BOX_PLACE_H

/*
 * Places inside a root file system that is not trusted. Nothing here follows a link out of the root
 * (openat2 with RESOLVE_IN_ROOT) or a magic link of /proc, and nothing is ever named by a path
 * again once it was opened: mounts are attached to descriptors.
 *
 * All return a close-on-exec descriptor, or negative errno after box_fail().
 */

#include "box/child.h"

#include <stdbool.h>

/* Opens what is there; flags as in open(2). */
int box_open_in_root(struct box_child *c, const char *path, int flags);

/*
 * Opens the mount point `path` (O_PATH). A missing one is made, with the directories above it: a
 * directory, or an empty file.
 */
int box_open_target(struct box_child *c, const char *path, bool directory);

/* A new file system of `type` as a detached mount with MOUNT_ATTR_… `attr`; options: pairs, NULL.
 */
int box_new_mount(struct box_child *c, const char *type, const char *const *options, unsigned attr);

/* Attaches a detached mount to the mount point `path` of the root. 0 or negative errno. */
int box_attach(struct box_child *c, int mount, const char *path, bool directory);

/* The same to `name` below a directory that is a mount of our own making. */
int box_attach_at(struct box_child *c, int mount, int dir, const char *name);

#endif
