#ifndef SVINIT_UNIT_UNIT_H
#define SVINIT_UNIT_UNIT_H

/*
 * A unit: what one `.ini` file (and later its drop-ins) says, parsed, checked and immutable after
 * load. What is happening to it is another type (struct service, in core/).
 *
 * Every member below that a key fills has one row in the key table (key.c), and only there its
 * name, type, default, help and example are known. Every value keeps its origin: list items carry
 * it, single values are asked with unit_origin().
 *
 * Everything a unit points to is owned by the unit; file names in origins are owned by its set.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#define UNIT_NAME_MAX 200
#define UNIT_INFINITY UINT64_MAX

struct unit_item {
	char *text;
	struct origin at;
};

/* A list in the order of the file. Pairs (Environment=, Volume=) are separate types below. */
struct unit_list {
	struct unit_item *items;
	size_t n;
};

enum unit_type { TYPE_SIMPLE, TYPE_EXEC, TYPE_ONESHOT };

enum unit_restart {
	RESTART_NO,
	RESTART_ON_SUCCESS,
	RESTART_ON_FAILURE,
	RESTART_ON_ABNORMAL,
	RESTART_ALWAYS,
};

/* Condition…= and Assert…= */
enum unit_condition_kind {
	CONDITION_PATH_EXISTS,
	CONDITION_PATH_IS_DIRECTORY,
	CONDITION_FILE_NOT_EMPTY,
	/* In these an operator is one of < <= = >= > and stands directly before its operand. */
	CONDITION_KERNEL_VERSION, /* `>=6.1`, or a glob without an operator */
	CONDITION_HOST,           /* host name (a glob) or machine id */
	CONDITION_VIRTUALIZATION, /* yes, no, vm, container */
	CONDITION_MEMORY,         /* `>=512M`: the machine's memory; always with operator */
	CONDITION_CPUS,           /* `>=2`; always with operator */
};

struct unit_condition {
	enum unit_condition_kind kind;
	bool assert;  /* a failure fails the unit instead of skipping it */
	bool negate;  /* `!` in front */
	bool trigger; /* `|` in front: one of all those with `|` must hold */
	char *text;   /* what follows, specifiers expanded */
	struct origin at;
};

enum unit_network { NETWORK_PRIVATE, NETWORK_HOST, NETWORK_NONE };

/* Bits of Namespaces=. */
enum unit_namespace {
	UNIT_NS_MOUNT = 1 << 0,
	UNIT_NS_PID = 1 << 1,
	UNIT_NS_NET = 1 << 2,
	UNIT_NS_IPC = 1 << 3,
	UNIT_NS_UTS = 1 << 4,
	UNIT_NS_CGROUP = 1 << 5,
	UNIT_NS_DEFAULT = (1 << 6) - 1,
};

enum unit_volume_flag {
	VOLUME_READ_ONLY = 1 << 0,
	VOLUME_NOEXEC = 1 << 1,
	VOLUME_NOSUID = 1 << 2,    /* set by default; `suid` clears it */
	VOLUME_NODEV = 1 << 3,     /* set by default; `dev` clears it */
	VOLUME_RECURSIVE = 1 << 4, /* set by default; `norbind` clears it */
	VOLUME_OPTIONAL = 1 << 5,  /* source written as `-/path`: skipped when missing */
};

struct unit_volume {
	char *source; /* absolute path on the host */
	char *target; /* absolute path in the container */
	uint32_t flags;
	struct origin at;
};

struct unit_tmpfs {
	char *target;
	uint64_t size_bytes; /* UNIT_INFINITY: the kernel's default, half of the memory */
	mode_t mode;
	uint32_t flags; /* VOLUME_NOEXEC and VOLUME_READ_ONLY */
	struct origin at;
};

struct unit_rlimit {
	bool set;
	uint64_t soft; /* UNIT_INFINITY for infinity, else the number that setrlimit takes */
	uint64_t hard;
};

