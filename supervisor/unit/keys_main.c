/*
 * svinit-keys: what is derived from the key table at build time.
 *   svinit-keys man INTRO   svinit.unit(5): the text of INTRO with @DIRECTIVES@ replaced
 *   svinit-keys seeds DIR   one file a key with its example, for the fuzzers
 */
#include "unit/key.h"

#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void put_word(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\\')
			fputs("\\e", stdout);
		else
			putchar(s[i]);
	}
}

/*
 * Text between macros, in lines under 80 bytes and a sentence a line, as mdoc wants it. A dot or an
 * apostrophe at a line's beginning would be roff.
 */
static void put_text(const char *s)
{
	size_t column = 0;

	while (*s) {
		size_t n = strcspn(s, " ");
		bool sentence = n && s[n - 1] == '.' && s[n] && s[n + 1] >= 'A' && s[n + 1] <= 'Z';

		if (column && column + 1 + n > 78) {
			putchar('\n');
			column = 0;
		}
		if (column)
			putchar(' ');
		else if (*s == '.' || *s == '\'')
			fputs("\\&", stdout);
		put_word(s, n);
		if (!sentence && s[n - 1] == '.' && s[n])
			fputs("\\&", stdout); /* a dot within a sentence */
		column += n + 1;
		s += n;
		s += *s == ' ';
		if (sentence) {
			putchar('\n');
			column = 0;
		}
	}
	putchar('\n');
}

/* Arguments of a macro: quotes are doubled, and words that mdoc would take for macros are hidden.
 */
static void put_argument(const char *s)
{
	putchar('"');
	if (strlen(s) <= 3)
		fputs("\\&", stdout);
	for (; *s; s++) {
		if (*s == '"')
			fputs("\\(dq", stdout);
		else if (*s == '\\')
			fputs("\\e", stdout);
		else
			putchar(*s);
	}
	putchar('"');
}

static void put_key(const struct unit_key *key)
{
	AUTO_FREE char *value = NULL;

	printf(".It Ic %s Ns =\n", key->name);
	put_text(key->help);
	printf(".br\n");
	value = str_printf("Value: %s%s", unit_key_grammar(key),
			   key->flags & KEY_LIST ? "; several lines append, an empty value resets"
						 : "");
	put_text(value ? value : unit_key_grammar(key));
	printf(".br\n");
	if (key->preset) {
		printf("Default:\n.Ql ");
		put_argument(key->preset);
		putchar('\n');
		printf(".br\n");
	}
	printf("Example:\n.Li ");
	put_argument(key->example);
	putchar('\n');
}

static void put_directives(void)
{
	const char *section = NULL;
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	for (size_t i = 0; i < n; i++) {
		if (!section || !str_eq(section, keys[i].section)) {
			if (section)
				puts(".El");
			section = keys[i].section;
			printf(".Ss [%s]\n.Bl -tag -width Ds\n", section);
		}
		put_key(&keys[i]);
	}
	puts(".El");
}

static int write_man(const char *intro)
{
	FILE *f = fopen(intro, "re");
	char line[1024];
	bool seen = false;

	if (!f) {
		fprintf(stderr, "svinit-keys: %s: %s\n", intro, strerror(errno));
		return 1;
	}
	while (fgets(line, sizeof(line), f)) {
		if (!str_eq(line, "@DIRECTIVES@\n")) {
			fputs(line, stdout);
			continue;
		}
		put_directives();
		seen = true;
	}
	if (ferror(f) || !seen || fflush(stdout) != 0) {
		fprintf(stderr, "svinit-keys: %s: %s\n", intro,
			seen ? strerror(errno) : "no line @DIRECTIVES@");
		fclose(f);
		return 1;
	}
	fclose(f);
	return 0;
}

static int write_seed(const char *dir, const struct unit_key *key)
{
	AUTO_FREE char *path = str_printf("%s/%s-%s", dir, key->section, key->name);
	FILE *f = path ? fopen(path, "we") : NULL;
	int r;

	if (!f) {
		fprintf(stderr, "svinit-keys: %s: %s\n", path ? path : dir, strerror(errno));
		return 1;
	}
	if (!str_eq(key->name, "Exec"))
		fprintf(f, "[Service]\nExec=/bin/a\n");
	fprintf(f, "[%s]\n%s=%s\n", key->section, key->name, key->example);
	r = ferror(f);
	if (fclose(f) == 0 && !r)
		return 0;
	fprintf(stderr, "svinit-keys: %s: %s\n", path, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	size_t n;
	const struct unit_key *keys = unit_keys(&n);
	int r = 0;

	if (argc == 3 && str_eq(argv[1], "man"))
		return write_man(argv[2]);
	if (argc != 3 || !str_eq(argv[1], "seeds")) {
		fprintf(stderr, "usage: svinit-keys man INTRO | svinit-keys seeds DIR\n");
		return 2;
	}
	for (size_t i = 0; i < n && !r; i++)
		r = write_seed(argv[2], &keys[i]);
	return r;
}
