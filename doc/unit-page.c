/*
 * Writes svinit.unit(5): the text of svinit.unit.5.in with the line @KEYS@ replaced by the key
 * table, so that the page knows no key that the loader does not, nor the other way about.
 */

#include "unit/key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* One line of running text: what roff would read as a request or an escape is written so that it is
 * none. */
static void put_text(const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (const char *p = text; *p; p++) {
		if (*p == '\\')
			fputs("\\e", stdout);
		else if (*p == '-')
			fputs("\\-", stdout);
		else if (*p == ' ' && p > text && p[-1] == '.' && p[1] >= 'A' && p[1] <= 'Z')
			putchar('\n');
		else
			putchar(*p);
	}
}

static void put_key(const struct unit_key *k)
{
	printf(".It Cm %s Ns = Ns Ar %s\n", k->name, unit_key_type_name(k));
	put_text(k->help);
	putchar('\n');
	printf(".br\n");
	if (k->preset) {
		put_text("Default: ");
		put_text(k->preset);
		fputs(".\n", stdout);
	}
	if (k->flags & KEY_LIST)
		fputs("May be given again, which appends; an empty value begins anew.\n", stdout);
	if (k->example) {
		fputs("Example: ", stdout);
		put_text(k->name);
		putchar('=');
		put_text(k->example);
	}
	putchar('\n');
}

static void put_keys(void)
{
	const char *section = "";
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(section, keys[i].section)) {
			if (*section)
				printf(".El\n");
			section = keys[i].section;
			printf(".Ss [%s]\n.Bl -tag -width Ds\n", section);
		}
		put_key(&keys[i]);
	}
	printf(".El\n");
}

/* Each type of value once, with its grammar. */
static void put_types(void)
{
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	printf(".Bl -tag -width Ds\n");
	for (size_t i = 0; i < n; i++) {
		size_t first = 0;

		while (strcmp(unit_key_type_name(&keys[first]), unit_key_type_name(&keys[i])) != 0)
			first++;
		if (first != i)
			continue;
		printf(".It Ar %s\n", unit_key_type_name(&keys[i]));
		put_text(unit_key_grammar(&keys[i]));
		putchar('\n');
	}
	printf(".El\n");
}

int main(int argc, char **argv)
{
	char line[1024];
	FILE *in = argc == 2 ? fopen(argv[1], "re") : NULL;

	if (!in) {
		fprintf(stderr, "unit-page: %s\n",
			argc == 2 ? strerror(errno) : "want one template");
		return 1;
	}
	while (fgets(line, sizeof(line), in)) {
		if (!strcmp(line, "@KEYS@\n"))
			put_keys();
		else if (!strcmp(line, "@TYPES@\n"))
			put_types();
		else
			fputs(line, stdout);
	}
	fclose(in);
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
