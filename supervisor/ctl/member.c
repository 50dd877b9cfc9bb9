#include "ctl/member.h"

#include "base/error.h"
#include "ctl/when.h"

const char *member_string(const json_t *object, const char *name, const char *otherwise)
{
	const char *s = json_string_value(json_object_get(object, name));

	return s ? s : otherwise;
}

int64_t member_int(const json_t *object, const char *name, int64_t otherwise)
{
	const json_t *v = json_object_get(object, name);

	return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

bool member_bool(const json_t *object, const char *name, bool otherwise)
{
	const json_t *v = json_object_get(object, name);

	return json_is_boolean(v) ? json_is_true(v) : otherwise;
}

const json_t *member_object(const json_t *object, const char *name)
{
	const json_t *v = json_object_get(object, name);

	return json_is_object(v) ? v : NULL;
}

const json_t *member_array(const json_t *object, const char *name)
{
	const json_t *v = json_object_get(object, name);

	return json_is_array(v) ? v : NULL;
}

uint64_t member_time(const json_t *object, const char *name)
{
	const char *s = member_string(object, name, NULL);
	int64_t n = member_int(object, name, 0);
	uint64_t usec = 0;

	if (s && when_parse(s, 0, &usec, NULL) == 0)
		return usec;
	return n > 0 ? (uint64_t)n : 0;
}
