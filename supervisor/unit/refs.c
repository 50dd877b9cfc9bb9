#include "unit/refs.h"

#include "base/str.h"

#include <errno.h>
#include <stdlib.h>

/* Looking for a near name reads all names: after this many, a set's messages go without. */
#define SUGGESTIONS_MAX 32

struct refs {
	struct unit_set *set;
	struct report *report;
	char *const *masked;
	size_t n_masked;
	const char **names;
	unsigned suggestions;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_masked(const struct refs *c, const char *name)
{
	return c->n_masked && bsearch(&name, c->masked, c->n_masked, sizeof(name), compare_names);
}

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

/* One list of names. What names a masked unit is taken out. */
static void check_list(struct refs *c, struct unit *u, struct unit_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		struct unit_item *item = &list->items[i];

		if (!unit_set_find(c->set, item->text) && is_masked(c, item->text)) {
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
		} else if (!unit_set_find(c->set, item->text)) {
			report_missing(c, u, item);
		}
		list->items[kept++] = *item;
	}
	list->n = kept;
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

static int dependents_init(struct dependents *d, const struct unit_set *set)
{
	size_t edges = 0;

	d->first = calloc(set->n + 2, sizeof(*d->first));
	if (!d->first)
		return -ENOMEM;
	for (size_t i = 0; i < set->n; i++)
	edges += set->units[i]->requires.n;
	d->unit = calloc(edges + 1, sizeof(*d->unit));
	d->item = calloc(edges + 1, sizeof(*d->item));
	if (!d->unit || !d->item)
		return -ENOMEM;
	for (size_t pass = 0; pass < 2; pass++) {
		/* First count into [k + 2]; after summing, [k + 1] is where the next edge of k
		 * goes. */
		for (size_t i = 0; i < set->n; i++) {
			const struct unit_list *list = &set->units[i]->requires;

			for (size_t j = 0; j < list->n; j++) {
				size_t k = index_of(set, list->items[j].text), edge;

				if (k == SIZE_MAX)
					continue;
				if (pass == 0) {
					d->first[k + 2]++;
					continue;
				}
				edge = d->first[k + 1]++;
				d->unit[edge] = i;
				d->item[edge] = &list->items[j];
			}
		}
		for (size_t k = 2; pass == 0 && k < set->n + 2; k++)
			d->first[k] += d->first[k - 1];
	}
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

int refs_check(struct unit_set *set, char *const *masked, size_t n_masked, struct report *report)
{
	struct refs c = { .set = set, .report = report, .masked = masked, .n_masked = n_masked };
	int r;

	c.names = calloc(set->n + 1, sizeof(*c.names));
	for (size_t i = 0; c.names && i < set->n; i++)
		c.names[i] = set->units[i]->name;
	for (size_t i = 0; i < set->n; i++) {
		struct unit *u = set->units[i];

		struct unit_list *lists[UNIT_REFERENCES];

		unit_references(u, lists);
		for (size_t k = 0; k < UNIT_REFERENCES; k++)
			check_list(&c, u, lists[k]);
	}
	r = spread(&c);
	free(c.names);
	return r;
}
