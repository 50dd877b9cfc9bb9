#ifndef SVINIT_MANAGER_PROCFS_H
#define SVINIT_MANAGER_PROCFS_H

/* What /proc tells about a process. */

#include <stdbool.h>
#include <stdint.h>

/* Start time in clock ticks since boot (field 22 of /proc/PID/stat); 0 when there is none. */
uint64_t procfs_start_time(int pid);

/*
 * True when the process neither handles, blocks nor ignores the signal. The first process of a pid
 * namespace never sees such a signal (pid_namespaces(7)): what ends any other program leaves it
 * running.
 */
bool procfs_signal_default(int pid, int signal);

/* Calls found() for every descendant of pid. Without control groups that is all we can find. */
void procfs_each_descendant(int pid, void (*found)(int pid));

#endif
