#ifndef SVINIT_CGROUP_PLACE_H
#define SVINIT_CGROUP_PLACE_H

/*
 * Where we stand: what /proc/self/cgroup and /proc/self/mountinfo say, as text in, path out. Pure.
 *
 * The path of our group in /proc/self/cgroup counts from the root of the hierarchy (as our cgroup
 * namespace sees it), a mount may begin deeper (a container without cgroup namespace whose own
 * group is bind-mounted: field 4 of mountinfo). Where the two do not meet, our group cannot be
 * reached through that mount.
 */

#include <stddef.h>

/* Finds the line of /proc/self/cgroup: "0::" for v2 (controller NULL), else the controller's. */
char *place_group(const char *text, const char *controller);

/* The mount point of the first cgroup2 file system in mountinfo, NULL when none (or no memory). */
char *place_v2_mount(const char *mountinfo);

/* The root of what is mounted last at `mount` (octal escapes undone), NULL when unknown. */
char *place_mount_root(const char *mountinfo, const char *mount);

/*
 * The part of `group` below `root`: "" for the root itself, else "/a/b"; points into group. NULL
 * when the group is not below it, or is outside of our cgroup namespace ("/../x").
 */
const char *place_below(const char *group, const char *root);

/* Takes "/<name>/supervisor" off the end, where cgroup_tree_open() put us earlier. */
void place_strip(char *group, const char *name);

#endif
