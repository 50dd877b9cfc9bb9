#include "unit/unit.h"

#include "unit/key.h"
#include "unit/value.h"

#include <stdlib.h>

static const struct unit_origin_entry *find_origin(const struct unit *u, size_t offset)
{
	for (size_t i = 0; i < u->n_origins; i++)
		if (u->origins[i].offset == offset)
			return &u->origins[i];
	return NULL;
}

const struct origin *unit_origin_at(const struct unit *u, size_t offset)
{
	const struct unit_origin_entry *entry = find_origin(u, offset);

	return entry ? &entry->at : &u->origin;
}

bool unit_is_set_at(const struct unit *u, size_t offset)
{
	return find_origin(u, offset) != NULL;
}

int unit_set_origin(struct unit *u, size_t offset, const struct origin *at)
{
	struct unit_origin_entry *entry = (struct unit_origin_entry *)find_origin(u, offset);
	struct origin copy = *at; /* it may stand in the array that moves */

	if (entry) {
		entry->at = copy;
		return 0;
	}
	entry = array_grow(u->origins, u->n_origins, sizeof(*entry));
	if (!entry)
		return -ENOMEM;
	u->origins = entry;
	u->origins[u->n_origins++] = (struct unit_origin_entry){ (uint32_t)offset, copy };
	return 0;
}

void unit_forget_origin(struct unit *u, size_t offset)
{
	struct unit_origin_entry *entry = (struct unit_origin_entry *)find_origin(u, offset);

	if (entry)
		*entry = u->origins[--u->n_origins];
}

void unit_references(struct unit *u, struct unit_list *ret[UNIT_REFERENCES])
{
	struct unit_list *lists[UNIT_REFERENCES] = {
		&u->requires,   &u->binds_to, &u->wants,  &u->part_of,   &u->conflicts,
		&u->on_failure, &u->after,    &u->before, &u->wanted_by, &u->required_by,
	};

	memcpy(ret, lists, sizeof(lists));
}

void unit_free(struct unit *u)
{
	const struct unit_key *keys;
	size_t n;

	if (!u)
		return;
	keys = unit_keys(&n);
	for (size_t i = 0; i < n; i++)
		if (keys[i].type->release)
			keys[i].type->release(&keys[i], u);
	free(u->origins);
	free(u->name);
	free(u->files.items); /* the names are the set's */
	free(u);
}
