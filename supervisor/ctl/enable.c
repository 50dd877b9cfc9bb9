/*
 * enable, disable, mask, unmask: files that svctl writes for a person, in one directory of units
 * (/etc/svinit/units, or that of --units, below --root). No supervisor is needed; one that answers
 * is told to reload.
 *
 *   mask NAME      NAME.ini -> /dev/null        disable NAME   NAME.ini.d/50-disable.ini
 *   enable NAME@ARG   NAME@ARG.ini -> NAME@.ini, when that instance has no file of its own
 *
 * [Install] of a file that is in a search directory is in force by itself, so enabling is mostly
 * taking back. Each change is one rename, link or unlink: it is there as a whole or not at all.
 * Doing twice is doing once. A file that somebody else made is never replaced.
 */

#include "base/fd.h"
#include "ctl/call.h"
#include "ctl/offline.h"
#include "ctl/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DROP_IN  "50-disable.ini"
#define DISABLED "# Written by svctl disable.\n[Install]\nWantedBy=\nRequiredBy=\n"

/* One unit of one invocation. */
struct place {
	const struct ctl *c;
	const char *name; /* without .ini */
	char *dir;        /* that is written to */
	char *file;       /* NAME.ini */
	char *drop_ins;   /* NAME.ini.d */
	int fd;           /* of dir; -1: it is not there */
};

static int tell(const struct place *p, const char *file, int r)
{
	ctl_complain(p->c, "%s/%s: %s", p->dir, file, strerror(-r));
	return r == -EACCES || r == -EPERM ? CTL_NOT_PERMITTED : CTL_FAILED;
}

/* What the link says; "" when it is a file, NULL when there is nothing. */
static const char *link_of(const struct place *p, char *buf, size_t size)
{
	ssize_t n = p->fd < 0 ? -1 : readlinkat(p->fd, p->file, buf, size - 1);

	if (n < 0)
		return p->fd >= 0 && errno == EINVAL ? "" : NULL;
	buf[n] = '\0';
	return buf;
}

/* The directory is made only by those who write. */
static int open_dir(struct place *p, bool make)
{
	int r = make ? fd_make_dirs(AT_FDCWD, p->dir, 0755) : 0;

	if (r < 0)
		return tell(p, "", r);
	p->fd = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->fd < 0 && (make || errno != ENOENT))
		return tell(p, "", -errno);
	return CTL_DONE;
}

static int make_link(const struct place *p, const char *target)
{
	if (symlinkat(target, p->fd, p->file) < 0 || fsync(p->fd) < 0)
		return tell(p, p->file, -errno);
	return CTL_DONE;
}

static int remove_file(const struct place *p)
{
	if (unlinkat(p->fd, p->file, 0) < 0 || fsync(p->fd) < 0)
		return tell(p, p->file, -errno);
	return CTL_DONE;
}

