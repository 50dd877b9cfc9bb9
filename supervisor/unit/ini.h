#ifndef SVINIT_UNIT_INI_H
#define SVINIT_UNIT_INI_H

/*
 * The adapter to inih, and the only file that knows it.
 *
 * inih decides the structure: what is a comment, a section, a pair, a continuation, a line that is
 * none of these. It never sees a value: the stock build cuts lines at 200 bytes and sections at 49,
 * takes `;` for a comment inside a line and `:` for `=`, and counts no lines. So each line is
 * handed to it reduced to its shape (`[7]`, `k=`, ` +`), while the raw bytes, the line and the
 * column stay here. A line that inih did not acknowledge is malformed.
 *
 * On top of inih: NUL bytes, bytes that are no UTF-8 and lines over INI_LINE_MAX are reported with
 * their place; a UTF-8 byte order mark at the beginning and CR before a line's end are skipped.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INI_LINE_MAX 65536

/* From `offset` of the value on, its bytes stand at line and column of the file. */
struct ini_place {
	size_t offset;
	uint32_t line, column;
};

struct ini_value {
	const char *key;
	size_t key_size;
	uint32_t line, column; /* of the key */
	const char *text; /* the value, trimmed, terminated with NUL, without other NUL bytes */
	size_t size;
	const struct ini_place *places; /* at least one, rising by offset */
	size_t n_places;
	size_t bad_utf8; /* offset of the first byte that is no UTF-8; SIZE_MAX: none */
};

/*
 * Slices and values live until the call returns. section() gets NULL for a section whose line was
 * reported. section() and value() return 0 or a negative errno.
 */
struct ini_handlers {
	int (*section)(void *arg, const char *name, size_t size, uint32_t line);
	int (*value)(void *arg, const struct ini_value *value);
	void (*wrong)(void *arg, uint32_t line, uint32_t column, const char *message);
};

/* 0, -ENOMEM, or the first negative value that a handler returned; reading stops there. */
int ini_read(const char *data, size_t size, const struct ini_handlers *handlers, void *arg);

/* Offset of the first byte that is not part of well-formed UTF-8, or SIZE_MAX. */
size_t utf8_find_wrong(const char *s, size_t size);

#endif
