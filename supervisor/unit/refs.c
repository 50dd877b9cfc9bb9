#include "unit/refs.h"

#include "base/str.h"
#include "unit/alias.h"
#include "unit/catalog.h"

#include <errno.h>
#include <stdlib.h>

/* Looking for a near name reads all names: after this many, a set's messages go without. */
#define SUGGESTIONS_MAX 32

struct refs {
	struct unit_set *set;
	struct report *report;
	const char **names;
	unsigned suggestions;
};

static void report_missing(struct refs *c, struct unit *u, const struct unit_item *item)
{
	const char *near = NULL;

	if (c->suggestions < SUGGESTIONS_MAX && c->names) {
		c->suggestions++;
		near = str_nearest(item->text, c->names, c->set->n);
	}
	if (near && !str_eq(near, u->name))
		report_add(c->report, SEVERITY_ERROR, u->name, &item->at,
			   "there is no unit %s; did you mean %s?", item->text, near);
	else
		report_add(c->report, SEVERITY_ERROR, u->name, &item->at, "there is no unit %s",
			   item->text);
	u->broken = true;
}

/* The item names the unit by an alias. */
static int resolve(struct refs *c, struct unit *u, const struct unit *found, struct unit_item *item)
{
	char *name = strdup(found->name);

	if (!name)
		return -ENOMEM;
	if (found == u) {
		report_add(c->report, SEVERITY_ERROR, u->name, &item->at,
			   "the unit names itself (%s is its alias)", item->text);
		u->broken = true;
	}
	free(item->text);
	item->text = name;
	return 0;
}

/* One list of names. What names a masked unit is taken out. */
static int check_list(struct refs *c, struct unit *u, struct unit_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		struct unit_item *item = &list->items[i];
		const struct unit *found = unit_set_find(c->set, item->text);

		if (!found && catalog_is_masked(c->set->catalog, item->text)) {
			bool required = list == &u->requires || list == &u->binds_to;

			report_add(c->report, required ? SEVERITY_ERROR : SEVERITY_WARNING, u->name,
				   &item->at,
				   required ? "%s is masked (a link to /dev/null)"
					    : "%s is masked and left out",
				   item->text);
			if (!required) {
				free(item->text);
				continue;
			}
			u->broken = true;
		} else if (!found) {
			report_missing(c, u, item);
		} else if (!str_eq(found->name, item->text)) {
			int r = resolve(c, u, found, item);

			if (r < 0)
				return r;
		}
		list->items[kept++] = *item;
	}
	list->n = kept;
	return 0;
}

/* Edges from a unit to those that require it, as one array with an index by unit. */
struct dependents {
	size_t *first; /* n + 1: where the edges of a unit begin */
	size_t *unit;  /* by edge */
	const struct unit_item **item;
};

static size_t index_of(const struct unit_set *set, const char *name)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int r = strcmp(name, set->units[middle]->name);

		if (r == 0)
			return middle;
		if (r < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return SIZE_MAX;
}

static void dependents_fini(struct dependents *d)
{
	free(d->first);
	free(d->unit);
	free(d->item);
}

/* Counts an edge (pass 0) or enters it: first[k + 2] is a count, then first[k + 1] where to go on.
 */
static void enter(struct dependents *d, int pass, size_t needed, size_t dependent,
		  const struct unit_item *item)
{
	size_t edge;

	if (needed == SIZE_MAX || dependent == SIZE_MAX)
		return;
	if (pass == 0) {
		d->first[needed + 2]++;
		return;
	}
	edge = d->first[needed + 1]++;
	d->unit[edge] = dependent;
	d->item[edge] = item;
}

static void enter_unit(struct dependents *d, int pass, const struct unit_set *set, size_t i)
{
	const struct unit *u = set->units[i];
	const struct unit_list *lists[] = { &u->requires, &u->binds_to };

	for (size_t k = 0; k < 2; k++)
		for (size_t j = 0; j < lists[k]->n; j++)
			enter(d, pass, index_of(set, lists[k]->items[j].text), i,
			      &lists[k]->items[j]);
	for (size_t j = 0; j < u->required_by.n; j++)
		enter(d, pass, i, index_of(set, u->required_by.items[j].text),
		      &u->required_by.items[j]);
}

static int dependents_init(struct dependents *d, const struct unit_set *set)
{
	size_t edges = 0;

	d->first = calloc(set->n + 2, sizeof(*d->first));
	if (!d->first)
		return -ENOMEM;
	for (size_t i = 0; i < set->n; i++)
	edges += set->units[i]->requires.n + set->units[i]->binds_to.n +
		 set->units[i]->required_by.n;
	d->unit = calloc(edges + 1, sizeof(*d->unit));
	d->item = calloc(edges + 1, sizeof(*d->item));
	if (!d->unit || !d->item)
		return -ENOMEM;
	for (size_t i = 0; i < set->n; i++)
		enter_unit(d, 0, set, i);
	for (size_t k = 2; k < set->n + 2; k++)
		d->first[k] += d->first[k - 1];
	for (size_t i = 0; i < set->n; i++)
		enter_unit(d, 1, set, i);
	return 0;
}

/* What requires a broken unit is broken, and so on. */
static int spread(struct refs *c)
{
	struct unit_set *set = c->set;
	struct dependents d = { 0 };
	AUTO_FREE size_t *queue = calloc(set->n + 1, sizeof(*queue));
	size_t head = 0, tail = 0;
	int r = queue ? dependents_init(&d, set) : -ENOMEM;

	for (size_t i = 0; r == 0 && i < set->n; i++)
		if (set->units[i]->broken)
			queue[tail++] = i;
	while (r == 0 && head < tail) {
		size_t broken = queue[head++];

		for (size_t e = d.first[broken]; e < d.first[broken + 1]; e++) {
			struct unit *u = set->units[d.unit[e]];

			if (u->broken)
				continue;
			report_add(c->report, SEVERITY_ERROR, u->name, &d.item[e]->at,
				   "%s is broken (see the errors of %s)", set->units[broken]->name,
				   set->units[broken]->source);
			u->broken = true;
			queue[tail++] = d.unit[e];
		}
	}
	dependents_fini(&d);
	return r;
}

static int check_units(struct refs *c, struct unit **units, size_t n)
{
	struct unit_list *lists[UNIT_REFERENCES];
	int r = 0;

	c->names = calloc(c->set->n + 1, sizeof(*c->names));
	for (size_t i = 0; c->names && i < c->set->n; i++)
		c->names[i] = c->set->units[i]->name;
	for (size_t i = 0; r == 0 && i < n; i++) {
		unit_references(units[i], lists);
		for (size_t k = 0; r == 0 && k < UNIT_REFERENCES; k++)
			r = check_list(c, units[i], lists[k]);
	}
	free(c->names);
	return r;
}

int refs_check(struct unit_set *set, struct report *report)
{
	struct refs c = { .set = set, .report = report };
	int r = aliases_enter(set, report);

	if (r == 0)
		r = check_units(&c, set->units, set->n);
	return r < 0 ? r : spread(&c);
}

int refs_check_added(struct unit_set *set, struct unit **units, size_t n, struct report *report)
{
	struct refs c = { .set = set, .report = report };
	int r = check_units(&c, units, n);

	return r < 0 ? r : spread(&c);
}
