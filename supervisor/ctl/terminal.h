#ifndef SVINIT_CTL_TERMINAL_H
#define SVINIT_CTL_TERMINAL_H

/*
 * The person's own terminal while a container has it: raw, and given back as it was on every way
 * out. All signals that could end svctl arrive through a descriptor meanwhile (relay.c), so there
 * is no way out past terminal_restore() but SIGKILL.
 */

#include <stdbool.h>
#include <termios.h>

struct terminal {
	int fd; /* the terminal; -1: there is none */
	bool raw;
	struct termios saved;
};

/* Looks whether fd is a terminal and remembers its settings. */
void terminal_init(struct terminal *t, int fd);

/* Raw mode, and back. Both may be called at any time, twice too. 0 or negative errno. */
int terminal_raw(struct terminal *t);
int terminal_restore(struct terminal *t);

/* Gives the window size of the terminal to the pseudo terminal; nothing when there is none. */
void terminal_copy_size(const struct terminal *t, int master);

#endif
