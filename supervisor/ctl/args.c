#include "ctl/args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* What is left of argv while it is read. */
struct reader {
	char **argv;
	int argc;
	int next;
	bool words_only;
};

static const struct option *find_in(const struct option *o, const char *name, char letter)
{
	for (; o && o->option; o++)
		if (name ? str_eq(name, o->name) : letter == o->letter)
			return o;
	return NULL;
}

/* The verb's own options come first: `run -h` is a host name. */
static const struct option *find_option(const struct verb *v, const char *name, char letter)
{
	const struct option *o = v ? find_in(v->options, name, letter) : NULL;

	return o ? o : find_in(verb_global_options(), name, letter);
}

static int unknown_option(const struct ctl *c, const char *name)
{
	const char *names[64], *near;
	const struct option *lists[] = { c->verb ? c->verb->options : NULL, verb_global_options() };
	size_t n = 0;

	for (size_t i = 0; i < 2; i++)
		for (const struct option *o = lists[i]; o && o->option && n < 64; o++)
			names[n++] = o->name;
	near = str_nearest(name, names, n);
	if (near)
		return ctl_usage(c, "unknown option --%s; did you mean --%s?", name, near);
	return ctl_usage(c, "unknown option --%s", name);
}

static int unknown_verb(const struct ctl *c, const char *name)
{
	const struct verb *v;
	const char *names[64], *near;
	size_t n;

	v = verb_table(&n);
	for (size_t i = 0; i < n && i < 64; i++)
		names[i] = v[i].name;
	near = str_nearest(name, names, n < 64 ? n : 64);
	if (near)
		return ctl_usage(c, "unknown verb '%s'; did you mean '%s'?", name, near);
	return ctl_usage(c, "unknown verb '%s'", name);
}

static void take_option(struct args *a, struct ctl *c, enum ctl_option option, const char *value)
{
	switch (option) {
	case OPT_RUNTIME:
		c->runtime = value;
		break;
	case OPT_JSON:
		c->json = true;
		break;
	case OPT_NO_BLOCK:
		c->no_block = true;
		break;
	case OPT_HELP:
		a->help = true;
		break;
	case OPT_VERSION:
		a->version = true;
		break;
	default:
		a->values[c->n_values++] = (struct ctl_value){ option, value };
	}
}

static int read_long(struct reader *r, struct args *a, struct ctl *c)
{
	const char *word = r->argv[r->next++] + 2, *equals = strchr(word, '=');
	AUTO_FREE char *name = str_dup_n(word, equals ? (size_t)(equals - word) : strlen(word));
	const struct option *o;
	const char *value = NULL;

	if (!name)
		return ctl_usage(c, "%s", strerror(ENOMEM));
	o = find_option(c->verb, name, 0);
	if (!o)
		return unknown_option(c, name);
	if (!o->argument && equals)
		return ctl_usage(c, "--%s takes no value", name);
	if (o->argument && equals)
		value = equals + 1;
	else if (o->argument && r->next < r->argc)
		value = r->argv[r->next++];
	else if (o->argument)
		return ctl_usage(c, "--%s needs %s", name, o->argument);
	take_option(a, c, o->option, value);
	return CTL_DONE;
}

static int read_letters(struct reader *r, struct args *a, struct ctl *c)
{
	const char *p = r->argv[r->next++] + 1;

	for (; *p; p++) {
		const struct option *o = find_option(c->verb, NULL, *p);

		if (!o)
			return ctl_usage(c, "unknown option -%c", *p);
		if (!o->argument) {
			take_option(a, c, o->option, NULL);
			continue;
		}
		if (p[1])
			take_option(a, c, o->option, p + 1);
		else if (r->next < r->argc)
			take_option(a, c, o->option, r->argv[r->next++]);
		else
			return ctl_usage(c, "-%c needs %s", *p, o->argument);
		break;
	}
	return CTL_DONE;
}

static int read_word(struct reader *r, struct args *a, struct ctl *c)
{
	char *word = r->argv[r->next++];

	if (!c->verb) {
		c->verb = verb_find(word);
		return c->verb ? CTL_DONE : unknown_verb(c, word);
	}
	a->words[c->n_words++] = word;
	if (c->verb->command_follows)
		r->words_only = true;
	return CTL_DONE;
}

