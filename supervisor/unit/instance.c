/* Instances of templates: which there have to be, and one more at run time. */
#include "base/str.h"
#include "unit/assemble.h"
#include "unit/refs.h"
#include "unit/value.h"

#include <stdlib.h>

/* A template whose instances name ever longer instances would go on until the names are full. */
enum { ROUNDS_MAX = 16, INSTANCES_MAX = 100000 };

struct wanted {
	char *name;
	struct origin at; /* who wants it; file is NULL for a default instance */
	const char *unit;
};

struct making {
	struct unit_set *set;
	struct report *report;
	struct wanted *wanted;
	size_t n;
	size_t made;
};

static int compare_wanted(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int want(struct making *m, const char *name, const struct origin *at, const char *unit)
{
	struct wanted *more = array_grow(m->wanted, m->n, sizeof(*more));

	if (!more)
		return -ENOMEM;
	m->wanted = more;
	more[m->n] = (struct wanted){ .name = strdup(name), .unit = unit };
	if (at)
		more[m->n].at = *at;
	return more[m->n++].name ? 0 : -ENOMEM;
}

static bool can_be_made(const struct making *m, const char *name)
{
	return strchr(name, '@') && catalog_template(m->set->catalog, name) &&
	       !catalog_is_masked(m->set->catalog, name) && !unit_set_find(m->set, name);
}

static int want_named(struct making *m, struct unit *u)
{
	struct unit_list *lists[UNIT_REFERENCES];
	int r = 0;

	unit_references(u, lists);
	for (size_t k = 0; r == 0 && k < UNIT_REFERENCES; k++)
		for (size_t i = 0; r == 0 && i < lists[k]->n; i++)
			if (can_be_made(m, lists[k]->items[i].text))
				r = want(m, lists[k]->items[i].text, &lists[k]->items[i].at,
					 u->name);
	return r;
}

static void forget_wanted(struct making *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->wanted[i].name);
	free(m->wanted);
	m->wanted = NULL;
	m->n = 0;
}

/* Makes each wanted instance once. The new units are in *ret in the order of their names. */
static int make_wanted(struct making *m, struct unit ***ret, size_t *ret_n)
{
	struct unit **units = calloc(m->n + 1, sizeof(struct unit *));
	size_t n = 0;
	int r = units ? 0 : -ENOMEM;

	if (m->n)
		qsort(m->wanted, m->n, sizeof(*m->wanted), compare_wanted);
	for (size_t i = 0; r == 0 && i < m->n; i++) {
		const char *name = m->wanted[i].name;

		if (i && str_eq(m->wanted[i - 1].name, name))
			continue;
		r = unit_assemble(m->set, name, catalog_template(m->set->catalog, name), m->report,
				  &units[n]);
		n += r == 0 && units[n];
	}
	m->made += n;
	if (r < 0) {
		while (n)
			unit_free(units[--n]);
		free(units);
		return r;
	}
	*ret = units;
	*ret_n = n;
	return 0;
}

/* Two sorted arrays become one. */
static int merge(struct unit_set *set, struct unit **more, size_t n)
{
	struct unit **units = reallocarray(set->units, set->n + n + 1, sizeof(struct unit *));
	size_t i = set->n, k = n, to = set->n + n;

	if (!units)
		return -ENOMEM;
	set->units = units;
	while (k)
		units[--to] = i && strcmp(units[i - 1]->name, more[k - 1]->name) > 0 ? units[--i]
										     : more[--k];
	set->n += n;
	return 0;
}

static void report_endless(struct making *m)
{
	for (size_t i = 0; i < m->n && i < 10; i++)
		report_add(m->report, SEVERITY_ERROR, m->wanted[i].unit, &m->wanted[i].at,
			   "instances name further instances without end; %.60s... is not made",
			   m->wanted[i].name);
}

static bool too_many(const struct making *m, int round)
{
	return m->n && (round >= ROUNDS_MAX || m->made + m->n > INSTANCES_MAX);
}

static bool has_instance(const struct unit_set *set, const char *template)
{
	size_t low = 0, high = set->n, size = strlen(template);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strncmp(set->units[middle]->name, template, size) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->n && strncmp(set->units[low]->name, template, size) == 0;
}

