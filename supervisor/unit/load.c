#include "unit/load.h"

#include "unit/ini.h"
#include "unit/rules.h"
#include "unit/set.h"
#include "unit/value.h"

#include <stdlib.h>
#include <strings.h>

enum { KEYS_MAX = 256 };
enum { ERRORS_MAX = 200 }; /* of one file; more say nothing new and cost memory */

struct load {
	struct unit *unit;
	const struct unit_files *files;
	const char *file; /* the one that is read */
	bool drop_in;
	struct report *report;
	size_t errors_before;
	const char *section; /* the table's own string; NULL: none, or not ours */
	bool ignored; /* the section is the user's or was reported: its keys are passed over */
	bool exec;    /* an Exec= was seen, good or not */
	struct rule_input rules;
	uint32_t line[KEYS_MAX]; /* by row: where this file gave a value first */
	bool refused[KEYS_MAX];
};

/* How other systems call what has a name of its own here. */
static const struct {
	const char *theirs, *ours;
} other_names[] = {
	{ "ExecStart", "Exec" },
	{ "Command", "Exec" },
	{ "RootDirectory", "Rootfs" },
	{ "Root", "Rootfs" },
	{ "MemoryLimit", "MemoryMax" },
	{ "Memory", "MemoryMax" },
	{ "CPUShares", "CPUWeight" },
	{ "PidsLimit", "TasksMax" },
	{ "BindPaths", "Volume" },
	{ "Bind", "Volume" },
	{ "TemporaryFileSystem", "Tmpfs" },
	{ "HostName", "Hostname" },
	{ "RestartDelaySec", "RestartSec" },
	{ "OOMScoreAdj", "OOMScoreAdjust" },
	{ "RestartDelay", "RestartSec" },
	{ "TimeoutSec", "TimeoutStopSec" },
};

static struct origin place(const struct load *l, uint32_t line, uint32_t column)
{
	return (struct origin){ .file = l->file, .line = line, .column = column };
}

#define WRONG(l, at, ...) report_add((l)->report, SEVERITY_ERROR, (l)->unit->name, at, __VA_ARGS__)

static bool too_many_errors(const struct load *l)
{
	return l->report->errors - l->errors_before >= ERRORS_MAX;
}

static void on_wrong(void *arg, uint32_t line, uint32_t column, const char *message)
{
	struct load *l = arg;
	struct origin at = place(l, line, column);

	if (!too_many_errors(l))
		WRONG(l, &at, "%s", message);
}

/* The sections of the table in their order; at most 16. */
static size_t sections(const char *ret[16])
{
	size_t n_keys, n = 0;
	const struct unit_key *keys = unit_keys(&n_keys);

	for (size_t i = 0; i < n_keys; i++)
		if (n < 16 && (!n || !str_eq(ret[n - 1], keys[i].section)))
			ret[n++] = keys[i].section;
	return n;
}

static int on_section(void *arg, const char *name, size_t size, uint32_t line)
{
	struct load *l = arg;
	struct origin at = place(l, line, 1);
	const char *known[16], *near;
	size_t n = sections(known);
	AUTO_FREE char *own = NULL;

	l->section = NULL;
	l->ignored = true;
	if (!name || too_many_errors(l) || (size >= 2 && memcmp(name, "X-", 2) == 0))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (strlen(known[i]) == size && memcmp(known[i], name, size) == 0) {
			l->section = known[i];
			l->ignored = false;
			return 0;
		}
	own = str_dup_n(name, size);
	if (!own)
		return -ENOMEM;
	near = str_nearest(own, known, n);
	if (near)
		WRONG(l, &at, "unknown section [%.100s]; did you mean [%s]?", own, near);
	else
		WRONG(l, &at, "unknown section [%.100s]; a section of your own begins with X-",
		      own);
	return 0;
}

/* The row whose name is nearest, in the section first. */
static const struct unit_key *nearest_key(const char *section, const char *name)
{
	size_t n_keys, n = 0;
	const struct unit_key *keys = unit_keys(&n_keys);
	const char *names[KEYS_MAX], *near;

	for (size_t i = 0; i < n_keys; i++)
		if (!section || str_eq(keys[i].section, section))
			names[n++] = keys[i].name;
	near = str_nearest(name, names, n);
	return near ? unit_key_find(section, near) : NULL;
}

