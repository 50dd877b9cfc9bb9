#ifndef SVINIT_PROTO_BOX_H
#define SVINIT_PROTO_BOX_H

/*
 * What the manager and svbox say to each other.
 *
 * BOX_START carries a compiled spec (box/spec.h) and the descriptors that it names by index. svbox
 * clones and answers BOX_STARTED at once, with the pidfd and `go`, the manager's end of a
 * close-on-exec SOCK_SEQPACKET pair whose other end the child holds. The child builds itself, then
 * waits for one byte on it just before exec; end of file instead means that nobody wants it any
 * more, and it exits.
 *
 * On `go` the manager reads struct box_report: at most one failure, or one BOX_REPORT_EXEC just
 * before execve; end of file after BOX_REPORT_EXEC proves that exec succeeded, a failure after it
 * that exec failed. End of file with no report at all: the child was killed; its status comes from
 * svinit.
 */

#include <stdint.h>

enum box_frame {
	BOX_START = 1, /* manager to svbox: struct box_start, then the spec + descriptors */
	BOX_STARTED,   /* svbox to manager: struct box_started + pidfd, go when pid > 0 */
};

struct box_start {
	uint64_t token; /* chosen by the manager, echoed in the answer */
};

struct box_started {
	uint64_t token;
	int32_t pid;   /* as svinit sees it; -1 when nothing was cloned */
	int32_t error; /* negative errno when pid is -1 */
	int32_t op;    /* the operation it belongs to, -1 for clone itself */
	char call[44]; /* the system call or step that failed */
};

enum {
	BOX_REPORT_EXEC = -1,
	BOX_EXIT_UNWANTED = 125, /* exit status of a child that never came to exec */
};

struct box_report {
	int32_t op;     /* index of the operation in the spec, or BOX_REPORT_EXEC */
	int32_t error;  /* negative errno, 0 with BOX_REPORT_EXEC */
	char call[152]; /* what failed: the system call and its object, "openat2: dev/null" */
};

#endif
