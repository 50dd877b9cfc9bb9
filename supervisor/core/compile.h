#ifndef SVINIT_CORE_COMPILE_H
#define SVINIT_CORE_COMPILE_H

/*
 * From a unit to the flat spec that svbox executes (box/spec.h), once, at load: a start then needs
 * no parsing, no allocation and no string building. Pure: nothing is opened or looked up here.
 *
 * What only the start can know travels as inputs: the manager opens them in their order (trees with
 * box_open_tree() of box/tree.h, everything else is its own) and sends BOX_START with struct
 * box_start, the spec, and the descriptors in exactly that order.
 *
 * A failure that svbox reports with an operation index belongs to origins[index].
 *
 * The whole is one allocation; its strings (paths of inputs) and origins point into the unit and
 * its set, which must outlive it.
 */

#include "base/error.h"
#include "unit/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum input_kind {
	INPUT_TREE,   /* path: box_open_tree(path, flags, …) */
	INPUT_STDIN,  /* a descriptor for 0 */
	INPUT_STDOUT, /* the unit's FIFOs, opened read-write */
	INPUT_STDERR,
	INPUT_TERMINAL,     /* a unix socket that is sent the master of the pseudo terminal */
	INPUT_CGROUP,       /* the directory of the v2 leaf, for CLONE_INTO_CGROUP */
	INPUT_CGROUP_PROCS, /* cgroup.procs of a v1 leaf, opened for writing */
};

struct compiled_input {
	enum input_kind kind;
	const char *path; /* INPUT_TREE: absolute, on the host; else NULL */
	uint32_t flags;   /* enum unit_volume_flag for trees */
	struct origin at;
};

struct compiled {
	void *spec; /* struct box_spec and what follows it; 8-byte aligned */
	size_t size;
	struct compiled_input *inputs;
	size_t n_inputs;
	struct origin *origins; /* by operation index */
	size_t n_ops;
};

struct compile_request {
	const struct unit *unit;             /* a container, not broken */
	const struct unit_list *environment; /* in place of the unit's own; NULL: that */
	size_t n_cgroup_procs; /* v1 hierarchies the child joins by writing "0" to a descriptor */
	bool cgroup_into;      /* an INPUT_CGROUP directory for CLONE_INTO_CGROUP */
	bool terminal;         /* INPUT_TERMINAL instead of the three standard descriptors */
	bool stdin_given;      /* INPUT_STDIN comes from the manager; else it is /dev/null */
	bool privileged;       /* svinit has CAP_SYS_ADMIN: may make namespaces */
};

/*
 * Compiles. 0 and *ret, freed with compiled_free(); or negative errno with *e set to what is wrong
 * and where in the unit's file: -EPERM for namespaces that an svinit without privileges cannot
 * make, -EINVAL for keys that contradict each other, -E2BIG for a unit that does not fit into one
 * frame, -ENOMEM.
 */
int compile_unit(const struct compile_request *r, struct compiled **ret, struct error *e);

/* Frees it. NULL is legal. */
void compiled_free(struct compiled *c);

#endif
