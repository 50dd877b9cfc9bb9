/*
 * generate bash|zsh|fish|vim|schema: what shells, editors and checkers want to know of svctl and of
 * unit files, written from the table of verbs and the key table, so that none can miss a row.
 */

#include "ctl/verb.h"
#include "unit/key.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum words { WORDS_NONE, WORDS_UNITS, WORDS_KEYS, WORDS_VERBS, WORDS_FILES };

/* What a verb's words are, by its usage line. */
static enum words words_of(const struct verb *v)
{
	if (strstr(v->arguments, "KEY"))
		return WORDS_KEYS;
	if (strstr(v->arguments, "VERB"))
		return WORDS_VERBS;
	if (strstr(v->arguments, "UNIT"))
		return strstr(v->arguments, "FILE") ? WORDS_FILES : WORDS_UNITS;
	return v->command_follows ? WORDS_FILES : WORDS_NONE;
}

static bool is_path(const struct option *o)
{
	return o->argument && strstr(o->argument, "DIR");
}

/* For '…' of a shell. */
static void put_quoted(const char *s)
{
	for (; *s; s++)
		if (*s == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*s);
}

static void put_keys(const char *separator, bool property)
{
	const struct unit_key *k;
	size_t n;

	k = unit_keys(&n);
	for (size_t i = 0; i < n; i++) {
		if (property)
			printf("%s%s.%s=", i ? separator : "", k[i].section, k[i].name);
		else
			printf("%s%s", i ? separator : "", k[i].name);
	}
	for (size_t i = 0; i < n && !property; i++)
		if (!i || strcmp(k[i].section, k[i - 1].section) != 0)
			printf("%s%s", separator, k[i].section);
}

static void put_verbs(void)
{
	const struct verb *v;
	size_t n;

	v = verb_table(&n);
	for (size_t i = 0; i < n; i++)
		printf("%s%s", i ? " " : "", v[i].name);
}

static void put_bash_options(const struct option *o)
{
	for (; o && o->option; o++)
		printf(" --%s", o->name);
}

static void bash(void)
{
	static const char *const action[] = {
		[WORDS_NONE] = "",
		[WORDS_UNITS] = "_svctl_units",
		[WORDS_KEYS] = "_svctl_words \"$_svctl_keys\"",
		[WORDS_VERBS] = "_svctl_words \"$_svctl_verbs\"",
		[WORDS_FILES] = "_svctl_units; COMPREPLY+=($(compgen -f -- \"$cur\"))",
	};
	const struct verb *v;
	size_t n;

	v = verb_table(&n);
	puts("# bash completion for svctl; generated from its tables\n# shellcheck shell=bash "
	     "disable=SC2207");
	fputs("_svctl_verbs='", stdout);
	put_verbs();
	fputs("'\n_svctl_keys='", stdout);
	put_keys(" ", false);
	fputs("'\n_svctl_properties='", stdout);
	put_keys(" ", true);
	fputs("'\n_svctl_global='", stdout);
	put_bash_options(verb_global_options());
	puts("'\n\n_svctl_words() {\n\tCOMPREPLY=($(compgen -W \"$1\" -- \"$cur\"))\n}\n\n"
	     "_svctl_units() {\n\t_svctl_words \"$(svctl \"${runtime[@]}\" list --names "
	     "2>/dev/null)\"\n}\n\n"
	     "_svctl() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} "
	     "verb='' options='' runtime=() i\n\n"
	     "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase ${COMP_WORDS[i]} in\n"
	     "\t\t--runtime) runtime=(--runtime \"${COMP_WORDS[++i]}\") ;;\n\t\t-*) ;;\n"
	     "\t\t*) verb=${verb:-${COMP_WORDS[i]}} ;;\n\t\tesac\n\tdone\n"
	     "\tcase $prev in\n"
	     "\t--runtime | --rootfs | --units | --root) COMPREPLY=($(compgen -d -- \"$cur\")); "
	     "return ;;\n"
	     "\t-p | --property) [[ $verb == run ]] && { _svctl_words \"$_svctl_properties\"; "
	     "return; } ;;\n\tesac\n\tcase $verb in");
	for (size_t i = 0; i < n; i++) {
		printf("\t%s) options='", v[i].name);
		put_bash_options(v[i].options);
		puts("' ;;");
	}
	puts("\tesac\n\tif [[ $cur == -* ]]; then\n\t\t_svctl_words \"$options $_svctl_global\"\n"
	     "\t\treturn\n\tfi\n\tcase $verb in\n\t'') _svctl_words \"$_svctl_verbs\" ;;");
	for (size_t i = 0; i < n; i++)
		if (words_of(&v[i]) != WORDS_NONE)
			printf("\t%s) %s ;;\n", v[i].name, action[words_of(&v[i])]);
	puts("\tesac\n}\n\ncomplete -F _svctl svctl");
}

