#ifndef SVINIT_MANAGER_PEERS_H
#define SVINIT_MANAGER_PEERS_H

/* The three channels: what svinit, svbox and svlogd say, and what follows when they come and go. */

#include "manager/manager.h"

/* Opens the link on LINK_FD. 0 or negative errno with *e set. */
int peers_open(struct manager *m, struct error *e);

#endif
