#ifndef SVINIT_TESTS_CTL_FAKE_H
#define SVINIT_TESTS_CTL_FAKE_H

/*
 * A supervisor that says what a test wants, for the tests of svctl. svctl runs in a forked child,
 * with its streams in files or on a pseudo terminal; the test itself plays the server, step by
 *step:
 *
 *	fake_open(&f);
 *	fake_svctl(&f, "start", "web", NULL);
 *	fake_expect(&f, "io.svinit.Start");
 *	fake_reply(&f, "{\"parameters\":{\"jobs\":[]}}");
 *	assert_int_equal(fake_wait(&f), 0);
 *	fake_close(&f);
 *
 * Every step fails the test when it takes longer than FAKE_SECONDS.
 */

#include <jansson.h>
#include <stddef.h>
#include <sys/types.h>

enum { FAKE_SECONDS = 15, FAKE_FDS = 8 };

struct fake {
	char dir[64];
	int listener;
	int peer;            /* the connection that is spoken with; -1: none */
	pid_t pid;           /* svctl */
	int terminal;        /* master of svctl's terminal; -1: it has none */
	int input;           /* given to svctl as stdin when >= 0; owned */
	int files[2];        /* stdout and stderr of svctl */
	char text[2][65536]; /* the same as strings, after fake_wait() */
	json_t *request;     /* the last one */
	int fds[FAKE_FDS];   /* that came with it */
	size_t n_fds;
};

void fake_open(struct fake *f);
void fake_close(struct fake *f);

/* Starts svctl with the arguments, the last one NULL. */
void fake_svctl(struct fake *f, ...);

/* The same on a pseudo terminal of 40 lines and `columns`: all of its streams. */
void fake_svctl_on_terminal(struct fake *f, int columns, ...);

/* Accepts the next connection, closing the one before. */
void fake_accept(struct fake *f);

/* Receives a request on the connection. */
void fake_receive(struct fake *f);

/* Both, and the method must be this one. Returns its parameters, borrowed. */
json_t *fake_expect(struct fake *f, const char *method);

/* Sends a message with its NUL, or bytes as they are; with descriptors. */
void fake_reply(struct fake *f, const char *json);
void fake_reply_with(struct fake *f, const char *json, const int *fds, size_t n);
void fake_send(struct fake *f, const char *data, size_t n);
void fake_hang_up(struct fake *f);

/* Waits for the end of svctl: its exit status, or 1000 + the signal that killed it. */
int fake_wait(struct fake *f);

/* Reads what svctl wrote on its terminal until `needle` came. Fills f->text[0]. */
void fake_read_until(struct fake *f, const char *needle);

#endif
