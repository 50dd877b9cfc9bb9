/* Writes the fuzzers' seeds: one file a key of the table with its example, into a directory. */
#include "base/str.h"
#include "unit/key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int write_seed(const char *dir, const struct unit_key *key)
{
	AUTO_FREE char *path = str_printf("%s/%s-%s", dir, key->section, key->name);
	FILE *f = path ? fopen(path, "we") : NULL;
	int r;

	if (!f) {
		fprintf(stderr, "seeds: %s: %s\n", path ? path : dir, strerror(errno));
		return 1;
	}
	if (!str_eq(key->name, "Exec"))
		fprintf(f, "[Service]\nExec=/bin/a\n");
	fprintf(f, "[%s]\n%s=%s\n", key->section, key->name, key->example);
	r = ferror(f);
	if (fclose(f) == 0 && !r)
		return 0;
	fprintf(stderr, "seeds: %s: %s\n", path, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	size_t n;
	const struct unit_key *keys = unit_keys(&n);
	int r = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: seeds DIR\n");
		return 2;
	}
	for (size_t i = 0; i < n && !r; i++)
		r = write_seed(argv[1], &keys[i]);
	return r;
}
