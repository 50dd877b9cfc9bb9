#ifndef SVINIT_CTL_RELAY_H
#define SVINIT_CTL_RELAY_H

/*
 * Waiting for a container that `svctl run` started: one loop over the control connection, the
 * signals and, when the container has a pseudo terminal, the bytes both ways.
 *
 * Nothing is lost at the end: after the exit was reported the pseudo terminal is read until its end
 * of file (the kernel gives EIO only behind the last byte), or until it is silent for a while when
 * something that outlived the command still holds it open. Output is read only as fast as stdout
 * takes it. With -T the container has our own descriptors and only signals are passed on.
 */

#include "ctl/call.h"
#include "ctl/terminal.h"

enum relay_end {
	RELAY_EXIT,   /* the supervisor reported the exit */
	RELAY_LOST,   /* the connection ended without */
	RELAY_SIGNAL, /* a signal ended svctl */
};

struct relay_buffer {
	char data[16384];
	size_t from, to;
};

struct relay {
	const struct ctl *c;
	struct wire *wire;
	const char *unit;
	int channel;             /* the master comes over it; -1: no terminal, or it came; owned */
	bool attached;           /* the container has a pseudo terminal, or will */
	int master;              /* owned */
	int signals;             /* owned */
	int input;               /* stdin; -1 after its end */
	bool output_gone;        /* stdout does not take bytes any more */
	bool draining;           /* the exit was reported */
	unsigned asked;          /* signals that were passed on */
	uint64_t quiet_until_ms; /* the master has nothing before */
	int signal;              /* that ended svctl */
	struct terminal terminal;
	struct relay_buffer to_container, to_person;
	json_t *exit; /* the parameters of the last answer, owned */
	int status;   /* of an error answer, told later */
};

/*
 * Blocks the signals and takes the terminal. `channel` is our end of the terminal's socket, or -1;
 * it is owned from now on. 0 or negative errno.
 */
int relay_init(struct relay *r, const struct ctl *c, struct wire *w, int channel);

/* Gives back the terminal and closes what is owned. */
void relay_fini(struct relay *r);

/* Until the end. */
enum relay_end relay_run(struct relay *r);

#endif
