#include "unit/rules.h"

#include "unit/value.h"

#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MEMBER(member) (offsetof(struct unit, member) + 1) /* 0 ends the list */

struct rule {
	const char *name;
	size_t reads[4];
	void (*check)(const struct rule_input *in);
};

#define FAIL(in, at, ...)                                                                          \
	report_add((in)->report, SEVERITY_ERROR, (in)->unit->name, at, __VA_ARGS__)

#define PLACE_MAX 512

/* "line 7", with the file when it is not the one that `at` is in. */
static const char *other_place(const struct origin *at, const struct origin *other,
			       char buf[PLACE_MAX])
{
	if (other->file && at->file && !str_eq(other->file, at->file))
		snprintf(buf, PLACE_MAX, "%s:%u", other->file, other->line);
	else
		snprintf(buf, PLACE_MAX, "line %u", other->line);
	return buf;
}

static void check_target(const struct rule_input *in)
{
	const struct unit_key *key;

	if (in->unit->container || !in->foreign.file)
		return;
	key = unit_key_find(NULL, in->foreign.key);
	FAIL(in, &in->foreign,
	     "[%s] keys describe a container, and Exec= is missing; a target (a unit without "
	     "Exec=) "
	     "has only [Unit] and [Install]",
	     key ? key->section : "Service");
}

static void check_mount_namespace(const struct rule_input *in)
{
	const struct unit *u = in->unit;
	const char *need = "needs the mount namespace; add \"mount\" to Namespaces=";

	if (u->box.namespaces & UNIT_NS_MOUNT)
		return;
	if (u->box.rootfs)
		FAIL(in, unit_origin(u, box.rootfs), "%s", need);
	if (u->box.read_only)
		FAIL(in, unit_origin(u, box.read_only), "%s", need);
	for (size_t i = 0; i < u->box.n_volumes; i++)
		FAIL(in, &u->box.volumes[i].at, "%s", need);
	for (size_t i = 0; i < u->box.n_tmpfs; i++)
		FAIL(in, &u->box.tmpfs[i].at, "%s", need);
}

static void check_hostname(const struct rule_input *in)
{
	const struct unit *u = in->unit;

	if (u->box.hostname && !(u->box.namespaces & UNIT_NS_UTS))
		FAIL(in, unit_origin(u, box.hostname),
		     "needs the uts namespace; add \"uts\" to Namespaces=");
}

/* unit_derive() made them agree where one of both was not given. */
static void check_network(const struct rule_input *in)
{
	const struct unit *u = in->unit;
	const struct origin *at = unit_origin(u, network.mode);
	bool private = u->box.namespaces & UNIT_NS_NET;
	char where[PLACE_MAX];

	other_place(at, unit_origin(u, box.namespaces), where);
	if (u->network.mode == NETWORK_HOST && private)
		FAIL(in, at, "host contradicts \"net\" in Namespaces= (%s); leave one of them out",
		     where);
	if (u->network.mode != NETWORK_HOST && !private)
		FAIL(in, at,
		     "needs the net namespace; add \"net\" to Namespaces= (%s) or write host",
		     where);
}

static void check_restart_delays(const struct rule_input *in)
{
	const struct unit *u = in->unit;

	if (u->service.restart_max_delay_usec < u->service.restart_usec)
		FAIL(in, unit_origin(u, service.restart_max_delay_usec),
		     "the longest delay is below the first one, RestartSec=");
}

static void check_oneshot_restart(const struct rule_input *in)
{
	const struct unit *u = in->unit;
	enum unit_restart restart = u->service.restart;

	if (u->service.type == TYPE_ONESHOT &&
	    (restart == RESTART_ALWAYS || restart == RESTART_ON_SUCCESS))
		FAIL(in, unit_origin(u, service.restart),
		     "a oneshot unit that ended with success is done; write on-failure, "
		     "on-abnormal "
		     "or no");
}

