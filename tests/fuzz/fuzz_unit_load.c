/*
 * A whole unit file. Whatever the bytes: no crash, and a unit that was accepted, written out with
 * unit_key_format() and read again, is accepted and writes out the same.
 */
#include "base/str.h"
#include "unit/key.h"
#include "unit/set.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int add_line(void *arg, const struct unit_key *key, const char *value,
		    const struct origin *at)
{
	(void)at;
	text_printf(arg, "[%s]\n%s=%s\n", key->section, key->name, value);
	return 0;
}

/* All that a file gave. Defaults are left out: a target may not name most of them. */
static char *write_unit(const struct unit *u)
{
	struct text out = { 0 };
	size_t n;
	const struct unit_key *keys = unit_keys(&n);

	for (size_t i = 0; i < n; i++)
		if (keys[i].flags & KEY_LIST || unit_is_set_at(u, keys[i].offset))
			unit_key_format(&keys[i], u, add_line, &out);
	return text_take(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct unit_set *set = NULL;
	struct report report = { 0 };
	struct unit *first = NULL, *second = NULL;
	char *once, *twice;

	if (unit_set_load(NULL, 0, &set, &report, NULL) < 0)
		return 0;
	if (unit_set_parse(set, "a@b", "a@.ini", (const char *)data, size, &first, &report) < 0)
		abort();
	if (!first->broken) {
		once = write_unit(first);
		if (unit_set_parse(set, "a@b", "again@.ini", once, strlen(once), &second, &report) <
			    0 ||
		    second->broken)
			abort();
		twice = write_unit(second);
		if (!str_eq(once, twice))
			abort();
		free(once);
		free(twice);
		unit_free(second);
	} else if (!report.errors) {
		abort();
	}
	unit_free(first);
	report_fini(&report);
	unit_set_free(set);
	return 0;
}
