#ifndef SVINIT_INIT_BOOT_H
#define SVINIT_INIT_BOOT_H

/*
 * What pid 1 does before it supervises. Each step that fails is one line, and the next step
 * follows: a machine that is half up can still be asked what is wrong with it.
 */

#include "proto/link.h"

/* What svinit is here. As pid 1 this mounts /proc when it is missing. */
enum link_mode boot_find_mode(void);

/*
 * Pid 1 of a machine: leaves the initramfs (then svinit is executed again with argv), mounts /proc,
 * /sys, /dev, /run and the cgroup2 tree, opens the console, sets the host name from /etc/hostname,
 * brings the loopback up, and turns Ctrl-Alt-Del into SIGINT.
 */
void boot_machine(char **argv);

#endif
