#include "core/compile.h"

#include "base/str.h"
#include "box/draft.h"
#include "box/tree.h"
#include "proto/box.h"
#include "proto/frame.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

/* box/ and unit/ do not know each other, and count the flags of a volume alike. */
#define SAME(name) _Static_assert((int)BOX_TREE_##name == (int)VOLUME_##name, "")
SAME(READ_ONLY);
SAME(NOEXEC);
SAME(NOSUID);
SAME(NODEV);
SAME(RECURSIVE);
SAME(OPTIONAL);
#undef SAME

/* What one unit's compilation gathers; arrays have room for the most there can be. */
struct compiler {
	const struct compile_request *r;
	const struct unit *u;
	uint32_t namespaces;
	uint64_t clone_flags;
	int16_t cgroup_input;
	struct box_draft draft;
	struct compiled_input *inputs;
	size_t n_inputs;
	struct origin *origins;
};

/* The place of a value; of a default: the file, and the key that would change it. */
static struct origin place(const struct compiler *c, size_t offset, const char *key)
{
	struct origin at = *unit_origin_at(c->u, offset);

	if (!at.key)
		at.key = key;
	return at;
}
#define PLACE(c, member, key) place((c), offsetof(struct unit, member), key)

static struct box_op *add(struct compiler *c, enum box_op_kind kind, struct origin at)
{
	struct box_op *op = box_draft_op(&c->draft, kind);

	if (!c->draft.failed)
		c->origins[c->draft.n_ops - 1] = at;
	return op;
}

static int32_t add_input(struct compiler *c, struct compiled_input input)
{
	c->inputs[c->n_inputs] = input;
	return (int32_t)c->n_inputs++;
}

static void put_cgroup(struct compiler *c)
{
	struct origin at = PLACE(c, resources, "cgroup"),
		      ns = PLACE(c, box.namespaces, "Namespaces");

	at.key = "cgroup";
	if (c->r->cgroup_into)
		c->cgroup_input =
			(int16_t)add_input(c, (struct compiled_input){ INPUT_CGROUP, .at = at });
	for (size_t i = 0; i < c->r->n_cgroup_procs; i++)
		add(c, BOX_JOIN_CGROUP, at)->input =
			add_input(c, (struct compiled_input){ INPUT_CGROUP_PROCS, .at = at });
	if (c->namespaces & UNIT_NS_CGROUP)
		add(c, BOX_CGROUP_NS, ns);
}

/* What every process is reset to, asked for or not. */
static void put_priority(struct compiler *c)
{
	const struct unit *u = c->u;
	struct box_op *op =
		add(c, BOX_OOM_SCORE, PLACE(c, service.oom_score_adjust, "OOMScoreAdjust"));

	op->n[0] = (uint64_t)(int64_t)u->service.oom_score_adjust;
	if (!unit_is_set(u, service.oom_score_adjust))
		op->flags |= BOX_OP_DEFAULT;
	op = add(c, BOX_NICE, PLACE(c, service.nice, "Nice"));
	op->n[0] = (uint64_t)(int64_t)u->service.nice;
	if (!unit_is_set(u, service.nice))
		op->flags |= BOX_OP_DEFAULT;
}

static void put_root(struct compiler *c)
{
	const struct unit *u = c->u;
	bool own = !u->box.rootfs || str_eq(u->box.rootfs, "/");
	struct compiled_input tree = {
		.kind = INPUT_TREE,
		.path = own ? "/" : u->box.rootfs,
		.flags = VOLUME_NODEV | VOLUME_RECURSIVE,
		.at = PLACE(c, box.rootfs, "Rootfs"),
	};

	/* svinit's own root is many mounts; in a directory's missing mount points are made first.
	 */
	if (own && u->box.read_only)
		tree.flags |= VOLUME_READ_ONLY;
	add(c, BOX_ROOT, tree.at)->input = add_input(c, tree);
}

static void put_kernel_files(struct compiler *c)
{
	struct origin at = PLACE(c, box.namespaces, "Namespaces");
	struct box_op *op;

	add(c, BOX_PROC, at);
	op = add(c, BOX_SYS, at);
	if (c->r->cgroup_into && !c->r->n_cgroup_procs && c->namespaces & UNIT_NS_CGROUP)
		op->flags |= BOX_SYS_CGROUP2;
	op = add(c, BOX_DEV, at);
	if (c->namespaces & UNIT_NS_IPC)
		op->flags |= BOX_DEV_MQUEUE;
	if (c->r->terminal)
		op->flags |= BOX_DEV_CONSOLE;
	add(c, BOX_PROTECT, at);
}

