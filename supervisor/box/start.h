#ifndef SVINIT_BOX_START_H
#define SVINIT_BOX_START_H

/*
 * One BOX_START: checks the spec, clones the child with svinit as its parent, and says in one
 * struct box_started what became of it. Waits for nothing.
 */

#include "box/host.h"
#include "proto/box.h"
#include "proto/frame.h"

struct box_start_result {
	struct box_started answer;
	int pidfd, go; /* the manager's; -1 unless answer.pid > 0. The caller closes them. */
};

/*
 * `own` are descriptors of svbox that the child closes at once, because its copies would hide
 * svbox's death from their other ends: -1 for none. Never returns in the child. A failure is in
 * ret->answer.
 */
void box_start(const struct box_host *host, const struct frame *f, const int own[2],
	       struct box_start_result *ret);

#endif
