#ifndef SVINIT_NET_LOOPBACK_H
#define SVINIT_NET_LOOPBACK_H

/*
 * Sets `lo` of the calling process's network namespace up; the kernel gives it 127.0.0.1 and ::1
 * by itself when that happens. 0 or negative errno. Needs CAP_NET_ADMIN there.
 */
int net_loopback_up(void);

#endif
