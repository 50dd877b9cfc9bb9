#include "unit/alias.h"

#include "base/str.h"
#include "unit/catalog.h"

#include <errno.h>
#include <stdlib.h>

static int compare_names(const void *a, const void *b)
{
	const struct unit_alias *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int compare_all(const void *a, const void *b)
{
	const struct unit_alias *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : strcmp(x->unit->name, y->unit->name);
}

struct unit *alias_find(const struct unit_set *set, const char *name)
{
	struct unit_alias key = { .name = name }, *found = NULL;

	if (set->n_aliases)
		found = bsearch(&key, set->aliases, set->n_aliases, sizeof(key), compare_names);
	return found ? found->unit : NULL;
}

static const struct unit_item *item_of(const struct unit_alias *alias)
{
	const struct unit_list *list = &alias->unit->alias;

	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].text == alias->name)
			return &list->items[i];
	return NULL;
}

static void refuse(struct report *report, const struct unit_alias *alias, const char *what,
		   const char *name)
{
	const struct unit_item *item = item_of(alias);

	alias->unit->broken = true;
	report_add(report, SEVERITY_ERROR, alias->unit->name, item ? &item->at : NULL, "%s %s%s%s",
		   alias->name, what, name ? " " : "", name ? name : "");
}

static void check(struct unit_set *set, struct report *report)
{
	struct unit_alias *all = set->aliases;
	size_t n = set->n_aliases, kept = 0;

	set->n_aliases = 0; /* so that only names are found */
	for (size_t i = 0; i < n; i++) {
		const struct unit_alias *last = kept ? &all[kept - 1] : NULL;

		if (str_eq(all[i].name, all[i].unit->name))
			continue; /* a rule said it */
		if (unit_set_find(set, all[i].name))
			refuse(report, &all[i], "is the name of a unit", NULL);
		else if (catalog_is_masked(set->catalog, all[i].name))
			refuse(report, &all[i], "is masked (a link to /dev/null)", NULL);
		else if (last && str_eq(last->name, all[i].name) && last->unit != all[i].unit)
			refuse(report, &all[i], "is also an alias of", last->unit->name);
		else if (!last || !str_eq(last->name, all[i].name))
			all[kept++] = all[i];
	}
	set->n_aliases = kept;
}

int aliases_enter(struct unit_set *set, struct report *report)
{
	size_t n = 0, k = 0;

	for (size_t i = 0; i < set->n; i++)
		n += set->units[i]->alias.n;
	free(set->aliases);
	set->aliases = NULL;
	set->n_aliases = 0;
	if (!n)
		return 0;
	set->aliases = calloc(n, sizeof(*set->aliases));
	if (!set->aliases)
		return -ENOMEM;
	for (size_t i = 0; i < set->n; i++)
		for (size_t j = 0; j < set->units[i]->alias.n; j++)
			set->aliases[k++] = (struct unit_alias){ set->units[i]->alias.items[j].text,
								 set->units[i] };
	qsort(set->aliases, n, sizeof(*set->aliases), compare_all);
	set->n_aliases = n;
	check(set, report);
	return 0;
}

int alias_add(struct unit_set *set, struct unit *u)
{
	struct unit_alias *more;

	if (!u->alias.n)
		return 0;
	more = reallocarray(set->aliases, set->n_aliases + u->alias.n, sizeof(*more));
	if (!more)
		return -ENOMEM;
	set->aliases = more;
	for (size_t i = 0; i < u->alias.n; i++)
		more[set->n_aliases++] = (struct unit_alias){ u->alias.items[i].text, u };
	qsort(more, set->n_aliases, sizeof(*more), compare_all);
	return 0;
}

void alias_remove(struct unit_set *set, const struct unit *u)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->n_aliases; i++)
		if (set->aliases[i].unit != u)
			set->aliases[kept++] = set->aliases[i];
	set->n_aliases = kept;
}
