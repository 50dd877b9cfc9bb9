/* cat: the text of a unit's file and of its drop-ins, each after a line that names it. */

#include "ctl/ask.h"
#include "ctl/call.h"
#include "ctl/member.h"
#include "ctl/offline.h"
#include "ctl/verb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void print_heading(const struct ctl *c, const char *path)
{
	struct text t = { 0 };

	style_visible(&t, &c->out, path, strlen(path), false);
	printf("%s# %s%s\n", style_on(&c->out, COLOUR_DIM), t.data ? t.data : "",
	       style_off(&c->out, COLOUR_DIM));
	text_fini(&t);
}

/* Line by line, because a terminal gets each made visible. */
static int print_file(const struct ctl *c, const char *path)
{
	FILE *f = fopen(path, "re");
	AUTO_FREE char *line = NULL;
	size_t capacity = 0;
	int status = CTL_DONE;
	char last = '\n';
	ssize_t n;

	if (!f) {
		ctl_complain(c, "%s: %s", path, strerror(errno));
		return CTL_FAILED;
	}
	print_heading(c, path);
	while ((n = getline(&line, &capacity, f)) > 0) {
		struct text t = { 0 };

		last = line[n - 1];
		style_visible(&t, &c->out, line, (size_t)n - (last == '\n'), true);
		if (t.data)
			fwrite(t.data, 1, t.size, stdout);
		putchar('\n');
		text_fini(&t);
	}
	if (ferror(f)) {
		ctl_complain(c, "%s: %s", path, strerror(errno));
		status = CTL_FAILED;
	}
	fclose(f);
	return status;
}

static int print_files(const struct ctl *c, const json_t *files, json_t *printed)
{
	int status = CTL_DONE, r;
	const json_t *file;
	size_t i;

	json_array_foreach(files, i, file)
	{
		const char *path = json_string_value(file);

		if (!path || !*path)
			continue;
		if (printed) {
			json_array_append_new(printed, json_string(path));
			continue;
		}
		if (i)
			putchar('\n');
		/* "(run)" and "(built in)": there is no file. */
		if (*path == '(') {
			print_heading(c, path);
			continue;
		}
		r = print_file(c, path);
		status = r != CTL_DONE ? r : status;
	}
	return status;
}

/* The files as the supervisor tells them: `files`, else the one `source`. New reference. */
static json_t *files_of(const json_t *unit)
{
	const json_t *files = member_array(unit, "files");

	if (json_array_size(files))
		return json_deep_copy(files);
	return json_pack("[s]", member_string(unit, "source", ""));
}

static json_t *files_of_unit(const struct unit *u)
{
	json_t *files = json_array();

	for (size_t i = 0; i < u->files.n; i++)
		json_array_append_new(files, json_string(u->files.items[i].text));
	if (!json_array_size(files))
		json_array_append_new(files, json_string(u->source));
	return files;
}

static int files_offline(const struct ctl *c, const char *word, json_t **ret)
{
	const struct unit *u = NULL;
	struct offline o;
	int status = offline_load_unit(c, word, &o, &u);

	if (status == CTL_DONE)
		*ret = files_of_unit(u);
	offline_fini(&o);
	return status;
}

static int files_of_word(const struct ctl *c, char *word, json_t **ret)
{
	struct ctl one = *c;
	json_t *reply;
	int status;

	if (offline_is_path(word) || offline_wanted(c))
		return files_offline(c, word, ret);
	one.words = &word;
	one.n_words = 1;
	status = ask_units(&one, ask_tell_missing, &reply);
	if (status == CTL_DONE)
		*ret = files_of(json_array_get(member_array(reply, "units"), 0));
	json_decref(reply);
	return status;
}

int verb_cat(const struct ctl *c)
{
	json_t *printed = c->json ? json_array() : NULL;
	int status = CTL_DONE;

	for (size_t i = 0; i < c->n_words; i++) {
		json_t *files = NULL;
		int r = files_of_word(c, c->words[i], &files);

		if (i && r == CTL_DONE && !c->json)
			putchar('\n');
		if (r == CTL_DONE)
			r = print_files(c, files, printed);
		json_decref(files);
		status = r != CTL_DONE ? r : status;
		if (r == CTL_NO_SUPERVISOR || r == CTL_NOT_PERMITTED)
			break;
	}
	if (c->json)
		call_print_json(c, printed);
	json_decref(printed);
	return status;
}
