#include "ctl/transient.h"

#include "ctl/quote.h"
#include "ctl/style.h"
#include "unit/key.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_SECTIONS = 24 };

/* Sections in the order of their first key; a section stands in the file once. */
struct unit_text {
	const struct ctl *c;
	struct {
		char name[64];
		struct text lines;
	} sections[MOST_SECTIONS];
	size_t n;
};

static struct text *section_of(struct unit_text *u, const char *name)
{
	for (size_t i = 0; i < u->n; i++)
		if (str_eq(u->sections[i].name, name))
			return &u->sections[i].lines;
	if (u->n == MOST_SECTIONS || strlen(name) >= sizeof(u->sections[0].name))
		return NULL;
	memcpy(u->sections[u->n].name, name, strlen(name) + 1);
	return &u->sections[u->n++].lines;
}

/* Adds Key=value with `%` doubled; `raw` when the value is in the file's form already. */
static int add_key(struct unit_text *u, const char *section, const char *key, const char *value,
		   bool raw)
{
	struct text *t = section_of(u, section);

	if (!t)
		return ctl_usage(u->c, "too many sections, or a section name too long: %s",
				 section);
	text_printf(t, "%s=", key);
	if (raw)
		text_puts(t, value);
	else
		quote_value(t, value);
	text_puts(t, "\n");
	return CTL_DONE;
}

struct row {
	enum ctl_option option;
	const char *section, *key;
	int (*add)(struct unit_text *u, const struct row *row, const char *value);
};

static int add_plain(struct unit_text *u, const struct row *row, const char *value)
{
	return add_key(u, row->section, row->key, value, false);
}

/* One word of a key whose value is split into words. */
static int add_word(struct unit_text *u, const struct row *row, const char *value)
{
	struct text t = { 0 };
	int status;

	quote_word(&t, value);
	status = add_key(u, row->section, row->key, t.data ? t.data : "", true);
	text_fini(&t);
	return status;
}

static int add_yes(struct unit_text *u, const struct row *row, const char *value)
{
	(void)value;
	return add_key(u, row->section, row->key, "yes", false);
}

/* The supervisor has another working directory: `./x` is made absolute here, `/x` stays. */
static int add_directory(struct unit_text *u, const struct row *row, const char *value)
{
	AUTO_FREE char *absolute = *value == '/' ? NULL : realpath(value, NULL);

	if (*value != '/' && !absolute)
		return ctl_usage(u->c, "--rootfs: %s: %s", value, strerror(errno));
	return add_key(u, row->section, row->key, absolute ? absolute : value, false);
}

static int add_volume(struct unit_text *u, const struct row *row, const char *value)
{
	const char *colon = strchr(value, ':');
	AUTO_FREE char *source = colon ? str_dup_n(value, (size_t)(colon - value)) : NULL;
	AUTO_FREE char *absolute = NULL, *whole = NULL;

	if (!source || !*source)
		return ctl_usage(u->c, "--volume: '%s' is not SRC:DST[:OPTIONS]", value);
	/* A leading `-` belongs to the key: the volume is skipped when its source is missing. */
	if (*source == '/' || *source == '-')
		return add_word(u, row, value);
	absolute = realpath(source, NULL);
	if (!absolute)
		return ctl_usage(u->c, "--volume: %s: %s", source, strerror(errno));
	whole = str_printf("%s%s", absolute, colon);
	return add_word(u, row, whole ? whole : "");
}

static int add_env(struct unit_text *u, const struct row *row, const char *value)
{
	AUTO_FREE char *pair = NULL;

	if (!strchr(value, '=')) {
		const char *own = getenv(value);

		if (!own)
			return CTL_DONE; /* as docker and podman do */
		pair = str_printf("%s=%s", value, own);
	}
	return add_word(u, row, pair ? pair : value);
}

static int add_user(struct unit_text *u, const struct row *row, const char *value)
{
	const char *colon = strchr(value, ':');
	AUTO_FREE char *user = str_dup_n(value, colon ? (size_t)(colon - value) : strlen(value));
	int status = CTL_DONE;

	if (user && *user)
		status = add_key(u, row->section, "User", user, false);
	if (status == CTL_DONE && colon && colon[1])
		status = add_key(u, row->section, "Group", colon + 1, false);
	return status;
}

