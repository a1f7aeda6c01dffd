/* SPDX-License-Identifier: MIT */
/*
 * The time grammar against a table, and against rrdtool's own parser on
 * thousands of random texts: where both accept they agree to the second.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <rrd.h>

#include "core/when.h"

/* Friday 2026-11-20T12:03:20Z */
#define NOW INT64_C(1795176200)

static const struct {
	const char *text;
	int64_t want_s; /* -1: refused */
} table[] = {
    {"0", 0},
    {"1795176200", NOW},
    {"7258118399", INT64_C(7258118399)},
    {"7258118400", -1},
    {"99999999999999999999", -1},
    {"2026-11-20", 1795132800},
    {"2026-11-20T12:03:20Z", NOW},
    {"2026-11-20t12:03:20z", NOW},
    {"2026-11-20T12:03:20.999Z", NOW},
    {"2026-11-20T13:33:20+01:30", NOW},
    {"2026-11-20T07:03:20-05:00", NOW},
    {"2026-11-20T120320Z", NOW},
    {"2026-11-20T12:03:20", -1},
    {"2026-11-20T1203:20Z", -1},
    {"2026-11-20T120320", -1},
    {"2026-11-20T12:03:20.Z", -1},
    {"2026-11-20T24:00:00Z", -1},
    {"2026-02-29", -1},
    {"2024-02-29", 1709164800},
    {"2026-13-01", -1},
    {"2026-00-01", -1},
    {"2026-11-00", -1},
    {"1969-12-31", -1},
    {"1970-01-01T00:00:00+01:00", -1},
    {"now", NOW},
    {"NOW", NOW},
    {"n", NOW},
    {"now-6h", NOW - 21600},
    {"-6h", NOW - 21600},
    {"now-6hours", NOW - 21600},
    {"now+1d", NOW + 86400},
    {"now-1d12h", NOW - 129600},
    {"now-1d+2h", NOW - 79200},
    {"now-30m", NOW - 1800},
    {"now-1h5m", NOW - 3900},
    {"now-1mon", NOW - 31 * 86400},
    {"now-1m", NOW - 31 * 86400},
    {"now-1y", NOW - 365 * 86400},
    {"-90", NOW - 90},
    {"end-1d", NOW - 86400},
    {"midnight", 1795132800},
    {"noon", 1795176000},
    {"teatime", 1795190400},
    {"noon yesterday", 1795176000 - 86400},
    {"midnight tomorrow", 1795132800 + 86400},
    {"noon-1w", 1795176000 - 7 * 86400},
    {"today", 1795132800},
    {"yesterday", 1795132800 - 86400},
    {"tomorrow", 1795132800 + 86400},
    {"yesterday+6h", 1795132800 - 86400 + 21600},
    {"12:30", 1795132800 + 45000},
    {"12:30 yesterday", 1795132800 + 45000 - 86400},
    {"4pm", 1795132800 + 16 * 3600},
    {"12am", 1795132800},
    {"12:30 jan 5", 1767616200},
    {"12:30 jan 5 2025", 1736080200},
    {"12:30_20250105", 1736080200},
    {"20250105 12:30", 1736080200},
    {"noon 1/5/2025", 1736078400},
    {"noon 5.1.25", 1736078400},
    {"noon monday", 1795176000 - 4 * 86400},
    {"", -1},
    {" ", -1},
    {"-", -1},
    {"now-", -1},
    {"now6h", -1},
    {"now-6", NOW - 6},
    {"now-6x", -1},
    {"now-6h%", -1},
    {"now\n", -1},
    {"end", -1},
    {"start+1h", -1},
    {"12:60", -1},
    {"25:00", -1},
    {"13pm", -1},
    {"jan", -1},
    {"jan 32", -1},
    {"0x10", -1},
    {"1e9", -1},
    {"nan", -1},
    {"now-9999999999d", -1},
    {"now-999999999y", -1},
    {"now+999999999y", -1},
    {"-60y", -1},
};

static void
parses_the_table(void **state)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const char *text = table[i].text;
		struct err err = {0};
		int64_t got = -1;
		int rc = when_parse(text, strlen(text), NOW, &got, &err);

		if (got != table[i].want_s || (rc == 0) != (got >= 0))
			fail_msg("%s: %lld, want %lld (%s)", text,
				 (long long)got, (long long)table[i].want_s,
				 err.msg);
		if (rc != 0)
			assert_int_equal(err.code, ERR_INVALID);
	}
}

static void
stops_at_the_length(void **state)
{
	struct err err;
	int64_t got = -1;

	assert_int_equal(when_parse("now-6hXX", 6, NOW, &got, &err), 0);
	assert_int_equal(got, NOW - 21600);
	assert_int_equal(when_parse("now\0-6h", 7, NOW, &got, &err), -1);
}

/* --- against rrdtool ------------------------------------------------------ */

static unsigned random_state;

static unsigned
pick(unsigned n)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % n;
}

