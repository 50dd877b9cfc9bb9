#ifndef SVINIT_CTL_CALL_H
#define SVINIT_CTL_CALL_H

/*
 * One call of a method of the supervisor, from its name to the parameters of the answer, with
 * everything that may go wrong told to the person and turned into an exit status.
 *
 * Reading calls (CALL_READ) change nothing: they get ten seconds, and are asked again when the
 * supervisor's manager was replaced before it answered. CALL_SHORT gets the same time but is asked
 * once. CALL_ACT waits as long as it takes and is asked once.
 */

#include "ctl/ctl.h"
#include "ctl/wire.h"

#include <jansson.h>

enum { CALL_TIMEOUT_MS = 10000 };

enum call_kind { CALL_READ, CALL_SHORT, CALL_ACT };

struct call {
	const char *method; /* "io.svinit.Status" */
	enum call_kind kind;
	bool more;
	bool quiet_units;   /* NoSuchUnit is not told: the caller has a better way */
	json_t *parameters; /* taken: the call drops this reference; NULL: none */
	const int *fds;
	size_t n_fds;
};

/*
 * Connects, sends, waits for the first answer. On success returns CTL_DONE with *ret_parameters a
 * new reference (an object, possibly empty) and the connection open in *w for what follows. Else
 * an exit status, told already, and w is closed; with CTL_NO_UNIT *ret_parameters is what the error
 * carried, or NULL.
 */
int call_open(const struct ctl *c, struct call *call, struct wire *w, json_t **ret_parameters);

/* The same without keeping the connection. */
int call_once(const struct ctl *c, struct call *call, json_t **ret_parameters);

/*
 * Splits an answer: CTL_DONE with a new reference to its parameters and whether more follow, or
 * the exit status of the error, told. Drops the reference to `answer`.
 */
int call_answer(const struct ctl *c, const struct call *call, json_t *answer,
		json_t **ret_parameters, bool *ret_continues);

/* True when somebody listens there: only then a failure of a call is worth telling. */
bool call_somebody_listens(const struct ctl *c);

/* RUNTIME/control; NULL when out of memory. Freed with free(). */
char *call_path(const struct ctl *c);

/* A new array of the strings; NULL when out of memory or when one is no UTF-8. */
json_t *call_names(char *const *names, size_t n);

/* Prints a value as --json does: indented on a terminal, else in one line. */
void call_print_json(const struct ctl *c, const json_t *value);

#endif
