#ifndef SVINIT_CGROUP_LIBRARY_H
#define SVINIT_CGROUP_LIBRARY_H

/*
 * libcgroup behind five functions: library.c is the only file that includes libcgroup.h.
 *
 * What is known about version 2.0.2 and what is done about it:
 * - it logs to standard output unless a logger is set before cgroup_init(): ours drops the lines;
 * - it chowns and chmods every file of a new group unless told to ignore ownership: told;
 * - "group" is a path below the mount point; groups outside of the mounted part are not its matter;
 * - a v2 mount without any controller does not exist for it (ECGROUPNOTMOUNTED): place.h finds it;
 * - its error is a number above 50000; ECGOTHER hides errno in cgroup_get_last_errno();
 * cgroup_modify tells only that a write failed. Both become negative errno here, and its text goes
 * on;
 * - a value object is 8 KB and lives only while a call runs;
 * - each cgroup_init() reads the mount table again; its table is global, so one thread at a time.
 */

#include "base/error.h"

#include <stddef.h>

/* Reads the mount table. 0, -ENOENT when no hierarchy with a controller is mounted, -errno. */
int library_init(struct error *e);

/* The mount point of the hierarchy that has the controller; NULL: none. Freed with free(). */
char *library_mount(const char *controller);

/* The mount point of any hierarchy of the file system type `magic` (statfs). Freed with free(). */
char *library_mount_of_type(long magic);

/* Makes `group` in the hierarchies of these controllers (n of them); there already is success. */
int library_make(const char *group, const char *const *controllers, size_t n, struct error *e);

/* Writes `value` into a file of a group. */
struct library_value {
	const char *controller, *group, *file;
};
int library_set(const struct library_value *v, const char *value, struct error *e);

/* Reads the first line of a file of a group, without its newline. 0 or -errno. */
int library_get(const struct library_value *v, char *buf, size_t size, struct error *e);

#endif
