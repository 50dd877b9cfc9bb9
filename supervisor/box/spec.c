#include "box/spec.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>

/* What an operation of each kind must look like; the checker knows nothing else about kinds. */
struct shape {
	const char *name;
	uint16_t flags; /* the flags that may be set */
	bool input;     /* names a descriptor */
	bool a;         /* a is the offset of a string */
	bool filled;    /* string a is not empty */
	bool path;      /* string a begins with a slash */
	bool list;      /* a is the first of n[0] strings */
};

static const struct shape shapes[BOX_OP_KINDS] = {
	[BOX_JOIN_CGROUP] = { .name = "join cgroup", .input = true },
	[BOX_CGROUP_NS] = { .name = "cgroup namespace" },
	[BOX_HOST_MOUNTS] = { .name = "host mounts" },
	[BOX_ROOT] = { .name = "root", .input = true },
	[BOX_PROC] = { .name = "proc" },
	[BOX_SYS] = { .name = "sys", .flags = BOX_SYS_CGROUP2 },
	[BOX_DEV] = { .name = "dev", .flags = BOX_DEV_MQUEUE | BOX_DEV_CONSOLE },
	[BOX_PROTECT] = { .name = "protect" },
	[BOX_TREE] = { .name = "mount tree",
		       .flags = BOX_OP_OPTIONAL,
		       .input = true,
		       .path = true },
	[BOX_TMPFS] = { .name = "mount tmpfs",
			.flags = BOX_OP_READ_ONLY | BOX_OP_NOEXEC,
			.path = true },
	[BOX_ROOT_READ_ONLY] = { .name = "read-only root" },
	[BOX_PIVOT] = { .name = "pivot" },
	[BOX_HOSTNAME] = { .name = "hostname", .filled = true },
	[BOX_LOOPBACK] = { .name = "loopback" },
	[BOX_OOM_SCORE] = { .name = "oom score", .flags = BOX_OP_DEFAULT },
	[BOX_NICE] = { .name = "nice", .flags = BOX_OP_DEFAULT },
	[BOX_RLIMIT] = { .name = "limit" },
	[BOX_USER] = { .name = "user", .a = true },
	[BOX_GROUP] = { .name = "group", .filled = true },
	[BOX_STDIO] = { .name = "stdio", .input = true },
	[BOX_TERMINAL] = { .name = "terminal", .input = true },
	[BOX_ENVIRON] = { .name = "environment", .list = true },
	[BOX_CAPABILITIES] = { .name = "capabilities", .flags = BOX_OP_DEFAULT },
	[BOX_IDENTITY] = { .name = "identity" },
	[BOX_NO_NEW_PRIVS] = { .name = "no new privileges" },
	[BOX_DIRECTORY] = { .name = "working directory", .path = true },
	[BOX_EXEC] = { .name = "exec", .list = true },
};

const char *box_op_name(unsigned kind)
{
	return kind < BOX_OP_KINDS ? shapes[kind].name : "unknown operation";
}

enum {
	CLONE_ALLOWED = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS,
};

struct pool {
	const char *strings;
	size_t size; /* at least 1, the last byte is NUL */
	size_t n_inputs;
};

/* Walks n strings; so the last one, too, ends inside the pool (whose last byte is NUL). */
static const char *check_list(const struct box_op *op, const struct pool *p)
{
	size_t at = op->a;

	if (op->n[0] > p->size)
		return "more strings than the pool has bytes";
	for (uint64_t i = 0; i < op->n[0]; i++) {
		if (at >= p->size)
			return "a list leaves the string pool";
		at += strlen(p->strings + at) + 1;
	}
	return NULL;
}

/* The few rules that belong to one kind alone. */
static const char *check_kind(const struct box_op *op, const struct pool *p)
{
	switch (op->kind) {
	case BOX_EXEC:
		return op->n[0] && op->b <= 0777 ? NULL : "no program, or a bad umask";
	case BOX_RLIMIT:
		return op->b < RLIM_NLIMITS ? NULL : "no such limit";
	case BOX_TMPFS:
		return op->n[1] <= 07777 ? NULL : "a bad mode";
	case BOX_STDIO:
		if (!op->b || op->b > 7)
			return "no standard descriptor";
		return (size_t)op->input + (size_t)__builtin_popcount(op->b) <= p->n_inputs
			       ? NULL
			       : "an input that was not sent";
	case BOX_NICE:
	case BOX_OOM_SCORE:
		return op->n[0] + 1000 <= 2000 ? NULL : "out of range";
	default:
		return NULL;
	}
}

static const char *check_op(const struct box_op *op, const struct pool *p)
{
	const struct shape *shape;

	if (op->kind >= BOX_OP_KINDS)
		return "unknown kind";
	shape = &shapes[op->kind];
	if (op->flags & ~shape->flags)
		return "unknown flag";
	if (shape->input ? op->input < 0 || (size_t)op->input >= p->n_inputs
			 : op->input != BOX_NO_INPUT)
		return "an input that was not sent";
	if ((shape->a || shape->filled || shape->path || shape->list) && op->a >= p->size)
		return "a string outside of the pool";
	if (shape->filled && !p->strings[op->a])
		return "an empty string";
	if (shape->path && p->strings[op->a] != '/')
		return "a path that is not absolute";
	if (shape->list) {
		const char *why = check_list(op, p);

		if (why)
			return why;
	}
	return check_kind(op, p);
}

static const char *check_header(const struct box_spec *s, size_t size, size_t n_inputs)
{
	if (size < sizeof(*s) || (uintptr_t)s % _Alignof(struct box_spec))
		return "too short";
	if (s->magic != BOX_SPEC_MAGIC || s->version != BOX_SPEC_VERSION)
		return "not a spec of this version";
	if (s->size != size || size < sizeof(*s) + s->n_ops * sizeof(struct box_op) + 1)
		return "its size is not the size sent";
	if (((const char *)s)[size - 1])
		return "the string pool does not end with NUL";
	if (s->clone_flags & ~(uint64_t)CLONE_ALLOWED)
		return "a namespace that is not svbox's to make";
	if (s->n_inputs != n_inputs)
		return "the number of descriptors is not the number sent";
	if (s->cgroup_input != BOX_NO_INPUT &&
	    (s->cgroup_input < 0 || (size_t)s->cgroup_input >= n_inputs))
		return "a cgroup that was not sent";
	if (!s->n_ops || s->ops[s->n_ops - 1].kind != BOX_EXEC)
		return "it does not end with exec";
	return NULL;
}

static int refuse(int op, const char *why, int *ret_op, const char **ret_why)
{
	if (ret_op)
		*ret_op = op;
	if (ret_why)
		*ret_why = why;
	return -EPROTO;
}

int box_spec_check(const void *data, size_t size, size_t n_inputs, int *ret_op,
		   const char **ret_why)
{
	const struct box_spec *s = data;
	const char *why = check_header(s, size, n_inputs);
	struct pool pool;

	if (why)
		return refuse(-1, why, ret_op, ret_why);
	pool.strings = box_spec_string(s, 0);
	pool.size = size - sizeof(*s) - s->n_ops * sizeof(struct box_op);
	pool.n_inputs = n_inputs;
	for (int i = 0; i < s->n_ops; i++) {
		why = check_op(&s->ops[i], &pool);
		if (!why && s->ops[i].kind == BOX_EXEC && i != s->n_ops - 1)
			why = "exec before the end";
		if (why)
			return refuse(i, why, ret_op, ret_why);
	}
	return 0;
}