struct unit {
	char *name;         /* "web", "web@1": the file name without `.ini` */
	const char *source; /* owned by the set: path of the file; "(run)" for a transient unit,
			       "(built in)" for default */
	bool broken; /* errors were found in it: never started; its diagnostics are in the report */
	bool container;       /* has Exec=; a unit without is a target */
	struct origin origin; /* the file as a whole: line 0 */
	uint64_t fingerprint; /* of the bytes of its files: when it is equal nothing was changed */

	char *description; /* NULL when not given */
	struct unit_list documentation;
	struct unit_list requires, wants, after, before;
	struct unit_list binds_to, part_of, conflicts, on_failure;
	struct unit_condition *conditions; /* of all kinds, in the order of the file */
	size_t n_conditions;
	uint64_t start_limit_interval_usec; /* 0: no limit, the default */
	uint32_t start_limit_burst;         /* starts within the interval; default 5 */

	struct {
		enum unit_type type;
		struct unit_list exec; /* the words of Exec=; empty for a target */
		bool remain_after_exit;
		enum unit_restart restart;
		uint64_t restart_usec;           /* default 100 ms */
		uint64_t restart_max_delay_usec; /* default 5 min */
		uint64_t timeout_start_usec;  /* UNIT_INFINITY: none; default 90 s, oneshot none */
		uint64_t timeout_stop_usec;   /* default 10 s */
		int kill_signal;              /* default SIGTERM */
		char *user, *group;           /* NULL: 0 */
		char *working_directory;      /* NULL: "/" */
		struct unit_list environment; /* each "NAME=value" */
		struct unit_list environment_files; /* absolute; `-` in front: may be missing */
		mode_t umask;                       /* default 0022 */
		int nice;                           /* -20..19, default 0 */
		int oom_score_adjust;               /* -1000..1000, default 0 */
		struct unit_rlimit limits[RLIM_NLIMITS];
	} service;

	struct {
		char *rootfs; /* absolute; NULL: svinit's own root */
		bool read_only;
		uint32_t namespaces; /* enum unit_namespace */
		char *hostname;      /* NULL: the unit's name, made valid */
		struct unit_volume *volumes;
		size_t n_volumes;
		struct unit_tmpfs *tmpfs;
		size_t n_tmpfs;
		uint64_t capabilities; /* mask 1 << CAP_x: the default list + Add - Drop */
		uint64_t add_capabilities, drop_capabilities; /* as written; `all` is UINT64_MAX */
		bool no_new_privs;                            /* default yes */
	} box;

	struct {
		enum unit_network mode;
	} network;

	struct {
		uint64_t memory_max_bytes;       /* UNIT_INFINITY: none */
		uint64_t cpu_quota_percent_x100; /* 5000 for 50%; UNIT_INFINITY: none */
		uint64_t cpu_weight;             /* 1..10000; 0: not set */
		uint64_t tasks_max;              /* UNIT_INFINITY: none */
	} resources;

	struct {
		uint64_t max_file_bytes; /* default 10M */
		uint32_t max_files;      /* default 5 */
	} log;

	struct unit_list wanted_by, required_by, alias;
	char *default_instance; /* of a template; NULL: none */

	/*
	 * The files that made it, in the order they were read: its own file, then its drop-ins.
	 * source is the first of them. The texts are owned by the set.
	 */
	struct unit_list files;

	/* Where single values came from; read with unit_origin(). Only values that a file gave. */
	struct unit_origin_entry *origins;
	size_t n_origins;
};

struct unit_origin_entry {
	uint32_t offset; /* of the member in struct unit */
	struct origin at;
};

/*
 * The place that gave the member at `offset` its value, or, when no file did (it is the default),
 * the unit's file with line 0. Never NULL; valid as long as the unit's set.
 */
const struct origin *unit_origin_at(const struct unit *u, size_t offset);
#define unit_origin(u, member) unit_origin_at((u), offsetof(struct unit, member))

/* True when a file gave the member its value. */
bool unit_is_set_at(const struct unit *u, size_t offset);
#define unit_is_set(u, member) unit_is_set_at((u), offsetof(struct unit, member))

/* All lists that name other units. */
#define UNIT_REFERENCES 10
void unit_references(struct unit *u, struct unit_list *ret[UNIT_REFERENCES]);

/* Frees the unit and all that it owns. NULL is legal. */
void unit_free(struct unit *u);

#endif
