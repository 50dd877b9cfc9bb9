#include "box/draft.h"

#include <stdlib.h>

void box_draft_init(struct box_draft *d)
{
	*d = (struct box_draft){ 0 };
	text_add(&d->strings, "", 1);
}

void box_draft_fini(struct box_draft *d)
{
	free(d->ops);
	text_fini(&d->strings);
	*d = (struct box_draft){ 0 };
}

struct box_op *box_draft_op(struct box_draft *d, enum box_op_kind kind)
{
	struct box_op *op = &d->spare;

	if (d->n_ops == d->capacity && !d->failed) {
		size_t capacity = d->capacity ? d->capacity * 2 : 32;
		struct box_op *ops =
			capacity > UINT16_MAX ? NULL : realloc(d->ops, capacity * sizeof(*ops));

		d->failed = !ops;
		if (ops) {
			d->ops = ops;
			d->capacity = capacity;
		}
	}
	if (!d->failed)
		op = &d->ops[d->n_ops++];
	*op = (struct box_op){ .kind = (uint16_t)kind, .input = BOX_NO_INPUT };
	return op;
}

uint32_t box_draft_string(struct box_draft *d, const char *s)
{
	size_t at = d->strings.size;

	text_add(&d->strings, s, strlen(s) + 1);
	return (uint32_t)at;
}

size_t box_draft_size(const struct box_draft *d)
{
	size_t size = sizeof(struct box_spec) + d->n_ops * sizeof(struct box_op) + d->strings.size;

	return d->failed || d->strings.failed || size > UINT32_MAX ? 0 : size;
}

struct box_spec *box_draft_write(const struct box_draft *d, void *to)
{
	struct box_spec *s = to;

	*s = (struct box_spec){
		.magic = BOX_SPEC_MAGIC,
		.version = BOX_SPEC_VERSION,
		.n_ops = (uint16_t)d->n_ops,
		.size = (uint32_t)box_draft_size(d),
		.cgroup_input = BOX_NO_INPUT,
	};
	if (d->n_ops)
		memcpy(s->ops, d->ops, d->n_ops * sizeof(struct box_op));
	memcpy(s->ops + d->n_ops, d->strings.data, d->strings.size);
	return s;
}
