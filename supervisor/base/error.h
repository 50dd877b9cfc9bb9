#ifndef SVINIT_BASE_ERROR_H
#define SVINIT_BASE_ERROR_H

/*
 * An error that a person will read.
 *
 * Functions return 0 or a negative errno. Where somebody will read the failure, the last parameter
 * is a struct error owned by the caller (usually on its stack). Nothing here allocates. The first
 * failure wins: setting an error that is already set changes nothing, so a caller may add its own
 * view without hiding the cause; error_at() adds the place once the place is known.
 *
 * A NULL struct error is legal everywhere and means that nobody will read it.
 */

#include <stddef.h>
#include <stdint.h>

/*
 * Where a value came from. `file` and `key` are not owned: they live as long as the set of units
 * that the value belongs to (or are string literals). line and column count from 1; 0 means
 * unknown.
 */
struct origin {
	const char *file;
	const char *key;
	uint32_t line;
	uint32_t column;
};

struct error {
	int code;         /* negative errno, 0 when nothing is set */
	struct origin at; /* at.file is NULL when the error has no place in a file */
	char file[192];   /* own copies, because an error outlives what it speaks of */
	char key[64];
	char text[512]; /* what failed, without the place and without the errno text */
};

/*
 * Sets the error to `code` with a text; the text of the errno is not part of it and is added by
 * error_format() when code is not -EINVAL. Returns code, so that `return error_set(…)` works.
 */
int error_set(struct error *e, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds the place, when none is known yet; sets the code when no error was set. Returns the code. */
int error_at(struct error *e, const struct origin *at, int code);

/* True when something was set. */
int error_is_set(const struct error *e);

/* Back to "nothing happened". */
void error_clear(struct error *e);

/*
 * The whole in one line, without a newline: `web.ini:14: MemoryMax: write: memory.max <- "3G":
 * Invalid argument`. Returns buf, always terminated.
 */
const char *error_format(const struct error *e, char *buf, size_t size);

#endif
