#ifndef SVINIT_CTL_QUOTE_H
#define SVINIT_CTL_QUOTE_H

/*
 * Words and values as a unit file wants them, so that the loader gives back exactly the bytes that
 * were put in: `%` is doubled, because specifiers exist; everything that is not plain stands in
 * double quotes with the escapes \\ \" \n \t \r \xHH.
 */

#include "base/str.h"

#include <stdbool.h>

/* Adds one word of a value that is split into words (Exec=, Environment=). */
void quote_word(struct text *t, const char *word);

/* Adds a value that is taken as a whole: only `%` is doubled. */
void quote_value(struct text *t, const char *value);

/*
 * True when a value that is taken as a whole survives a file: no line break, no other control
 * character, no blank at its ends, no `\` at its end.
 */
bool quote_value_fits(const char *value);

#endif
