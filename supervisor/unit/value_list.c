/* Lists of words: units, the command, the environment. */
#include "unit/set.h"
#include "unit/value.h"

#include <ctype.h>
#include <stdlib.h>

static void list_release(const struct unit_key *key, struct unit *u)
{
	list_fini(value_member(key, u));
}

/* Appends every item of `more` to the member; `more` is empty afterwards. */
static int append(const struct unit_key *key, struct unit *u, struct unit_list *more)
{
	struct unit_list *list = value_member(key, u);

	if (!list->n) {
		free(list->items);
		*list = *more;
		*more = (struct unit_list){ 0 };
		return 0;
	}
	for (size_t i = 0; i < more->n; i++) {
		int r = list_push(list, take_ptr(&more->items[i].text), &more->items[i].at);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Splits the value and appends the words that `check` accepts: all of them or none. */
static int list_parse(const struct unit_key *key, struct value *v, struct unit *u,
		      int (*check)(struct value *v, const char *word, const char *where))
{
	struct words words = { .value = v, .unit = u, .next = v->text };
	struct unit_list list = { 0 };
	const char *where;
	char *word = NULL;
	int r;

	while ((r = words_next(&words, &word, &where)) > 0) {
		struct origin at = value_origin(v, where);

		r = check(v, word, where);
		if (r < 0) {
			free(word);
			break;
		}
		r = list_push(&list, word, &at);
		if (r < 0)
			break;
	}
	if (r == 0)
		r = append(key, u, &list);
	list_fini(&list);
	return r;
}

static int list_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
		       void *arg)
{
	const struct unit_list *list = value_member_const(key, u);

	for (size_t i = 0; i < list->n; i++) {
		struct text out = { 0 };
		int r;

		words_add(&out, list->items[i].text);
		r = out.failed ? -ENOMEM : emit(arg, out.data, &list->items[i].at);
		text_fini(&out);
		if (r)
			return r;
	}
	return 0;
}

/* --- names of units --- */

static int check_unit_name(struct value *v, const char *word, const char *where)
{
	size_t n = strlen(word);

	if (str_ends(word, ".ini") || str_ends(word, ".service") || str_ends(word, ".target")) {
		const char *suffix = strrchr(word, '.');

		return value_fail_complete(v, where,
					   "a unit is named without its suffix; write %.*s",
					   (int)(suffix - word), word);
	}
	if (str_ends(word, ":healthy"))
		return value_fail_complete(v, where,
					   "waiting for health is not available yet in this "
					   "version; write %.*s",
					   (int)(n - 8), word);
	if (n > UNIT_NAME_MAX)
		return value_fail_complete(v, where, "a unit's name has at most %d bytes",
					   UNIT_NAME_MAX);
	if (strchr(word, ','))
		return value_fail_complete(v, where,
					   "units are separated by blanks, not by commas");
	if (n > 1 && str_ends(word, "@") && strchr(word, '@') == word + n - 1)
		return value_fail_complete(v, where, "%s is a template; name an instance, %sNAME",
					   word, word);
	if (!unit_name_valid(word))
		return value_fail(v, where, "\"%s\" is not a unit's name", word);
	return 0;
}

static int units_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	return list_parse(key, v, u, check_unit_name);
}

const struct value_type type_units = {
	.name = "units",
	.grammar = "names of units (letters, digits, : _ . - and @) separated by blanks",
	.parse = units_parse,
	.format = list_format,
	.release = list_release,
};

/* --- the command --- */

static int check_argument(struct value *v, const char *word, const char *where)
{
	if (where > v->text)
		return 0; /* the arguments may be anything */
	if (!*word)
		return value_fail(v, where, "the program's name is empty");
	if (strchr("-@+!|", *word) && word[1] == '/')
		return value_fail_complete(v, where,
					   "the prefix %c is not available for this key; "
					   "write %s",
					   *word, word + 1);
	if (str_ends(word, "/"))
		return value_fail(v, where, "\"%s\" is a directory's name, not a program's", word);
	return 0;
}

static int exec_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	return list_parse(key, v, u, check_argument);
}

static int exec_format(const struct unit_key *key, const struct unit *u, value_emit_fn emit,
		       void *arg)
{
	const struct unit_list *list = value_member_const(key, u);
	struct text out = { 0 };
	int r;

	if (!list->n)
		return 0;
	for (size_t i = 0; i < list->n; i++)
		words_add(&out, list->items[i].text);
	r = out.failed ? -ENOMEM : emit(arg, out.data, &list->items[0].at);
	text_fini(&out);
	return r;
}

const struct value_type type_exec = {
	.name = "command",
	.grammar = "a program and its arguments, separated by blanks and quoted with '' or \"\"",
	.parse = exec_parse,
	.format = exec_format,
	.release = list_release,
};

/* --- the environment --- */

static int check_assignment(struct value *v, const char *word, const char *where)
{
	const char *s = word;

	while (isalnum((unsigned char)*s) || *s == '_')
		s++;
	if (!*s)
		return value_fail(v, where, "\"%s\" has no =", word);
	if (*s != '=' || s == word || isdigit((unsigned char)*word))
		return value_fail(v, where, "\"%.*s\" is not the name of a variable",
				  (int)strcspn(word, "="), word);
	return 0;
}

static int environment_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	return list_parse(key, v, u, check_assignment);
}

const struct value_type type_environment = {
	.name = "assignments",
	.grammar = "NAME=value, several separated by blanks, quoted with '' or \"\"",
	.parse = environment_parse,
	.format = list_format,
	.release = list_release,
};

/* --- files with assignments --- */

static int check_environment_file(struct value *v, const char *word, const char *where)
{
	return path_normalise(v, where + (*word == '-'), (char *)word + (*word == '-'));
}

static int environment_files_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	return list_parse(key, v, u, check_environment_file);
}

const struct value_type type_environment_files = {
	.name = "files of assignments",
	.grammar =
		"absolute paths separated by blanks, with - in front when the file may be missing",
	.parse = environment_files_parse,
	.format = list_format,
	.release = list_release,
};

/* --- addresses of documentation --- */

static int check_address(struct value *v, const char *word, const char *where)
{
	static const char *const schemes[] = { "https://", "http://", "file:", "info:", "man:" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		const char *rest = str_after(word, schemes[i]);

		if (!rest)
			continue;
		for (const char *s = rest; *s; s++)
			if (iscntrl((unsigned char)*s) || *s == ' ')
				return value_fail(v, where, "a blank or a control character");
		if (*rest)
			return 0;
	}
	return value_fail(v, where, "\"%s\" is not an address", word);
}

static int documentation_parse(const struct unit_key *key, struct value *v, struct unit *u)
{
	return list_parse(key, v, u, check_address);
}

const struct value_type type_documentation = {
	.name = "addresses",
	.grammar = "addresses that begin with https:// http:// file: info: or man:, separated by "
		   "blanks",
	.parse = documentation_parse,
	.format = list_format,
	.release = list_release,
};
