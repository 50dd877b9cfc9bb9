#ifndef SVINIT_UNIT_CATALOG_H
#define SVINIT_UNIT_CATALOG_H

/*
 * Which files of units there are: units, templates and drop-ins of all search directories, each
 * name once (the first directory wins), sorted. Bytes are read when they are needed; those of
 * templates and of drop-ins that more than one unit shares stay, so that an instance made at run
 * time comes from the same text as the others.
 */

#include "unit/report.h"

struct catalog_file {
	char *owner; /* unit, "worker@" for a template, "container"; whose drop-in it is */
	char *file;  /* the name of a drop-in's file; NULL for others */
	char *path;
	size_t order;
	bool link; /* NAME@ARG.ini that is a link to NAME@.ini: an instance of that template */

	enum file_state { FILE_UNREAD, FILE_TEXT, FILE_MASKED, FILE_FAILED } state;
	char *text;
	size_t size;
	const char *what; /* why it failed; static */
	int cause;        /* errno of it, or 0 */
};

struct catalog_files {
	struct catalog_file *items;
	size_t n;
};

struct catalog {
	struct catalog_files units, templates, drop_ins;
	char **masked; /* names of units and templates, sorted after catalog_sort_masked() */
	size_t n_masked;
};

/* Notes all files of a directory (and of `NAME.ini.d` in it); 0 or negative errno with *e set. */
int catalog_add_directory(struct catalog *c, const char *path, struct report *report,
			  struct error *e);

/* Notes one file, by its path, and the drop-ins beside it. */
int catalog_add_path(struct catalog *c, const char *path, struct report *report, struct error *e);

/* Puts all in order, once all directories are noted, and reads the templates. */
int catalog_finish(struct catalog *c);

/* The template of the instance `name`, or NULL. */
struct catalog_file *catalog_template(const struct catalog *c, const char *name);

/* The drop-ins of an owner: *ret_n of them in the order of their names. */
struct catalog_file *catalog_drop_ins(const struct catalog *c, const char *owner, size_t *ret_n);

bool catalog_is_masked(const struct catalog *c, const char *name);
int catalog_mask(struct catalog *c, const char *name);
void catalog_sort_masked(struct catalog *c);

/* Reads the file unless that is done. 0 or -ENOMEM; all else is in the file's state. */
int catalog_read(struct catalog_file *f);
/* Gives the bytes back. */
void catalog_forget(struct catalog_file *f);

/* Keeps only what an instance that is made later needs. 0 or -ENOMEM. */
int catalog_trim(struct catalog *c);

void catalog_fini(struct catalog *c);

#endif
