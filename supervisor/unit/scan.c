/* Unit files on disk: which there are, which of the same name counts, and their bytes. */
#include "base/fd.h"
#include "unit/files.h"
#include "unit/load.h"
#include "unit/refs.h"
#include "unit/set.h"
#include "unit/value.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct entry {
	char *name; /* of the unit */
	char *path;
	size_t order; /* the first one of a name counts */
};

struct scan {
	struct unit_set *set;
	struct report *report;
	struct entry *entries;
	size_t n;
	char **masked;
	size_t n_masked;
	char *buf; /* UNIT_FILE_MAX + 1 bytes, for one file after the other */
};

static void report_file(struct scan *s, const char *unit, const char *path, const char *what,
			const char *cause)
{
	struct origin at = { .file = path };

	report_add(s->report, SEVERITY_ERROR, unit, &at, "%s%s%s", what, cause ? ": " : "",
		   cause ? cause : "");
}

/* Notes a file when its name is a unit's; path is taken over. */
static int add_entry(struct scan *s, const char *file, char *path)
{
	size_t n = strlen(file) - strlen(".ini");
	AUTO_FREE char *name = str_dup_n(file, n), *owned = path;
	struct entry *more;

	if (!name || !path)
		return -ENOMEM;
	if (n > 1 && name[n - 1] == '@' && !strchr(name, '@')[1])
		return 0; /* a template: nothing by itself */
	if (!unit_name_valid(name)) {
		report_file(s, NULL, path,
			    "the file's name is not a unit's name; it has letters, digits, "
			    ": _ . - and @, does not begin with . - or @, and has at most "
			    "200 bytes before .ini",
			    NULL);
		return 0;
	}
	more = array_grow(s->entries, s->n, sizeof(*more));
	if (!more)
		return -ENOMEM;
	s->entries = more;
	s->entries[s->n] = (struct entry){ take_ptr(&name), take_ptr(&owned), s->n };
	s->n++;
	return 0;
}

static int list_directory(struct scan *s, const char *path, struct error *e)
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

		if (*file == '.')
			continue;
		if (str_ends(file, ".ini"))
			r = add_entry(s, file, str_printf("%.*s/%s", (int)length, path, file));
		else if (str_ends(file, ".ini.d"))
			report_add(s->report, SEVERITY_WARNING, NULL, NULL,
				   "%.*s/%s: drop-ins are not available yet in this version; the "
				   "directory is not read",
				   (int)length, path, file);
	}
	if (r == 0 && errno)
		r = error_set(e, -errno, "units: readdir: %s", path);
	closedir(dir);
	return r;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : (x->order > y->order) - (x->order < y->order);
}

/* Reads all of a regular file; what is beyond the limit stays unread and is counted by its size. */
static int read_regular(struct scan *s, int fd, size_t *ret_size)
{
	size_t size = 0;

	while (size < UNIT_FILE_MAX + 1) {
		ssize_t n = read(fd, s->buf + size, UNIT_FILE_MAX + 1 - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		size += (size_t)n;
	}
	*ret_size = size;
	return 0;
}

enum outcome { READ_TEXT, READ_MASKED, READ_FAILED };

/* Opened without blocking: a FIFO of that name must not stop the loader. */
static enum outcome read_entry(struct scan *s, const struct entry *entry, size_t *ret_size)
{
	AUTO_CLOSE int fd = open(entry->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char link[16] = "";
	struct stat st;
	int r;

	if (fd < 0) {
		r = errno;
		if (readlink(entry->path, link, sizeof(link) - 1) > 0 && str_eq(link, "/dev/null"))
			return READ_MASKED; /* where there is no /dev/null */
		report_file(s, entry->name, entry->path,
			    r == ENOENT  ? "the link leads nowhere"
			    : r == ELOOP ? "the links lead in a circle"
					 : "cannot be opened",
			    strerror(r));
		return READ_FAILED;
	}
	if (fstat(fd, &st) < 0) {
		report_file(s, entry->name, entry->path, "fstat", strerror(errno));
		return READ_FAILED;
	}
	if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3))
		return READ_MASKED;
	if (!S_ISREG(st.st_mode)) {
		report_file(s, entry->name, entry->path,
			    S_ISDIR(st.st_mode) ? "is a directory; a unit is a file"
						: "is not a regular file",
			    NULL);
		return READ_FAILED;
	}
	r = read_regular(s, fd, ret_size);
	if (r < 0) {
		report_file(s, entry->name, entry->path, "cannot be read", strerror(-r));
		return READ_FAILED;
	}
	if (*ret_size > UNIT_FILE_MAX && (size_t)st.st_size > *ret_size)
		*ret_size = (size_t)st.st_size; /* for the message only */
	return READ_TEXT;
}

