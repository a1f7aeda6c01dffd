/* SPDX-License-Identifier: MIT */
/*
 * The time grammar's entrance, its fixed forms (epoch, RFC 3339, dates) and
 * calendar arithmetic.  Days from civil and back: H. Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms".
 */
#include "core/when.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "core/number.h"
#include "core/when_impl.h"

#define DAY_S INT64_C(86400)

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t
days_from_civil(int64_t year, int64_t mon, int64_t mday)
{
	int64_t y = mon < 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * ((mon + 10) % 12) + 2) / 5;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468 + mday - 1;
}

int64_t
civil_epoch(const struct civil *c)
{
	int64_t carry = floor_div(c->mon, 12);
	int64_t days =
	    days_from_civil(c->year + carry, c->mon - carry * 12, 1) + c->mday -
	    1;

	return days * DAY_S + c->hour * 3600 + c->min * 60 + c->sec;
}

void
civil_of(int64_t t_s, struct civil *out)
{
	int64_t days = floor_div(t_s, DAY_S), rest = t_s - days * DAY_S;
	int64_t z = days + 719468, era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	out->mday = doy - (153 * mp + 2) / 5 + 1;
	out->mon = mp < 10 ? mp + 2 : mp - 10;
	out->year = yoe + era * 400 + (out->mon < 2);
	out->hour = rest / 3600;
	out->min = rest / 60 % 60;
	out->sec = rest % 60;
}

static const struct {
	const char *word;
	enum when_unit unit;
} unit_words[] = {
    {"s", UNIT_SECOND},	      {"sec", UNIT_SECOND},  {"second", UNIT_SECOND},
    {"seconds", UNIT_SECOND}, {"min", UNIT_MINUTE},  {"minute", UNIT_MINUTE},
    {"minutes", UNIT_MINUTE}, {"h", UNIT_HOUR},	     {"hr", UNIT_HOUR},
    {"hour", UNIT_HOUR},      {"hours", UNIT_HOUR},  {"d", UNIT_DAY},
    {"day", UNIT_DAY},	      {"days", UNIT_DAY},    {"w", UNIT_WEEK},
    {"wk", UNIT_WEEK},	      {"week", UNIT_WEEK},   {"weeks", UNIT_WEEK},
    {"mon", UNIT_MONTH},      {"month", UNIT_MONTH}, {"months", UNIT_MONTH},
    {"y", UNIT_YEAR},	      {"yr", UNIT_YEAR},     {"year", UNIT_YEAR},
    {"years", UNIT_YEAR},     {"m", UNIT_M},
};

static const struct {
	const char *name;
	int64_t s;
} units[UNIT__MAX] = {
    [UNIT_SECOND] = {"s", 1},	      [UNIT_MINUTE] = {"min", 60},
    [UNIT_HOUR] = {"h", 3600},	      [UNIT_DAY] = {"d", DAY_S},
    [UNIT_WEEK] = {"w", 7 * DAY_S},   [UNIT_MONTH] = {"mon", 31 * DAY_S},
    [UNIT_YEAR] = {"y", 366 * DAY_S}, [UNIT_M] = {"min", 60},
};

int
when_unit_find(const char *word, size_t n)
{
	for (size_t i = 0; i < sizeof unit_words / sizeof *unit_words; i++)
		if (strlen(unit_words[i].word) == n &&
		    strncasecmp(unit_words[i].word, word, n) == 0)
			return (int)unit_words[i].unit;
	return -1;
}

const char *
when_unit_name(enum when_unit unit)
{
	return units[unit].name;
}

int64_t
when_unit_s(enum when_unit unit)
{
	return units[unit].s;
}

/* Takes n digits at *p into *out when they are there and in [lo, hi]. */
static bool
take(const char **p, const char *end, size_t n, int64_t lo, int64_t hi,
     int64_t *out)
{
	if ((size_t)(end - *p) < n || !number_i64(*p, n, out) || **p == '-' ||
	    *out < lo || *out > hi)
		return false;
	*p += n;
	return true;
}

static bool
take_char(const char **p, const char *end, char c)
{
	if (*p == end || **p != c)
		return false;
	(*p)++;
	return true;
}

static int64_t
month_days(int64_t year, int64_t mon)
{
	return days_from_civil(mon == 11 ? year + 1 : year, (mon + 1) % 12, 1) -
	       days_from_civil(year, mon, 1);
}

/* ".123" is dropped: nothing here is finer than a second. */
static bool
skip_fraction(const char **p, const char *end)
{
	const char *from;

	if (!take_char(p, end, '.'))
		return true;
	for (from = *p; *p < end && **p >= '0' && **p <= '9';)
		(*p)++;
	return *p > from && *p - from <= 9;
}