static void report_unknown_key(struct load *l, const char *name, const struct origin *at)
{
	const struct unit_key *near = unit_key_find(NULL, name);

	if (near) {
		WRONG(l, at, "%s belongs to [%s], not to [%s]", name, near->section, l->section);
		return;
	}
	for (size_t i = 0; i < sizeof(other_names) / sizeof(other_names[0]); i++)
		if (strcasecmp(name, other_names[i].theirs) == 0)
			near = unit_key_find(NULL, other_names[i].ours);
	if (!near)
		near = nearest_key(l->section, name);
	if (!near)
		near = nearest_key(NULL, name);
	if (!near)
		WRONG(l, at, "unknown key %.100s in [%s]; a key of your own begins with X-", name,
		      l->section);
	else if (str_eq(near->section, l->section))
		WRONG(l, at, "unknown key %.100s in [%s]; did you mean %s?", name, l->section,
		      near->name);
	else
		WRONG(l, at, "unknown key %.100s in [%s]; did you mean %s in [%s]?", name,
		      l->section, near->name, near->section);
}

static void report_value(struct load *l, const struct unit_key *key, const struct value *v)
{
	struct origin at = value_origin(v, v->text + v->wrong);

	if (str_ends(l->unit->name, "@") && (strstr(v->text, "%i") || strstr(v->text, "%I")))
		return; /* what an instance makes of it is not known yet */
	if (v->complete)
		WRONG(l, &at, "%s", v->message);
	else
		WRONG(l, &at, "%s; write %s, for example %s=%s", v->message, key->type->grammar,
		      key->name, key->example);
}

/* As if no file had given a value. */
static void reset_to_default(struct load *l, const struct unit_key *key)
{
	if (key->type->release)
		key->type->release(key, l->unit);
	memcpy(value_member(key, l->unit), (const char *)&l->files->defaults + key->offset,
	       key->size);
	unit_forget_origin(l->unit, key->offset);
	if (key->type == &type_exec)
		l->exec = false;
}

/* An empty value, or a duplicate: true when the value is dealt with. */
static bool settle_special(struct load *l, const struct unit_key *key, const struct value *v,
			   size_t row)
{
	struct origin at = value_origin(v, v->text);

	if (!(key->flags & KEY_LIST) && l->line[row]) {
		WRONG(l, &at, "is given twice, first on line %u; it takes one value", l->line[row]);
		return true;
	}
	if (v->size)
		return false;
	if (key->flags & KEY_LIST) {
		key->type->release(key, l->unit);
		unit_forget_origin(l->unit, key->offset);
	} else if (l->drop_in) {
		reset_to_default(l, key);
	} else {
		l->refused[row] = true;
		WRONG(l, &at, "the value is empty; %s, for example %s=%s",
		      key->preset ? "leave the line out for the default"
				  : "leave the line out or write one",
		      key->name, key->example);
	}
	return true;
}

/* Whoever indents a whole section for its looks gets one long value, and is told. */
static void warn_of_swallowed_keys(struct load *l, const struct value *v)
{
	for (size_t i = 1; i < v->n_places; i++) {
		const char *s = v->text + v->places[i].offset;
		size_t n =
			v->places[i].offset < v->size
				? strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
				: 0;
		struct origin at;
		char name[32];

		if (!n || s[n] != '=' || n >= sizeof(name) || v->places[i].column == 1)
			continue;
		memcpy(name, s, n);
		name[n] = '\0';
		if (!unit_key_find(l->section, name))
			continue;
		at = value_origin(v, s);
		report_add(l->report, SEVERITY_WARNING, l->unit->name, &at,
			   "the indented line continues this value; a key of its own (%s) begins "
			   "in the "
			   "first column",
			   name);
	}
}

