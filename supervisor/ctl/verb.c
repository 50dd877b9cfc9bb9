#include "ctl/verb.h"

static const struct option global_options[] = {
	{ OPT_RUNTIME, 0, "runtime", "DIR",
	  "runtime directory of the supervisor (else $SVINIT_RUNTIME, else /run/svinit)" },
	{ OPT_JSON, 0, "json", NULL, "print JSON" },
	{ OPT_NO_BLOCK, 0, "no-block", NULL, "do not wait for the job" },
	{ OPT_HELP, 'h', "help", NULL, "print help" },
	{ OPT_VERSION, 0, "version", NULL, "print the version of svctl" },
	{ 0 },
};

static const struct option list_options[] = {
	{ OPT_STATE, 0, "state", "STATE", "only units in this state, active or sub (a,b: either)" },
	{ OPT_FAILED, 0, "failed", NULL, "only failed units" },
	{ OPT_NAMES, 0, "names", NULL, "only the names, one a line" },
	{ 0 },
};

static const struct option status_options[] = {
	{ OPT_LINES, 'n', "lines", "N", "log lines of each unit (10)" },
	{ 0 },
};

static const struct option kill_options[] = {
	{ OPT_SIGNAL, 's', "signal", "SIGNAL", "the signal, by name or number (SIGTERM)" },
	{ OPT_WHOM, 0, "whom", "main|all", "the main process, or all of the container (all)" },
	{ 0 },
};

static const struct option quiet_options[] = {
	{ OPT_QUIET, 'q', "quiet", NULL, "print nothing, only the exit status" },
	{ 0 },
};

static const struct option logs_options[] = {
	{ OPT_FOLLOW, 'f', "follow", NULL, "go on until Ctrl-C" },
	{ OPT_LINES, 'n', "lines", "N", "only the last N lines (all; with -f 10)" },
	{ OPT_SINCE, 0, "since", "TIME", "only from TIME on" },
	{ OPT_UNTIL, 0, "until", "TIME", "only up to TIME" },
	{ OPT_OUTPUT, 'o', "output", "short|cri|json|cat", "form of the lines (short)" },
	{ 0 },
};

#define SEARCH_OPTIONS                                                                             \
	{ OPT_UNITS, 0, "units", "DIR", "search directory, repeatable (else the default ones)" },  \
	{                                                                                          \
		OPT_ROOT, 0, "root", "DIR", "directory that stands before every path"              \
	}

static const struct option verify_options[] = {
	SEARCH_OPTIONS,
	{ 0 },
};

static const struct option graph_options[] = {
	{ OPT_TREE, 0, "tree", NULL, "a tree in text (the default)" },
	{ OPT_DOT, 0, "dot", NULL, "text for graphviz" },
	{ OPT_SVG, 0, "svg", NULL, "a picture" },
	{ OPT_REVERSE, 0, "reverse", NULL, "turn every edge round" },
	SEARCH_OPTIONS,
	{ 0 },
};

static const struct option dependency_options[] = {
	{ OPT_REVERSE, 0, "reverse", NULL, "what pulls in the unit, not what it pulls in" },
	SEARCH_OPTIONS,
	{ 0 },
};

static const struct option apply_options[] = {
	{ OPT_DRY_RUN, 0, "dry-run", NULL, "only tell what would change" },
	{ 0 },
};

static const struct option job_options[] = {
	{ OPT_DRY_RUN, 0, "dry-run", NULL, "only print the jobs that this would make" },
	{ 0 },
};

static const struct option run_options[] = {
	{ OPT_ROOTFS, 0, "rootfs", "DIR", "root file system (none: that of the supervisor)" },
	{ OPT_NAME, 0, "name", "NAME", "name of the unit" },
	{ OPT_VOLUME, 'v', "volume", "SRC:DST[:OPTIONS]", "bind mount" },
	{ OPT_TMPFS, 0, "tmpfs", "DST[:OPTIONS]", "empty file system in memory" },
	{ OPT_ENV, 'e', "env", "KEY[=VALUE]", "environment variable; without a value svctl's own" },
	{ OPT_USER, 'u', "user", "USER[:GROUP]", "user that runs the command" },
	{ OPT_WORKDIR, 'w', "workdir", "DIR", "working directory" },
	{ OPT_MEMORY, 'm', "memory", "SIZE", "memory limit" },
	{ OPT_CPUS, 0, "cpus", "N", "processors, for instance 0.5" },
	{ OPT_PIDS_LIMIT, 0, "pids-limit", "N", "number of tasks" },
	{ OPT_HOSTNAME, 'h', "hostname", "NAME", "host name" },
	{ OPT_NETWORK, 0, "network", "private|host|none", "network" },
	{ OPT_READ_ONLY, 0, "read-only", NULL, "read-only root file system" },
	{ OPT_CAP_ADD, 0, "cap-add", "CAPABILITY", "one more capability" },
	{ OPT_CAP_DROP, 0, "cap-drop", "CAPABILITY", "one capability less" },
	{ OPT_NAMESPACES, 0, "namespaces", "LIST", "which namespaces are private" },
	{ OPT_PROPERTY, 'p', "property", "[SECTION.]KEY=VALUE", "any key of a unit file" },
	{ OPT_TTY, 't', "tty", NULL, "give the command a terminal" },
	{ OPT_NO_TTY, 'T', "no-tty", NULL, "never give it one" },
	{ OPT_DETACH, 'd', "detach", NULL, "print the unit's name and leave it running" },
	{ 0 },
};

