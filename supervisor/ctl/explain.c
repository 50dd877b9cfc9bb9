/* explain: the key table, for a person or as JSON. */

#include "ctl/call.h"
#include "ctl/table.h"
#include "ctl/verb.h"
#include "unit/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* What a word names: keys by `KEY`, `SECTION.KEY` or `KEY=`, or all of `SECTION` or `[SECTION]`. */
struct wanted {
	const char *word;
	bool exact; /* case counts */
	bool section;
};

static bool same(const struct wanted *w, const char *a, size_t n, const char *b)
{
	return strlen(b) == n && (w->exact ? strncmp(a, b, n) : strncasecmp(a, b, n)) == 0;
}

static bool is_meant(const struct wanted *w, const struct unit_key *k)
{
	const char *word = w->word, *dot = strchr(word, '.');
	size_t n = strlen(word);

	if (w->section) {
		bool brackets = n > 2 && word[0] == '[' && word[n - 1] == ']';

		return same(w, word + brackets, n - 2 * brackets, k->section);
	}
	n -= n && word[n - 1] == '=';
	if (!dot)
		return same(w, word, n, k->name);
	return same(w, word, (size_t)(dot - word), k->section) &&
	       same(w, dot + 1, (size_t)(word + n - dot - 1), k->name);
}

enum meaning { MEANS_NOTHING, MEANS_KEY, MEANS_SECTION };

/* Marks the rows that the word means: exactly, else in any case; keys before sections. */
static enum meaning mark(const char *word, bool *marked)
{
	static const struct wanted ways[] = {
		{ NULL, true, false },
		{ NULL, true, true },
		{ NULL, false, false },
		{ NULL, false, true },
	};
	const struct unit_key *keys;
	enum meaning found = MEANS_NOTHING;
	size_t n;

	keys = unit_keys(&n);
	for (size_t way = 0; !found && way < sizeof(ways) / sizeof(ways[0]); way++) {
		struct wanted w = ways[way];

		w.word = word;
		for (size_t i = 0; i < n; i++) {
			if (!is_meant(&w, &keys[i]))
				continue;
			marked[i] = true;
			found = w.section ? MEANS_SECTION : MEANS_KEY;
		}
	}
	return found;
}

static int unknown(const struct ctl *c, const char *word)
{
	const struct unit_key *keys;
	const char *near = NULL, *dot = strchr(word, '.'), *bare = dot ? dot + 1 : word;
	size_t n;

	keys = unit_keys(&n);
	AUTO_FREE const char **names = calloc(2 * n + 1, sizeof(names[0]));

	for (size_t i = 0; names && i < n; i++) {
		names[i] = keys[i].name;
		names[n + i] = keys[i].section;
	}
	if (names)
		near = str_nearest(bare, names, 2 * n);
	if (near)
		ctl_complain(c, "no key or section '%s'; did you mean '%s'?", word, near);
	else
		ctl_complain(c, "no key or section '%s'; 'svctl explain' lists them", word);
	return CTL_FAILED;
}

static void add_field(struct text *t, const struct style *s, const char *label, const char *value)
{
	if (!value || !*value)
		return;
	text_printf(t, "  %s%-9s%s ", style_on(s, COLOUR_DIM), label, style_off(s, COLOUR_DIM));
	text_puts(t, value);
	text_puts(t, "\n");
}

/* Running text, indented, broken at blanks. */
static void add_wrapped(struct text *t, const struct style *s, const char *help)
{
	size_t most = s->width && s->width < 82 ? s->width : 82, column = 0;

	while (*help) {
		size_t n = strcspn(help, " ");

		if (column && column + 1 + n > most) {
			text_puts(t, "\n");
			column = 0;
		}
		text_puts(t, column ? " " : "  ");
		column += column ? 1 : 2;
		text_add(t, help, n);
		column += n;
		help += n;
		while (*help == ' ')
			help++;
	}
	text_puts(t, "\n");
}

