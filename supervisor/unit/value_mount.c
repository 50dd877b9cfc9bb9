/* What is mounted: Volume=SRC:DST[:options] and Tmpfs=DST[:options]. */
#include "unit/value.h"

#include <stdio.h>
#include <stdlib.h>

/* One option: the bit it is about and whether it sets or clears it. */
struct mount_option {
	const char *name;
	uint32_t flag;
	bool set;
};

static const struct mount_option volume_options[] = {
	{ "ro", VOLUME_READ_ONLY, true },    { "rw", VOLUME_READ_ONLY, false },
	{ "noexec", VOLUME_NOEXEC, true },   { "exec", VOLUME_NOEXEC, false },
	{ "nosuid", VOLUME_NOSUID, true },   { "suid", VOLUME_NOSUID, false },
	{ "nodev", VOLUME_NODEV, true },     { "dev", VOLUME_NODEV, false },
	{ "rbind", VOLUME_RECURSIVE, true }, { "norbind", VOLUME_RECURSIVE, false },
};
#define N_VOLUME_OPTIONS (sizeof(volume_options) / sizeof(volume_options[0]))
#define N_TMPFS_OPTIONS  4 /* the first ones; a tmpfs is nosuid and nodev anyway */
#define VOLUME_DEFAULT   (VOLUME_NOSUID | VOLUME_NODEV | VOLUME_RECURSIVE)

static int set_flag(struct value *v, const char *where, const char *name, size_t n_options,
		    uint32_t flags[2])
{
	const char *names[N_VOLUME_OPTIONS], *near;

	for (size_t i = 0; i < n_options; i++) {
		const struct mount_option *o = &volume_options[i];

		names[i] = o->name;
		if (!str_eq(name, o->name))
			continue;
		if (flags[1] & o->flag && !(flags[0] & o->flag) == o->set)
			return value_fail_complete(v, where,
						   "the option %s contradicts an option "
						   "before it",
						   name);
		flags[0] = o->set ? flags[0] | o->flag : flags[0] & ~o->flag;
		flags[1] |= o->flag;
		return 0;
	}
	near = str_nearest(name, names, n_options);
	if (near)
		return value_fail_complete(v, where, "unknown option \"%s\"; did you mean %s?",
					   name, near);
	return value_fail(v, where, "unknown option \"%s\"", name);
}

static int volume_split(struct value *v, const char *where, char *word, struct unit_volume *volume)
{
	char *target = strchr(word, ':'), *options, *option;
	uint32_t flags[2] = { VOLUME_DEFAULT, 0 };
	bool optional = *word == '-';
	int r;

	if (!target)
		return value_fail(v, where, "\"%s\" has no colon", word);
	*target++ = '\0';
	options = strchr(target, ':');
	if (options)
		*options++ = '\0';
	r = path_normalise(v, where, word + optional);
	if (r == 0)
		r = path_normalise(v, where, target);
	if (r < 0)
		return r;
	if (str_eq(target, "/"))
		return value_fail_complete(v, where,
					   "a volume cannot be mounted on /; the root is "
					   "given by Rootfs=");
	while (r == 0 && (option = strsep(&options, ",")))
		r = set_flag(v, where, option, N_VOLUME_OPTIONS, flags);
	if (r < 0)
		return r;
	volume->flags = flags[0] | (optional ? VOLUME_OPTIONAL : 0);
	volume->source = strdup(word + optional);
	volume->target = strdup(target);
	volume->at = value_origin(v, where);
	return volume->source && volume->target ? 0 : -ENOMEM;
}

static int volumes_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	struct words words = { .value = v, .unit = u, .next = v->text };
	size_t before = u->box.n_volumes;
	const char *where;
	int r;

	(void)key;
	for (;;) {
		AUTO_FREE char *word = NULL;
		struct unit_volume volume = { 0 }, *more;

		r = words_next(&words, &word, &where);
		if (r <= 0)
			break;
		r = volume_split(v, where, word, &volume);
		more = r < 0 ? NULL : array_grow(u->box.volumes, u->box.n_volumes, sizeof(*more));
		if (!more) {
			free(volume.source);
			free(volume.target);
			r = r < 0 ? r : -ENOMEM;
			break;
		}
		u->box.volumes = more;
		u->box.volumes[u->box.n_volumes++] = volume;
	}
	while (r < 0 && u->box.n_volumes > before) {
		struct unit_volume *last = &u->box.volumes[--u->box.n_volumes];

		free(last->source);
		free(last->target);
	}
	return r;
}

static int volumes_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			  void *arg)
{
	(void)key;
	for (size_t i = 0; i < u->box.n_volumes; i++) {
		const struct unit_volume *volume = &u->box.volumes[i];
		struct text word = { 0 }, out = { 0 };
		const char *mark = ":";
		int r;

		text_printf(&word, "%s%s:%s", volume->flags & VOLUME_OPTIONAL ? "-" : "",
			    volume->source, volume->target);
		for (size_t k = 0; k < N_VOLUME_OPTIONS; k++) {
			const struct mount_option *o = &volume_options[k];

			if (!(volume->flags & o->flag) == o->set ||
			    !(volume->flags & o->flag) == !(VOLUME_DEFAULT & o->flag))
				continue;
			text_printf(&word, "%s%s", mark, o->name);
			mark = ",";
		}
		if (!word.failed)
			words_add(&out, word.data);
		r = word.failed || out.failed ? -ENOMEM : emit(arg, out.data, &volume->at);
		text_fini(&word);
		text_fini(&out);
		if (r)
			return r;
	}
	return 0;
}