static int check_words(const struct ctl *c)
{
	if (c->verb && c->n_words < c->verb->least)
		return ctl_usage(c, "%s needs %s", c->verb->name, c->verb->arguments);
	if (c->verb && c->n_words > c->verb->most && c->verb->most)
		return ctl_usage(c, "%s takes at most %zu of: %s", c->verb->name, c->verb->most,
				 c->verb->arguments);
	if (c->verb && c->n_words > c->verb->most)
		return ctl_usage(c, "%s takes no arguments, but got '%s'", c->verb->name,
				 c->words[0]);
	return CTL_DONE;
}

int args_read(int argc, char **argv, struct args *a, struct ctl *c)
{
	struct reader r = { .argv = argv, .argc = argc, .next = 1 };
	size_t most = 0;
	int status = CTL_DONE;

	/* A bundle of letters holds more options than it has words: count bytes. */
	for (int i = 0; i < argc; i++)
		most += argv[i] ? strlen(argv[i]) + 1 : 0;
	a->values = calloc(most + 1, sizeof(a->values[0]));
	a->words = calloc((size_t)(argc > 0 ? argc : 0) + 1, sizeof(a->words[0]));
	if (!a->values || !a->words) {
		ctl_complain(c, "%s", strerror(ENOMEM));
		return CTL_FAILED;
	}
	c->values = a->values;
	c->words = a->words;
	while (status == CTL_DONE && r.next < argc) {
		char *word = argv[r.next];

		if (r.words_only || word[0] != '-' || !word[1])
			status = read_word(&r, a, c);
		else if (str_eq(word, "--")) {
			r.words_only = true;
			r.next++;
		} else if (word[1] == '-')
			status = read_long(&r, a, c);
		else
			status = read_letters(&r, a, c);
	}
	if (status == CTL_DONE && !a->help && !a->version)
		status = check_words(c);
	return status;
}

void args_fini(struct args *a)
{
	free(a->values);
	free(a->words);
	*a = (struct args){ 0 };
}

static void print_options(const struct option *o)
{
	for (; o && o->option; o++) {
		char spelling[64];

		snprintf(spelling, sizeof(spelling), "%c%c%s--%s%s%s", o->letter ? '-' : ' ',
			 o->letter ? o->letter : ' ', o->letter ? ", " : "  ", o->name,
			 o->argument ? " " : "", o->argument ? o->argument : "");
		printf("  %-34s %s\n", spelling, o->help);
	}
}

static void print_global_options(const struct verb *v)
{
	const struct option *o = verb_global_options();

	for (; o->option; o++) {
		struct option one[2] = { *o, { 0 } };

		if (v && find_in(v->options, NULL, o->letter) && o->letter)
			one[0].letter = 0;
		print_options(one);
	}
}

void args_help(const struct verb *verb)
{
	const char *group = "";
	const struct verb *v;
	size_t n;

	if (verb) {
		printf("Usage: svctl %s%s%s%s\n\n%s.\n", verb->name,
		       verb->options ? " [OPTION...]" : "", *verb->arguments ? " " : "",
		       verb->arguments, verb->help);
		if (verb->options)
			printf("\nOptions:\n");
		print_options(verb->options);
		printf("\nOptions of every verb:\n");
		print_global_options(verb);
		return;
	}
	printf("Usage: svctl [OPTION...] VERB [ARGUMENT...]\n\nTalk to svinit.\n");
	v = verb_table(&n);
	for (size_t i = 0; i < n; i++) {
		char usage[64];

		if (!str_eq(group, v[i].group))
			printf("\n%s:\n", v[i].group);
		group = v[i].group;
		snprintf(usage, sizeof(usage), "%s %s", v[i].name, v[i].arguments);
		printf("  %-32s %s\n", usage, v[i].help);
	}
	printf("\nOptions:\n");
	print_global_options(NULL);
	printf("\n'svctl VERB --help' tells the options of a verb; see also svctl(1).\n");
}