static const char *const times[] = {
    "now",   "n",   "NOW",	  "midnight", "noon",  "teatime",
    "12:30", "4pm", "00:05",	  "11:59 pm", "23:59", "8am",
    "12 am", "",    "1700000000", "20250105", "end",   "9"};
static const char *const days[] = {"",
				   "",
				   "today",
				   "yesterday",
				   "tomorrow",
				   "monday",
				   "sun",
				   "Friday",
				   "jan 5",
				   "feb 28 2025",
				   "december 31 2024",
				   "2/29/2024",
				   "29.2.2024",
				   "20250105",
				   "31.1.99",
				   "12/31/37"};
static const char *const unit_words[] = {
    "s",   "sec",   "seconds", "min",  "minutes", "m",	   "h",
    "hr",  "hours", "d",       "days", "w",	  "wk",	   "weeks",
    "mon", "month", "months",  "y",    "yr",	  "years", ""};
static const char *const gaps[] = {" ", "_", ",", "  "};

#define PICK(table) ((table)[pick(sizeof(table) / sizeof *(table))])

static void
random_text(char *out, size_t size)
{
	unsigned n_offsets = pick(4);
	size_t len;

	(void)snprintf(out, size, "%s%s%s", PICK(times), PICK(gaps),
		       PICK(days));
	for (unsigned i = 0; i < n_offsets; i++) {
		len = strlen(out);
		(void)snprintf(out + len, size - len, "%s%u%s",
			       i > 0 && pick(3) == 0 ? ""
			       : pick(4) == 0	     ? "+"
						     : "-",
			       pick(40), PICK(unit_words));
	}
}

/* What rrdtool makes of a text as an end time; -1 when it refuses. */
static int64_t
theirs(const char *text, int as_start)
{
	rrd_time_value_t tv = {0}, now = {0};
	time_t start, end;

	if (rrd_parsetime(text, &tv) != NULL ||
	    rrd_parsetime("now", &now) != NULL)
		return -1;
	if (rrd_proc_start_end(as_start ? &tv : &now, as_start ? &now : &tv,
			       &start, &end) != 0) {
		rrd_clear_error();
		return -1;
	}
	return as_start ? start : end;
}

/* How many of 20,000 texts both take; fails where they do not agree. */
static int
agree_from(unsigned seed)
{
	int both = 0;

	random_state = seed;
	for (int i = 0; i < 20000; i++) {
		char text[WHEN_TEXT_MAX + 64];
		struct err err;
		int64_t want_s, got_s = -1;
		time_t before, after;

		random_text(text, sizeof text);
		do {
			before = time(NULL);
			want_s = theirs(text, 1);
			after = time(NULL);
		} while (before != after);
		if (when_parse(text, strlen(text), before, &got_s, &err) != 0)
			continue;
		/* rrdtool's year of "12:30 jan 5" is 30000 */
		if (want_s < 0 || want_s > WHEN_MAX_S)
			continue;
		both++;
		if (want_s != got_s)
			fail_msg("\"%s\" at %lld: %lld, rrdtool %lld", text,
				 (long long)before, (long long)got_s,
				 (long long)want_s);
	}
	return both;
}

/* LONG=1: a hundred seeds; the machine's clock says what now is. */
static void
agrees_with_rrdtool(void **state)
{
	unsigned seeds = getenv("LONG") != NULL ? 100 : 1;

	for (unsigned i = 0; i < seeds; i++)
		assert_true(agree_from(20261120 + i) > 8000);
}

static void
refuses_nothing_useful_that_rrdtool_takes(void **state)
{
	static const char *const texts[] = {"now",
					    "-1d",
					    "now-1month",
					    "end-3h",
					    "noon yesterday -3hours",
					    "midnight jan 5 2025",
					    "00:00 20250105",
					    "6am today",
					    "3pm monday",
					    "n-1w2d",
					    "1700000000-1h",
					    "12:00 01.02.2025"};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		time_t now = time(NULL);
		int64_t got_s = -1, want_s = theirs(texts[i], 1);
		struct err err = {0};

		assert_true(want_s > 0);
		if (when_parse(texts[i], strlen(texts[i]), now, &got_s, &err) !=
		    0)
			fail_msg("%s: %s", texts[i], err.msg);
		assert_in_range(got_s, want_s - 1, want_s + 1);
	}
}

/* --- durations and ranges ------------------------------------------------- */

static void
parses_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t want_s;
	} t[] = {{"6h", 21600},
		 {"90min", 5400},
		 {"5m", 300},
		 {"1d12h", 129600},
		 {"1y", 366 * 86400},
		 {"2weeks", 1209600},
		 {"1H", 3600},
		 {"0s", -1},
		 {"6", -1},
		 {"h", -1},
		 {"", -1},
		 {"-6h", -1},
		 {"6h ", -1},
		 {"6x", -1},
		 {"21y", -1},
		 {"9999999999s", -1},
		 {"999999999y", -1},
		 {"6.5h", -1}};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct err err;
		int64_t got = -1;
		int rc =
		    when_duration(t[i].text, strlen(t[i].text), &got, &err);

		if (got != t[i].want_s || (rc == 0) != (got > 0))
			fail_msg("%s: %lld", t[i].text, (long long)got);
	}
}