static int take_value(struct load *l, const struct unit_key *key, const struct ini_value *iv)
{
	struct value v = { .text = iv->text,
			   .size = iv->size,
			   .places = iv->places,
			   .n_places = iv->n_places,
			   .file = l->file,
			   .context = &l->files->context,
			   .key = key->name };
	size_t n, row = (size_t)(key - unit_keys(&n));
	struct origin at = value_origin(&v, v.text);
	bool special = settle_special(l, key, &v, row);
	int r;

	if (key->type == &type_exec && (iv->size || !l->drop_in))
		l->exec = true;
	if (!(key->flags & KEY_TARGET) && key->type != &type_exec && !l->rules.foreign.file) {
		l->rules.foreign = at;
		l->rules.foreign.line = iv->line;
		l->rules.foreign.column = iv->column;
	}
	if (!l->line[row] && (iv->size || !l->drop_in)) /* an empty one makes room for one more */
		l->line[row] = iv->line;
	if (special)
		return 0;
	if (l->drop_in && !(key->flags & KEY_LIST)) {
		reset_to_default(l, key);
		l->exec |= key->type == &type_exec;
	}
	warn_of_swallowed_keys(l, &v);
	if (iv->bad_utf8 != SIZE_MAX && !(key->flags & KEY_BYTES))
		r = value_fail_complete(&v, v.text + iv->bad_utf8,
					"the value is not written in UTF-8");
	else
		r = key->type->parse(key, &v, l->unit);
	if (r == -EINVAL) {
		l->refused[row] = true;
		report_value(l, key, &v);
		return 0;
	}
	if (r < 0 || (key->flags & KEY_LIST && key->type != &type_capabilities))
		return r; /* the items of a list keep their own origins */
	return unit_set_origin(l->unit, key->offset, &at);
}

static int on_value(void *arg, const struct ini_value *iv)
{
	struct load *l = arg;
	struct origin at = place(l, iv->line, iv->column);
	const struct unit_key *key;
	char name[128];

	if (l->ignored || too_many_errors(l) ||
	    (iv->key_size >= 2 && memcmp(iv->key, "X-", 2) == 0))
		return 0;
	if (iv->key_size >= sizeof(name)) {
		WRONG(l, &at, "unknown key %.60s...", iv->key);
		return 0;
	}
	memcpy(name, iv->key, iv->key_size);
	name[iv->key_size] = '\0';
	if (!l->section) {
		key = unit_key_find(NULL, name);
		WRONG(l, &at, "%s stands before the first section; put [%s] above it", name,
		      key ? key->section : "Unit");
		return 0;
	}
	key = unit_key_find(l->section, name);
	if (key)
		return take_value(l, key, iv);
	report_unknown_key(l, name, &at);
	return 0;
}

/* --- a variable or a unit that is named twice --- */

struct named {
	const char *text;
	size_t size; /* of the part that names it */
	size_t index;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int r = memcmp(x->text, y->text, x->size < y->size ? x->size : y->size);

	if (!r)
		r = (x->size > y->size) - (x->size < y->size);
	return r ? r : (x->index > y->index) - (x->index < y->index);
}

static void forget(struct unit_item *item)
{
	free(item->text);
	item->text = NULL;
}

/* Leaves the last assignment of each variable, as execve() and getenv() would not. */
static int keep_last_assignments(struct unit_list *list)
{
	AUTO_FREE struct named *names = NULL;
	size_t kept = 0;

	if (list->n < 2)
		return 0;
	names = calloc(list->n, sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < list->n; i++)
		names[i] =
			(struct named){ list->items[i].text, strcspn(list->items[i].text, "="), i };
	qsort(names, list->n, sizeof(*names), compare_named);
	for (size_t i = 1; i < list->n; i++)
		if (names[i].size == names[i - 1].size &&
		    memcmp(names[i].text, names[i - 1].text, names[i].size) == 0)
			forget(&list->items[names[i - 1].index]);
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].text)
			list->items[kept++] = list->items[i];
	list->n = kept;
	return 0;
}

/* The unit grows no more: gives back what array_grow() took ahead. */
static void fit_origins(struct unit *u)
{
	struct unit_origin_entry *fitted;

	if (!u->n_origins)
		return;
	fitted = reallocarray(u->origins, u->n_origins, sizeof(*fitted));
	if (fitted)
		u->origins = fitted;
}

static bool member_refused(const void *arg, size_t offset)
{
	const struct load *l = arg;
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	for (size_t i = 0; i < n; i++)
		if (keys[i].offset == offset)
			return l->refused[i];
	return false;
}

