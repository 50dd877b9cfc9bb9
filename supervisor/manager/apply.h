#ifndef SVINIT_MANAGER_APPLY_H
#define SVINIT_MANAGER_APPLY_H

/*
 * svctl apply: what the unit files say now against what is in force, unit by unit, with the line
 * that makes each difference; and the jobs that bring the one to the other.
 *
 * The answer is {units: [{name, change, causes: [{section, key, old, new, origin}]}]}. change is
 * `none` (only with a cause is it listed), `reload` (in force without a restart), `restart`,
 * `start` (new, and wanted by what is up) or `vanished` (runs on without a file).
 */

#include "manager/control.h"

/* io.svinit.Apply {dry_run}; answers the call. */
void apply_call(struct call *c);

/* io.svinit.Graph {units?}; answers the call. */
void apply_graph(struct call *c);

#endif
