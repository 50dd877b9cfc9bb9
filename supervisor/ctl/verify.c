#include "base/error.h"
#include "core/graph.h"
#include "ctl/call.h"
#include "ctl/verb.h"
#include "unit/set.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const default_dirs[] = {
	"/etc/svinit/units",
	"/run/svinit/units",
	"/usr/lib/svinit/units",
};

/* The search directories: those of --units, in their order, else the default ones. */
static size_t search_dirs(const struct ctl *c, const char **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_values; i++)
		if (c->values[i].option == OPT_UNITS)
			ret[n++] = c->values[i].value;
	for (size_t i = 0; !ctl_has(c, OPT_UNITS) && i < 3; i++)
		ret[n++] = default_dirs[i];
	return n;
}

/* A word is a path when it looks like one; else the name of a unit in the search directories. */
static bool is_path(const char *word)
{
	return strchr(word, '/') || str_ends(word, ".ini") || access(word, F_OK) == 0;
}

static bool is_named(const struct ctl *c, const char *unit)
{
	if (!c->n_words || is_path(c->words[0]))
		return true;
	for (size_t i = 0; unit && i < c->n_words; i++)
		if (str_eq(unit, c->words[i]))
			return true;
	return false;
}

/* Order cycles are errors of the set as a whole. 0 or negative errno. */
static int check_order(const struct unit_set *set, struct report *report)
{
	AUTO_FREE bool *in_cycle = calloc(set->n + 1, sizeof(*in_cycle));
	struct graph *graph = NULL;
	int r = in_cycle ? graph_build(set, &graph) : -ENOMEM;

	if (r == 0)
		r = graph_find_cycles(graph, set, in_cycle, report);
	graph_free(graph);
	return r < 0 ? r : 0;
}

static json_t *diagnostic_json(const struct diagnostic *d)
{
	json_t *o = json_pack("{s:s*,s:I,s:I,s:s,s:s*,s:s*}", "file", d->file, "line",
			      (json_int_t)d->line, "column", (json_int_t)d->column, "severity",
			      d->severity == SEVERITY_ERROR ? "error" : "warning", "unit", d->unit,
			      "text", d->text);

	return o ? o : json_pack("{s:s}", "text", "(no UTF-8 text)");
}

/* Prints what concerns the words; the number of errors. */
static size_t print_report(const struct ctl *c, const struct report *report)
{
	json_t *list = json_array();
	size_t errors = 0;

	for (size_t i = 0; i < report->n; i++) {
		const struct diagnostic *d = &report->items[i];
		struct text t = { 0 };
		char line[4096];

		if (!is_named(c, d->unit))
			continue;
		errors += d->severity == SEVERITY_ERROR;
		report_line(d, line, sizeof(line));
		style_visible(&t, &c->out, line, strlen(line), false);
		if (c->json)
			json_array_append_new(list, diagnostic_json(d));
		else if (t.data)
			printf("%s\n", t.data);
		text_fini(&t);
	}
	if (c->json)
		call_print_json(c, list);
	json_decref(list);
	return errors;
}

static int check_names(const struct ctl *c, const struct unit_set *set)
{
	int status = CTL_DONE;

	for (size_t i = 0; i < c->n_words && !is_path(c->words[0]); i++) {
		if (unit_set_find(set, c->words[i]))
			continue;
		ctl_complain(c, "%s: no such unit", c->words[i]);
		status = CTL_NO_UNIT;
	}
	return status;
}

static int load(const struct ctl *c, struct unit_set **ret, struct report *report, struct error *e)
{
	AUTO_FREE const char **dirs = calloc(c->n_values + 3, sizeof(dirs[0]));

	if (!dirs)
		return error_set(e, -ENOMEM, "verify");
	if (c->n_words && is_path(c->words[0]))
		return unit_set_load_files((const char *const *)c->words, c->n_words, ret, report,
					   e);
	return unit_set_load(dirs, search_dirs(c, dirs), ret, report, e);
}

int verb_verify(const struct ctl *c)
{
	struct report report = { 0 };
	struct unit_set *set = NULL;
	struct error e = { 0 };
	int status = CTL_FAILED, r = load(c, &set, &report, &e);
	char line[1200];

	if (r == 0 && (r = check_order(set, &report)) < 0)
		error_set(&e, r, "verify");
	if (r < 0) {
		ctl_complain(c, "%s", error_format(&e, line, sizeof(line)));
	} else if (report.failed) {
		ctl_complain(c, "%s", strerror(ENOMEM));
	} else {
		status = check_names(c, set);
		if (print_report(c, &report))
			status = CTL_FAILED;
	}
	unit_set_free(set);
	report_fini(&report);
	return status;
}
