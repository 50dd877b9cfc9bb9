#include "ctl/ask.h"

#include "ctl/call.h"
#include "ctl/member.h"

#include <stdlib.h>

void ask_tell_missing(const struct ctl *c, const char *unit, const json_t *parameters)
{
	const char *message = member_string(parameters, "message", NULL);

	if (message && strstr(message, unit))
		ctl_complain(c, "%s", message);
	else
		ctl_complain(c, "%s: %s", unit, message && *message ? message : "no such unit");
}

static json_t *status_parameters(char *const *names, size_t n)
{
	json_t *parameters = json_object(), *units = n ? call_names(names, n) : NULL;

	if (n && json_object_set_new(parameters, "units", units) < 0) {
		json_decref(parameters);
		return NULL;
	}
	return parameters;
}

/* Takes the name out of names; false when it is not there. */
static bool drop_name(char **names, size_t *n, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++)
		if (!str_eq(names[i], name))
			names[kept++] = names[i];
	if (kept == *n)
		return false;
	*n = kept;
	return true;
}

static int empty_reply(const struct ctl *c, json_t **ret)
{
	*ret = json_pack("{s:{},s:[]}", "system", "units");
	if (*ret)
		return CTL_NO_UNIT;
	ctl_complain(c, "out of memory");
	return CTL_FAILED;
}

int ask_units(const struct ctl *c, ask_missing_fn missing, json_t **ret_reply)
{
	AUTO_FREE char **names = calloc(c->n_words + 1, sizeof(names[0]));
	size_t n = c->n_words;
	bool lost = false;

	*ret_reply = NULL;
	if (!names) {
		ctl_complain(c, "out of memory");
		return CTL_FAILED;
	}
	for (size_t i = 0; i < n; i++)
		names[i] = c->words[i];
	for (;;) {
		struct call call = { .method = "io.svinit.Status",
				     .kind = CALL_READ,
				     .quiet_units = true,
				     .parameters = status_parameters(names, n) };
		json_t *reply;
		const char *unit;
		int status;

		if (n && !call.parameters)
			return ctl_usage(c, "a unit name is no UTF-8 text");
		status = call_once(c, &call, &reply);
		if (status == CTL_DONE) {
			*ret_reply = reply;
			return lost ? CTL_NO_UNIT : CTL_DONE;
		}
		if (status != CTL_NO_UNIT)
			return status;
		lost = true;
		unit = member_string(reply, "unit", n == 1 ? names[0] : "");
		missing(c, unit, reply);
		/* Names are only dropped; one that we did not send ends the asking. */
		if (!drop_name(names, &n, unit) || !n) {
			json_decref(reply);
			return empty_reply(c, ret_reply);
		}
		json_decref(reply);
	}
}