static void volumes_release(const struct unit_key *key, struct unit *u)
{
	(void)key;
	for (size_t i = 0; i < u->box.n_volumes; i++) {
		free(u->box.volumes[i].source);
		free(u->box.volumes[i].target);
	}
	free(u->box.volumes);
	u->box.volumes = NULL;
	u->box.n_volumes = 0;
}

const struct value_type type_volumes = {
	.name = "volumes",
	.grammar =
		"SRC:DST or SRC:DST:OPTIONS with absolute paths (-SRC: skipped when missing) and "
		"options ro rw noexec exec nosuid suid nodev dev rbind norbind separated by commas",
	.parse = volumes_parse,
	.format = volumes_format,
	.release = volumes_release,
};

/* --- tmpfs --- */

static int tmpfs_option(struct value *v, const char *where, const char *option,
			struct unit_tmpfs *tmpfs, uint32_t flags[2])
{
	const char *text;

	if ((text = str_after(option, "size="))) {
		int r = size_parse(v, text, true, &tmpfs->size_bytes);

		if (r == 0 && !tmpfs->size_bytes)
			return value_fail_complete(v, where,
						   "size=0 would mean no limit; leave it out "
						   "for the kernel's default");
		v->wrong = (size_t)(where - v->text);
		return r;
	}
	if ((text = str_after(option, "mode="))) {
		mode_t mode = 0;
		size_t n = strspn(text, "01234567");

		if (!n || n > 5 || text[n])
			return value_fail(v, where, "\"%s\" is not an octal mode", text);
		for (size_t i = 0; i < n; i++)
			mode = mode << 3 | (mode_t)(text[i] - '0');
		if (mode > 07777)
			return value_fail(v, where, "mode=%s is out of range", text);
		tmpfs->mode = mode;
		return 0;
	}
	return set_flag(v, where, option, N_TMPFS_OPTIONS, flags);
}

static int tmpfs_split(struct value *v, const char *where, char *word, struct unit_tmpfs *tmpfs)
{
	char *options = strchr(word, ':'), *option;
	uint32_t flags[2] = { 0, 0 };
	int r;

	if (options)
		*options++ = '\0';
	r = path_normalise(v, where, word);
	if (r == 0 && str_eq(word, "/"))
		return value_fail_complete(v, where,
					   "a tmpfs cannot be mounted on /; the root is given "
					   "by Rootfs=");
	while (r == 0 && (option = strsep(&options, ",")))
		r = tmpfs_option(v, where, option, tmpfs, flags);
	if (r < 0)
		return r;
	tmpfs->flags = flags[0];
	tmpfs->at = value_origin(v, where);
	tmpfs->target = strdup(word);
	return tmpfs->target ? 0 : -ENOMEM;
}

static int tmpfs_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	struct words words = { .value = v, .unit = u, .next = v->text };
	size_t before = u->box.n_tmpfs;
	const char *where;
	int r;

	(void)key;
	for (;;) {
		AUTO_FREE char *word = NULL;
		struct unit_tmpfs tmpfs = { .size_bytes = UNIT_INFINITY, .mode = 01777 }, *more;

		r = words_next(&words, &word, &where);
		if (r <= 0)
			break;
		r = tmpfs_split(v, where, word, &tmpfs);
		more = r < 0 ? NULL : array_grow(u->box.tmpfs, u->box.n_tmpfs, sizeof(*more));
		if (!more) {
			free(tmpfs.target);
			r = r < 0 ? r : -ENOMEM;
			break;
		}
		u->box.tmpfs = more;
		u->box.tmpfs[u->box.n_tmpfs++] = tmpfs;
	}
	while (r < 0 && u->box.n_tmpfs > before)
		free(u->box.tmpfs[--u->box.n_tmpfs].target);
	return r;
}

static int tmpfs_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
			void *arg)
{
	(void)key;
	for (size_t i = 0; i < u->box.n_tmpfs; i++) {
		const struct unit_tmpfs *tmpfs = &u->box.tmpfs[i];
		struct text word = { 0 }, out = { 0 };
		char size[32];
		int r;

		text_printf(&word, "%s:mode=%04o", tmpfs->target, tmpfs->mode);
		if (tmpfs->size_bytes != UNIT_INFINITY) {
			size_format(tmpfs->size_bytes, size, sizeof(size));
			text_printf(&word, ",size=%s", size);
		}
		if (tmpfs->flags & VOLUME_READ_ONLY)
			text_puts(&word, ",ro");
		if (tmpfs->flags & VOLUME_NOEXEC)
			text_puts(&word, ",noexec");
		if (!word.failed)
			words_add(&out, word.data);
		r = word.failed || out.failed ? -ENOMEM : emit(arg, out.data, &tmpfs->at);
		text_fini(&word);
		text_fini(&out);
		if (r)
			return r;
	}
	return 0;
}

static void tmpfs_release(const struct unit_key *key, struct unit *u)
{
	(void)key;
	for (size_t i = 0; i < u->box.n_tmpfs; i++)
		free(u->box.tmpfs[i].target);
	free(u->box.tmpfs);
	u->box.tmpfs = NULL;
	u->box.n_tmpfs = 0;
}

const struct value_type type_tmpfs = {
	.name = "tmpfs mounts",
	.grammar =
		"DST or DST:OPTIONS with an absolute path and options size=SIZE mode=OCTAL ro rw "
		"noexec exec separated by commas",
	.parse = tmpfs_parse,
	.format = tmpfs_format,
	.release = tmpfs_release,
};
