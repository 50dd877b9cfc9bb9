#include "unit/catalog.h"

#include "base/str.h"
#include "unit/set.h"
#include "unit/value.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void file_fini(struct catalog_file *f)
{
	free(f->owner);
	free(f->file);
	free(f->path);
	free(f->text);
}

/* Strings are taken over. */
static int add(struct catalog_files *list, char *owner, char *file, char *path, bool link)
{
	struct catalog_file f = { .owner = owner, .file = file, .path = path, .link = link };
	struct catalog_file *more = array_grow(list->items, list->n, sizeof(*more));

	if (!more || !owner || !path) {
		if (more)
			list->items = more;
		file_fini(&f);
		return -ENOMEM;
	}
	f.order = list->n;
	list->items = more;
	list->items[list->n++] = f;
	return 0;
}

static bool is_template_name(const char *name)
{
	size_t n = strlen(name);

	return n > 1 && name[n - 1] == '@' && strchr(name, '@') == name + n - 1;
}

/* True when the file of an instance is a link to its template, wherever that is. */
static bool is_instance_link(const char *name, const char *path)
{
	const char *at = strchr(name, '@'), *base;
	char target[4096];
	size_t prefix;
	ssize_t n;

	if (!at)
		return false;
	n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0)
		return false;
	target[n] = '\0';
	base = strrchr(target, '/');
	base = base ? base + 1 : target;
	prefix = (size_t)(at - name) + 1;
	return strncmp(base, name, prefix) == 0 && str_eq(base + prefix, ".ini");
}

