#include "ctl/offline.h"

#include "base/error.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *const default_dirs[] = {
	"/etc/svinit/units",
	"/run/svinit/units",
	"/usr/lib/svinit/units",
};
#define N_DEFAULT_DIRS (sizeof(default_dirs) / sizeof(default_dirs[0]))

bool offline_wanted(const struct ctl *c)
{
	return ctl_has(c, OPT_UNITS) || ctl_has(c, OPT_ROOT);
}

bool offline_is_path(const char *word)
{
	return strchr(word, '/') || str_ends(word, ".ini");
}

char *offline_path(const struct ctl *c, const char *path)
{
	const char *root = ctl_value(c, OPT_ROOT);
	size_t n = root ? strlen(root) : 0;

	if (!root)
		return str_printf("%s", path);
	while (n && root[n - 1] == '/')
		n--;
	while (*path == '/')
		path++;
	return str_printf("%.*s/%s", (int)n, root, path);
}

char *offline_units_dir(const struct ctl *c)
{
	const char *dir = ctl_value(c, OPT_UNITS);

	return offline_path(c, dir ? dir : default_dirs[0]);
}

/* Paths that are freed together. */
struct paths {
	char **items;
	size_t n;
};

static void paths_fini(struct paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->items[i]);
	free(p->items);
}

static int paths_add(struct paths *p, char *path)
{
	if (!path)
		return -ENOMEM;
	p->items[p->n++] = path;
	return 0;
}

/* The search directories: those of --units, in their order, else the default ones. */
static int add_search_dirs(const struct ctl *c, struct paths *p)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->n_values; i++)
		if (c->values[i].option == OPT_UNITS)
			r = paths_add(p, offline_path(c, c->values[i].value));
	for (size_t i = 0; r == 0 && !ctl_has(c, OPT_UNITS) && i < N_DEFAULT_DIRS; i++)
		r = paths_add(p, offline_path(c, default_dirs[i]));
	return r;
}

char *offline_find_file(const struct ctl *c, const char *file)
{
	struct paths p = { .items = calloc(c->n_values + N_DEFAULT_DIRS, sizeof(p.items[0])) };
	char *found = NULL;
	struct stat st;

	if (p.items && add_search_dirs(c, &p) == 0) {
		for (size_t i = 0; !found && i < p.n; i++) {
			AUTO_FREE char *path = str_printf("%s/%s", p.items[i], file);

			if (path && lstat(path, &st) == 0)
				found = take_ptr(&path);
		}
	}
	paths_fini(&p);
	return found;
}

static int tell(const struct ctl *c, const struct error *e)
{
	char line[1200];

	ctl_complain(c, "%s", error_format(e, line, sizeof(line)));
	return CTL_FAILED;
}

static int finish_load(const struct ctl *c, const struct offline *o, int r, const struct error *e)
{
	if (r < 0)
		return tell(c, e);
	if (!o->report.failed)
		return CTL_DONE;
	ctl_complain(c, "%s", strerror(ENOMEM));
	return CTL_FAILED;
}

int offline_load(const struct ctl *c, bool paths, struct offline *o)
{
	struct paths p = { .items = calloc(c->n_words + c->n_values + N_DEFAULT_DIRS,
					   sizeof(p.items[0])) };
	struct error e = { 0 };
	int r = p.items ? 0 : -ENOMEM;

	*o = (struct offline){ 0 };
	for (size_t i = 0; r == 0 && paths && i < c->n_words; i++)
		r = paths_add(&p, offline_path(c, c->words[i]));
	if (r == 0 && !paths)
		r = add_search_dirs(c, &p);
	if (r < 0)
		error_set(&e, r, "loading units");
	else if (paths)
		r = unit_set_load_files((const char *const *)p.items, p.n, &o->set, &o->report, &e);
	else
		r = unit_set_load((const char *const *)p.items, p.n, &o->set, &o->report, &e);
	paths_fini(&p);
	return finish_load(c, o, r, &e);
}

static const struct unit *find_source(const struct unit_set *set, const char *source)
{
	for (size_t i = 0; i < set->n; i++)
		if (str_eq(set->units[i]->source, source))
			return set->units[i];
	return NULL;
}

/* The unit NAME of DIR/NAME.ini with all of DIR; *ret stays NULL when DIR does not give it. */
static int load_beside(const struct ctl *c, const char *path, struct offline *o,
		       const struct unit **ret)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	AUTO_FREE char *name = str_dup_n(base, strlen(base) - strlen(".ini"));
	AUTO_FREE char *dir = !slash          ? str_dup_n(".", 1)
			      : slash == path ? str_dup_n("/", 1)
					      : str_dup_n(path, (size_t)(slash - path));
	const char *dirs[1] = { dir };
	struct error e = { 0 };
	int status;

	if (!name || !dir) {
		error_set(&e, -ENOMEM, "%s", path);
		return tell(c, &e);
	}
	status = finish_load(c, o, unit_set_load(dirs, 1, &o->set, &o->report, &e), &e);
	if (status == CTL_DONE)
		*ret = unit_set_find(o->set, name);
	return status;
}

static int load_path(const struct ctl *c, const char *path, struct offline *o,
		     const struct unit **ret)
{
	const char *paths[1] = { path };
	struct error e = { 0 };
	struct stat st;
	int status = CTL_DONE;

	if (str_ends(path, ".ini") && !str_ends(path, "/.ini"))
		status = load_beside(c, path, o, ret);
	if (status != CTL_DONE || *ret)
		return status;
	if (stat(path, &st) < 0) {
		ctl_complain(c, "%s: %s", path, strerror(errno));
		return CTL_NO_UNIT;
	}
	offline_fini(o);
	status = finish_load(c, o, unit_set_load_files(paths, 1, &o->set, &o->report, &e), &e);
	if (status != CTL_DONE)
		return status;
	*ret = find_source(o->set, path);
	if (*ret)
		return CTL_DONE;
	if (!offline_tell(c, o, NULL))
		ctl_complain(c, "%s: %s", path,
			     str_ends(path, "@.ini")
				     ? "a template; name one of its instances, as NAME@ARG.ini"
				     : "no file of a unit");
	return CTL_FAILED;
}

int offline_load_unit(const struct ctl *c, const char *word, struct offline *o,
		      const struct unit **ret)
{
	const struct unit *u = NULL;
	int status;

	*o = (struct offline){ 0 };
	if (offline_is_path(word)) {
		AUTO_FREE char *path = offline_path(c, word);

		if (!path) {
			ctl_complain(c, "%s", strerror(ENOMEM));
			return CTL_FAILED;
		}
		status = load_path(c, path, o, &u);
	} else {
		status = offline_load(c, false, o);
		u = status == CTL_DONE ? unit_set_find(o->set, word) : NULL;
		if (status == CTL_DONE && !u) {
			ctl_complain(c, "%s: no such unit", word);
			status = CTL_NO_UNIT;
		}
	}
	if (status == CTL_DONE)
		*ret = u;
	return status;
}

size_t offline_tell(const struct ctl *c, const struct offline *o, const char *unit)
{
	size_t n = 0;

	for (size_t i = 0; i < o->report.n; i++) {
		const struct diagnostic *d = &o->report.items[i];
		char line[4096];

		if (unit && (!d->unit || !str_eq(unit, d->unit)))
			continue;
		ctl_complain(c, "%s", report_line(d, line, sizeof(line)));
		n++;
	}
	return n;
}

void offline_fini(struct offline *o)
{
	unit_set_free(o->set);
	report_fini(&o->report);
	*o = (struct offline){ 0 };
}
