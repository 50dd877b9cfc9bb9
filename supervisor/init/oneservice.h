#ifndef SVINIT_INIT_ONESERVICE_H
#define SVINIT_INIT_ONESERVICE_H

/*
 * `svinit -- COMMAND`: a complete init for one command. It runs in a process group of its own, with
 * the terminal when there is one; signals to svinit are passed on to it; every orphan is reaped. No
 * helper, no runtime directory, no /proc is needed.
 *
 * Returns the status to exit with: that of the command, 128+N when signal N killed it, 127 when it
 * was not found, 126 when it cannot be executed.
 */
int oneservice_run(char **command);

#endif