/* A volume or a tmpfs, to be sorted: what lies higher is mounted first. */
struct mount {
	const char *target;
	const struct unit_volume *volume;
	const struct unit_tmpfs *tmpfs;
};

static int compare_mounts(const void *a, const void *b)
{
	return strcmp(((const struct mount *)a)->target, ((const struct mount *)b)->target);
}

static void put_volume(struct compiler *c, const struct unit_volume *v)
{
	uint32_t target = box_draft_string(&c->draft, v->target);
	struct box_op *op = add(c, BOX_TREE, v->at);

	op->a = target;
	if (v->flags & VOLUME_OPTIONAL)
		op->flags |= BOX_OP_OPTIONAL;
	op->input = add_input(c, (struct compiled_input){ INPUT_TREE, v->source, v->flags, v->at });
}

static void put_tmpfs(struct compiler *c, const struct unit_tmpfs *t)
{
	uint32_t target = box_draft_string(&c->draft, t->target);
	struct box_op *op = add(c, BOX_TMPFS, t->at);

	op->a = target;
	op->n[0] = t->size_bytes;
	op->n[1] = t->mode & 07777;
	if (t->flags & VOLUME_READ_ONLY)
		op->flags |= BOX_OP_READ_ONLY;
	if (t->flags & VOLUME_NOEXEC)
		op->flags |= BOX_OP_NOEXEC;
}

static int put_mounts(struct compiler *c)
{
	const struct unit *u = c->u;
	size_t n = u->box.n_volumes + u->box.n_tmpfs, k = 0;
	AUTO_FREE struct mount *mounts = calloc(n + 1, sizeof(*mounts));

	if (!mounts)
		return -ENOMEM;
	for (size_t i = 0; i < u->box.n_volumes; i++)
		mounts[k++] = (struct mount){ u->box.volumes[i].target, &u->box.volumes[i], NULL };
	for (size_t i = 0; i < u->box.n_tmpfs; i++)
		mounts[k++] = (struct mount){ u->box.tmpfs[i].target, NULL, &u->box.tmpfs[i] };
	qsort(mounts, n, sizeof(*mounts), compare_mounts);
	for (size_t i = 0; i < n; i++) {
		if (mounts[i].volume)
			put_volume(c, mounts[i].volume);
		else
			put_tmpfs(c, mounts[i].tmpfs);
	}
	return 0;
}

static int put_file_system(struct compiler *c)
{
	struct origin at = PLACE(c, box.read_only, "ReadOnly");
	int r;

	if (!(c->namespaces & UNIT_NS_MOUNT)) {
		if (c->r->privileged)
			add(c, BOX_HOST_MOUNTS, PLACE(c, box.namespaces, "Namespaces"));
		return 0;
	}
	put_root(c);
	put_kernel_files(c);
	r = put_mounts(c);
	if (c->u->box.read_only && c->u->box.rootfs && !str_eq(c->u->box.rootfs, "/"))
		add(c, BOX_ROOT_READ_ONLY, at);
	add(c, BOX_PIVOT, PLACE(c, box.rootfs, "Rootfs"));
	return r;
}

/* The unit's name with what no host name may contain made a hyphen; 64 bytes at most. */
static uint32_t hostname_of(struct compiler *c)
{
	char name[65];
	size_t n = 0;

	if (c->u->box.hostname)
		return box_draft_string(&c->draft, c->u->box.hostname);
	for (const char *s = c->u->name; *s && n < sizeof(name) - 1; s++) {
		bool legal = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
			     (*s >= '0' && *s <= '9') || *s == '.';

		name[n++] = legal ? *s : '-';
	}
	name[n] = '\0';
	return box_draft_string(&c->draft, name);
}

static void put_names(struct compiler *c)
{
	if (c->namespaces & UNIT_NS_UTS) {
		uint32_t name = hostname_of(c);

		add(c, BOX_HOSTNAME, PLACE(c, box.hostname, "Hostname"))->a = name;
	}
	if (c->namespaces & UNIT_NS_NET && c->u->network.mode == NETWORK_PRIVATE)
		add(c, BOX_LOOPBACK, PLACE(c, network.mode, "Mode"));
}

static void put_user(struct compiler *c)
{
	const struct unit *u = c->u;
	uint32_t text = u->service.user ? box_draft_string(&c->draft, u->service.user) : 0;

	add(c, BOX_USER, PLACE(c, service.user, "User"))->a = text;
	if (!u->service.group)
		return;
	text = box_draft_string(&c->draft, u->service.group);
	add(c, BOX_GROUP, PLACE(c, service.group, "Group"))->a = text;
}

