#ifndef SVINIT_BOX_SERVE_H
#define SVINIT_BOX_SERVE_H

/*
 * The loop of svbox: frames of svinit on the link, starts of the manager on the channel that the
 * last LINK_PEER brought. The link's end of file ends svbox, the channel's only the channel: the
 * next manager brings a new one.
 */

#include "base/error.h"
#include "box/host.h"

/* Serves until svinit is gone: 0, or negative errno with *e. */
int box_serve(const struct box_host *host, int link, struct error *e);

#endif
