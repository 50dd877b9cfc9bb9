#ifndef SVINIT_BOX_PASSWD_H
#define SVINIT_BOX_PASSWD_H

/*
 * Users and groups from the text of a root file system's own /etc/passwd and /etc/group. The files
 * are the image's, so nothing of them is trusted: lines that make no sense are skipped, and what is
 * found is a slice of the text, without a NUL behind it. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { BOX_GROUPS_MAX = 256 };

struct slice {
	const char *at; /* NULL: not there */
	size_t n;
};

struct passwd_entry {
	struct slice name, home, shell;
	uid_t uid;
	gid_t gid;
};

/* Who the program is going to be; filled by op_user, read by the operations behind it. */
struct box_user {
	bool change; /* false: stays what svbox is */
	uid_t uid;
	gid_t gid;
	gid_t groups[BOX_GROUPS_MAX]; /* the first is gid, when there are any */
	size_t n_groups;
	struct slice name, home, shell; /* for the environment */
};

/* A decimal id below 2^32 - 1 (which means "no change" to the kernel); false when it is none. */
bool passwd_number(const char *s, size_t n, unsigned *ret);

/* The first entry named `name`, or with uid `*uid` when name is NULL. */
bool passwd_find(const char *text, size_t size, const char *name, const uid_t *uid,
		 struct passwd_entry *ret);

/* The id of the group `name`. */
bool group_find(const char *text, size_t size, const char *name, gid_t *ret);

/*
 * The groups that list `user` as a member, without `primary`, into ret (room for `most`). Returns
 * how many there are, which may be more than `most`.
 */
size_t group_of_user(const char *text, size_t size, struct slice user, gid_t primary, gid_t *ret,
		     size_t most);

#endif
