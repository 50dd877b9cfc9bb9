#include "ctl/terminal.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

void terminal_init(struct terminal *t, int fd)
{
	struct termios now;

	*t = (struct terminal){ .fd = -1 };
	if (tcgetattr(fd, &now) < 0)
		return;
	t->fd = fd;
	t->saved = now;
}

static int apply(int fd, const struct termios *settings)
{
	int r;

	/* TCSADRAIN: what was written before is shown before the mode changes. */
	do
		r = tcsetattr(fd, TCSADRAIN, settings);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

int terminal_raw(struct terminal *t)
{
	struct termios raw = t->saved;
	int r;

	if (t->fd < 0)
		return 0;
	cfmakeraw(&raw);
	r = apply(t->fd, &raw);
	t->raw = t->raw || r == 0;
	return r;
}

int terminal_restore(struct terminal *t)
{
	if (t->fd < 0 || !t->raw)
		return 0;
	t->raw = false;
	return apply(t->fd, &t->saved);
}

void terminal_copy_size(const struct terminal *t, int master)
{
	struct winsize w;

	if (t->fd >= 0 && master >= 0 && ioctl(t->fd, TIOCGWINSZ, &w) == 0)
		ioctl(master, TIOCSWINSZ, &w);
}