/* `[` and `:` end parts of a specification of _arguments. */
static void put_zsh_text(const char *s)
{
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", stdout);
		else if (strchr("[]:\\", *s))
			printf("\\%c", *s);
		else
			putchar(*s);
	}
}

static void put_zsh_options(const struct option *o)
{
	for (; o && o->option; o++) {
		for (int letter = 0; letter < (o->letter ? 2 : 1); letter++) {
			if (letter)
				printf(" \\\n\t\t\t'*-%c[", o->letter);
			else
				printf(" \\\n\t\t\t'*--%s%s[", o->name, o->argument ? "=" : "");
			put_zsh_text(o->help);
			putchar(']');
			if (o->argument) {
				putchar(':');
				put_zsh_text(o->argument);
				fputs(is_path(o)                         ? ":_files -/"
				      : strcmp(o->name, "property") == 0 ? ":_svctl_properties"
									 : ":",
				      stdout);
			}
			putchar('\'');
		}
	}
}

static void zsh(void)
{
	static const char *const action[] = {
		[WORDS_NONE] = "",
		[WORDS_UNITS] = " \\\n\t\t\t'*:unit:_svctl_units'",
		[WORDS_KEYS] = " \\\n\t\t\t'*:key:_svctl_keys'",
		[WORDS_VERBS] = " \\\n\t\t\t'*:verb:_svctl_verbs'",
		[WORDS_FILES] = " \\\n\t\t\t'*:unit or file:_svctl_units_or_files'",
	};
	const struct verb *v;
	size_t n;

	v = verb_table(&n);
	puts("#compdef svctl\n# Generated from the tables of svctl.\n\n_svctl_verbs() {\n"
	     "\tlocal -a verbs=(");
	for (size_t i = 0; i < n; i++) {
		printf("\t\t'%s:", v[i].name);
		put_zsh_text(v[i].help);
		puts("'");
	}
	fputs("\t)\n\t_describe verb verbs\n}\n\n_svctl_keys() {\n\tcompadd -- ", stdout);
	put_keys(" ", false);
	fputs("\n}\n\n_svctl_properties() {\n\tcompadd -S '' -- ", stdout);
	put_keys(" ", true);
	puts("\n}\n\n_svctl_units() {\n\tcompadd -- ${(f)\"$(svctl list --names 2>/dev/null)\"}\n"
	     "}\n\n_svctl_units_or_files() {\n\t_svctl_units\n\t_files\n}\n\n_svctl() {\n"
	     "\tlocal context state line\n\n\t_arguments -C \\\n\t\t'1:verb:_svctl_verbs' "
	     "'*::argument:->rest'");
	fputs("\t[[ $state == rest ]] || return\n\tcase $words[1] in\n", stdout);
	for (size_t i = 0; i < n; i++) {
		printf("\t%s)\n\t\t_arguments", v[i].name);
		put_zsh_options(v[i].options);
		put_zsh_options(verb_global_options());
		printf("%s ;;\n", action[words_of(&v[i])]);
	}
	puts("\tesac\n}\n\n_svctl \"$@\"");
}

static void put_fish_options(const char *verb, const struct option *o)
{
	for (; o && o->option; o++) {
		printf("complete -c svctl -l %s", o->name);
		if (verb)
			printf(" -n '__fish_seen_subcommand_from %s'", verb);
		if (o->letter)
			printf(" -s %c", o->letter);
		if (o->argument)
			printf(" -r");
		if (is_path(o))
			printf(" -a '(__fish_complete_directories)'");
		if (strcmp(o->name, "property") == 0) {
			fputs(" -a '", stdout);
			put_keys(" ", true);
			putchar('\'');
		}
		fputs(" -d '", stdout);
		put_quoted(o->help);
		puts("'");
	}
}

