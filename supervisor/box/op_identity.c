#include "box/ops.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Without privileges there is nothing to drop: a refusal counts only when something could come back
 * (a set-uid program), which BOX_OP_DEFAULT rules out: it stands for NoNewPrivileges=yes.
 */
int op_capabilities(struct box_child *c, const struct box_op *op)
{
	uint64_t drop = c->host->bounding & ~op->n[0];
	uint64_t missing = op->n[1] & op->n[0] & ~c->host->permitted;

	if (missing)
		return box_fail(c, EPERM, "capset: capability %d, which svinit does not have",
				__builtin_ctzll(missing));
	for (unsigned cap = 0; cap < 64; cap++) {
		if (!(drop >> cap & 1) || prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
			continue;
		if (errno == EPERM && !c->host->permitted && op->flags & BOX_OP_DEFAULT)
			return 0;
		return box_fail_errno(c, "prctl: PR_CAPBSET_DROP %u", cap);
	}
	return 0;
}

static uint64_t kept(const struct box_child *c)
{
	for (const struct box_op *op = c->spec->ops; op->kind != BOX_EXEC; op++)
		if (op->kind == BOX_CAPABILITIES)
			return op->n[0];
	return 0;
}

/* The three sets: root keeps the unit's list as far as svinit has it, everybody else nothing. */
static int set_capabilities(struct box_child *c)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	uint64_t keep = c->user.uid == 0 ? kept(c) & c->host->permitted : 0;

	for (int i = 0; i < 2; i++)
		data[i].permitted = data[i].effective = (uint32_t)(keep >> 32 * i);
	return syscall(SYS_capset, &header, data) < 0 ? box_fail_errno(c, "capset") : 0;
}

static int set_ids(struct box_child *c)
{
	const struct box_user *u = &c->user;

	/* svinit's own groups must not leak into another user; where it is none, they stay if they
	 * must. */
	if (setgroups(u->n_groups, u->groups) < 0 && (u->change || errno != EPERM) &&
	    (u->n_groups || getgroups(0, NULL) > 0))
		return box_fail_errno(c, "setgroups");
	if (!u->change)
		return 0;
	if (setresgid(u->gid, u->gid, u->gid) < 0)
		return box_fail_errno(c, "setresgid: %u", u->gid);
	if (setresuid(u->uid, u->uid, u->uid) < 0)
		return box_fail_errno(c, "setresuid: %u", u->uid);
	return 0;
}

int op_identity(struct box_child *c, const struct box_op *op)
{
	int r = set_ids(c);

	(void)op;
	return r < 0 ? r : set_capabilities(c);
}

int op_no_new_privs(struct box_child *c, const struct box_op *op)
{
	(void)op;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? box_fail_errno(c, "PR_SET_NO_NEW_PRIVS")
							  : 0;
}