static int load_entry(struct scan *s, struct entry *entry)
{
	size_t size = 0;
	enum outcome outcome = read_entry(s, entry, &size);
	struct unit *u;
	int r = 0;

	if (outcome == READ_MASKED) {
		char **more = array_grow(s->masked, s->n_masked, sizeof(*more));

		if (!more)
			return -ENOMEM;
		s->masked = more;
		s->masked[s->n_masked++] = take_ptr(&entry->name);
		return 0;
	}
	u = unit_new(s->set->files, entry->name, entry->path);
	if (!u)
		return -ENOMEM;
	if (outcome == READ_FAILED)
		u->broken = true;
	else
		r = unit_read_text(u, s->buf, size, s->report);
	if (r < 0) {
		unit_free(u);
		return r;
	}
	s->set->units[s->set->n++] = u; /* the entries are sorted, so the set is */
	return 0;
}

static int load_entries(struct scan *s)
{
	const char *last = NULL;
	int r = 0;

	if (s->n)
		qsort(s->entries, s->n, sizeof(*s->entries), compare_entries);
	s->set->units = calloc(s->n + 1, sizeof(*s->set->units));
	s->buf = malloc(UNIT_FILE_MAX + 1);
	if (!s->set->units || !s->buf)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < s->n; i++) {
		if (last && str_eq(last, s->entries[i].name))
			continue;
		r = load_entry(s, &s->entries[i]);
		last = s->entries[i].name;
		if (!last) /* masked: the name went to the list */
			last = s->masked[s->n_masked - 1];
	}
	return r;
}

/* The target that everything else hangs on exists, also when nobody wrote it. */
static int add_default(struct scan *s)
{
	struct unit *u;
	int r;

	if (unit_set_find(s->set, "default"))
		return 0;
	u = unit_new(s->set->files, "default", "(built in)");
	if (!u)
		return -ENOMEM;
	r = unit_read_text(u, "", 0, s->report);
	if (r == 0)
		r = unit_set_add(s->set, u);
	if (r < 0)
		unit_free(u);
	return r;
}

static int scan_init(struct scan *s, struct report *report)
{
	*s = (struct scan){ .report = report, .set = calloc(1, sizeof(*s->set)) };
	if (s->set)
		s->set->files = files_new();
	return s->set && s->set->files ? 0 : -ENOMEM;
}

/* Loads what was found, and frees the scan. r is what finding it returned. */
static int scan_finish(struct scan *s, int r, struct unit_set **ret, struct error *e)
{
	if (r == 0)
		r = load_entries(s);
	if (r == 0)
		r = add_default(s);
	if (r == 0)
		r = refs_check(s->set, s->masked, s->n_masked, s->report);
	for (size_t i = 0; i < s->n; i++) {
		free(s->entries[i].name);
		free(s->entries[i].path);
	}
	for (size_t i = 0; i < s->n_masked; i++)
		free(s->masked[i]);
	free(s->entries);
	free(s->masked);
	free(s->buf);
	if (r < 0) {
		unit_set_free(s->set);
		return error_set(e, r, "units: loading");
	}
	*ret = s->set;
	return 0;
}

int unit_set_load(const char *const *dirs, size_t n_dirs, struct unit_set **ret,
		  struct report *report, struct error *e)
{
	struct scan s;
	int r = scan_init(&s, report);

	for (size_t i = 0; r == 0 && i < n_dirs; i++)
		r = list_directory(&s, dirs[i], e);
	return scan_finish(&s, r, ret, e);
}

static int add_path(struct scan *s, const char *path, struct error *e)
{
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode) && !str_ends(path, ".ini"))
		return list_directory(s, path, e);
	if (!str_ends(file, ".ini") || str_eq(file, ".ini")) {
		report_file(s, NULL, path, "is not a unit file; its name ends in .ini", NULL);
		return 0;
	}
	return add_entry(s, file, strdup(path));
}

int unit_set_load_files(const char *const *paths, size_t n_paths, struct unit_set **ret,
			struct report *report, struct error *e)
{
	struct scan s;
	int r = scan_init(&s, report);

	for (size_t i = 0; r == 0 && i < n_paths; i++)
		r = add_path(&s, paths[i], e);
	return scan_finish(&s, r, ret, e);
}