struct unit *unit_new(struct unit_files *files, const char *name, const char *source)
{
	struct unit *u = malloc(sizeof(*u));
	const char *file = files_intern(files, source);

	if (!u)
		return NULL;
	*u = files->defaults;
	u->name = strdup(name);
	u->source = file;
	u->origin = (struct origin){ .file = file };
	if (u->name && file)
		return u;
	unit_free(u);
	return NULL;
}

static int note_file(struct unit *u, const char *file)
{
	struct unit_item *more = array_grow(u->files.items, u->files.n, sizeof(*more));

	if (!more)
		return -ENOMEM;
	u->files.items = more;
	u->files.items[u->files.n++] =
		(struct unit_item){ (char *)file, (struct origin){ .file = file } };
	return 0;
}

static int read_one(struct load *l, const struct unit_text *t)
{
	static const struct ini_handlers handlers = { on_section, on_value, on_wrong };
	struct origin at = { .file = t->file };
	int r = note_file(l->unit, t->file);

	if (r < 0)
		return r;
	l->file = t->file;
	l->drop_in = t->drop_in;
	l->section = NULL;
	l->ignored = false;
	memset(l->line, 0, sizeof(l->line));
	if (t->size <= UNIT_FILE_MAX)
		return ini_read(t->text, t->size, &handlers, l);
	WRONG(l, &at, "the file has %zu bytes; a unit file may have at most %d (1 MiB)", t->size,
	      UNIT_FILE_MAX);
	return 0;
}

/* FNV-1a over the bytes of all texts and the ends between them. */
static uint64_t fingerprint(const struct unit_text *texts, size_t n)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < n; i++) {
		/* Of a file that is too large only the beginning was read. */
		for (size_t k = 0; k < texts[i].size && texts[i].size <= UNIT_FILE_MAX; k++)
			hash = (hash ^ (unsigned char)texts[i].text[k]) * UINT64_C(1099511628211);
		hash = (hash ^ 0x100) * UINT64_C(1099511628211);
	}
	return hash;
}

int unit_read(struct unit_files *files, struct unit *u, const struct unit_text *texts, size_t n,
	      struct report *report)
{
	struct load l = {
		.unit = u, .files = files, .report = report, .errors_before = report->errors
	};
	size_t first = report->n;
	int r = 0;

	u->fingerprint = fingerprint(texts, n);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = read_one(&l, &texts[i]);
	if (r == 0)
		r = keep_last_assignments(&u->service.environment);
	if (r == 0)
		r = unit_derive(u);
	if (r < 0)
		return r;
	fit_origins(u);
	u->container = l.exec;
	l.rules.unit = u;
	l.rules.refused = member_refused;
	l.rules.arg = &l;
	l.rules.report = report;
	rules_check(&l.rules);
	report_sort(report, first);
	if (too_many_errors(&l))
		WRONG(&l, &u->origin, "more than %d errors; the rest is not shown", ERRORS_MAX);
	if (report->errors > l.errors_before)
		u->broken = true;
	return 0;
}

/* --- is it a container? --- */

struct looking {
	bool in_service, exec, drop_in;
};

static int look_at_section(void *arg, const char *name, size_t size, uint32_t line)
{
	struct looking *l = arg;

	(void)line;
	l->in_service = name && size == 7 && memcmp(name, "Service", 7) == 0;
	return 0;
}

static int look_at_value(void *arg, const struct ini_value *value)
{
	struct looking *l = arg;

	if (l->in_service && value->key_size == 4 && memcmp(value->key, "Exec", 4) == 0)
		l->exec = value->size || !l->drop_in;
	return 0;
}

static void look_at_nothing(void *arg, uint32_t line, uint32_t column, const char *message)
{
	(void)arg;
	(void)line;
	(void)column;
	(void)message;
}

bool unit_texts_have_exec(const struct unit_text *texts, size_t n)
{
	static const struct ini_handlers handlers = { look_at_section, look_at_value,
						      look_at_nothing };
	struct looking l = { 0 };

	for (size_t i = 0; i < n; i++) {
		l.in_service = false;
		l.drop_in = texts[i].drop_in;
		if (texts[i].size <= UNIT_FILE_MAX)
			(void)ini_read(texts[i].text, texts[i].size, &handlers, &l);
	}
	return l.exec;
}
