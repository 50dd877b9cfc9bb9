#ifndef SVINIT_MANAGER_METHODS_H
#define SVINIT_MANAGER_METHODS_H

/* What the calls of the control socket do (doc/control.md). */

#include "manager/control.h"

/* Performs the call; it is answered now or later. */
void methods_call(struct call *c, const char *method);

/* Failures that several calls share. The report's lines travel as `diagnostics`. */
void methods_no_unit(struct call *c, const char *name);
void methods_fail_report(struct call *c, const char *message, const struct report *r);

/* The client is gone: nobody waits for this call any more; it is freed by the caller. */
void methods_gone(struct call *c);

/* The service has settled; svctl run may be waiting for that. */
void methods_on_end(struct service *s);

/* A transient unit that has ended and settled is removed from the loop, not inside its event. */
void methods_sweep_transient(struct manager *m);

#endif
