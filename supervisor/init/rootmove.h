#ifndef SVINIT_INIT_ROOTMOVE_H
#define SVINIT_INIT_ROOTMOVE_H

#include <stdbool.h>

/* True when the root is the kernel's rootfs (an initramfs). Needs /proc. */
bool rootmove_is_needed(void);

/*
 * Moves the whole system from the initramfs onto a tmpfs and makes that the root, because
 * pivot_root(2), which every container needs, does not work from rootfs. The old tree is deleted;
 * its memory comes back once the caller has executed itself again from the new root. Files are
 * copied with mode, owner and times; hard links become files of their own. 0, or negative errno
 * with nothing changed (one line has been said).
 */
int rootmove(void);

#endif
