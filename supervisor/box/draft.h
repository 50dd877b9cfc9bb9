#ifndef SVINIT_BOX_DRAFT_H
#define SVINIT_BOX_DRAFT_H

/*
 * A spec being written: operations and strings are added in their order, then the whole is laid out
 * flat. Running out of memory is carried to the end and asked once with box_draft_size().
 */

#include "base/str.h"
#include "box/spec.h"

struct box_draft {
	struct box_op *ops;
	size_t n_ops, capacity;
	struct text strings;
	bool failed;
	struct box_op spare; /* what box_draft_op() gives when there is no memory */
};

/* Begins a draft with the empty string at offset 0. */
void box_draft_init(struct box_draft *d);
void box_draft_fini(struct box_draft *d);

/* Adds an operation without input; never NULL, valid until the next call. */
struct box_op *box_draft_op(struct box_draft *d, enum box_op_kind kind);

/* Adds a string and returns its offset; strings added one after the other are a list. */
uint32_t box_draft_string(struct box_draft *d, const char *s);

/* Bytes of the flat spec, 0 when memory ran out or it would not fit into 32 bits. */
size_t box_draft_size(const struct box_draft *d);

/* Lays it out at `to`, 8-byte aligned, with box_draft_size() bytes. */
struct box_spec *box_draft_write(const struct box_draft *d, void *to);

#endif