static void put_stdio(struct compiler *c)
{
	struct origin at = PLACE(c, service.exec, "Exec");
	struct box_op *op;

	if (c->r->terminal) {
		op = add(c, BOX_TERMINAL, at);
		op->input = add_input(c, (struct compiled_input){ INPUT_TERMINAL, .at = at });
		return;
	}
	op = add(c, BOX_STDIO, at);
	op->input = (int32_t)c->n_inputs;
	op->b = c->r->stdin_given ? 7 : 6;
	if (c->r->stdin_given)
		add_input(c, (struct compiled_input){ INPUT_STDIN, .at = at });
	add_input(c, (struct compiled_input){ INPUT_STDOUT, .at = at });
	add_input(c, (struct compiled_input){ INPUT_STDERR, .at = at });
}

static bool same_variable(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return strncmp(a, b, n) == 0 && b[n] == '=';
}

/* True when a variable of the unit from item `from` on replaces it: the last one counts. */
static bool replaced(const struct unit_list *list, size_t from, const char *variable)
{
	for (size_t i = from; i < list->n; i++)
		if (same_variable(variable, list->items[i].text))
			return true;
	return false;
}

static void put_environment(struct compiler *c)
{
	static const char *const presets[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"container=svinit",
		"TERM=xterm",
	};
	const struct unit_list *own =
		c->r->environment ? c->r->environment : &c->u->service.environment;
	size_t n_presets = sizeof(presets) / sizeof(presets[0]) - !c->r->terminal;
	uint32_t first = (uint32_t)c->draft.strings.size;
	struct box_op *op = add(c, BOX_ENVIRON, PLACE(c, service.environment, "Environment"));

	op->a = first;
	for (size_t i = 0; i < n_presets; i++)
		if (!replaced(own, 0, presets[i])) {
			box_draft_string(&c->draft, presets[i]);
			op->n[0]++;
		}
	for (size_t i = 0; i < own->n; i++)
		if (!replaced(own, i + 1, own->items[i].text)) {
			box_draft_string(&c->draft, own->items[i].text);
			op->n[0]++;
		}
	if (!op->n[0])
		op->a = 0;
}

static void put_limits(struct compiler *c)
{
	for (uint32_t i = 0; i < RLIM_NLIMITS; i++) {
		const struct unit_rlimit *limit = &c->u->service.limits[i];
		struct box_op *op;

		if (!limit->set)
			continue;
		op = add(c, BOX_RLIMIT, PLACE(c, service.limits[i], "Limit"));
		op->b = i;
		op->n[0] = limit->soft;
		op->n[1] = limit->hard;
	}
}

/* What takes power away, in the order in which it can still be done. */
static void put_privileges(struct compiler *c)
{
	const struct unit *u = c->u;
	struct box_op *op = add(c, BOX_CAPABILITIES, PLACE(c, box.capabilities, "AddCapability"));

	op->n[0] = u->box.capabilities;
	if (u->box.add_capabilities != UINT64_MAX) /* `all` is all that svinit has itself */
		op->n[1] = u->box.add_capabilities & u->box.capabilities;
	if (u->box.no_new_privs)
		op->flags |= BOX_OP_DEFAULT;
	add(c, BOX_IDENTITY, PLACE(c, service.user, "User"));
	if (u->box.no_new_privs)
		add(c, BOX_NO_NEW_PRIVS, PLACE(c, box.no_new_privs, "NoNewPrivileges"));
}

static void put_program(struct compiler *c)
{
	const struct unit *u = c->u;
	const char *path = u->service.working_directory;
	uint32_t text = box_draft_string(&c->draft, path ? path : "/");
	struct box_op *op;

	op = add(c, BOX_DIRECTORY, PLACE(c, service.working_directory, "WorkingDirectory"));
	op->a = text;
	text = (uint32_t)c->draft.strings.size;
	for (size_t i = 0; i < u->service.exec.n; i++)
		box_draft_string(&c->draft, u->service.exec.items[i].text);
	op = add(c, BOX_EXEC, u->service.exec.n ? u->service.exec.items[0].at : u->origin);
	op->a = text;
	op->n[0] = u->service.exec.n;
	op->b = u->service.umask & 0777;
}

static int put_all(struct compiler *c)
{
	int r;

	put_cgroup(c);
	put_priority(c);
	r = put_file_system(c);
	if (r < 0)
		return r;
	put_names(c);
	put_user(c);
	put_stdio(c);
	put_environment(c);
	put_limits(c);
	put_privileges(c);
	put_program(c);
	return 0;
}

