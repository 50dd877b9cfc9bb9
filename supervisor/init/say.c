#include "init/say.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void say(const char *format, ...)
{
	static const char prefix[] = "svinit: ";
	struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };
	char line[1024];
	size_t n = sizeof(prefix) - 1;
	int saved = errno;
	va_list ap;
	int r;

	snprintf(line, sizeof(line), "%s", prefix);
	va_start(ap, format);
	r = vsnprintf(line + n, sizeof(line) - n - 1, format, ap);
	va_end(ap);
	if (r > 0)
		n += (size_t)r < sizeof(line) - n - 1 ? (size_t)r : sizeof(line) - n - 2;
	line[n++] = '\n';
	if (poll(&p, 1, 0) == 1 && (p.revents & POLLOUT) && write(STDERR_FILENO, line, n) < 0) {
		/* nobody is left to tell it to */
	}
	errno = saved;
}