/* A template as it is, in a report that is thrown away unless it is the only one to say it. */
static int check_template(struct making *m, struct catalog_file *f, struct report *report,
			  bool want_default)
{
	struct unit *u = NULL;
	int r = unit_assemble(m->set, f->owner, f, report, &u);

	if (r == 0 && want_default && u && u->default_instance) {
		AUTO_FREE char *name = str_printf("%s%s", f->owner, u->default_instance);

		if (!name)
			r = -ENOMEM;
		else if (unit_name_valid(name) && can_be_made(m, name))
			r = want(m, name, NULL, NULL);
	}
	unit_free(u);
	return r;
}

static int want_defaults(struct making *m)
{
	struct catalog_files *templates = &m->set->catalog->templates;
	struct report scratch = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < templates->n; i++)
		r = check_template(m, &templates->items[i], &scratch, true);
	report_fini(&scratch);
	return r;
}

static int make_rounds(struct making *m)
{
	struct unit **last = NULL;
	size_t n_last = 0;
	int r = 0;

	for (int round = 0; r == 0 && m->n && !too_many(m, round); round++) {
		free(last);
		last = NULL;
		r = make_wanted(m, &last, &n_last);
		if (r == 0)
			r = merge(m->set, last, n_last);
		forget_wanted(m);
		for (size_t i = 0; r == 0 && i < n_last; i++)
			r = want_named(m, last[i]);
	}
	if (r == 0)
		report_endless(m);
	free(last);
	return r;
}

int instances_make(struct unit_set *set, struct report *report)
{
	struct making m = { .set = set, .report = report };
	struct catalog_files *templates = &set->catalog->templates;
	int r = 0;

	if (!templates->n)
		return 0;
	r = want_defaults(&m);
	for (size_t i = 0; r == 0 && i < set->n; i++)
		r = want_named(&m, set->units[i]);
	if (r == 0)
		r = make_rounds(&m);
	forget_wanted(&m);
	for (size_t i = 0; r == 0 && i < templates->n; i++)
		if (!has_instance(set, templates->items[i].owner))
			r = check_template(&m, &templates->items[i], report, false);
	return r;
}

/* --- at run time --- */

static int refuse(struct report *report, const char *name, int r, const char *why)
{
	report_add(report, SEVERITY_ERROR, name, NULL, "%s: %s", name, why);
	return r;
}

/* Makes what is wanted and what that names, and adds it to the set; all of it is in *all. */
static int add_all(struct making *m, struct unit ***all, size_t *n_all)
{
	int r = 0;

	for (int round = 0; r == 0 && m->n && !too_many(m, round); round++) {
		AUTO_FREE struct unit **units = NULL, **more = NULL;
		size_t n = 0, added = 0;

		r = make_wanted(m, &units, &n);
		if (r < 0)
			return r;
		forget_wanted(m);
		more = reallocarray(*all, *n_all + n + 1, sizeof(struct unit *));
		if (more)
			*all = take_ptr(&more);
		else
			r = -ENOMEM;
		for (; r == 0 && added < n; added += r == 0) {
			r = unit_set_add(m->set, units[added]);
			if (r == 0)
				(*all)[(*n_all)++] = units[added];
			else if (r == -EEXIST)
				refuse(m->report, units[added]->name, r,
				       "one of its names is taken");
		}
		for (size_t i = added; i < n; i++)
			unit_free(units[i]);
		for (size_t i = 0; r == 0 && i < n; i++)
			r = want_named(m, units[i]);
	}
	return r == -EEXIST ? -EINVAL : r;
}

int unit_set_instantiate(struct unit_set *set, const char *name, struct unit ***ret, size_t *ret_n,
			 struct report *report)
{
	struct making m = { .set = set, .report = report };
	struct unit **all = NULL;
	size_t n = 0;
	int r;

	if (!unit_name_valid(name) || !strchr(name, '@'))
		return refuse(report, name, -EINVAL, "not the name of an instance, NAME@ARG");
	if (unit_set_find(set, name))
		return -EEXIST;
	if (!catalog_template(set->catalog, name))
		return refuse(report, name, -ENOENT, "there is no template for it");
	if (catalog_is_masked(set->catalog, name))
		return refuse(report, name, -EINVAL, "masked (a link to /dev/null)");
	r = want(&m, name, NULL, NULL);
	if (r == 0)
		r = add_all(&m, &all, &n);
	if (r == 0)
		r = refs_check_added(set, all, n, report);
	if (r == 0 && (m.n || all[0]->broken))
		r = -EINVAL;
	report_endless(&m);
	forget_wanted(&m);
	if (r == 0) {
		*ret = all;
		*ret_n = n;
		return 0;
	}
	while (n)
		unit_set_remove(set, all[--n]);
	free(all);
	return r;
}
