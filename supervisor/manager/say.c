#include "manager/manager.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void say(const char *format, va_list ap)
{
	char line[1024];
	int n = snprintf(line, sizeof(line), "svinit: ");

	n += vsnprintf(line + n, sizeof(line) - (size_t)n - 1, format, ap);
	if ((size_t)n > sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	line[n++] = '\n';
	/* One write, so that lines of our programs do not mix. Nobody hears a failure to say so. */
	fwrite(line, 1, (size_t)n, stderr);
}

void manager_say(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(format, ap);
	va_end(ap);
}

void manager_die(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(format, ap);
	va_end(ap);
	exit(1);
}