#define UNITS  "UNIT..."
#define LOOK   "Look"
#define ACT    "Act on units"
#define SYSTEM "The supervisor"

static const struct verb table[] = {
	{ "status", "[UNIT...]", "State of the system, or of units with their last log lines",
	  status_options, 0, ANY_WORDS, false, LOOK, verb_status },
	{ "list", "", "Table of all units", list_options, 0, 0, false, LOOK, verb_list },
	{ "show", "UNIT|FILE...", "All settings of units, each with the place that gave it",
	  verify_options, 1, ANY_WORDS, false, LOOK, verb_show },
	{ "cat", "UNIT|FILE...", "The text of units' files and drop-ins", verify_options, 1,
	  ANY_WORDS, false, LOOK, verb_cat },
	{ "logs", "[UNIT...]", "Log lines, merged in time order", logs_options, 0, ANY_WORDS, false,
	  LOOK, verb_logs },
	{ "verify", "[FILE|DIR|UNIT...]", "Check unit files; no supervisor is needed",
	  verify_options, 0, ANY_WORDS, false, LOOK, verb_verify },
	{ "explain", "[KEY|SECTION...]", "What a key of unit files means; without one, all of them",
	  NULL, 0, ANY_WORDS, false, LOOK, verb_explain },
	{ "graph", "[UNIT...]", "Units and what stands between them", graph_options, 0, ANY_WORDS,
	  false, LOOK, verb_graph },
	{ "list-dependencies", "[UNIT...]", "What starting a unit starts, as a tree",
	  dependency_options, 0, ANY_WORDS, false, LOOK, verb_list_dependencies },
	{ "is-active", UNITS, "Print the state; status 0 when one is active", quiet_options, 1,
	  ANY_WORDS, false, LOOK, verb_is_active },
	{ "is-failed", UNITS, "Print the state; status 0 when one has failed", quiet_options, 1,
	  ANY_WORDS, false, LOOK, verb_is_failed },
	{ "start", UNITS, "Start units and what they require", job_options, 1, ANY_WORDS, false,
	  ACT, verb_start },
	{ "stop", UNITS, "Stop units and what requires them", job_options, 1, ANY_WORDS, false, ACT,
	  verb_stop },
	{ "restart", UNITS, "Stop and start units; start them when they are stopped", job_options,
	  1, ANY_WORDS, false, ACT, verb_restart },
	{ "try-restart", UNITS, "Restart units, but only those that are running", NULL, 1,
	  ANY_WORDS, false, ACT, verb_try_restart },
	{ "kill", UNITS, "Send a signal to the processes of units", kill_options, 1, ANY_WORDS,
	  false, ACT, verb_kill },
	{ "reset-failed", "[UNIT...]", "Forget that units failed, and how often they restarted",
	  NULL, 0, ANY_WORDS, false, ACT, verb_reset_failed },
	{ "run", "[--] COMMAND [ARGUMENT...]", "Run a command in a new container", run_options, 1,
	  ANY_WORDS, true, ACT, verb_run },
	{ "enable", UNITS, "Undo disable; give instances of templates a file", verify_options, 1,
	  ANY_WORDS, false, SYSTEM, verb_enable },
	{ "disable", UNITS, "Let no [Install] start the units", verify_options, 1, ANY_WORDS, false,
	  SYSTEM, verb_disable },
	{ "mask", UNITS, "Make units as if they had no file", verify_options, 1, ANY_WORDS, false,
	  SYSTEM, verb_mask },
	{ "unmask", UNITS, "Undo mask", verify_options, 1, ANY_WORDS, false, SYSTEM, verb_unmask },
	{ "apply", "", "Read the unit files again, restart and start what they change",
	  apply_options, 0, 0, false, SYSTEM, verb_apply },
	{ "reload", "", "Read the unit files again (the same as daemon-reload)", NULL, 0, 0, false,
	  SYSTEM, verb_reload },
	{ "daemon-reload", "", "Read the unit files again", NULL, 0, 0, false, SYSTEM,
	  verb_reload },
	{ "poweroff", "", "Stop everything and power off; a daemon or a container just ends", NULL,
	  0, 0, false, SYSTEM, verb_finish },
	{ "reboot", "", "Stop everything and reboot", NULL, 0, 0, false, SYSTEM, verb_finish },
	{ "halt", "", "Stop everything and halt", NULL, 0, 0, false, SYSTEM, verb_finish },
	{ "version", "", "Versions of svctl and of the supervisor", NULL, 0, 0, false, SYSTEM,
	  verb_version },
	{ "help", "[VERB]", "This help, or that of one verb", NULL, 0, 1, false, SYSTEM,
	  verb_help },
};

const struct verb *verb_table(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_eq(name, table[i].name))
			return &table[i];
	return NULL;
}

const struct option *verb_global_options(void)
{
	return global_options;
}