static void check_capabilities(const struct rule_input *in)
{
	const struct unit *u = in->unit;
	uint64_t add = u->box.add_capabilities, drop = u->box.drop_capabilities, both = add & drop;
	const struct origin *at = unit_origin(u, box.drop_capabilities);
	char where[PLACE_MAX];
	unsigned first = 0;

	if (!both || (add == UINT64_MAX) != (drop == UINT64_MAX))
		return; /* `all` on one side is where the other side begins */
	while (!(both & UINT64_C(1) << first))
		first++;
	FAIL(in, at, "%s is also in AddCapability= (%s)",
	     add == UINT64_MAX ? "all" : capability_name(first),
	     other_place(at, unit_origin(u, box.add_capabilities), where));
}

/* A mount's target with its place, for sorting. */
struct target {
	const char *path;
	const struct origin *at;
	size_t order;
};

static int compare_targets(const void *a, const void *b)
{
	const struct target *x = a, *y = b;
	int r = strcmp(x->path, y->path);

	return r ? r : (x->order > y->order) - (x->order < y->order);
}

static void check_mount_targets(const struct rule_input *in)
{
	const struct unit *u = in->unit;
	size_t n = u->box.n_volumes + u->box.n_tmpfs, k = 0;
	AUTO_FREE struct target *targets = NULL;

	if (n < 2)
		return;
	targets = calloc(n, sizeof(*targets));
	if (!targets) {
		in->report->failed = true;
		return;
	}
	for (size_t i = 0; i < u->box.n_volumes; i++)
		targets[k++] =
			(struct target){ u->box.volumes[i].target, &u->box.volumes[i].at, 0 };
	for (size_t i = 0; i < u->box.n_tmpfs; i++)
		targets[k++] = (struct target){ u->box.tmpfs[i].target, &u->box.tmpfs[i].at, 0 };
	for (size_t i = 0; i < n; i++) /* the order of the file decides which one is too many */
		targets[i].order = (size_t)targets[i].at->line << 32 | targets[i].at->column;
	qsort(targets, n, sizeof(*targets), compare_targets);
	for (size_t i = 1; i < n; i++) {
		char where[PLACE_MAX];

		if (str_eq(targets[i].path, targets[i - 1].path))
			FAIL(in, targets[i].at, "%s is mounted already, by %s= (%s)",
			     targets[i].path, targets[i - 1].at->key,
			     other_place(targets[i].at, targets[i - 1].at, where));
	}
}

static void check_own_name(const struct rule_input *in)
{
	struct unit_list *lists[UNIT_REFERENCES + 1];
	const struct unit *u = in->unit;

	unit_references((struct unit *)u, lists);
	lists[UNIT_REFERENCES] = (struct unit_list *)&u->alias;
	for (size_t i = 0; i < UNIT_REFERENCES + 1; i++)
		for (size_t k = 0; k < lists[i]->n; k++)
			if (str_eq(lists[i]->items[k].text, u->name))
				FAIL(in, &lists[i]->items[k].at, "the unit names itself");
}

static int compare_items(const void *a, const void *b)
{
	const struct unit_item *const *x = a, *const *y = b;

	return strcmp((*x)->text, (*y)->text);
}

/* Whatever is needed cannot be what has to stop. */
static void check_conflicts(const struct rule_input *in)
{
	const struct unit *u = in->unit;
	const struct unit_list *needed[] = { &u->requires, &u->binds_to, &u->wants, &u->part_of };
	size_t n = needed[0]->n + needed[1]->n + needed[2]->n + needed[3]->n, k = 0;
	AUTO_FREE const struct unit_item **items = NULL;

	if (!n || !u->conflicts.n)
		return;
	items = calloc(n, sizeof(*items));
	if (!items) {
		in->report->failed = true;
		return;
	}
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < needed[i]->n; j++)
			items[k++] = &needed[i]->items[j];
	qsort(items, n, sizeof(*items), compare_items);
	for (size_t i = 0; i < u->conflicts.n; i++) {
		const struct unit_item *item = &u->conflicts.items[i];
		const struct unit_item **found =
			bsearch(&item, items, n, sizeof(*items), compare_items);
		char where[PLACE_MAX];

		if (found)
			FAIL(in, &item->at, "%s is also in %s= (%s); leave one of them out",
			     item->text, (*found)->at.key,
			     other_place(&item->at, &(*found)->at, where));
	}
}

