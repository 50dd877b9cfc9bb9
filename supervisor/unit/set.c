#include "unit/set.h"

#include "unit/alias.h"
#include "unit/catalog.h"
#include "unit/files.h"
#include "unit/load.h"
#include "unit/value.h"

#include <stdlib.h>

bool unit_name_valid(const char *name)
{
	size_t n =
		strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.@-");
	const char *at = strchr(name, '@');

	return n && !name[n] && n <= UNIT_NAME_MAX && !strchr(".-@", *name) && (!at || at[1]);
}

/* Where the name is, or where it would go. */
static size_t position(const struct unit_set *set, const char *name, bool *ret_found)
{
	size_t low = 0, high = set->n;

	*ret_found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int r = strcmp(name, set->units[middle]->name);

		if (r == 0) {
			*ret_found = true;
			return middle;
		}
		if (r < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

int unit_set_index(const struct unit_set *set, const char *name)
{
	bool found;
	size_t i = position(set, name, &found);

	return found ? (int)i : -1;
}

struct unit *unit_set_find(const struct unit_set *set, const char *name)
{
	bool found;
	size_t i = position(set, name, &found);

	return found ? set->units[i] : alias_find(set, name);
}

int unit_set_parse(struct unit_set *set, const char *name, const char *source, const char *text,
		   size_t size, struct unit **ret, struct report *report)
{
	struct unit *u;
	int r;

	if (!unit_name_valid(name)) {
		struct origin at = { .file = source };

		report_add(
			report, SEVERITY_ERROR, NULL, &at,
			"\"%s\" is not a unit's name; it has letters, digits, : _ . - and @, and "
			"does not begin with . - or @",
			name);
		return -EINVAL;
	}
	u = unit_new(set->files, name, source);
	if (!u)
		return -ENOMEM;
	r = unit_read(set->files, u,
		      &(struct unit_text){ .file = u->source, .text = text, .size = size }, 1,
		      report);
	if (r < 0) {
		unit_free(u);
		return r;
	}
	*ret = u;
	return 0;
}

int unit_set_add(struct unit_set *set, struct unit *u)
{
	struct unit **units;
	bool found;
	size_t i = position(set, u->name, &found);

	if (found || alias_find(set, u->name))
		return -EEXIST;
	for (size_t k = 0; k < u->alias.n; k++)
		if (unit_set_find(set, u->alias.items[k].text))
			return -EEXIST;
	units = reallocarray(set->units, set->n + 1, sizeof(*units));
	if (!units)
		return -ENOMEM;
	set->units = units;
	memmove(units + i + 1, units + i, (set->n - i) * sizeof(*units));
	units[i] = u;
	set->n++;
	return alias_add(set, u);
}

void unit_set_remove(struct unit_set *set, struct unit *u)
{
	bool found;
	size_t i = position(set, u->name, &found);

	if (!found || set->units[i] != u)
		return;
	alias_remove(set, u);
	set->n--;
	memmove(set->units + i, set->units + i + 1, (set->n - i) * sizeof(*set->units));
	unit_free(u);
}

void unit_set_free(struct unit_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->n; i++)
		unit_free(set->units[i]);
	free(set->units);
	free(set->aliases);
	if (set->catalog)
		catalog_fini(set->catalog);
	free(set->catalog);
	files_free(set->files);
	free(set);
}
