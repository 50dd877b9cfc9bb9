#ifndef SVINIT_PROTO_LINK_H
#define SVINIT_PROTO_LINK_H

/*
 * The link: what svinit and its helpers say to each other. svinit starts every helper with one end
 * of a frame socket as descriptor LINK_FD; the link's end of file means that svinit is gone, and a
 * helper then exits.
 *
 * Order after a helper starts: LINK_WELCOME, then for the manager all LINK_KEPT frames, one
 * LINK_EXIT for every claimed child whose exit was not released yet, LINK_READY, then LINK_PEER
 * frames as the other helpers come and go. Whenever the manager or one of the other two is
 * (re)started, svinit makes a fresh frame pair and sends one end to each (LINK_PEER); the old
 * channel's end of file tells that the peer has died.
 *
 * Exits: a child that was claimed (LINK_CLAIM) before its "go" was written is reported exactly
 * once to every manager until it is released (LINK_RELEASE). Children that nobody claimed are
 * orphans: they are reaped in silence. svinit reads the link before it reaps, so a claim that was
 * sent before the child could run is never late. A claim for a pid that is no child of svinit any
 * more (killed before it was claimed) is answered with LINK_EXIT and lost = 1.
 */

#include <stdint.h>
#include <sys/types.h>

enum { LINK_FD = 3 };

enum link_role { ROLE_MANAGER, ROLE_BOX, ROLE_LOGD, ROLE_COUNT };

/* What svinit is to the system around it. */
enum link_mode {
	MODE_DAEMON,    /* an ordinary process: ends by exit */
	MODE_CONTAINER, /* pid 1 of a pid namespace that is not the first: ends by exit */
	MODE_MACHINE,   /* pid 1 of the machine: ends by reboot(2) */
};

enum link_finish { FINISH_EXIT, FINISH_POWEROFF, FINISH_REBOOT, FINISH_HALT };

enum link_frame {
	/* svinit to helper */
	LINK_WELCOME = 1, /* struct link_welcome */
	LINK_KEPT,        /* struct link_name + 1 descriptor */
	LINK_EXIT,        /* struct link_exit */
	LINK_READY,       /* nothing: all that was kept has been handed over */
	LINK_PEER,        /* struct link_peer + 1 descriptor */
	LINK_ASK,         /* struct link_ask: a signal asked svinit for this */
	/* manager to svinit */
	LINK_CLAIM,   /* struct link_pid */
	LINK_RELEASE, /* struct link_pid */
	LINK_KEEP,    /* struct link_name + 1 descriptor: keep it over restarts of the manager */
	LINK_DROP,    /* struct link_name */
	LINK_FINISH,  /* struct link_finish_request: every unit is down, end now */
};

struct link_welcome {
	uint32_t version; /* FRAME_VERSION */
	int32_t mode;     /* enum link_mode */
	int32_t init_pid;
	uint32_t generation;   /* how often this helper was started, from 1 */
	uint64_t started_usec; /* CLOCK_MONOTONIC when svinit started */
	uint32_t restarts[ROLE_COUNT];
	uint32_t reserved;
};

struct link_name {
	char name[64];
};

struct link_exit {
	int32_t pid;
	int32_t code;   /* si_code: CLD_EXITED, CLD_KILLED, CLD_DUMPED */
	int32_t status; /* si_status: exit status or signal */
	int32_t lost;   /* 1: it is gone and nobody saw its status */
	uint64_t cpu_usec;
	uint64_t max_rss_bytes;
	uint64_t when_usec; /* CLOCK_REALTIME */
};

struct link_peer {
	int32_t role; /* enum link_role of the process at the other end */
	int32_t pid;
};

/* What a signal to svinit asks for; `times` counts repeated requests, for "hurry". */
enum link_wish { WISH_FINISH, WISH_REBOOT, WISH_HALT, WISH_POWEROFF, WISH_RELOAD };

struct link_ask {
	int32_t wish; /* enum link_wish */
	int32_t signal;
	uint32_t times;
	uint32_t reserved;
};

struct link_pid {
	int32_t pid;
};

struct link_finish_request {
	int32_t how;    /* enum link_finish; a svinit that is no machine's pid 1 only exits */
	int32_t status; /* exit status of svinit */
};

#endif