/* Only the text of a template can know; its instances are made from it. */
static void check_default_instance(const struct rule_input *in)
{
	const struct unit *u = in->unit;

	if (u->default_instance && !str_ends(u->source, "@.ini"))
		FAIL(in, unit_origin(u, default_instance),
		     "only a template (a file NAME@.ini) has a default instance");
}

static const struct rule rules[] = {
	{ "a target has no container's keys", { 0 }, check_target },
	{ "mounts need the mount namespace", { MEMBER(box.namespaces) }, check_mount_namespace },
	{ "a host name needs the uts namespace", { MEMBER(box.namespaces) }, check_hostname },
	{ "network mode and net namespace agree",
	  { MEMBER(box.namespaces), MEMBER(network.mode) },
	  check_network },
	{ "the longest restart delay is the longest",
	  { MEMBER(service.restart_usec), MEMBER(service.restart_max_delay_usec) },
	  check_restart_delays },
	{ "a oneshot unit is not restarted after success",
	  { MEMBER(service.type), MEMBER(service.restart) },
	  check_oneshot_restart },
	{ "a capability is added or dropped", { 0 }, check_capabilities },
	{ "one mount a place", { 0 }, check_mount_targets },
	{ "a unit does not name itself", { 0 }, check_own_name },
	{ "a unit does not conflict with what it needs", { 0 }, check_conflicts },
	{ "a default instance is a template's", { 0 }, check_default_instance },
};

static bool readable(const struct rule_input *in, const struct rule *rule)
{
	for (const size_t *m = rule->reads; *m; m++)
		if (in->refused(in->arg, *m - 1))
			return false;
	return true;
}

void rules_check(const struct rule_input *in)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (readable(in, &rules[i]))
			rules[i].check(in);
}

/* --- what follows --- */

#define CAP(name) (UINT64_C(1) << CAP_##name)

/* Docker's list without NET_RAW, MKNOD and AUDIT_WRITE. */
static const uint64_t default_capabilities =
	CAP(CHOWN) | CAP(DAC_OVERRIDE) | CAP(FOWNER) | CAP(FSETID) | CAP(KILL) | CAP(SETGID) |
	CAP(SETUID) | CAP(SETPCAP) | CAP(NET_BIND_SERVICE) | CAP(SYS_CHROOT) | CAP(SETFCAP);

static int derive_capabilities(struct unit *u)
{
	uint64_t add = u->box.add_capabilities, drop = u->box.drop_capabilities;
	uint64_t known = (UINT64_C(1) << (CAP_LAST_CAP + 1)) - 1, start = default_capabilities;
	size_t given = offsetof(struct unit, box.add_capabilities);

	if (drop == UINT64_MAX)
		start = drop = 0;
	if (add == UINT64_MAX)
		start = known;
	u->box.capabilities = ((start | add) & ~drop) & known;
	if (!unit_is_set_at(u, given))
		given = offsetof(struct unit, box.drop_capabilities);
	if (!unit_is_set_at(u, given))
		return 0;
	return unit_set_origin(u, offsetof(struct unit, box.capabilities),
			       unit_origin_at(u, given));
}

int unit_derive(struct unit *u)
{
	bool mode = unit_is_set(u, network.mode), namespaces = unit_is_set(u, box.namespaces);

	if (mode && u->network.mode == NETWORK_HOST && !namespaces)
		u->box.namespaces &= ~(uint32_t)UNIT_NS_NET;
	if (!mode && !(u->box.namespaces & UNIT_NS_NET))
		u->network.mode = NETWORK_HOST;
	if (!unit_is_set(u, service.restart_max_delay_usec) &&
	    u->service.restart_max_delay_usec < u->service.restart_usec)
		u->service.restart_max_delay_usec = u->service.restart_usec;
	if (u->service.type == TYPE_ONESHOT && !unit_is_set(u, service.timeout_start_usec))
		u->service.timeout_start_usec = UNIT_INFINITY;
	return derive_capabilities(u);
}