static int choose_namespaces(struct compiler *c, struct error *e)
{
	static const struct {
		uint32_t unit;
		uint64_t clone;
	} table[] = {
		{ UNIT_NS_MOUNT, CLONE_NEWNS }, { UNIT_NS_PID, CLONE_NEWPID },
		{ UNIT_NS_NET, CLONE_NEWNET },  { UNIT_NS_IPC, CLONE_NEWIPC },
		{ UNIT_NS_UTS, CLONE_NEWUTS },
	};
	struct origin at = PLACE(c, box.namespaces, "Namespaces");

	c->namespaces = c->u->box.namespaces;
	if (c->u->network.mode == NETWORK_HOST)
		c->namespaces &= ~(uint32_t)UNIT_NS_NET;
	if (c->namespaces && !c->r->privileged) {
		error_set(e, -EPERM,
			  "svinit has no CAP_SYS_ADMIN here and can make no namespaces; write "
			  "Namespaces=none");
		return error_at(e, &at, -EPERM);
	}
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (c->namespaces & table[i].unit)
			c->clone_flags |= table[i].clone;
	return 0;
}

/* One block: struct compiled, inputs, origins, spec; each part is a multiple of 8 bytes long. */
static int finish(const struct compiler *c, struct compiled **ret)
{
	size_t inputs = c->n_inputs * sizeof(*c->inputs);
	size_t origins = c->draft.n_ops * sizeof(*c->origins);
	size_t size = box_draft_size(&c->draft);
	struct compiled *done = size ? malloc(sizeof(*done) + inputs + origins + size) : NULL;
	struct box_spec *spec;

	if (!done)
		return -ENOMEM;
	*done = (struct compiled){
		.inputs = (void *)(done + 1),
		.n_inputs = c->n_inputs,
		.origins = (void *)((char *)(done + 1) + inputs),
		.n_ops = c->draft.n_ops,
		.spec = (char *)(done + 1) + inputs + origins,
		.size = size,
	};
	memcpy(done->inputs, c->inputs, inputs);
	memcpy(done->origins, c->origins, origins);
	spec = box_draft_write(&c->draft, done->spec);
	spec->clone_flags = c->clone_flags;
	spec->n_inputs = (uint16_t)c->n_inputs;
	spec->cgroup_input = c->cgroup_input;
	*ret = done;
	return 0;
}

_Static_assert(sizeof(struct compiled) % 8 == 0 && sizeof(struct compiled_input) % 8 == 0 &&
		       sizeof(struct origin) % 8 == 0,
	       "the parts of the block stay aligned");

static int check_size(const struct compiler *c, struct error *e)
{
	size_t most = FRAME_MAX_BYTES - sizeof(struct frame_header) - sizeof(struct box_start);
	struct origin at = PLACE(c, box.volumes, "Volume");

	if (c->n_inputs > FRAME_MAX_FDS) {
		error_set(e, -E2BIG, "%zu volumes; svinit can mount %d in one unit",
			  c->u->box.n_volumes, FRAME_MAX_FDS - 16);
		return error_at(e, &at, -E2BIG);
	}
	if (box_draft_size(&c->draft) > most) {
		at = c->u->origin;
		at.key = "Exec";
		error_set(e, -E2BIG, "Exec=, Environment= and Volume= together exceed %zu KiB",
			  most / 1024);
		return error_at(e, &at, -E2BIG);
	}
	return 0;
}

int compile_unit(const struct compile_request *r, struct compiled **ret, struct error *e)
{
	const struct unit *u = r->unit;
	size_t most_inputs = u->box.n_volumes + r->n_cgroup_procs + 5;
	size_t most_ops =
		BOX_OP_KINDS + RLIM_NLIMITS + u->box.n_volumes + u->box.n_tmpfs + r->n_cgroup_procs;
	struct compiler c = { .r = r, .u = u, .cgroup_input = BOX_NO_INPUT };
	int code = choose_namespaces(&c, e);

	if (code < 0)
		return code;
	box_draft_init(&c.draft);
	c.inputs = calloc(most_inputs, sizeof(*c.inputs));
	c.origins = calloc(most_ops, sizeof(*c.origins));
	code = c.inputs && c.origins ? put_all(&c) : -ENOMEM;
	if (code == 0)
		code = check_size(&c, e);
	if (code == 0)
		code = finish(&c, ret);
	if (code < 0 && !error_is_set(e))
		error_set(e, code, "compiling %s", u->name);
	box_draft_fini(&c.draft);
	free(c.inputs);
	free(c.origins);
	return code;
}

void compiled_free(struct compiled *c)
{
	free(c);
}
