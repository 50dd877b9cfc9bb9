#ifndef SVINIT_TESTS_INIT_FAKE_H
#define SVINIT_TESTS_INIT_FAKE_H

/*
 * A helper that does what a test says. Installed as svmanager, svbox and svlogd beside a copy of
 * svinit, it connects to the socket named by $SVINIT_TEST_SOCKET, hands its link to the test
 * (FAKE_HELLO), and then makes children or exits as it is told. So the test itself speaks the link.
 */

#include <stdint.h>

enum fake_frame {
	FAKE_HELLO = 1, /* to the test: struct fake_hello + the link */
	FAKE_FORK,      /* to the fake: struct fake_order; it answers with FAKE_FORKED */
	FAKE_FORKED,    /* to the test: struct fake_order, n is the pid */
	FAKE_EXIT,      /* to the fake: struct fake_order, n is the status */
};

enum fake_child {
	CHILD_EXITS,   /* at once, with status n */
	CHILD_SLEEPS,  /* until it is killed */
	CHILD_ORPHANS, /* leaves n processes behind that end at once */
};

struct fake_hello {
	char name[16];
	int32_t pid;
};

struct fake_order {
	int32_t child; /* enum fake_child */
	int32_t n;
};

#endif
