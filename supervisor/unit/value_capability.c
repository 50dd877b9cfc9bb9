/* Sets of capabilities by name. */
#include "unit/value.h"

#include <linux/capability.h>
#include <stdio.h>
#include <strings.h>

/* clang-format off */
#define CAPABILITIES(X)                                                                        \
	X(CHOWN) X(DAC_OVERRIDE) X(DAC_READ_SEARCH) X(FOWNER) X(FSETID) X(KILL)                \
	X(SETGID) X(SETUID) X(SETPCAP) X(LINUX_IMMUTABLE) X(NET_BIND_SERVICE)                  \
	X(NET_BROADCAST) X(NET_ADMIN) X(NET_RAW) X(IPC_LOCK) X(IPC_OWNER)                      \
	X(SYS_MODULE) X(SYS_RAWIO) X(SYS_CHROOT) X(SYS_PTRACE) X(SYS_PACCT)                    \
	X(SYS_ADMIN) X(SYS_BOOT) X(SYS_NICE) X(SYS_RESOURCE) X(SYS_TIME)                       \
	X(SYS_TTY_CONFIG) X(MKNOD) X(LEASE) X(AUDIT_WRITE) X(AUDIT_CONTROL)                    \
	X(SETFCAP) X(MAC_OVERRIDE) X(MAC_ADMIN) X(SYSLOG) X(WAKE_ALARM)                        \
	X(BLOCK_SUSPEND) X(AUDIT_READ) X(PERFMON) X(BPF) X(CHECKPOINT_RESTORE)
/* clang-format on */

static const char *const names[] = {
#define X(name) [CAP_##name] = "CAP_" #name,
	CAPABILITIES(X)
#undef X
};
#define N_NAMES (sizeof(names) / sizeof(names[0]))

_Static_assert(N_NAMES == CAP_LAST_CAP + 1, "the kernel headers know another capability");

const char *capability_name(unsigned number)
{
	return number < N_NAMES ? names[number] : NULL;
}

static int capability_mask(struct value *v, const char *word, const char *where, uint64_t *ret)
{
	const char *bare = strncasecmp(word, "CAP_", 4) == 0 ? word + 4 : word, *near;
	char full[64];

	if (strcasecmp(word, "all") == 0) {
		*ret = UINT64_MAX;
		return 0;
	}
	for (unsigned i = 0; i < N_NAMES; i++)
		if (strcasecmp(bare, names[i] + 4) == 0) {
			*ret = UINT64_C(1) << i;
			return 0;
		}
	snprintf(full, sizeof(full), "CAP_%s", bare);
	near = str_nearest(full, names, N_NAMES);
	if (near)
		return value_fail_complete(v, where, "unknown capability \"%s\"; did you mean %s?",
					   word, near);
	if (strchr(word, ','))
		return value_fail_complete(v, where,
					   "capabilities are separated by blanks, not by "
					   "commas");
	return value_fail(v, where, "unknown capability \"%s\"", word);
}

static int capabilities_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	struct words words = { .value = v, .unit = u, .next = v->text };
	uint64_t set = 0, mask = 0;
	const char *where;
	int r;

	for (;;) {
		AUTO_FREE char *word = NULL;

		r = words_next(&words, &word, &where);
		if (r <= 0)
			break;
		r = capability_mask(v, word, where, &mask);
		if (r < 0)
			break;
		set |= mask;
	}
	if (r == 0)
		*(uint64_t *)value_member(key, u) |= set;
	return r;
}

static int capabilities_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			       void *arg)
{
	uint64_t set = *(const uint64_t *)value_member_const(key, u);
	const struct origin *at = unit_origin_at(u, key->offset);
	int r = 0;

	if (set == UINT64_MAX)
		return emit(arg, "all", at);
	for (unsigned i = 0; i < N_NAMES && r == 0; i++)
		if (set & UINT64_C(1) << i)
			r = emit(arg, names[i], at);
	return r;
}

/* An empty value resets; nothing is owned, so that is all. */
static void capabilities_release(const struct unit_key *key, struct unit *u)
{
	*(uint64_t *)value_member(key, u) = 0;
}

const struct value_type type_capabilities = {
	.name = "capabilities",
	.grammar = "names of capabilities(7) separated by blanks, or all",
	.parse = capabilities_parse,
	.format = capabilities_format,
	.release = capabilities_release,
};
