#ifndef SVINIT_BOX_SEAL_H
#define SVINIT_BOX_SEAL_H

/*
 * Runs svbox from a sealed copy of itself in memory, once when it starts. A container can reach the
 * file of the process that builds it through /proc/PID/exe, and root in it could overwrite the
 * program on the host (CVE-2019-5736); a sealed memfd cannot be written by anybody.
 *
 * Returns 0 when this process already is the copy; on success of the change it does not return.
 * Negative errno with *e when there can be no copy (no /proc, or a system that executes no memfd).
 */

#include "base/error.h"

int box_seal_self(char *const argv[], struct error *e);

#endif
