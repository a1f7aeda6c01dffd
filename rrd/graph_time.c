/* SPDX-License-Identifier: MIT */
/* Time ticks: see graph_time.h. */
#include "rrd/graph_time.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define HOUR 3600
#define DAY  86400
#define WEEK (7 * DAY)

enum form {
	FORM_SECOND,
	FORM_MINUTE,
	FORM_DAY,
	FORM_DATE,
	FORM_MONTH,
	FORM_YEAR,
};

enum { EVERY_SECONDS, EVERY_WEEKS, EVERY_MONTHS, EVERY_YEARS };

/* Distances of labels and of the unlabelled ticks between them. */
static const struct pace {
	int kind;
	int64_t every;	 /* seconds, weeks, months or years */
	int64_t about_s; /* the same in seconds */
	int64_t minor_s; /* 0: none */
	enum form form;
	int chars;
} paces[] = {
    {EVERY_SECONDS, 1, 1, 0, FORM_SECOND, 8},
    {EVERY_SECONDS, 2, 2, 1, FORM_SECOND, 8},
    {EVERY_SECONDS, 5, 5, 1, FORM_SECOND, 8},
    {EVERY_SECONDS, 10, 10, 5, FORM_SECOND, 8},
    {EVERY_SECONDS, 30, 30, 10, FORM_SECOND, 8},
    {EVERY_SECONDS, 60, 60, 30, FORM_MINUTE, 5},
    {EVERY_SECONDS, 120, 120, 60, FORM_MINUTE, 5},
    {EVERY_SECONDS, 300, 300, 60, FORM_MINUTE, 5},
    {EVERY_SECONDS, 600, 600, 300, FORM_MINUTE, 5},
    {EVERY_SECONDS, 900, 900, 300, FORM_MINUTE, 5},
    {EVERY_SECONDS, 1800, 1800, 600, FORM_MINUTE, 5},
    {EVERY_SECONDS, HOUR, HOUR, 1800, FORM_MINUTE, 5},
    {EVERY_SECONDS, 2 * HOUR, 2 * HOUR, HOUR, FORM_MINUTE, 5},
    {EVERY_SECONDS, 3 * HOUR, 3 * HOUR, HOUR, FORM_MINUTE, 5},
    {EVERY_SECONDS, 4 * HOUR, 4 * HOUR, HOUR, FORM_MINUTE, 5},
    {EVERY_SECONDS, 6 * HOUR, 6 * HOUR, HOUR * 2, FORM_MINUTE, 5},
    {EVERY_SECONDS, 12 * HOUR, 12 * HOUR, HOUR * 3, FORM_MINUTE, 5},
    {EVERY_SECONDS, DAY, DAY, 6 * HOUR, FORM_DAY, 6},
    {EVERY_SECONDS, 2 * DAY, 2 * DAY, DAY, FORM_DAY, 6},
    {EVERY_WEEKS, 1, WEEK, DAY, FORM_DATE, 6},
    {EVERY_WEEKS, 2, 2 * WEEK, WEEK, FORM_DATE, 6},
    {EVERY_MONTHS, 1, 30 * DAY, 0, FORM_MONTH, 4},
    {EVERY_MONTHS, 2, 61 * DAY, 0, FORM_MONTH, 4},
    {EVERY_MONTHS, 3, 91 * DAY, 0, FORM_MONTH, 4},
    {EVERY_MONTHS, 6, 182 * DAY, 0, FORM_MONTH, 4},
    {EVERY_YEARS, 1, 365 * DAY, 0, FORM_YEAR, 4},
    {EVERY_YEARS, 2, 730 * DAY, 0, FORM_YEAR, 4},
    {EVERY_YEARS, 5, 1826 * DAY, 0, FORM_YEAR, 4},
};

static const struct pace *
choose(int64_t span_s, double width)
{
	size_t last = sizeof paces / sizeof *paces - 1;

	for (size_t i = 0; i < last; i++) {
		double px = (double)paces[i].about_s * width / (double)span_s;

		if (px >= paces[i].chars * 6 + 22)
			return &paces[i];
	}
	return &paces[last];
}

/* The first labelled time after t_s. */
static int64_t
next_major(const struct pace *p, int64_t t_s)
{
	const int64_t monday = 4 * DAY; /* 1970-01-05 */
	int64_t every = p->kind == EVERY_WEEKS ? p->every * WEEK : p->every;
	int64_t base = p->kind == EVERY_WEEKS ? monday : 0;
	time_t t = (time_t)t_s;
	struct tm tm;

	if (p->kind == EVERY_SECONDS || p->kind == EVERY_WEEKS)
		return t_s - ((t_s - base) % every + every) % every + every;
	if (gmtime_r(&t, &tm) == NULL)
		return INT64_MAX;
	tm.tm_mday = 1;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	if (p->kind == EVERY_MONTHS) {
		tm.tm_mon += (int)(every - tm.tm_mon % every);
	} else {
		tm.tm_mon = 0;
		tm.tm_year += (int)(every - (tm.tm_year + 1900) % every);
	}
	return timegm(&tm);
}

static void
stamp(struct time_tick *tick, enum form form, const struct tm *tm)
{
	static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed",
					"Thu", "Fri", "Sat"};
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr",
					   "May", "Jun", "Jul", "Aug",
					   "Sep", "Oct", "Nov", "Dec"};
	const char *month = months[tm->tm_mon % 12];
	size_t size = sizeof tick->label;
	char *out = tick->label;

	switch (form) {
	case FORM_SECOND:
		(void)strftime(out, size, "%H:%M:%S", tm);
		break;
	case FORM_MINUTE:
		(void)strftime(out, size, "%H:%M", tm);
		break;
	case FORM_DAY:
		(void)snprintf(out, size, "%s %d", days[tm->tm_wday % 7],
			       tm->tm_mday);
		break;
	case FORM_DATE:
		(void)snprintf(out, size, "%d %s", tm->tm_mday, month);
		break;
	case FORM_MONTH:
		(void)snprintf(out, size, "%s", month);
		break;
	case FORM_YEAR:
		(void)strftime(out, size, "%Y", tm);
		break;
	}
}

static void
label(struct time_tick *tick, const struct pace *p)
{
	time_t t = (time_t)tick->t_s;
	enum form form = p->form;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		return;
	/* times of day name the day where it begins, months the year */
	if (p->kind == EVERY_SECONDS && p->every < DAY)
		tick->strong = tick->t_s % DAY == 0;
	if (p->kind == EVERY_MONTHS)
		tick->strong = tm.tm_mon == 0;
	if (tick->strong)
		form = p->kind == EVERY_MONTHS ? FORM_YEAR : FORM_DAY;
	tick->major = 1;
	stamp(tick, form, &tm);
}

size_t
time_ticks(int64_t from_s, int64_t to_s, double width,
	   struct time_tick out[TIME_TICKS_MAX])
{
	const struct pace *p = choose(to_s - from_s, width);
	int64_t major_s = next_major(p, from_s), minor_s = to_s;
	size_t n = 0;

	if (p->minor_s > 0)
		minor_s = from_s - from_s % p->minor_s + p->minor_s;
	while (n < TIME_TICKS_MAX && (major_s < to_s || minor_s < to_s)) {
		struct time_tick *tick = &out[n++];

		*tick = (struct time_tick){.t_s = major_s};
		if (minor_s < major_s && p->minor_s > 0) {
			tick->t_s = minor_s;
			minor_s += p->minor_s;
			continue;
		}
		label(tick, p);
		if (minor_s == major_s)
			minor_s += p->minor_s;
		major_s = next_major(p, major_s);
	}
	return n;
}
