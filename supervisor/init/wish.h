#ifndef SVINIT_INIT_WISH_H
#define SVINIT_INIT_WISH_H

/*
 * What a signal to svinit asks for. As pid 1 of a machine it follows busybox and sysvinit: TERM and
 * INT (Ctrl-Alt-Del) reboot, USR1 halts, USR2 powers off. Everywhere else TERM and INT end the
 * fleet. The real-time signals mean what they mean to systemd. PWR (the battery is low; lxc-stop)
 * powers off. All other signals are nothing to svinit.
 */

#include "proto/link.h"

#include <signal.h>
#include <stdbool.h>

/* True when the signal asks for something in this mode. */
bool wish_of_signal(enum link_mode mode, int signal, enum link_wish *ret);

/* How svinit ends when this wish is granted; WISH_RELOAD does not end it. */
enum link_finish wish_finish(enum link_wish wish);

/* All signals that mean something in this mode. */
void wish_signals(enum link_mode mode, sigset_t *ret);

#endif