/* "Z" or "+HH:MM" to the end of the text. */
static bool
take_zone(const char **p, const char *end, int64_t *offset_s)
{
	int64_t sign, hour, min;

	*offset_s = 0;
	if (take_char(p, end, 'Z') || take_char(p, end, 'z'))
		return *p == end;
	sign = take_char(p, end, '+') ? 1 : -1;
	if (sign < 0 && !take_char(p, end, '-'))
		return false;
	if (!take(p, end, 2, 0, 23, &hour) || !take_char(p, end, ':') ||
	    !take(p, end, 2, 0, 59, &min))
		return false;
	*offset_s = sign * (hour * 3600 + min * 60);
	return *p == end;
}

/* What follows the date: nothing, THHMMSSZ, or RFC 3339's time and zone. */
static bool
take_clock(const char **p, const char *end, struct civil *c, int64_t *zone_s,
	   int *url)
{
	bool colons;

	*zone_s = 0;
	*url = 1;
	if (*p == end)
		return true;
	if (!take_char(p, end, 'T') && !take_char(p, end, 't') &&
	    !take_char(p, end, ' '))
		return false;
	if (!take(p, end, 2, 0, 23, &c->hour))
		return false;
	colons = take_char(p, end, ':');
	if (!take(p, end, 2, 0, 59, &c->min) ||
	    take_char(p, end, ':') != colons ||
	    !take(p, end, 2, 0, colons ? 60 : 59, &c->sec))
		return false;
	if (!colons)
		return (*p)[-7] == 'T' && take_char(p, end, 'Z') && *p == end;
	*url = 0;
	return skip_fraction(p, end) && take_zone(p, end, zone_s);
}

static int
parse_date(const char *text, size_t len, int64_t *out, int *url,
	   struct err *err)
{
	const char *p = text, *end = text + len;
	struct civil c = {0};
	int64_t zone_s;

	if (len < 10 || text[4] != '-' || text[7] != '-')
		return 0;
	if (!take(&p, end, 4, 1970, 2199, &c.year) ||
	    !take_char(&p, end, '-') || !take(&p, end, 2, 1, 12, &c.mon) ||
	    !take_char(&p, end, '-') || !take(&p, end, 2, 1, 31, &c.mday))
		return err_set(err, ERR_INVALID, "not a date: %.*s", (int)len,
			       text);
	c.mon--;
	if (c.mday > month_days(c.year, c.mon))
		return err_set(err, ERR_INVALID, "no such day: %.*s", (int)len,
			       text);
	if (!take_clock(&p, end, &c, &zone_s, url))
		return err_set(err, ERR_INVALID, "not an RFC 3339 time: %.*s",
			       (int)len, text);
	*out = civil_epoch(&c) - zone_s;
	return 1;
}

int
when_fixed_parse(const char *text, size_t len, int64_t *out, int *url,
		 struct err *err)
{
	uint64_t v;

	if (len == 0 || strspn(text, "0123456789") < len)
		return parse_date(text, len, out, url, err);
	if (!number_u64(text, len, &v) || v >= (uint64_t)WHEN_MAX_S)
		return err_set(err, ERR_INVALID,
			       "not epoch seconds before 2200: %.*s", (int)len,
			       text);
	if (len == 8 && v > 19700101 && v < 24000101)
		return 0; /* YYYYMMDD, at-style */
	*out = (int64_t)v;
	*url = len == 1 || text[0] != '0';
	return 1;
}

int
when_parse(const char *text, size_t len, int64_t now_s, int64_t *out,
	   struct err *err)
{
	struct when_at at = {.now_s = now_s, .start_s = -1, .end_s = now_s};
	char copy[WHEN_TEXT_MAX + 1];
	int64_t fixed_s;
	int url, rc;

	if (len == 0 || len > WHEN_TEXT_MAX)
		return err_set(err, ERR_INVALID,
			       "a time has 1 to %d characters", WHEN_TEXT_MAX);
	memcpy(copy, text, len);
	copy[len] = '\0';
	rc = when_fixed_parse(copy, len, &fixed_s, &url, err);
	if (rc == 0) {
		rc = when_at_parse(copy, len, &at, err);
		fixed_s = at.out_s;
	}
	if (rc < 0)
		return -1;
	if (fixed_s < 0 || fixed_s >= WHEN_MAX_S)
		return err_set(err, ERR_INVALID,
			       "time before 1970 or after 2199: %s", copy);
	*out = fixed_s;
	return 0;
}
