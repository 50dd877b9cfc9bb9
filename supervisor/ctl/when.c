#include "ctl/when.h"

#include "base/str.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <time.h>

#define USEC 1000000ULL

/* Reads 1 to `most` digits; false when there is none or a further one follows. */
static bool read_number(const char **p, int least, int most, int *ret)
{
	int n = 0, digits = 0;

	for (; isdigit((unsigned char)**p) && digits < most; (*p)++, digits++)
		n = n * 10 + (**p - '0');
	if (digits < least || isdigit((unsigned char)**p))
		return false;
	*ret = n;
	return true;
}

static bool read_char(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

/* `.123456789` to microseconds; nothing there is 0. */
static bool read_fraction(const char **p, uint64_t *ret_usec)
{
	uint64_t unit = USEC / 10, usec = 0;

	*ret_usec = 0;
	if (!read_char(p, '.'))
		return true;
	if (!isdigit((unsigned char)**p))
		return false;
	for (; isdigit((unsigned char)**p); (*p)++, unit /= 10)
		usec += unit * (uint64_t)(**p - '0');
	*ret_usec = usec;
	return true;
}

static bool read_date(const char **p, struct tm *tm)
{
	int year, month, day;

	if (!read_number(p, 4, 4, &year) || !read_char(p, '-') || !read_number(p, 2, 2, &month) ||
	    !read_char(p, '-') || !read_number(p, 2, 2, &day))
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static bool read_clock(const char **p, struct tm *tm, uint64_t *ret_usec)
{
	tm->tm_sec = 0;
	*ret_usec = 0;
	if (!read_number(p, 1, 2, &tm->tm_hour) || !read_char(p, ':') ||
	    !read_number(p, 2, 2, &tm->tm_min))
		return false;
	if (read_char(p, ':') &&
	    (!read_number(p, 2, 2, &tm->tm_sec) || !read_fraction(p, ret_usec)))
		return false;
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60;
}

/* The zone at the end: `Z`, ` UTC`, `+01:00`, `+0100`. *ret_zoned is false when there is none. */
static bool read_zone(const char **p, bool *ret_zoned, int *ret_offset)
{
	int sign, hours, minutes = 0;

	*ret_zoned = **p != '\0';
	*ret_offset = 0;
	if (!**p)
		return true;
	if (str_eq(*p, "Z") || str_eq(*p, "z") || str_eq(*p, " UTC") || str_eq(*p, "UTC")) {
		*p += strlen(*p);
		return true;
	}
	sign = **p == '-' ? -1 : 1;
	if (**p != '-' && **p != '+')
		return false;
	(*p)++;
	if (strchr(*p, ':')) {
		if (!read_number(p, 2, 2, &hours) || !read_char(p, ':') ||
		    !read_number(p, 2, 2, &minutes))
			return false;
	} else {
		if (!read_number(p, 4, 4, &hours))
			return false;
		minutes = hours % 100;
		hours /= 100;
	}
	*ret_offset = sign * (hours * 3600 + minutes * 60);
	return hours < 24 && minutes < 60 && !**p;
}

/* timegm and mktime would carry 31 February over into March. */
static bool day_exists(const struct tm *tm)
{
	struct tm check = {
		.tm_year = tm->tm_year, .tm_mon = tm->tm_mon, .tm_mday = tm->tm_mday, .tm_hour = 12
	};

	timegm(&check);
	return check.tm_mday == tm->tm_mday;
}

static int64_t to_epoch(struct tm *tm, bool zoned, int offset)
{
	tm->tm_isdst = -1;
	return (int64_t)(zoned ? timegm(tm) : mktime(tm)) - offset;
}

static bool parse_calendar(const char *s, struct tm *tm, int64_t *ret_seconds, uint64_t *ret_usec)
{
	const char *p = s;
	bool zoned = false;
	int offset = 0;

	*ret_usec = 0;
	if (strlen(s) > 4 && s[4] == '-') {
		if (!read_date(&p, tm) || !day_exists(tm))
			return false;
		tm->tm_hour = tm->tm_min = tm->tm_sec = 0;
		if (!*p) {
			*ret_seconds = to_epoch(tm, false, 0);
			return true;
		}
		if (*p != ' ' && *p != 'T' && *p != 't')
			return false;
		p++;
	}
	if (!read_clock(&p, tm, ret_usec) || !read_zone(&p, &zoned, &offset))
		return false;
	*ret_seconds = to_epoch(tm, zoned, offset);
	return true;
}

static const struct {
	const char *names; /* between spaces */
	uint64_t usec;
} units[] = {
	{ " us usec µs ", 1 },
	{ " ms msec ", 1000 },
	{ " s sec secs second seconds ", USEC },
	{ " m min mins minute minutes ", 60 * USEC },
	{ " h hr hour hours ", 3600 * USEC },
	{ " d day days ", 86400 * USEC },
	{ " w week weeks ", 7 * 86400 * USEC },
};

static uint64_t unit_usec(const char *name, size_t n)
{
	char word[16];

	if (!n || n > sizeof(word) - 3)
		return 0;
	word[0] = ' ';
	memcpy(word + 1, name, n);
	memcpy(word + 1 + n, " ", 2);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strstr(units[i].names, word))
			return units[i].usec;
	return 0;
}

/* `1h30m`, `1h 30min`, `2.5s`; the whole of n bytes. */
static bool parse_span(const char *s, const char *end, uint64_t *ret_usec)
{
	uint64_t sum = 0, most = 1000ULL * 365 * 86400 * USEC;

	while (s < end) {
		uint64_t whole = 0, fraction, unit;
		const char *name;

		if (!isdigit((unsigned char)*s))
			return false;
		for (; isdigit((unsigned char)*s) && whole < most; s++)
			whole = whole * 10 + (uint64_t)(*s - '0');
		if (!read_fraction(&s, &fraction))
			return false;
		while (*s == ' ')
			s++;
		name = s;
		while (s < end && (isalpha((unsigned char)*s) || (unsigned char)*s >= 0x80))
			s++;
		unit = unit_usec(name, (size_t)(s - name));
		if (!unit || whole > most / unit)
			return false;
		sum += whole * unit + (uint64_t)((double)fraction / (double)USEC * (double)unit);
		if (sum > most)
			return false;
		while (s < end && *s == ' ')
			s++;
	}
	*ret_usec = sum;
	return true;
}

static bool parse_relative(const char *s, uint64_t now_usec, uint64_t *ret)
{
	size_t n = strlen(s);
	bool later = *s == '+';
	uint64_t span;

	if (later || *s == '-') {
		s++;
		n--;
	} else if (str_ends(s, " ago")) {
		n -= 4;
	}
	if (!n || !parse_span(s, s + n, &span))
		return false;
	*ret = later ? now_usec + span : span < now_usec ? now_usec - span : 0;
	return true;
}

/* today, yesterday, tomorrow: their midnight. */
static bool parse_day(const char *s, struct tm *tm, int64_t *ret_seconds)
{
	static const struct {
		const char *name;
		int days;
	} words[] = { { "yesterday", -1 }, { "today", 0 }, { "tomorrow", 1 } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!str_eq(s, words[i].name))
			continue;
		tm->tm_hour = tm->tm_min = tm->tm_sec = 0;
		tm->tm_mday += words[i].days;
		tm->tm_isdst = -1;
		*ret_seconds = (int64_t)mktime(tm);
		return true;
	}
	return false;
}