/* Notes a file when its name is a unit's; path is taken over. */
static int add_unit(struct catalog *c, const char *file, char *path, struct report *report)
{
	AUTO_FREE char *name = str_dup_n(file, strlen(file) - strlen(".ini")), *owned = path;
	struct origin at = { .file = path };
	bool link;

	if (!name || !path)
		return -ENOMEM;
	if (is_template_name(name) && !strchr(".-", *name) && strlen(name) <= UNIT_NAME_MAX) {
		char *first = name;

		if (first[strspn(first, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789:_.@-")] == '\0')
			return add(&c->templates, take_ptr(&name), NULL, take_ptr(&owned), false);
	}
	if (!unit_name_valid(name)) {
		report_add(report, SEVERITY_ERROR, NULL, &at,
			   "the file's name is not a unit's name; it has letters, digits, "
			   ": _ . - and @, does not begin with . - or @, and has at most "
			   "200 bytes before .ini");
		return 0;
	}
	link = is_instance_link(name, path);
	return add(&c->units, take_ptr(&name), NULL, take_ptr(&owned), link);
}

/* The drop-ins in PATH.d of that owner; a PATH.d that is not there is none. */
static int add_drop_ins(struct catalog *c, const char *dir_path, const char *owner,
			struct report *report)
{
	DIR *dir = opendir(dir_path);
	struct dirent *d;
	int r = 0;

	for (errno = dir ? 0 : errno; dir && r == 0 && (d = readdir(dir)); errno = 0)
		if (*d->d_name != '.' && str_ends(d->d_name, ".ini"))
			r = add(&c->drop_ins, strdup(owner), strdup(d->d_name),
				str_printf("%s/%s", dir_path, d->d_name), false);
	if (r == 0 && errno && errno != ENOENT) {
		struct origin at = { .file = dir_path };

		report_add(report, SEVERITY_ERROR, owner, &at, "cannot be read: %s",
			   strerror(errno));
		r = add(&c->drop_ins, strdup(owner), strdup(""), strdup(dir_path), false);
		if (r == 0)
			c->drop_ins.items[c->drop_ins.n - 1].state = FILE_FAILED; /* it is said */
	}
	if (dir)
		closedir(dir);
	return r;
}

int catalog_add_directory(struct catalog *c, const char *path, struct report *report,
			  struct error *e)
{
	size_t length = strlen(path);
	DIR *dir = opendir(path);
	struct dirent *d;
	int r = 0;

	if (!dir)
		return errno == ENOENT ? 0 : error_set(e, -errno, "units: opendir: %s", path);
	while (length > 1 && path[length - 1] == '/')
		length--;
	for (errno = 0; r == 0 && (d = readdir(dir)); errno = 0) {
		const char *file = d->d_name;
		AUTO_FREE char *full = NULL;

		if (*file == '.' || !(str_ends(file, ".ini") || str_ends(file, ".ini.d")))
			continue;
		full = str_printf("%.*s/%s", (int)length, path, file);
		if (!full) {
			r = -ENOMEM;
		} else if (str_ends(file, ".ini")) {
			r = add_unit(c, file, take_ptr(&full), report);
		} else {
			AUTO_FREE char *owner = str_dup_n(file, strlen(file) - strlen(".ini.d"));

			r = owner ? add_drop_ins(c, full, owner, report) : -ENOMEM;
		}
	}
	if (r == 0 && errno)
		r = error_set(e, -errno, "units: readdir: %s", path);
	closedir(dir);
	return r;
}

int catalog_add_path(struct catalog *c, const char *path, struct report *report, struct error *e)
{
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
	AUTO_FREE char *owner = NULL, *beside = NULL;
	struct origin at = { .file = path };
	struct stat st;
	int r;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode) && !str_ends(path, ".ini"))
		return catalog_add_directory(c, path, report, e);
	if (!str_ends(file, ".ini") || str_eq(file, ".ini")) {
		report_add(report, SEVERITY_ERROR, NULL, &at,
			   "is not a unit file; its name ends in .ini");
		return 0;
	}
	owner = str_dup_n(file, strlen(file) - strlen(".ini"));
	beside = str_printf("%s.d", path);
	r = owner && beside ? add_unit(c, file, strdup(path), report) : -ENOMEM;
	return r < 0 ? r : add_drop_ins(c, beside, owner, report);
}

static int compare_files(const void *a, const void *b)
{
	const struct catalog_file *x = a, *y = b;
	int r = strcmp(x->owner, y->owner);

	if (!r && x->file)
		r = strcmp(x->file, y->file);
	return r ? r : (x->order > y->order) - (x->order < y->order);
}

/* Of each name the first. */
static void sort(struct catalog_files *list)
{
	size_t kept = 0;

	if (list->n)
		qsort(list->items, list->n, sizeof(*list->items), compare_files);
	for (size_t i = 0; i < list->n; i++) {
		struct catalog_file *f = &list->items[i];
		struct catalog_file *last = kept ? &list->items[kept - 1] : NULL;

		if (last && str_eq(last->owner, f->owner) &&
		    (!f->file || (str_eq(last->file, f->file) && *f->file)))
			file_fini(f);
		else
			list->items[kept++] = *f;
	}
	list->n = kept;
}

int catalog_finish(struct catalog *c)
{
	sort(&c->units);
	sort(&c->templates);
	sort(&c->drop_ins);
	for (size_t i = 0; i < c->templates.n; i++) {
		struct catalog_file *f = &c->templates.items[i];
		int r = catalog_read(f);

		if (r == 0 && f->state == FILE_MASKED)
			r = catalog_mask(c, f->owner);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The first of the owner, or where it would be. */
static size_t lower_bound(const struct catalog_files *list, const char *owner, size_t size)
{
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *name = list->items[middle].owner;
		int r = strncmp(name, owner, size);

		if (r < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct catalog_file *catalog_template(const struct catalog *c, const char *name)
{
	const char *at = strchr(name, '@');
	size_t size = at ? (size_t)(at - name) + 1 : 0, i;

	if (!size)
		return NULL;
	i = lower_bound(&c->templates, name, size);
	if (i < c->templates.n && strncmp(c->templates.items[i].owner, name, size) == 0 &&
	    !c->templates.items[i].owner[size])
		return &c->templates.items[i];
	return NULL;
}

struct catalog_file *catalog_drop_ins(const struct catalog *c, const char *owner, size_t *ret_n)
{
	size_t first = lower_bound(&c->drop_ins, owner, strlen(owner) + 1), n = 0;

	while (first + n < c->drop_ins.n && str_eq(c->drop_ins.items[first + n].owner, owner))
		n++;
	*ret_n = n;
	return n ? &c->drop_ins.items[first] : NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool masked_by_name(const struct catalog *c, const char *name)
{
	return c->n_masked && bsearch(&name, c->masked, c->n_masked, sizeof(name), compare_names);
}

bool catalog_is_masked(const struct catalog *c, const char *name)
{
	const struct catalog_file *template = catalog_template(c, name);

	return masked_by_name(c, name) || (template && template->state == FILE_MASKED);
}

int catalog_mask(struct catalog *c, const char *name)
{
	char **more = array_grow(c->masked, c->n_masked, sizeof(*more));
	char *copy = strdup(name);

	if (more)
		c->masked = more;
	if (!more || !copy) {
		free(copy);
		return -ENOMEM;
	}
	c->masked[c->n_masked++] = copy;
	return 0;
}

void catalog_sort_masked(struct catalog *c)
{
	if (c->n_masked)
		qsort(c->masked, c->n_masked, sizeof(*c->masked), compare_names);
}

int catalog_trim(struct catalog *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->units.n; i++)
		file_fini(&c->units.items[i]);
	free(c->units.items);
	c->units = (struct catalog_files){ 0 };
	for (size_t i = 0; i < c->drop_ins.n; i++) {
		struct catalog_file *f = &c->drop_ins.items[i];
		int r;

		if (!strchr(f->owner, '@') && !str_eq(f->owner, "container")) {
			file_fini(f);
			continue;
		}
		r = catalog_read(f);
		c->drop_ins.items[kept++] = *f;
		if (r < 0) {
			for (i++; i < c->drop_ins.n; i++)
				file_fini(&c->drop_ins.items[i]);
			c->drop_ins.n = kept;
			return r;
		}
	}
	c->drop_ins.n = kept;
	return 0;
}

static void files_fini(struct catalog_files *list)
{
	for (size_t i = 0; i < list->n; i++)
		file_fini(&list->items[i]);
	free(list->items);
}

void catalog_fini(struct catalog *c)
{
	files_fini(&c->units);
	files_fini(&c->templates);
	files_fini(&c->drop_ins);
	for (size_t i = 0; i < c->n_masked; i++)
		free(c->masked[i]);
	free(c->masked);
	*c = (struct catalog){ 0 };
}
