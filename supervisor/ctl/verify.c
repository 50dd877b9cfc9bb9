#include "core/graph.h"
#include "ctl/call.h"
#include "ctl/offline.h"
#include "ctl/verb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A word is a path when it looks like one; else the name of a unit in the search directories. */
static bool is_path(const struct ctl *c, const char *word)
{
	AUTO_FREE char *path = offline_path(c, word);

	return offline_is_path(word) || (path && access(path, F_OK) == 0);
}

static bool words_are_paths(const struct ctl *c)
{
	return c->n_words && is_path(c, c->words[0]);
}

static bool is_named(const struct ctl *c, const char *unit)
{
	if (!c->n_words || words_are_paths(c))
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

	for (size_t i = 0; !words_are_paths(c) && i < c->n_words; i++) {
		if (unit_set_find(set, c->words[i]))
			continue;
		ctl_complain(c, "%s: no such unit", c->words[i]);
		status = CTL_NO_UNIT;
	}
	return status;
}

int verb_verify(const struct ctl *c)
{
	struct offline o;
	int status = offline_load(c, words_are_paths(c), &o), r;

	if (status == CTL_DONE && (r = check_order(o.set, &o.report)) < 0) {
		ctl_complain(c, "verify: %s", strerror(-r));
		status = CTL_FAILED;
	}
	if (status == CTL_DONE) {
		status = check_names(c, o.set);
		if (print_report(c, &o.report))
			status = CTL_FAILED;
	}
	offline_fini(&o);
	return status;
}
