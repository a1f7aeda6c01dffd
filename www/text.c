/* SPDX-License-Identifier: MIT */
/* Numbers as people say them: see text.h. */
#include "www/text.h"

#include <math.h>
#include <string.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/unit.h"

#define NBSP "\xc2\xa0"
#define DASH "\xe2\x80\x93"

struct scale {
	double base;
	const char *const *prefixes;
	int n_prefixes;
	const char *symbol;
};

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static const struct scale binary = {1024, unit_binary, UNIT_LARGE_MAX, "B"};
static const struct scale rates = {1000, unit_large, 4, "B/s"};
static const struct scale plain = {1000, unit_large, 5, ""};

static void
scaled(struct buf *b, double v, const struct scale *s)
{
	int i = unit_reduce(&v, s->base, s->base * 0.9995, s->n_prefixes);
	double a = fabs(v);

	if (a >= 99.95 || (i == 0 && s != &plain) || a == 0)
		buf_fmt(b, "%.0f", v);
	else if (a >= 9.995 || i > 0)
		buf_fmt(b, "%.1f", v);
	else
		buf_fmt(b, "%.2f", v);
	if (i > 0 || s->symbol[0] != '\0')
		buf_fmt(b, NBSP "%s%s", s->prefixes[i], s->symbol);
}

void
text_percent(struct buf *b, double ratio)
{
	if (isnan(ratio))
		buf_str(b, DASH);
	else
		buf_fmt(b, "%.0f" NBSP "%%", ratio * 100);
}

void
text_bytes(struct buf *b, double bytes)
{
	if (isnan(bytes))
		buf_str(b, DASH);
	else
		scaled(b, bytes, &binary);
}

void
text_rate(struct buf *b, double bytes_s)
{
	if (isnan(bytes_s))
		buf_str(b, DASH);
	else
		scaled(b, bytes_s, &rates);
}

void
text_number(struct buf *b, double v)
{
	if (isnan(v))
		buf_str(b, DASH);
	else
		scaled(b, v, &plain);
}

void
text_age(struct buf *b, int64_t seconds)
{
	static const struct {
		int64_t below, unit;
		const char *name;
	} steps[] = {
	    {120, 1, "s"},
	    {7200, 60, "min"},
	    {172800, 3600, "h"},
	    {INT64_MAX, 86400, "d"},
	};
	size_t i = 0;

	if (seconds < 0)
		seconds = 0;
	while (seconds >= steps[i].below)
		i++;
	buf_i64(b, seconds / steps[i].unit);
	buf_fmt(b, NBSP "%s", steps[i].name);
}

void
text_value(struct buf *b, double v, const char *unit)
{
	if (unit == NULL)
		unit = "";
	if (isnan(v)) {
		buf_str(b, DASH);
	} else if (strcmp(unit, "bytes") == 0) {
		text_bytes(b, v);
	} else if (strcmp(unit, "bytes/s") == 0) {
		text_rate(b, v);
	} else if (strcmp(unit, "percent") == 0) {
		text_percent(b, v / 100);
	} else if (strcmp(unit, "seconds") == 0 && fabs(v) >= 120) {
		text_age(b, (int64_t)v);
	} else {
		text_number(b, v);
		if (unit[0] != '\0')
			buf_fmt(b, NBSP "%s", unit);
	}
}

void
text_count(struct buf *b, int n)
{
	static const char *const words[] = {
	    "no",    "one",   "two",  "three", "four",	 "five",  "six",
	    "seven", "eight", "nine", "ten",   "eleven", "twelve"};

	if (n >= 0 && n < COUNT(words))
		buf_str(b, words[n]);
	else
		buf_i64(b, n);
}

void
text_clock(struct buf *b, int64_t t_s)
{
	char stamp[CLOCK_RFC3339_SIZE];

	clock_rfc3339(t_s, stamp);
	buf_put(b, stamp + 11, 8);
	buf_str(b, NBSP "UTC");
}
