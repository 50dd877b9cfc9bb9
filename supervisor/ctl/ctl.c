#include "ctl/ctl.h"

#include "ctl/args.h"
#include "ctl/verb.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool ctl_has(const struct ctl *c, enum ctl_option option)
{
	for (size_t i = 0; i < c->n_values; i++)
		if (c->values[i].option == option)
			return true;
	return false;
}

const char *ctl_value(const struct ctl *c, enum ctl_option option)
{
	for (size_t i = c->n_values; i > 0; i--)
		if (c->values[i - 1].option == option)
			return c->values[i - 1].value;
	return NULL;
}

/* One write: lines of several svctl's on one terminal do not mix. */
static void complain(const struct ctl *c, const char *format, va_list ap)
{
	struct text line = { 0 };
	AUTO_FREE char *message = NULL;

	if (vasprintf(&message, format, ap) < 0)
		message = NULL;
	text_printf(&line, "%ssvctl:%s ", style_on(&c->err, COLOUR_RED),
		    style_off(&c->err, COLOUR_RED));
	if (message)
		style_visible(&line, &c->err, message, strlen(message), false);
	text_puts(&line, "\n");
	fflush(stdout);
	if (line.data)
		fwrite(line.data, 1, line.size, stderr);
	text_fini(&line);
}

void ctl_complain(const struct ctl *c, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	complain(c, format, ap);
	va_end(ap);
}

int ctl_usage(const struct ctl *c, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	complain(c, format, ap);
	va_end(ap);
	return CTL_USAGE;
}

int verb_help(const struct ctl *c)
{
	const struct verb *v = c->n_words ? verb_find(c->words[0]) : NULL;

	if (c->n_words && !v)
		return ctl_usage(c, "no verb '%s'", c->words[0]);
	args_help(v);
	return CTL_DONE;
}

/* The result counts only when it reached stdout; a reader that has gone away did not want it. */
static int finish_output(const struct ctl *c, int status)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno == EPIPE || errno == 0)
		return status;
	ctl_complain(c, "stdout: %s", strerror(errno));
	return status == CTL_DONE ? CTL_FAILED : status;
}

static int dispatch(const struct ctl *c, const struct args *a)
{
	if (a->help) {
		args_help(c->verb);
		return CTL_DONE;
	}
	if (a->version) {
		printf("svctl " SVINIT_VERSION "\n");
		return CTL_DONE;
	}
	if (!c->verb)
		return ctl_usage(c, "which verb? 'svctl --help' lists them");
	return c->verb->run(c);
}

int ctl_main(int argc, char **argv)
{
	const char *runtime = getenv("SVINIT_RUNTIME");
	struct ctl c = { .runtime = runtime && *runtime ? runtime : "/run/svinit" };
	struct args a = { 0 };
	int status;

	signal(SIGPIPE, SIG_IGN);
	/* For the width of characters only; built into libc, whatever the machine has. */
	setlocale(LC_CTYPE, "C.UTF-8");
	style_init(&c.out, STDOUT_FILENO);
	style_init(&c.err, STDERR_FILENO);
	status = args_read(argc, argv, &a, &c);
	if (status == CTL_DONE)
		status = dispatch(&c, &a);
	args_fini(&a);
	return finish_output(&c, status);
}