static bool parse_epoch(const char *s, int64_t *ret_seconds, uint64_t *ret_usec)
{
	int64_t n = 0;

	if (!isdigit((unsigned char)*s))
		return false;
	for (; isdigit((unsigned char)*s) && n < 1000000000000; s++)
		n = n * 10 + (*s - '0');
	*ret_seconds = n;
	return read_fraction(&s, ret_usec) && !*s;
}

int when_parse(const char *s, uint64_t now_usec, uint64_t *ret_usec, struct error *e)
{
	time_t now = (time_t)(now_usec / USEC);
	int64_t seconds = 0;
	uint64_t usec = 0;
	struct tm tm;

	if (!localtime_r(&now, &tm))
		return error_set(e, -EINVAL, "the clock is out of range");
	if (str_eq(s, "now")) {
		*ret_usec = now_usec;
		return 0;
	}
	if (*s && s[strspn(s, "0123456789.")] == '\0')
		return error_set(e, -EINVAL, "'%s' is a bare number; write %ss or @%s", s, s, s);
	if (parse_relative(s, now_usec, ret_usec))
		return 0;
	if (!parse_day(s, &tm, &seconds) && !parse_calendar(s, &tm, &seconds, &usec) &&
	    !(*s == '@' && parse_epoch(s + 1, &seconds, &usec)))
		return error_set(e, -EINVAL,
				 "'%s' is no time; for instance 2026-11-23 10:00:00, 10:00, today, "
				 "-5min or @1795428000",
				 s);
	if (seconds < 0)
		return error_set(e, -EINVAL, "'%s' lies before 1970", s);
	*ret_usec = (uint64_t)seconds * USEC + usec;
	return 0;
}
