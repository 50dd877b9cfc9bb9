#ifndef SVINIT_MANAGER_STATUS_H
#define SVINIT_MANAGER_STATUS_H

/* Status as JSON, in the shape of doc/control.md. */

#include "manager/service.h"

#include <jansson.h>

/* New references; NULL when memory ran out. */
json_t *status_system(const struct manager *m);
json_t *status_unit(const struct service *s);
json_t *status_exit(const struct service *s);

/* What `sub` says. */
const char *status_sub(const struct service *s);

/* The settings of a unit with their origins. */
json_t *status_settings(const struct unit *u);

#endif
