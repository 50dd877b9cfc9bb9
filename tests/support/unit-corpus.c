/*
 * Writes broken unit sets made from the key table into DIR/0001, DIR/0002 and so on: every key with
 * a wrong type, out of range, given twice, empty, misspelt, in a wrong section, outside of any
 * section, with bytes that are no text, and wrong in a drop-in. On standard output one line a set:
 * its number, a tab, and the FILE:LINE below its folder that the error has to name. What is wrong
 * for a value type stands here by its name, apart from the code that judges it; a new type without
 * an entry fails.
 */
#include "base/str.h"
#include "unit/key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const struct {
	const char *type;
	const char *wrong[3];
} wrong_values[] = {
	{ "OOM score", { "much", "1001", "-1001" } },
	{ "account", { "a b", "4294967295", "a:b" } },
	{ "addresses", { "nginx.org", "man:" } },
	{ "assignments", { "1A=b", "novalue" } },
	{ "boolean", { "maybe", "2" } },
	{ "capabilities", { "CAP_FLY", "'" } },
	{ "command", { "'/bin/a", "/bin/", "/bin/a \\q" } },
	{ "file size", { "big", "1", "99999999999T" } },
	{ "files of assignments", { "etc/x", "-etc/x", "/a/../b" } },
	{ "host name", { "a_b", "a..b" } },
	{ "host condition", { "a/b", "|" } },
	{ "instance", { "a/b", "a b" } },
	{ "mode mask", { "rwx", "1000", "00022" } },
	{ "network mode", { "hots" } },
	{ "niceness", { "low", "20", "-21" } },
	{ "number", { "many", "0", "1000001" } },
	{ "number condition", { ">=many", ">=99999999" } },
	{ "number of files", { "few", "0", "1000001" } },
	{ "number of tasks", { "few", "0", "4194305" } },
	{ "path", { "relative", "/a/../b" } },
	{ "path condition", { "relative", "!/a/../b", "|!" } },
	{ "percentage", { "half", "0%", "1000001%" } },
	{ "restart policy", { "sometimes" } },
	{ "set of namespaces", { "mount pit", "none pid" } },
	{ "signal", { "SIGNONE", "65" } },
	{ "size", { "lots", "0", "99999999999T" } },
	{ "size condition", { ">=lots", "99999999999T" } },
	{ "start type", { "simpel" } },
	{ "text", { "%", "%q" } },
	{ "time", { "soon", "infinity", "5 parsecs" } },
	{ "time limit", { "soon", "0" } },
	{ "tmpfs mounts", { "tmp", "/tmp:size=0x1", "/a/../b" } },
	{ "units", { ".x", "a.service", "'a" } },
	{ "version condition", { ">=", ">=six", "6 1" } },
	{ "virtualization condition", { "docker" } },
	{ "volumes", { "/a", "/a:b", "/a:/b:sideways" } },
	{ "weight", { "heavy", "0", "10001" } },
};

static const char *const *wrong_of(const struct unit_key *key)
{
	static const char *const limit[3] = { "plenty", "2:1", "-1:" };
	static const char *const limit_nice[3] = { "plenty", "99", "-21" };

	if (str_after(key->name, "Limit"))
		return str_eq(key->name, "LimitNICE") ? limit_nice : limit;
	for (size_t i = 0; i < sizeof(wrong_values) / sizeof(wrong_values[0]); i++)
		if (str_eq(wrong_values[i].type, unit_key_type_name(key)))
			return wrong_values[i].wrong;
	return NULL;
}

static const char *out;
static unsigned number;

static int write_file(const char *file, const char *text, size_t size)
{
	AUTO_FREE char *path = str_printf("%s/%04u/%s", out, number, file);
	FILE *f = path ? fopen(path, "we") : NULL;

	if (f && fwrite(text, 1, size, f) == size && fclose(f) == 0)
		return 0;
	fprintf(stderr, "unit-corpus: %s: %s\n", file, strerror(errno));
	return -1;
}

