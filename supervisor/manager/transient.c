#include "manager/transient.h"

#include "base/fd.h"
#include "base/str.h"
#include "manager/logs.h"
#include "manager/units.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRANSIENT_MAX_BYTES = 128 * 1024 };

void transient_reindex_services(struct manager *m)
{
	for (size_t i = 0; i < m->n_services; i++) {
		m->services[i]->index = (uint32_t)i;
		m->services[i]->unit = m->set->units[i];
	}
}

/* After the set or the list of services changed: both have the same order again. */
static int reindex(struct manager *m)
{
	struct graph *g;
	int r = graph_build(m->set, &g);

	if (r < 0)
		return r;
	graph_free(m->graph);
	m->graph = g;
	return 0;
}

int transient_keep(const struct manager *m, const char *name, const char *text, size_t size)
{
	AUTO_FREE char *path = str_printf("transient/%s.ini", name);
	AUTO_CLOSE int fd = -1;

	if (!path)
		return -ENOMEM;
	if (mkdirat(m->runtime_dir, "transient", 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(m->runtime_dir, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		    0600);
	return fd < 0 ? -errno : fd_write_all(fd, text, size);
}

static void forget_text(const struct manager *m, const char *name)
{
	AUTO_FREE char *path = str_printf("transient/%s.ini", name);

	if (path)
		unlinkat(m->runtime_dir, path, 0);
}

/* Puts a parsed unit and its service into their sorted places. */
static int insert(struct manager *m, struct unit *u, int record, struct service **ret)
{
	struct service **services, *s;
	size_t at = 0;
	int r;

	services = realloc(m->services, (m->n_services + 2) * sizeof(*services));
	if (!services)
		return -ENOMEM;
	m->services = services;
	s = service_new(m, u, record);
	if (!s)
		return -ENOMEM;
	r = unit_set_add(m->set, u);
	if (r < 0) {
		service_free(s);
		return r;
	}
	while (m->set->units[at] != u)
		at++;
	memmove(services + at + 1, services + at, (m->n_services - at) * sizeof(*services));
	services[at] = s;
	m->n_services++;
	transient_reindex_services(m);
	r = reindex(m);
	if (r < 0)
		return r; /* the old graph lacks the new unit: nothing may start */
	*ret = s;
	return 0;
}

int units_add_transient(struct manager *m, const char *name, const char *text, size_t size,
			struct service **ret, struct report *report)
{
	struct unit *u = NULL;
	int r;

	if (!unit_name_valid(name)) {
		report_add(report, SEVERITY_ERROR, name, NULL, "'%s' is no unit name", name);
		return -EINVAL;
	}
	if (unit_set_find(m->set, name))
		return -EEXIST;
	r = unit_set_parse(m->set, name, "(run)", text, size, &u, report);
	if (r < 0)
		return r;
	if (u->broken || report->errors || !u->container) {
		if (!report->errors)
			report_add(report, SEVERITY_ERROR, name, NULL, "Exec= is missing");
		unit_free(u);
		return -EINVAL;
	}
	r = transient_keep(m, name, text, size);
	if (r == 0)
		r = insert(m, u, -1, ret);
	if (r < 0) {
		unit_free(u);
		forget_text(m, name);
		return r;
	}
	(*ret)->facts.flags |= FACT_TRANSIENT;
	return 0;
}

/* The services of the set as it is now: those that were there, new ones for the rest. */
static int extend_services(struct manager *m)
{
	struct service **list = calloc(m->set->n + 1, sizeof(*list));
	size_t old = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < m->set->n; i++) {
		struct unit *u = m->set->units[i];

		if (old < m->n_services && m->services[old]->unit == u) {
			list[i] = m->services[old++];
			continue;
		}
		list[i] = service_new(m, u, state_find(m->state, u->name));
		if (!list[i])
			manager_die("out of memory for %s", u->name);
	}
	free(m->services);
	m->services = list;
	m->n_services = m->set->n;
	transient_reindex_services(m);
	return 0;
}

int units_add_instance(struct manager *m, const char *name, struct report *report)
{
	struct unit **units = NULL;
	size_t n;
	int r = unit_set_instantiate(m->set, name, &units, &n, report);

	free(units);
	if (r < 0)
		return r;
	r = extend_services(m);
	if (r == 0)
		r = reindex(m);
	if (r == 0)
		r = units_break_cycles(m->set, m->graph, report);
	if (r > 0)
		r = reindex(m);
	return r;
}

struct service *units_add_lost(struct manager *m, const char *name, int record)
{
	static const char stand_in[] = "[Service]\nExec=/bin/false\n";
	AUTO_FREE char *path = str_printf("transient/%s.ini", name);
	AUTO_FREE char *text = malloc(TRANSIENT_MAX_BYTES);
	struct report report = { 0 };
	struct unit *u = NULL;
	struct service *s = NULL;
	ssize_t n = -1;
	int r;

	if (!path || !text)
		return NULL;
	if (units_add_instance(m, name, &report) == 0) {
		report_fini(&report);
		return service_find(m, name);
	}
	report_fini(&report);
	report = (struct report){ 0 };
	n = fd_read_file(m->runtime_dir, path, text, TRANSIENT_MAX_BYTES);
	r = n < 0 ? -ENOENT : unit_set_parse(m->set, name, path, text, (size_t)n, &u, &report);
	if (r == 0 && u->broken) {
		unit_free(u);
		u = NULL;
		r = -EINVAL;
	}
	if (r < 0)
		r = unit_set_parse(m->set, name, "(vanished)", stand_in, sizeof(stand_in) - 1, &u,
				   &report);
	report_fini(&report);
	if (r < 0)
		return NULL;
	if (insert(m, u, record, &s) < 0)
		return NULL;
	s->vanished = true;
	return s;
}

void units_remove(struct service *s)
{
	struct manager *m = s->m;
	size_t at = s->index;
	struct unit *u = s->unit;

	logs_forget(s);
	forget_text(m, u->name);
	memmove(m->services + at, m->services + at + 1,
		(m->n_services - at - 1) * sizeof(*m->services));
	m->n_services--;
	service_free(s);
	unit_set_remove(m->set, u);
	transient_reindex_services(m);
	if (reindex(m) < 0)
		manager_die("out of memory for the graph");
}
