#ifndef SVINIT_LOGD_CHANNEL_H
#define SVINIT_LOGD_CHANNEL_H

/*
 * svlogd's two conversations: the link with svinit (proto/link.h) and the channel with the manager
 * (proto/log.h), and the loop that they and the streams run in.
 *
 * The end of the channel means that the manager died: nothing changes until svinit hands over the
 * next one. The end of the link means that svinit is gone: everything is drained, then svlogd ends.
 * A frame that makes no sense is reported and dropped.
 */

#include "proto/link.h"

/* Runs until the link ends. The exit status of the program. */
int channel_run(int link, const char *runtime, const char *logs);

#endif