static int begin(const char *folder)
{
	AUTO_FREE char *path = str_printf("%s/%04u", out, ++number);
	AUTO_FREE char *below = str_printf("%s/%s", path, folder);

	if (mkdir(path, 0755) == 0 && (!*folder || mkdir(below, 0755) == 0))
		return 0;
	fprintf(stderr, "unit-corpus: %s: %s\n", path, strerror(errno));
	return -1;
}

/* One set of one file, whose error is on that line. */
static int put(const struct unit_key *key, const char *text, unsigned line)
{
	const char *file = str_eq(key->name, "DefaultInstance") ? "x@.ini" : "x.ini";

	if (begin("") < 0 || write_file(file, text, strlen(text)) < 0)
		return -1;
	printf("%04u\t%s:%u\n", number, file, line);
	return 0;
}

/* The key stands on line 4, behind a command unless it is the command. */
static int put_line(const struct unit_key *key, const char *section, const char *name,
		    const char *value, unsigned line)
{
	const char *command = str_eq(key->name, "Exec") ? "" : "Exec=/bin/true";
	AUTO_FREE char *text =
		str_printf("[Service]\n%s\n[%s]\n%s=%s\n", command, section, name, value);

	return text ? put(key, text, line) : -1;
}

static int put_drop_in(const struct unit_key *key, const char *value)
{
	bool template = str_eq(key->name, "DefaultInstance");
	const char *folder = template ? "x@.ini.d" : "x.ini.d";
	AUTO_FREE char *text =
		str_printf("# nothing\n[%s]\n%s=%s\n", key->section, key->name, value);
	AUTO_FREE char *file = str_printf("%s/50.ini", folder);
	static const char main_text[] = "[Service]\nExec=/bin/true\n";

	if (!text || !file || begin(folder) < 0 || write_file(file, text, strlen(text)) < 0 ||
	    write_file(template ? "x@.ini" : "x.ini", main_text, strlen(main_text)) < 0)
		return -1;
	printf("%04u\t%s:3\n", number, file);
	return 0;
}

static int put_outside(const struct unit_key *key)
{
	AUTO_FREE char *text =
		str_printf("%s=%s\n[Service]\nExec=/bin/true\n", key->name, key->example);

	return text ? put(key, text, 1) : -1;
}

static int put_twice(const struct unit_key *key)
{
	AUTO_FREE char *value = str_printf("%s\n\n%s=%s", key->example, key->name, key->example);

	return value ? put_line(key, key->section, key->name, value, 6) : -1;
}

static int put_names(const struct unit_key *key)
{
	AUTO_FREE char *typo = str_printf("%se", key->name);
	const char *section = str_eq(key->section, "Log") ? "Resources" : "Log";

	if (!typo || put_line(key, key->section, typo, key->example, 4) < 0)
		return -1;
	return put_line(key, section, key->name, key->example, 4);
}

static int put_key(const struct unit_key *key)
{
	const char *const *wrong = wrong_of(key);
	int r = 0;

	if (!wrong) {
		fprintf(stderr, "unit-corpus: no wrong value is known for the type \"%s\"\n",
			unit_key_type_name(key));
		return -1;
	}
	for (int i = 0; r == 0 && i < 3 && wrong[i]; i++)
		r = put_line(key, key->section, key->name, wrong[i], 4);
	if (r == 0)
		r = put_drop_in(key, wrong[0]);
	if (r == 0)
		r = put_names(key);
	if (r == 0)
		r = put_outside(key);
	if (r == 0 && !(key->flags & KEY_LIST))
		r = put_twice(key);
	if (r == 0 && !(key->flags & KEY_LIST))
		r = put_line(key, key->section, key->name, "", 4);
	if (r == 0 && !(key->flags & KEY_BYTES))
		r = put_line(key, key->section, key->name, "\xff", 4);
	return r;
}

int main(int argc, char **argv)
{
	size_t n;
	const struct unit_key *keys = unit_keys(&n);
	int r = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: unit-corpus DIR\n");
		return 2;
	}
	out = argv[1];
	for (size_t i = 0; r == 0 && i < n; i++)
		r = put_key(&keys[i]);
	return r < 0 || fflush(stdout) ? 1 : 0;
}
