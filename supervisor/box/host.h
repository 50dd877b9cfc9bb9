#ifndef SVINIT_BOX_HOST_H
#define SVINIT_BOX_HOST_H

/*
 * What svbox is, found out once when it starts, so that no start has to ask for it again.
 *
 * Lean: a container copies the mount namespace of the process that it is cloned from, so svbox
 * moves into one of its own with three mounts: `/` (a read-only tmpfs), `/proc` and `/sys`. Both
 * are whole, because a child in a user namespace may mount its own only where a whole one is seen.
 * The tmpfs holds `null` and `empty`, what kernel files are masked with, and the device nodes,
 * which are bind mounts of svinit's where mknod is refused. A child of a unit without a mount
 * namespace of its own goes back with `mounts` and `root`.
 *
 * Also reset here, once for all children: signals, umask 0, the soft limit of descriptors, the
 * session, ambient capabilities.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct box_host {
	int mounts;        /* svinit's mount namespace, -1: svbox never left it */
	int root;          /* svinit's root directory in it (O_PATH) */
	bool bind_devices; /* mknod is refused: device nodes are bound from the lean root */
	int nice;
	int oom_score_adjust;
	uint64_t permitted; /* capabilities */
	uint64_t bounding;
};

/* The device nodes of every /dev; name, minor and major. */
struct box_device {
	const char *name;
	unsigned major, minor;
};
enum { BOX_DEVICES = 6 };
extern const struct box_device box_devices[BOX_DEVICES];

/*
 * Resets the process and moves it into its lean mount namespace. Where a namespace is not permitted
 * (svinit without privileges) it stays where it is, which is no error: host->mounts is -1. Where
 * mounting in it is refused, the same, and *e is set as a warning although 0 is returned. 0 or
 * negative errno with *e.
 */
int box_host_init(struct box_host *host, struct error *e);

#endif
