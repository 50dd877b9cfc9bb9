#include "init/options.h"

#include "base/str.h"

#include <errno.h>

const char options_help[] =
	"Usage: svinit [OPTION...]              supervise the units\n"
	"       svinit -- COMMAND [ARGUMENT...]  run one command as the init of a container\n"
	"\n"
	"  --units DIR     read unit files here; may be repeated, the first directory wins\n"
	"                  (/etc/svinit/units, /run/svinit/units, /usr/lib/svinit/units)\n"
	"  --runtime DIR   sockets and the state of this run (/run/svinit)\n"
	"  --state DIR     what outlives a run (/var/lib/svinit)\n"
	"  --logs DIR      the logs of the units (/var/log/svinit)\n"
	"  --target UNIT   start this unit and what it wants (default)\n"
	"  --version       print the version\n"
	"  --help          print this\n";

/* The value of `--name VALUE` or `--name=VALUE`, or NULL when there is none. */
static const char *value_of(char **argv, int *i)
{
	const char *equals = strchr(argv[*i], '=');

	if (equals)
		return equals[1] ? equals + 1 : NULL;
	if (!argv[*i + 1] || !argv[*i + 1][0])
		return NULL;
	return argv[++*i];
}

static int named(const char *arg, const char *name)
{
	const char *rest = str_after(arg, name);

	return rest && (*rest == '\0' || *rest == '=');
}

static int parse_one(struct options *o, char **argv, int *i, struct error *e)
{
	struct {
		const char *name;
		const char **field;
	} const table[] = {
		{ "--runtime", &o->runtime }, { "--state", &o->state }, { "--logs", &o->logs },
		{ "--target", &o->target },   { "--units", NULL },
	};
	const char *arg = argv[*i], *value;

	for (size_t k = 0; k < sizeof(table) / sizeof(table[0]); k++) {
		if (!named(arg, table[k].name))
			continue;
		value = value_of(argv, i);
		if (!value)
			return error_set(e, -EINVAL, "%s needs a value", table[k].name);
		if (table[k].field)
			*table[k].field = value;
		else if (o->n_units == OPTIONS_MAX_UNITS)
			return error_set(e, -EINVAL, "--units: at most %d directories",
					 OPTIONS_MAX_UNITS);
		else
			o->units[o->n_units++] = value;
		return 0;
	}
	return error_set(e, -EINVAL, "unknown %s `%s' (see svinit --help)",
			 arg[0] == '-' ? "option" : "argument", arg);
}

int options_parse(struct options *o, int argc, char **argv, struct error *e)
{
	int r = 0;

	*o = (struct options){ .runtime = "/run/svinit",
			       .state = "/var/lib/svinit",
			       .logs = "/var/log/svinit",
			       .target = "default" };
	for (int i = 1; i < argc && !r && o->action == ACTION_SUPERVISE; i++) {
		if (str_eq(argv[i], "--help") || str_eq(argv[i], "-h")) {
			o->action = ACTION_HELP;
		} else if (str_eq(argv[i], "--version") || str_eq(argv[i], "-V")) {
			o->action = ACTION_VERSION;
		} else if (!str_eq(argv[i], "--")) {
			r = parse_one(o, argv, &i, e);
		} else if (i + 1 < argc) {
			o->action = ACTION_COMMAND;
			o->command = argv + i + 1;
		} else {
			r = error_set(e, -EINVAL, "a command is missing after `--'");
		}
	}
	if (!o->n_units) {
		o->units[o->n_units++] = "/etc/svinit/units";
		o->units[o->n_units++] = "/run/svinit/units";
		o->units[o->n_units++] = "/usr/lib/svinit/units";
	}
	return r;
}
