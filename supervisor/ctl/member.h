#ifndef SVINIT_CTL_MEMBER_H
#define SVINIT_CTL_MEMBER_H

/*
 * Members of a reply. A reply is data of a peer: whatever is missing or of another type reads as
 * the given default, never as a crash. Strings are borrowed from the object.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

const char *member_string(const json_t *object, const char *name, const char *otherwise);
int64_t member_int(const json_t *object, const char *name, int64_t otherwise);
bool member_bool(const json_t *object, const char *name, bool otherwise);

/* The member when it is an object or an array; NULL when not. Borrowed. */
const json_t *member_object(const json_t *object, const char *name);
const json_t *member_array(const json_t *object, const char *name);

/*
 * A point in time, microseconds since the epoch: a number of microseconds or an RFC 3339 string.
 * 0 when it is missing, null or neither.
 */
uint64_t member_time(const json_t *object, const char *name);

#endif