static const struct {
	const char *text;
	int64_t from_s, to_s;
	int absolute;
	const char *canonical; /* NULL: refused */
} ranges[] = {
    {"hour", NOW - 3600, NOW, 0, "hour"},
    {"day", NOW - 86400, NOW, 0, "day"},
    {"week", NOW - 7 * 86400, NOW, 0, "week"},
    {"month", NOW - 31 * 86400, NOW, 0, "month"},
    {"year", NOW - 366 * 86400, NOW, 0, "year"},
    {"6h", NOW - 21600, NOW, 0, "6h"},
    {"06hours", NOW - 21600, NOW, 0, "6h"},
    {"1d12h", NOW - 129600, NOW, 0, "1d12h"},
    {"1700000000~1700003600", 1700000000, 1700003600, 1,
     "1700000000~1700003600"},
    {"2026-11-19~2026-11-20", 1795046400, 1795132800, 1,
     "2026-11-19~2026-11-20"},
    {"2026-11-19T060000Z~2026-11-19T120000Z", 1795068000, 1795089600, 1,
     "2026-11-19T060000Z~2026-11-19T120000Z"},
    {"2026-11-19T06:00:00Z~now", 1795068000, NOW, 0, "2026-11-19T060000Z~now"},
    {"now-6h~now", NOW - 21600, NOW, 0, "now-6h~now"},
    {"-6hours~now", NOW - 21600, NOW, 0, "now-6h~now"},
    {"now-1d~now-30m", NOW - 86400, NOW - 1800, 0, "now-1d~now-30min"},
    {"end-1d~2026-11-20", 1795046400, 1795132800, 1, "2026-11-19~2026-11-20"},
    {"2026-11-20~start+6h", 1795132800, 1795154400, 1,
     "2026-11-20~2026-11-20T060000Z"},
    {"yesterday~today", 1795046400, 1795132800, 1, "2026-11-19~2026-11-20"},
    {"end-1h~start+1h", 0, 0, 0, NULL},
    {"now~now", 0, 0, 0, NULL},
    {"now~now-1h", 0, 0, 0, NULL},
    {"0~now", 0, 0, 0, NULL},
    {"now-21y~now", 0, 0, 0, NULL},
    {"now-80y~now", 0, 0, 0, NULL},
    {"21y", 0, 0, 0, NULL},
    {"", 0, 0, 0, NULL},
    {"~", 0, 0, 0, NULL},
    {"now~", 0, 0, 0, NULL},
    {"~now", 0, 0, 0, NULL},
    {"now-1h~now~now", 0, 0, 0, NULL},
    {"decade", 0, 0, 0, NULL},
    {"Day", 0, 0, 0, NULL},
    {"now-1h1h1h1h1h1h1h1h1h1h1h1h1h1h1h1h1h1h1h1h1h1h~now", 0, 0, 0, NULL},
};

static void
parses_ranges(void **state)
{
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		const char *text = ranges[i].text;
		struct when_range r = {.from_s = 7};
		struct err err = {0};
		int rc = when_range_parse(text, strlen(text), NOW, &r, &err);

		if (ranges[i].canonical == NULL) {
			if (rc == 0)
				fail_msg("%s taken as %s", text, r.canonical);
			assert_int_equal(err.code, ERR_INVALID);
			assert_int_equal(r.from_s, 7);
			continue;
		}
		if (rc != 0)
			fail_msg("%s: %s", text, err.msg);
		assert_string_equal(r.canonical, ranges[i].canonical);
		assert_int_equal(r.from_s, ranges[i].from_s);
		assert_int_equal(r.to_s, ranges[i].to_s);
		assert_int_equal(r.absolute, ranges[i].absolute);
		assert_int_equal(r.span_s, r.absolute ? 0 : r.to_s - r.from_s);
	}
}

static void
a_canonical_form_is_its_own(void **state)
{
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		const char *text = ranges[i].canonical;
		struct when_range r;
		struct err err;

		if (text == NULL)
			continue;
		assert_int_equal(
		    when_range_parse(text, strlen(text), NOW, &r, &err), 0);
		assert_string_equal(r.canonical, text);
		assert_int_equal(r.from_s, ranges[i].from_s);
		assert_int_equal(r.to_s, ranges[i].to_s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parses_the_table),
	    cmocka_unit_test(stops_at_the_length),
	    cmocka_unit_test(agrees_with_rrdtool),
	    cmocka_unit_test(refuses_nothing_useful_that_rrdtool_takes),
	    cmocka_unit_test(parses_durations),
	    cmocka_unit_test(parses_ranges),
	    cmocka_unit_test(a_canonical_form_is_its_own),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
