/* SPDX-License-Identifier: MIT */
/* Numbers for people, and ticks of both axes. */
#include "tests/unit/test.h"

#include <math.h>

#include "rrd/graph_time.h"
#include "rrd/graph_unit.h"

static void
writes_values(void **state)
{
	static const struct {
		const char *unit;
		double v;
		const char *want;
	} t[] = {
	    {"cores", 0, "0"},
	    {"cores", 0.314, "0.31"},
	    {"cores", 0.0314, "0.031"},
	    {"cores", 0.00001, "0.000"},
	    {"cores", 9.996, "10.0"},
	    {"cores", 12.34, "12.3"},
	    {"cores", 3, "3"},
	    {"cores", 123.4, "123"},
	    {"packets/s", 999.4, "999"},
	    {"packets/s", 999.6, "1.00 k"},
	    {"packets/s", 1234567, "1.23 M"},
	    {"packets/s", -1500, "-1.50 k"},
	    {"bytes", 1023, "1023 B"},
	    {"bytes", 1024, "1.00 KiB"},
	    {"bytes", 5.5 * 1073741824, "5.50 GiB"},
	    {"bytes/s", 5e6, "5.00 MB/s"},
	    {"percent", 0, "0 %"},
	    {"percent", 99.951, "100 %"},
	    {"percent", 12.345, "12.3 %"},
	    {"seconds", 0.0042, "4.20 ms"},
	    {"seconds", 0.0000042, "4.20 µs"},
	    {"seconds", 90, "90.0 s"},
	    {"seconds", 4720, "78.7 min"},
	    {"seconds", 86400, "24.0 h"},
	    {"seconds", 8640000, "100 d"},
	    {NULL, 5, "5"},
	    {"cores", NAN, "-"},
	    {"cores", INFINITY, "-"},
	};

	for (size_t i = 0; i < COUNT(t); i++) {
		char out[UNIT_TEXT_SIZE];

		unit_value(unit_style(t[i].unit), t[i].v, out);
		assert_string_equal(out, t[i].want);
	}
}

static void
values_never_overflow(void **state)
{
	static const char *const units[] = {"cores", "bytes", "seconds/s",
					    "percent", "degrees Celsius"};

	for (double v = 1e-320; v < 1e308; v *= 7.3)
		for (size_t i = 0; i < COUNT(units); i++) {
			char out[UNIT_TEXT_SIZE];

			unit_value(unit_style(units[i]), v, out);
			assert_in_range(strlen(out), 1, 18);
			unit_value(unit_style(units[i]), -v, out);
			assert_int_equal(out[0] == '-' || v < 5e-4, 1);
		}
}

static void
steps_are_nice(void **state)
{
	static const struct {
		const char *unit;
		double least, want;
	} t[] = {
	    {"cores", 0.9, 1},
	    {"cores", 1.1, 2},
	    {"cores", 3, 5},
	    {"cores", 6, 10},
	    {"cores", 0.03, 0.05},
	    {"cores", 1, 1},
	    {"bytes", 1000, 1024},
	    {"bytes", 3e9, 4294967296.0},
	    {"bytes/s", 3e6, 5e6},
	    {"bytes", 0.3, 0.5},
	    {"seconds", 0.3, 0.5},
	    {"seconds", 70, 120},
	    {"seconds", 90000, 172800},
	    {"seconds", 1e7, 200 * 86400.0},
	};

	for (size_t i = 0; i < COUNT(t); i++)
		assert_true(fabs(unit_step(unit_style(t[i].unit), t[i].least) /
				     t[i].want -
				 1) < 1e-9);
}