static void add_key(struct text *t, const struct style *s, const struct unit_key *k)
{
	AUTO_FREE char *example = k->example ? str_printf("%s=%s", k->name, k->example) : NULL;

	text_printf(t, "%s%s=%s%s   [%s]\n", style_on(s, COLOUR_BOLD), k->name,
		    style_off(s, COLOUR_BOLD), unit_key_type_name(k), k->section);
	add_wrapped(t, s, k->help);
	text_puts(t, "\n");
	add_field(t, s, "Value", unit_key_grammar(k));
	add_field(t, s, "Default", k->preset ? k->preset : "none");
	add_field(t, s, "Example", example);
	add_field(t, s, "List",
		  k->flags & KEY_LIST
			  ? "may be given again, which appends; an empty value begins anew"
			  : NULL);
	add_field(t, s, "Change",
		  k->flags & KEY_LIVE ? "takes effect without a restart" : "needs a restart");
	add_field(t, s, "Units",
		  k->flags & KEY_TARGET ? "containers and targets" : "containers only");
}

static json_t *key_json(const struct unit_key *k)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s?, s:s, s:b, s:b, s:b}", "section",
			 k->section, "key", k->name, "type", unit_key_type_name(k), "grammar",
			 unit_key_grammar(k), "default", k->preset, "example", k->example, "help",
			 k->help, "list", (k->flags & KEY_LIST) != 0, "live",
			 (k->flags & KEY_LIVE) != 0, "target", (k->flags & KEY_TARGET) != 0);
}

static void add_row(struct table *table, const struct unit_key *k)
{
	table_add(table, COLOUR_NONE, k->section);
	table_add(table, COLOUR_BOLD, k->name);
	table_add(table, COLOUR_NONE, unit_key_type_name(k));
	table_add(table, COLOUR_NONE, k->preset);
	table_add(table, COLOUR_NONE,
		  k->flags & KEY_LIST ? (k->flags & KEY_LIVE ? "list live" : "list")
				      : (k->flags & KEY_LIVE ? "live" : NULL));
	table_add(table, COLOUR_NONE, k->help);
}

static int print_table(const struct ctl *c, const bool *marked)
{
	static const struct table_column columns[] = {
		{ "SECTION", false }, { "KEY", false },   { "TYPE", false },
		{ "DEFAULT", false }, { "FLAGS", false }, { "HELP", false },
	};
	const struct unit_key *keys;
	struct text out = { 0 };
	struct table table;
	size_t n;
	int r;

	keys = unit_keys(&n);
	table_init(&table, &c->out, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < n; i++)
		if (marked[i])
			add_row(&table, &keys[i]);
	r = table_write(&table, &out);
	if (r == 0 && out.data)
		fwrite(out.data, 1, out.size, stdout);
	else
		ctl_complain(c, "out of memory");
	table_fini(&table);
	text_fini(&out);
	return r < 0 ? CTL_FAILED : CTL_DONE;
}

static void print_keys(const struct ctl *c, const bool *marked)
{
	json_t *list = json_array();
	struct text t = { 0 };
	const struct unit_key *keys;
	size_t n;

	keys = unit_keys(&n);
	for (size_t i = 0; i < n; i++) {
		if (!marked[i])
			continue;
		if (c->json)
			json_array_append_new(list, key_json(&keys[i]));
		else {
			text_puts(&t, t.size ? "\n" : "");
			add_key(&t, &c->out, &keys[i]);
		}
	}
	if (c->json)
		call_print_json(c, list);
	else if (t.data)
		fwrite(t.data, 1, t.size, stdout);
	text_fini(&t);
	json_decref(list);
}

int verb_explain(const struct ctl *c)
{
	bool table = true, any = false;
	int status = CTL_DONE;
	size_t n;

	unit_keys(&n);
	AUTO_FREE bool *marked = calloc(n + 1, sizeof(marked[0]));

	if (!marked) {
		ctl_complain(c, "out of memory");
		return CTL_FAILED;
	}
	for (size_t i = 0; i < n && !c->n_words; i++)
		marked[i] = any = true;
	for (size_t i = 0; i < c->n_words; i++) {
		enum meaning meaning = mark(c->words[i], marked);

		table &= meaning != MEANS_KEY;
		any |= meaning != MEANS_NOTHING;
		if (meaning == MEANS_NOTHING)
			status = unknown(c, c->words[i]);
	}
	if (!any)
		return status;
	if (table && !c->json)
		return print_table(c, marked);
	print_keys(c, marked);
	return status;
}