/* `512m`, `1gb`, `64MiB` of docker's are `512M`, `1G`, `64M` here; all else is left to the loader.
 */
static int add_size(struct unit_text *u, const struct row *row, const char *value)
{
	size_t digits = strspn(value, "0123456789.");
	const char *unit = value + digits;
	char upper[2] = { (char)toupper((unsigned char)*unit), '\0' };
	AUTO_FREE char *size = NULL;

	if (digits && *unit && strchr("KMGTB", upper[0]) &&
	    (!unit[1] || strcasecmp(unit + 1, "b") == 0 || strcasecmp(unit + 1, "ib") == 0))
		size = str_printf("%.*s%s", (int)digits, value, upper[0] == 'B' ? "" : upper);
	return add_key(u, row->section, row->key, size ? size : value, false);
}

static int add_cpus(struct unit_text *u, const struct row *row, const char *value)
{
	AUTO_FREE char *quota = NULL;
	char *end;
	double n = strtod(value, &end);
	long percent = n > 0 && n < 1e6 ? (long)(n * 100 + 0.5) : 0;

	if (!isdigit((unsigned char)*value) || *end || percent < 1)
		return ctl_usage(u->c, "--cpus: '%s' is no number of processors, as 0.5 or 2",
				 value);
	quota = str_printf("%ld%%", percent);
	return add_key(u, row->section, row->key, quota ? quota : "", true);
}

static int add_limit(struct unit_text *u, const struct row *row, const char *value)
{
	return add_key(u, row->section, row->key, str_eq(value, "-1") ? "infinity" : value, false);
}

static int add_namespaces(struct unit_text *u, const struct row *row, const char *value)
{
	AUTO_FREE char *list = str_dup_n(value, strlen(value));

	for (char *p = list; p && *p; p++)
		if (*p == ',')
			*p = ' ';
	return add_key(u, row->section, row->key, list ? list : "", false);
}

static int unknown_key(const struct unit_text *u, const char *name)
{
	size_t n;
	const struct unit_key *keys = unit_keys(&n);
	AUTO_FREE const char **names = calloc(n + 1, sizeof(names[0]));
	const char *near;

	for (size_t i = 0; names && i < n; i++)
		names[i] = keys[i].name;
	near = names ? str_nearest(name, names, n) : NULL;
	if (near)
		return ctl_usage(u->c, "--property: unknown key %s; did you mean %s?", name, near);
	return ctl_usage(u->c, "--property: unknown key %s", name);
}

/*
 * [Section.]Key=Value in the file's own form: quoting and specifiers are the person's. A key alone
 * gets its section from the key table; one that the table lacks is given with its section, and the
 * supervisor says what is wrong with it.
 */
static int add_property(struct unit_text *u, const struct row *row, const char *value)
{
	const char *equals = strchr(value, '=');
	const char *dot = memchr(value, '.', equals ? (size_t)(equals - value) : 0);
	const char *name = dot ? dot + 1 : value;
	AUTO_FREE char *section = str_dup_n(value, dot ? (size_t)(dot - value) : 0);
	AUTO_FREE char *key = equals > name ? str_dup_n(name, (size_t)(equals - name)) : NULL;
	const struct unit_key *known;

	(void)row;
	if (!section || !key || dot == value)
		return ctl_usage(u->c, "--property: '%s' is not [SECTION.]KEY=VALUE", value);
	if (dot)
		return add_key(u, section, key, equals + 1, true);
	known = unit_key_find(NULL, key);
	if (!known)
		return unknown_key(u, key);
	return add_key(u, known->section, key, equals + 1, true);
}

