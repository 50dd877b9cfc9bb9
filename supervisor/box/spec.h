#ifndef SVINIT_BOX_SPEC_H
#define SVINIT_BOX_SPEC_H

/*
 * A container as a flat list of operations: what svbox gets and executes.
 *
 *   struct box_spec | n_ops × struct box_op | string pool, every string ends with NUL
 *
 * No pointers, one block, made once by core/compile and sent as it is. Strings are named by their
 * offset in the pool; a list of n strings is the offset of the first, the others follow it. Inputs
 * are descriptors that came with the frame, named by index. svbox trusts nothing of it: only what
 * box_spec_check() let pass is executed, and after that no offset, index or count is wrong.
 *
 * Operations run in their order in the child, one kind of operation a file (op_*.c), through the
 * table in ops.c. A failure is {index of the operation, errno, call}, so the manager can name the
 * line of the unit file that asked for it. BOX_EXEC is the last operation and stands nowhere else.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BOX_SPEC_MAGIC = 0x78627673, /* "svbx" */
	BOX_SPEC_VERSION = 1,
	BOX_NO_INPUT = -1,
};

enum box_op_kind {
	BOX_JOIN_CGROUP, /* input: cgroup.procs of a v1 leaf */
	BOX_CGROUP_NS,   /* a cgroup namespace rooted at the groups joined until now */
	BOX_HOST_MOUNTS, /* back into the mount namespace of svinit; for a unit without its own */
	BOX_ROOT,        /* input: tree; the root that all targets are resolved in */
	BOX_PROC,        /* our own /proc */
	BOX_SYS,         /* our own /sys, read-only; BOX_SYS_CGROUP2: with /sys/fs/cgroup */
	BOX_DEV,         /* our own /dev; BOX_DEV_MQUEUE, BOX_DEV_CONSOLE */
	BOX_PROTECT,     /* masked and read-only kernel files of /proc and /sys */
	BOX_TREE,        /* input: tree, a: target */
	BOX_TMPFS,       /* a: target, n[0]: bytes or UINT64_MAX, n[1]: mode */
	BOX_ROOT_READ_ONLY,
	BOX_PIVOT,
	BOX_HOSTNAME, /* a */
	BOX_LOOPBACK,
	BOX_OOM_SCORE,    /* n[0]: as int64_t */
	BOX_NICE,         /* n[0]: as int64_t */
	BOX_RLIMIT,       /* b: resource, n: soft, hard */
	BOX_USER,         /* a: user, the empty string for "not given" */
	BOX_GROUP,        /* a: group */
	BOX_STDIO,        /* b: which of 0, 1, 2 (bit mask), input: the first of them */
	BOX_TERMINAL,     /* input: the socket that is sent the master */
	BOX_ENVIRON,      /* a: list, n[0]: how many */
	BOX_CAPABILITIES, /* n[0]: what is kept, n[1]: what a file asked for */
	BOX_IDENTITY,     /* becomes the user and group of those two */
	BOX_NO_NEW_PRIVS,
	BOX_DIRECTORY, /* a: working directory */
	BOX_EXEC,      /* a: list of words, n[0]: how many; b: umask */
	BOX_OP_KINDS,
};

enum box_op_flag {
	BOX_OP_READ_ONLY = 1 << 0,
	BOX_OP_NOEXEC = 1 << 1,
	BOX_OP_OPTIONAL = 1 << 2, /* skipped when its input is the descriptor of nothing */
	BOX_OP_DEFAULT = 1 << 3,  /* nobody wrote it: a refusal by the kernel is no failure */
	BOX_SYS_CGROUP2 = 1 << 4,
	BOX_DEV_MQUEUE = 1 << 5,
	BOX_DEV_CONSOLE = 1 << 6,
};

struct box_op {
	uint16_t kind;  /* enum box_op_kind */
	uint16_t flags; /* enum box_op_flag */
	int32_t input;  /* index of a descriptor, or BOX_NO_INPUT */
	uint32_t a;     /* offset of a string, 0 (the empty string) when there is none */
	uint32_t b;
	uint64_t n[2];
};

struct box_spec {
	uint32_t magic;
	uint16_t version;
	uint16_t n_ops;
	uint64_t clone_flags; /* CLONE_NEW*, without CLONE_NEWCGROUP (see BOX_CGROUP_NS) */
	uint32_t size;        /* of the whole, strings included */
	uint16_t n_inputs;
	int16_t cgroup_input; /* directory for CLONE_INTO_CGROUP, or BOX_NO_INPUT */
	struct box_op ops[];
};

/*
 * Checks a spec of `size` bytes that came with n_inputs descriptors: everything that its executor
 * relies on. The block must be 8-byte aligned. 0, or -EPROTO with *ret_op the operation (-1: the
 * header) and *ret_why what is wrong with it (static text); both may be NULL.
 */
int box_spec_check(const void *data, size_t size, size_t n_inputs, int *ret_op,
		   const char **ret_why);

/* The string at offset of a checked spec. */
static inline const char *box_spec_string(const struct box_spec *s, uint32_t offset)
{
	return (const char *)(s->ops + s->n_ops) + offset;
}

/* "mount tree", "hostname"…: an operation's name for messages. */
const char *box_op_name(unsigned kind);

#endif
