/* SPDX-License-Identifier: MIT */
/* Ticks of the time axis. */
#include "tests/unit/test.h"

#include "rrd/graph_time.h"

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
	    cmocka_unit_test(names_times),
	    cmocka_unit_test(ticks_are_in_order_and_in_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