static const struct row rows[] = {
	{ OPT_ROOTFS, "Container", "Rootfs", add_directory },
	{ OPT_READ_ONLY, "Container", "ReadOnly", add_yes },
	{ OPT_HOSTNAME, "Container", "Hostname", add_plain },
	{ OPT_NAMESPACES, "Container", "Namespaces", add_namespaces },
	{ OPT_VOLUME, "Container", "Volume", add_volume },
	{ OPT_TMPFS, "Container", "Tmpfs", add_word },
	{ OPT_CAP_ADD, "Container", "AddCapability", add_word },
	{ OPT_CAP_DROP, "Container", "DropCapability", add_word },
	{ OPT_ENV, "Service", "Environment", add_env },
	{ OPT_USER, "Service", NULL, add_user },
	{ OPT_WORKDIR, "Service", "WorkingDirectory", add_plain },
	{ OPT_NETWORK, "Network", "Mode", add_plain },
	{ OPT_MEMORY, "Resources", "MemoryMax", add_size },
	{ OPT_CPUS, "Resources", "CPUQuota", add_cpus },
	{ OPT_PIDS_LIMIT, "Resources", "TasksMax", add_limit },
	{ OPT_PROPERTY, NULL, NULL, add_property },
};

static const struct row *row_of(enum ctl_option option)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].option == option)
			return &rows[i];
	return NULL;
}

static int add_options(struct unit_text *u)
{
	const struct ctl *c = u->c;

	for (size_t i = 0; i < c->n_values; i++) {
		const struct row *row = row_of(c->values[i].option);
		const char *value = c->values[i].value;
		int status;

		if (!row)
			continue;
		if (value && row->add != add_env && !quote_value_fits(value))
			return ctl_usage(c,
					 "'%s': control characters, blanks at the ends or a '\\' "
					 "at the end cannot be given",
					 value);
		status = row->add(u, row, value);
		if (status != CTL_DONE)
			return status;
	}
	return CTL_DONE;
}

static bool has_env(const struct ctl *c, const char *name)
{
	for (size_t i = 0; i < c->n_values; i++) {
		const char *rest =
			c->values[i].option == OPT_ENV ? str_after(c->values[i].value, name) : NULL;

		if (rest && (!*rest || *rest == '='))
			return true;
	}
	return false;
}

/* What `list` shows: the command, in one line of sensible length. */
static void describe(const struct ctl *c, struct text *t)
{
	static const struct style visible = { .terminal = true };
	struct text words = { 0 };

	for (size_t i = 0; i < c->n_words && words.size < 200; i++) {
		if (i)
			text_puts(&words, " ");
		style_visible(&words, &visible, c->words[i], strlen(c->words[i]), false);
	}
	if (words.data && style_columns(words.data) > 100) {
		words.size = style_fit(words.data, 97);
		words.data[words.size] = '\0';
		text_puts(&words, "...");
	}
	while (words.size && strchr(" \\", words.data[words.size - 1]))
		words.data[--words.size] = '\0';
	if (words.data)
		quote_value(t, words.data + strspn(words.data, " "));
	text_fini(&words);
}

static int add_command(struct unit_text *u, bool terminal)
{
	const struct ctl *c = u->c;
	struct text exec = { 0 }, description = { 0 };
	const char *term = getenv("TERM");
	int status;

	for (size_t i = 0; i < c->n_words; i++) {
		if (i)
			text_puts(&exec, " ");
		quote_word(&exec, c->words[i]);
	}
	describe(c, &description);
	status = add_key(u, "Unit", "Description", description.data ? description.data : "", true);
	if (status == CTL_DONE)
		status = add_key(u, "Service", "Exec", exec.data ? exec.data : "", true);
	text_fini(&exec);
	text_fini(&description);
	if (status != CTL_DONE || !terminal || !term || !*term || has_env(c, "TERM"))
		return status;
	return add_env(u, row_of(OPT_ENV), "TERM");
}

int transient_make(const struct ctl *c, bool terminal, char **ret)
{
	struct unit_text u = { .c = c };
	struct text whole = { 0 };
	int status;

	if (!*c->words[0])
		return ctl_usage(c, "the command is empty");
	status = add_command(&u, terminal);
	if (status == CTL_DONE)
		status = add_options(&u);
	for (size_t i = 0; i < u.n; i++) {
		text_printf(&whole, "%s[%s]\n", i ? "\n" : "", u.sections[i].name);
		text_add(&whole, u.sections[i].lines.data, u.sections[i].lines.size);
		whole.failed |= u.sections[i].lines.failed;
		text_fini(&u.sections[i].lines);
	}
	if (status != CTL_DONE) {
		text_fini(&whole);
		return status;
	}
	*ret = text_take(&whole);
	if (*ret)
		return CTL_DONE;
	ctl_complain(c, "out of memory");
	return CTL_FAILED;
}
