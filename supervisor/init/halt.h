#ifndef SVINIT_INIT_HALT_H
#define SVINIT_INIT_HALT_H

#include "proto/link.h"

/*
 * The last thing that pid 1 of a machine does, with every other process gone: writes everything to
 * disk, unmounts what can be unmounted, makes the rest read-only, and calls reboot(2). Never
 * returns: where reboot(2) fails it goes on reaping, because the exit of pid 1 is a panic.
 */
void halt_machine(enum link_finish how) __attribute__((noreturn));

/*
 * A crash of pid 1 of a machine: from now on a fatal signal to svinit prints one line and leaves a
 * process that only reaps. Fatal signals that somebody sent are ignored.
 */
void halt_on_crash(void);

#endif
