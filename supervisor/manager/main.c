#include "manager/job.h"
#include "manager/manager.h"
#include "manager/peers.h"
#include "manager/restore.h"
#include "manager/runtime.h"
#include "manager/units.h"

#include "base/str.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/capability.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void die_of(const struct error *e)
{
	char line[1024];

	manager_die("%s", error_format(e, line, sizeof(line)));
}

static int parse_options(int argc, char **argv, struct manager_options *o)
{
	static const struct option options[] = {
		{ "units", required_argument, NULL, 'u' },
		{ "runtime", required_argument, NULL, 'r' },
		{ "state", required_argument, NULL, 's' },
		{ "logs", required_argument, NULL, 'l' },
		{ "target", required_argument, NULL, 't' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*o = (struct manager_options){
		.runtime = "/run/svinit",
		.state = "/var/lib/svinit",
		.logs = "/var/log/svinit",
		.target = "default",
	};
	while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		switch (c) {
		case 'u':
			if (o->n_units == MANAGER_MAX_DIRS)
				manager_die("--units: at most %d directories", MANAGER_MAX_DIRS);
			o->units[o->n_units++] = optarg;
			break;
		case 'r':
			o->runtime = optarg;
			break;
		case 's':
			o->state = optarg;
			break;
		case 'l':
			o->logs = optarg;
			break;
		case 't':
			o->target = optarg;
			break;
		case 'V':
			printf("svmanager %s\n", SVINIT_VERSION);
			exit(0);
		default:
			return -EINVAL;
		}
	}
	if (optind < argc)
		return -EINVAL;
	if (!o->n_units) {
		o->units[0] = "/etc/svinit/units";
		o->units[1] = "/run/svinit/units";
		o->units[2] = "/usr/lib/svinit/units";
		o->n_units = 3;
	}
	return 0;
}

static bool has_sys_admin(void)
{
	cap_t caps = cap_get_proc();
	cap_flag_value_t value = CAP_CLEAR;

	if (caps)
		cap_get_flag(caps, CAP_SYS_ADMIN, CAP_EFFECTIVE, &value);
	cap_free(caps);
	return value == CAP_SET;
}

/* Every running unit costs two descriptors here at most; the limit we came with is too low. */
static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int start(struct manager *m, struct error *e)
{
	char group[64];
	int r = runtime_open(m, e);

	if (r == 0)
		r = state_open(m->runtime_dir, &m->state, e);
	runtime_group_name(m, group, sizeof(group));
	if (r == 0)
		r = cgroup_tree_open(group, &m->tree, e);
	if (r == 0)
		r = units_load(m, e);
	if (r == 0)
		r = restore_services(m, e);
	if (r == 0)
		r = peers_open(m, e);
	return r;
}

int main(int argc, char **argv)
{
	static struct manager m = { .kept_control = -1, .runtime_dir = -1, .streams_dir = -1 };
	struct error e = { 0 };

	if (parse_options(argc, argv, &m.options) < 0) {
		fprintf(stderr, "svmanager: it is started by svinit; see svmanager(8)\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN); /* svinit tells what the terminal asks for */
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	umask(022);
	raise_descriptors();
	m.privileged = has_sys_admin();
	m.starts_last = &m.starts;
	if (uv_loop_init(&m.loop) < 0)
		manager_die("the event loop cannot be made");
	job_init(&m);
	if (start(&m, &e) < 0)
		die_of(&e);
	uv_run(&m.loop, UV_RUN_DEFAULT);
	return 0;
}