static int write_drop_in(const struct place *p)
{
	static const char temporary[] = ".50-disable.ini.new";
	AUTO_CLOSE int dir = -1, fd = -1;
	int r = fd_make_dirs(p->fd, p->drop_ins, 0755);

	if (r < 0)
		return tell(p, p->drop_ins, r);
	dir = openat(p->fd, p->drop_ins, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return tell(p, p->drop_ins, -errno);
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	r = fd < 0 ? -errno : fd_write_all(fd, DISABLED, sizeof(DISABLED) - 1);
	if (r == 0 && (fsync(fd) < 0 || renameat(dir, temporary, dir, DROP_IN) < 0 ||
		       fsync(dir) < 0 || fsync(p->fd) < 0))
		r = -errno;
	if (r == 0)
		return CTL_DONE;
	unlinkat(dir, temporary, 0);
	return tell(p, p->drop_ins, r);
}

static int remove_drop_in(const struct place *p)
{
	AUTO_CLOSE int dir = -1;

	if (p->fd < 0)
		return CTL_DONE;
	dir = openat(p->fd, p->drop_ins, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return errno == ENOENT ? CTL_DONE : tell(p, p->drop_ins, -errno);
	if (unlinkat(dir, DROP_IN, 0) < 0)
		return errno == ENOENT ? CTL_DONE : tell(p, p->drop_ins, -errno);
	if (fsync(dir) < 0)
		return tell(p, p->drop_ins, -errno);
	/* Other drop-ins keep the directory. */
	unlinkat(p->fd, p->drop_ins, AT_REMOVEDIR);
	return CTL_DONE;
}

/* NAME@.ini of an instance NAME@ARG; NULL when it is none, or out of memory. */
static char *template_of(const char *name)
{
	const char *at = strchr(name, '@');

	return at && at[1] ? str_printf("%.*s.ini", (int)(at + 1 - name), name) : NULL;
}

static int mask(struct place *p)
{
	char buf[512];
	const char *link;
	int status = open_dir(p, true);

	if (status != CTL_DONE)
		return status;
	link = link_of(p, buf, sizeof(buf));
	if (!link)
		return make_link(p, "/dev/null");
	if (str_eq(link, "/dev/null"))
		return CTL_DONE;
	ctl_complain(p->c, "%s/%s: a file stands there; move it away to mask the unit", p->dir,
		     p->file);
	return CTL_FAILED;
}

static int unmask(struct place *p)
{
	char buf[512];
	const char *link;
	int status = open_dir(p, false);

	if (status != CTL_DONE)
		return status;
	link = link_of(p, buf, sizeof(buf));
	return link && str_eq(link, "/dev/null") ? remove_file(p) : CTL_DONE;
}

static int masked(const struct place *p)
{
	ctl_complain(p->c, "%s: masked by %s/%s; 'svctl unmask %s' first", p->name, p->dir, p->file,
		     p->name);
	return CTL_FAILED;
}

static int no_unit(const struct place *p)
{
	ctl_complain(p->c, "%s: no such unit in the search directories", p->name);
	return CTL_NO_UNIT;
}

static int disable(struct place *p)
{
	AUTO_FREE char *template = template_of(p->name), *found = NULL;
	char buf[512];
	const char *link;
	int status = open_dir(p, true);

	if (status != CTL_DONE)
		return status;
	link = link_of(p, buf, sizeof(buf));
	if (link && str_eq(link, "/dev/null"))
		return masked(p);
	/* An instance that enable made goes; everything else keeps its file. */
	if (link && template &&
	    (str_eq(link, template) ||
	     (strrchr(link, '/') && str_eq(strrchr(link, '/') + 1, template))))
		return remove_file(p);
	found = offline_find_file(p->c, p->file);
	if (!found && template)
		found = offline_find_file(p->c, template);
	return found ? write_drop_in(p) : no_unit(p);
}

static int link_instance(struct place *p)
{
	AUTO_FREE char *template = template_of(p->name), *found = NULL, *here = NULL;

	found = template ? offline_find_file(p->c, template) : NULL;
	if (!found)
		return no_unit(p);
	here = str_printf("%s/%s", p->dir, template);
	if (here && str_eq(here, found))
		return make_link(p, template);
	if (!ctl_has(p->c, OPT_UNITS)) {
		/* From /etc/svinit/units: right inside the root and from outside of it. */
		const char *root = ctl_value(p->c, OPT_ROOT);
		AUTO_FREE char *prefix = root ? offline_path(p->c, "") : str_printf("/");
		const char *inside = prefix ? str_after(found, prefix) : NULL;
		AUTO_FREE char *target = inside ? str_printf("../../../%s", inside) : NULL;

		return target ? make_link(p, target) : tell(p, p->file, -ENOMEM);
	}
	free(here);
	here = realpath(found, NULL);
	return here ? make_link(p, here) : tell(p, p->file, -errno);
}

static int enable(struct place *p)
{
	AUTO_FREE char *found = NULL;
	char buf[512];
	const char *link;
	int status = open_dir(p, true);

	if (status != CTL_DONE)
		return status;
	link = link_of(p, buf, sizeof(buf));
	if (link && str_eq(link, "/dev/null"))
		return masked(p);
	found = offline_find_file(p->c, p->file);
	status = found ? CTL_DONE : link_instance(p);
	return status == CTL_DONE ? remove_drop_in(p) : status;
}

static int act_on(const struct ctl *c, const char *word, int (*act)(struct place *p))
{
	AUTO_FREE char *name = str_dup_n(word, strlen(word) - (str_ends(word, ".ini") ? 4 : 0));
	struct place p = { .c = c, .name = name, .fd = -1 };
	int status = CTL_FAILED;
	bool template = name && *name && name[strlen(name) - 1] == '@';

	if (name && strchr(name, '/'))
		return ctl_usage(c, "%s: the name of a unit is wanted, not a path", word);
	if (name && !template && !unit_name_valid(name))
		return ctl_usage(c, "%s: not the name of a unit", word);
	p.dir = offline_units_dir(c);
	p.file = name ? str_printf("%s.ini", name) : NULL;
	p.drop_ins = name ? str_printf("%s.ini.d", name) : NULL;
	if (p.dir && p.file && p.drop_ins)
		status = act(&p);
	else
		ctl_complain(c, "%s", strerror(ENOMEM));
	fd_close(&p.fd);
	free(p.dir);
	free(p.file);
	free(p.drop_ins);
	return status;
}

static int act_on_all(const struct ctl *c, int (*act)(struct place *p))
{
	struct call call = { .method = "io.svinit.Reload", .kind = CALL_ACT };
	int status = CTL_DONE, r;
	json_t *reply = NULL;

	for (size_t i = 0; i < c->n_words; i++) {
		r = act_on(c, c->words[i], act);
		status = r != CTL_DONE ? r : status;
	}
	if (ctl_has(c, OPT_ROOT) || !call_somebody_listens(c))
		return status;
	r = call_once(c, &call, &reply);
	json_decref(reply);
	if (r != CTL_DONE)
		ctl_complain(c, "the files are changed, but not read again: svctl daemon-reload");
	return r != CTL_DONE ? r : status;
}

int verb_enable(const struct ctl *c)
{
	return act_on_all(c, enable);
}

int verb_disable(const struct ctl *c)
{
	return act_on_all(c, disable);
}

int verb_mask(const struct ctl *c)
{
	return act_on_all(c, mask);
}

int verb_unmask(const struct ctl *c)
{
	return act_on_all(c, unmask);
}
