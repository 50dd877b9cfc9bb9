#include "init/wish.h"

#include <stddef.h>

enum { D = 1 << MODE_DAEMON, C = 1 << MODE_CONTAINER, M = 1 << MODE_MACHINE };

bool wish_of_signal(enum link_mode mode, int signal, enum link_wish *ret)
{
	const struct {
		int signal, modes;
		enum link_wish wish;
	} table[] = {
		{ SIGTERM, D | C, WISH_FINISH },
		{ SIGINT, D | C, WISH_FINISH },
		{ SIGTERM, M, WISH_REBOOT },
		{ SIGINT, M, WISH_REBOOT },
		{ SIGUSR1, M, WISH_HALT },
		{ SIGUSR2, M, WISH_POWEROFF },
		{ SIGPWR, C | M, WISH_POWEROFF },
		{ SIGHUP, D | C | M, WISH_RELOAD },
		{ SIGRTMIN + 3, D | C | M, WISH_HALT },
		{ SIGRTMIN + 4, D | C | M, WISH_POWEROFF },
		{ SIGRTMIN + 5, D | C | M, WISH_REBOOT },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].signal == signal && (table[i].modes & (1 << mode))) {
			*ret = table[i].wish;
			return true;
		}
	return false;
}

enum link_finish wish_finish(enum link_wish wish)
{
	switch (wish) {
	case WISH_REBOOT:
		return FINISH_REBOOT;
	case WISH_HALT:
		return FINISH_HALT;
	case WISH_POWEROFF:
		return FINISH_POWEROFF;
	case WISH_FINISH:
	case WISH_RELOAD:
		break;
	}
	return FINISH_EXIT;
}

void wish_signals(enum link_mode mode, sigset_t *ret)
{
	enum link_wish wish;

	sigemptyset(ret);
	for (int i = 1; i <= SIGRTMAX; i++)
		if (wish_of_signal(mode, i, &wish))
			sigaddset(ret, i);
}