static void fish(void)
{
	static const char *const action[] = {
		[WORDS_NONE] = "",
		[WORDS_UNITS] = "(svctl list --names 2>/dev/null)",
		[WORDS_KEYS] = "$svctl_keys",
		[WORDS_VERBS] = "$svctl_verbs",
		[WORDS_FILES] = "(svctl list --names 2>/dev/null)",
	};
	const struct verb *v;
	size_t n;

	v = verb_table(&n);
	puts("# fish completion for svctl; generated from its tables");
	fputs("set -g svctl_keys ", stdout);
	put_keys(" ", false);
	fputs("\nset -g svctl_verbs ", stdout);
	put_verbs();
	puts("\ncomplete -c svctl -f");
	put_fish_options(NULL, verb_global_options());
	for (size_t i = 0; i < n; i++) {
		printf("complete -c svctl -n \"not __fish_seen_subcommand_from $svctl_verbs\" -a "
		       "%s "
		       "-d '",
		       v[i].name);
		put_quoted(v[i].help);
		puts("'");
		put_fish_options(v[i].name, v[i].options);
		if (words_of(&v[i]) != WORDS_NONE)
			printf("complete -c svctl -n '__fish_seen_subcommand_from %s'%s -a '%s'\n",
			       v[i].name, words_of(&v[i]) == WORDS_FILES ? " -F" : "",
			       action[words_of(&v[i])]);
	}
}

static void vim(void)
{
	const struct unit_key *k;
	size_t n;

	k = unit_keys(&n);
	puts("\" Vim syntax for unit files of svinit; generated from the key table.\n"
	     "if exists('b:current_syntax')\n  finish\nendif\nsyntax case match\n"
	     "syntax match svinitComment '^\\s*[#;].*'\n"
	     "syntax match svinitWrong '^\\s*[^ \\t#;\\[=][^=]*\\ze='\n"
	     "syntax match svinitOwn '^X-[^=]*\\ze='\n"
	     "syntax match svinitSpecifier '%[%a-zA-Z]'\n"
	     "syntax match svinitWrongSection '^\\[.*\\]'\n"
	     "syntax match svinitSection '^\\[X-.*\\]'");
	for (size_t i = 0; i < n; i++) {
		if (!i || strcmp(k[i].section, k[i - 1].section) != 0)
			printf("syntax match svinitSection '^\\[%s\\]'\n", k[i].section);
		printf("syntax match svinitKey '^%s\\ze\\s*='\n", k[i].name);
	}
	puts("highlight default link svinitComment Comment\n"
	     "highlight default link svinitSection Title\n"
	     "highlight default link svinitWrongSection Error\n"
	     "highlight default link svinitKey Identifier\n"
	     "highlight default link svinitOwn PreProc\n"
	     "highlight default link svinitWrong Error\n"
	     "highlight default link svinitSpecifier Special\nlet b:current_syntax = 'svinit'");
}

static json_t *key_schema(const struct unit_key *k)
{
	json_t *o = json_pack("{s:s, s:s, s:s*}", "title", unit_key_type_name(k), "description",
			      k->help, "default", k->preset);
	bool list = k->flags & KEY_LIST;

	if (k->example)
		json_object_set_new(o, "examples", json_pack("[s]", k->example));
	json_object_set_new(o, "$comment", json_string(unit_key_grammar(k)));
	if (strcmp(unit_key_grammar(k), "yes, no, true, false, on, off, 1 or 0") == 0)
		json_object_set_new(o, "enum",
				    json_pack("[ssssssss]", "yes", "no", "true", "false", "on",
					      "off", "1", "0"));
	json_object_set_new(o, "type",
			    list ? json_pack("[ss]", "string", "array") : json_string("string"));
	if (list)
		json_object_set_new(o, "items", json_pack("{s:s}", "type", "string"));
	return o;
}

static json_t *closed_object(json_t *properties)
{
	return json_pack("{s:s, s:o, s:{s:{}}, s:b}", "type", "object", "properties", properties,
			 "patternProperties", "^X-", "additionalProperties", 0);
}

static void schema(void)
{
	json_t *sections = json_object(), *all;
	const struct unit_key *k;
	size_t n;

	k = unit_keys(&n);
	for (size_t i = 0; i < n; i++) {
		json_t *section = json_object_get(sections, k[i].section);

		if (!section) {
			section = closed_object(json_object());
			json_object_set_new(sections, k[i].section, section);
		}
		json_object_set_new(json_object_get(section, "properties"), k[i].name,
				    key_schema(&k[i]));
	}
	all = closed_object(sections);
	json_object_set_new(all, "$schema",
			    json_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_set_new(all, "title", json_string("A unit of svinit"));
	json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(all);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*write)(void);
	} forms[] = {
		{ "bash", bash }, { "zsh", zsh },       { "fish", fish },
		{ "vim", vim },   { "schema", schema },
	};

	for (size_t i = 0; argc == 2 && i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strcmp(argv[1], forms[i].name) != 0)
			continue;
		forms[i].write();
		return ferror(stdout) || fflush(stdout) ? 1 : 0;
	}
	fprintf(stderr, "usage: generate bash|zsh|fish|vim|schema\n");
	return 2;
}
