/* A set from files: which there are, one unit after the other, then what they say of each other. */
#include "base/str.h"
#include "unit/assemble.h"
#include "unit/files.h"
#include "unit/refs.h"

#include <errno.h>
#include <stdlib.h>

static int load_one(struct unit_set *set, struct catalog_file *f, struct report *report)
{
	struct catalog *c = set->catalog;
	struct catalog_file *template = f->link ? catalog_template(c, f->owner) : NULL;
	struct unit *u = NULL;
	int r = unit_assemble(set, f->owner, template ? template : f, report, &u);

	if (r == 0 && !u)
		return catalog_mask(c, f->owner);
	if (u)
		set->units[set->n++] = u; /* the files are sorted, so the set is */
	return r;
}

static int load_units(struct unit_set *set, struct report *report)
{
	struct catalog_files *files = &set->catalog->units;
	int r = 0;

	set->units = calloc(files->n + 1, sizeof(struct unit *));
	if (!set->units)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < files->n; i++)
		r = load_one(set, &files->items[i], report);
	catalog_sort_masked(set->catalog);
	return r;
}

/* The target that everything else hangs on exists, also when nobody wrote it. */
static int add_default(struct unit_set *set, struct report *report)
{
	struct unit *u = NULL;
	int r;

	if (unit_set_find(set, "default"))
		return 0;
	r = unit_assemble(set, "default", NULL, report, &u);
	if (r == 0)
		r = unit_set_add(set, u);
	if (r < 0)
		unit_free(u);
	return r;
}

/* Drop-ins that change nothing are somebody's mistake. */
static void report_unused(const struct unit_set *set, struct report *report)
{
	const struct catalog *c = set->catalog;

	for (size_t i = 0; i < c->drop_ins.n; i++) {
		const struct catalog_file *f = &c->drop_ins.items[i];
		struct origin at = { .file = f->path };

		if (i && str_eq(f->owner, f[-1].owner))
			continue;
		if (str_eq(f->owner, "container") || unit_set_find(set, f->owner) ||
		    catalog_template(c, f->owner) || catalog_is_masked(c, f->owner))
			continue;
		report_add(report, SEVERITY_WARNING, NULL, &at, "there is no unit %s to change",
			   f->owner);
	}
}

static int load(struct unit_set *set, struct report *report)
{
	int r = catalog_finish(set->catalog);

	if (r == 0)
		r = load_units(set, report);
	if (r == 0)
		r = add_default(set, report);
	if (r == 0)
		r = instances_make(set, report);
	if (r == 0)
		r = refs_check(set, report);
	if (r < 0)
		return r;
	report_unused(set, report);
	return catalog_trim(set->catalog);
}

static int set_new(const struct unit_context *context, struct unit_set **ret)
{
	struct unit_set *set = calloc(1, sizeof(*set));

	if (!set)
		return -ENOMEM;
	set->files = files_new(context);
	set->catalog = calloc(1, sizeof(*set->catalog));
	if (!set->files || !set->catalog) {
		unit_set_free(set);
		return -ENOMEM;
	}
	*ret = set;
	return 0;
}

int unit_set_load_with(const struct unit_load *request, struct unit_set **ret,
		       struct report *report, struct error *e)
{
	struct unit_set *set = NULL;
	int r = set_new(request->context, &set);

	for (size_t i = 0; r == 0 && i < request->n_paths; i++)
		r = request->named_files
			    ? catalog_add_path(set->catalog, request->paths[i], report, e)
			    : catalog_add_directory(set->catalog, request->paths[i], report, e);
	if (r == 0)
		r = load(set, report);
	if (r < 0) {
		unit_set_free(set);
		return error_set(e, r, "units: loading");
	}
	*ret = set;
	return 0;
}

int unit_set_load(const char *const *dirs, size_t n_dirs, struct unit_set **ret,
		  struct report *report, struct error *e)
{
	struct unit_load request = { .paths = dirs, .n_paths = n_dirs };

	return unit_set_load_with(&request, ret, report, e);
}

int unit_set_load_files(const char *const *paths, size_t n_paths, struct unit_set **ret,
			struct report *report, struct error *e)
{
	struct unit_load request = { .paths = paths, .n_paths = n_paths, .named_files = true };

	return unit_set_load_with(&request, ret, report, e);
}
