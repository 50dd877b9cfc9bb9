#include "unit/assemble.h"

#include "base/str.h"
#include "unit/files.h"
#include "unit/load.h"

#include <errno.h>
#include <stdlib.h>

enum { LEVELS = 3 }; /* container.ini.d, TEMPLATE@.ini.d, NAME.ini.d */

struct assembly {
	struct unit_set *set;
	struct report *report;
	struct unit *unit;
	struct level {
		struct catalog_file *files;
		size_t n;
	} levels[LEVELS];
	struct unit_text *texts;
	size_t n;
};

static void report_failed(struct assembly *a, const struct catalog_file *f)
{
	struct origin at = { .file = f->path };

	a->unit->broken = true;
	if (f->what)
		report_add(a->report, SEVERITY_ERROR, a->unit->name, &at, "%s%s%s", f->what,
			   f->cause ? ": " : "", f->cause ? strerror(f->cause) : "");
}

/* Adds the bytes of the file, when it has any. */
static int add_text(struct assembly *a, struct catalog_file *f, bool drop_in)
{
	int r = catalog_read(f);

	if (r < 0)
		return r;
	if (f->state == FILE_FAILED)
		report_failed(a, f);
	if (f->state != FILE_TEXT)
		return 0;
	a->texts[a->n] = (struct unit_text){ .file = files_intern(a->set->files, f->path),
					     .text = f->text,
					     .size = f->size,
					     .drop_in = drop_in };
	return a->texts[a->n++].file ? 0 : -ENOMEM;
}

static bool has_file(const struct level *level, const char *file)
{
	size_t low = 0, high = level->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int r = strcmp(level->files[middle].file, file);

		if (r == 0)
			return true;
		if (r < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static int add_level(struct assembly *a, int number)
{
	struct level *level = &a->levels[number];
	int r = 0;

	for (size_t i = 0; r == 0 && i < level->n; i++) {
		bool replaced = false;

		for (int k = number + 1; k < LEVELS; k++)
			replaced |= has_file(&a->levels[k], level->files[i].file);
		if (!replaced)
			r = add_text(a, &level->files[i], true);
	}
	return r;
}

static int find_levels(struct assembly *a, const char *name)
{
	const struct catalog *c = a->set->catalog;
	const char *at = strchr(name, '@');

	a->levels[0].files = catalog_drop_ins(c, "container", &a->levels[0].n);
	if (at) {
		AUTO_FREE char *template = str_dup_n(name, (size_t)(at - name) + 1);

		if (!template)
			return -ENOMEM;
		a->levels[1].files = catalog_drop_ins(c, template, &a->levels[1].n);
	}
	if (!at || at[1])
		a->levels[2].files = catalog_drop_ins(c, name, &a->levels[2].n);
	return 0;
}

/*
 * Whether those for containers apply is only known once all others are seen; they then move in
 * front of them.
 */
static int add_drop_ins(struct assembly *a)
{
	size_t own = a->n, special;
	int r = 0;

	for (int i = 1; r == 0 && i < LEVELS; i++)
		r = add_level(a, i);
	if (r < 0 || !a->levels[0].n || !unit_texts_have_exec(a->texts, a->n))
		return r;
	special = a->n - own;
	r = add_level(a, 0);
	if (r == 0 && special && a->n > own + special) {
		struct unit_text *first = a->texts + own;
		size_t general = a->n - own - special;
		AUTO_FREE struct unit_text *copy = calloc(special, sizeof(*copy));

		if (!copy)
			return -ENOMEM;
		memcpy(copy, first, special * sizeof(*copy));
		memmove(first, first + special, general * sizeof(*first));
		memcpy(first + general, copy, special * sizeof(*copy));
	}
	return r;
}

static void forget_texts(struct assembly *a, struct catalog_file *main)
{
	if (main && main->state == FILE_TEXT && !str_ends(main->owner, "@"))
		catalog_forget(main);
	for (size_t i = 0; i < a->levels[2].n; i++)
		if (a->levels[2].files[i].state == FILE_TEXT)
			catalog_forget(&a->levels[2].files[i]);
}

static int assemble(struct assembly *a, struct catalog_file *main)
{
	size_t most = a->levels[0].n + a->levels[1].n + a->levels[2].n + 1;
	int r = 0;

	a->texts = calloc(most, sizeof(*a->texts));
	if (!a->texts)
		return -ENOMEM;
	if (main)
		r = add_text(a, main, false);
	else
		a->texts[a->n++] = (struct unit_text){ .file = a->unit->source, .text = "" };
	if (main && main->state != FILE_TEXT)
		return r; /* failed, and said so */
	if (r == 0)
		r = add_drop_ins(a);
	if (r == 0)
		r = unit_read(a->set->files, a->unit, a->texts, a->n, a->report);
	return r;
}

int unit_assemble(struct unit_set *set, const char *name, struct catalog_file *main,
		  struct report *report, struct unit **ret)
{
	struct assembly a = { .set = set, .report = report };
	int r = main ? catalog_read(main) : 0;

	if (r == 0 && main && main->state == FILE_MASKED) {
		*ret = NULL;
		return 0;
	}
	if (r == 0)
		a.unit = unit_new(set->files, name, main ? main->path : "(built in)");
	if (!a.unit)
		return -ENOMEM;
	r = find_levels(&a, name);
	if (r == 0)
		r = assemble(&a, main);
	forget_texts(&a, main);
	free(a.texts);
	if (r < 0) {
		unit_free(a.unit);
		return r;
	}
	*ret = a.unit;
	return 0;
}
