#ifndef SVINIT_BOX_TREE_H
#define SVINIT_BOX_TREE_H

/*
 * The source of a mount, opened as a detached tree: a copy of the mounts at `path` that is attached
 * nowhere, private, with its flags already set. Made by the manager in the host's mount namespace
 * (where the path means what the unit's author meant) and attached by the container's child; the
 * host's mount table never sees it.
 *
 * "Nothing": an optional source that is missing still needs a descriptor at its place in the frame.
 * It is any descriptor without O_PATH (an eventfd here); a tree is always O_PATH.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* The flags of a volume as the unit language has them (enum unit_volume_flag; core/compile.c
 * checks). */
enum box_tree_flag {
	BOX_TREE_READ_ONLY = 1 << 0,
	BOX_TREE_NOEXEC = 1 << 1,
	BOX_TREE_NOSUID = 1 << 2,
	BOX_TREE_NODEV = 1 << 3,
	BOX_TREE_RECURSIVE = 1 << 4,
	BOX_TREE_OPTIONAL = 1 << 5,
};

/*
 * Opens `path` with `flags` into *ret_fd (close-on-exec, the caller's).
 * With BOX_TREE_OPTIONAL a missing source is success with the descriptor of nothing. 0 or negative
 * errno with *e set; the caller adds the place. Needs CAP_SYS_ADMIN.
 */
int box_open_tree(const char *path, uint32_t flags, int *ret_fd, struct error *e);

/* True when fd is the descriptor of nothing. */
bool box_tree_is_nothing(int fd);

#endif