static void
labels_ticks(void **state)
{
	static const struct {
		const char *unit;
		double v, step;
		const char *want;
	} t[] = {
	    {"cores", 0, 0.5, "0"},
	    {"cores", 1, 0.5, "1.0"},
	    {"cores", 2, 1, "2"},
	    {"bytes", 4294967296.0, 4294967296.0, "4 GiB"},
	    {"bytes", 1610612736.0, 536870912.0, "1.5 GiB"},
	    {"bytes/s", 2.5e6, 500e3, "2.5 MB/s"},
	    {"percent", 50, 25, "50 %"},
	    {"seconds", 1800, 600, "30 min"},
	    {"seconds", 0.5, 0.25, "500 ms"},
	    {"seconds", 86400, 43200, "24 h"},
	    {"seconds", 1728000, 864000, "20 d"},
	};

	for (size_t i = 0; i < COUNT(t); i++) {
		char out[UNIT_TEXT_SIZE];

		unit_tick(unit_style(t[i].unit), t[i].v, t[i].step, out);
		assert_string_equal(out, t[i].want);
	}
}

#define MIDNIGHT INT64_C(1794009600) /* Saturday 2026-11-07 */

static void
labels_of(int64_t from_s, int64_t to_s, double width, char *out, size_t size)
{
	static struct time_tick ticks[TIME_TICKS_MAX];
	size_t n = time_ticks(from_s, to_s, width, ticks), at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n; i++)
		if (ticks[i].major)
			at += (size_t)snprintf(
			    out + at, size - at, "%s%s%s", at > 0 ? " " : "",
			    ticks[i].label, ticks[i].strong ? "!" : "");
}

static void
names_times(void **state)
{
	static const struct {
		int64_t from_s, to_s;
		double width;
		const char *want;
	} t[] = {
	    {MIDNIGHT - 43200, MIDNIGHT + 43200, 540,
	     "15:00 18:00 21:00 Sat 7! 03:00 06:00 09:00"},
	    {MIDNIGHT + 3600, MIDNIGHT + 7200, 540,
	     "01:10 01:20 01:30 01:40 01:50"},
	    {MIDNIGHT + 1, MIDNIGHT + 61, 540,
	     "00:00:10 00:00:20 00:00:30 00:00:40 00:00:50 00:01:00"},
	    {MIDNIGHT - 1, MIDNIGHT + 7 * 86400, 540,
	     "Sat 7 Sun 8 Mon 9 Tue 10 Wed 11 Thu 12 Fri 13"},
	    {MIDNIGHT, MIDNIGHT + 31 * 86400, 400,
	     "9 Nov 16 Nov 23 Nov 30 Nov 7 Dec"},
	    {MIDNIGHT, MIDNIGHT + 366 * 86400, 700,
	     "Dec 2027! Feb Mar Apr May Jun Jul Aug Sep Oct Nov"},
	    {MIDNIGHT, MIDNIGHT + INT64_C(20) * 366 * 86400, 540,
	     "2028 2030 2032 2034 2036 2038 2040 2042 2044 2046"},
	};

	for (size_t i = 0; i < COUNT(t); i++) {
		char out[512];

		labels_of(t[i].from_s, t[i].to_s, t[i].width, out, sizeof out);
		assert_string_equal(out, t[i].want);
	}
}

static void
ticks_are_in_order_and_in_range(void **state)
{
	static struct time_tick ticks[TIME_TICKS_MAX];

	for (int64_t span = 1; span < INT64_C(600000000); span = span * 3 + 1)
		for (double width = 16; width < 8000; width *= 1.7) {
			int64_t last = MIDNIGHT - 12345;
			size_t n = time_ticks(last, last + span, width, ticks);

			assert_in_range(n, 0, TIME_TICKS_MAX);
			for (size_t i = 0; i < n; i++) {
				assert_true(ticks[i].t_s > last);
				assert_true(ticks[i].t_s <
					    MIDNIGHT - 12345 + span);
				last = ticks[i].t_s;
			}
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_values),
	    cmocka_unit_test(values_never_overflow),
	    cmocka_unit_test(steps_are_nice),
	    cmocka_unit_test(labels_ticks),
	    cmocka_unit_test(names_times),
	    cmocka_unit_test(ticks_are_in_order_and_in_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
