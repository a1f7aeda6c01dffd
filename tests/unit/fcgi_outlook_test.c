/* SPDX-License-Identifier: MIT */
/* Forecasts of series whose continuation is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fcgi/outlook.h"

#define ROWS  120
#define START INT64_C(1794009600)
#define STEP  60
#define LAST  (START + (ROWS - 1) * STEP)

static const struct metric metrics[] = {
    {.name = "used", .draw = DRAW_AREA, .role = ROLE_MEMORY_USED, .min = 0},
    {.name = "more", .draw = DRAW_STACK, .role = ROLE_MEMORY_USED, .min = 0},
    {.name = "free", .draw = DRAW_STACK, .role = ROLE_MEMORY_FREE, .min = 0},
    {.name = "down", .draw = DRAW_MIRROR, .min = 0},
};

static const struct family family = {.name = "f",
				     .step_s = STEP,
				     .heartbeat_s = 180,
				     .lower_limit = NAN,
				     .upper_limit = NAN,
				     .n_metrics = 4,
				     .metrics = metrics};

/* used rises by 1 a row from 10, more is 5, free falls, down is 7. */
static struct series
rising(size_t known)
{
	struct series s = {
	    .start_s = START, .step_s = STEP, .n_rows = ROWS, .n_metrics = 4};

	s.values = calloc(ROWS * 4, sizeof(double));
	assert_non_null(s.values);
	for (size_t i = 0; i < ROWS; i++) {
		double row[] = {10 + (double)i, 5, 130 - (double)i, 7};

		for (size_t m = 0; m < 4; m++)
			s.values[i * 4 + m] = i < known ? row[m] : NAN;
	}
	return s;
}

static void
make(const struct series *s, size_t n, bool stack, int64_t until_s,
     struct outlook *o)
{
	struct err err = {0};

	assert_int_equal(
	    outlook_make(s, n, &family, stack, LAST, until_s, o, &err), 0);
}

static void
continues_a_line(void **state)
{
	struct series s = rising(ROWS);
	struct outlook o;

	make(&s, 1, false, LAST + 30 * STEP, &o);
	assert_null(o.why);
	assert_true(o.start_s == LAST && o.step_s == STEP);
	assert_int_equal(o.n, 32);
	for (size_t i = 0; i < o.n; i++) {
		/* both metrics of the lead's role: 10 + 5 at row 0 */
		double want = 15 + (double)(ROWS - 1 + i);

		assert_true(fabs(o.median[i] - want) < 1e-6);
		assert_true(o.low[i] <= o.median[i] + 1e-9);
		assert_true(o.high[i] >= o.median[i] - 1e-9);
	}
	outlook_done(&o);
	series_done(&s);
}

static void
a_stack_is_the_sum_of_its_parts(void **state)
{
	struct series set[2] = {rising(ROWS), rising(ROWS)};
	struct outlook o;

	make(set, 1, true, LAST + 30 * STEP, &o);
	assert_true(fabs(o.median[31] - 145) < 1e-6);
	outlook_done(&o);
	make(set, 2, false, LAST + 30 * STEP, &o);
	assert_true(fabs(o.median[0] - 2 * (15 + ROWS - 1)) < 1e-6);
	outlook_done(&o);
	series_done(&set[0]);
	series_done(&set[1]);
}

/* The band holds about four of five rows of the noise it was fitted to. */
static void
the_band_holds_four_of_five(void **state)
{
	struct series s = rising(ROWS);
	size_t inside = 0;
	struct outlook o;
	unsigned seed = 7;
	double half;

	for (size_t i = 0; i < ROWS; i++) {
		double sum = -6;

		/* twelve uniform numbers: variance 1 */
		for (int k = 0; k < 12; k++) {
			seed = seed * 1103515245u + 12345u;
			sum += (double)(seed >> 8 & 0xffff) / 65536;
		}
		s.values[i * 4] = 10 + (double)i + 3 * sum;
	}
	make(&s, 1, false, LAST + 30 * STEP, &o);
	half = (o.high[0] - o.low[0]) / 2;
	for (size_t i = 0; i < ROWS; i++) {
		double slope = (o.median[31] - o.median[0]) / 31;
		double line = o.median[0] - slope * (double)(ROWS - 1 - i);

		inside += fabs(s.values[i * 4] + 5 - line) <= half;
	}
	assert_in_range(inside, ROWS * 70 / 100, ROWS * 90 / 100);
	assert_true(o.high[31] - o.low[31] > o.high[0] - o.low[0]);
	outlook_done(&o);
	series_done(&s);
}

static void
says_why_there_is_none(void **state)
{
	struct series s = rising(5);
	struct outlook o;

	make(&s, 1, false, LAST + 30 * STEP, &o);
	assert_int_equal(o.n, 0);
	assert_non_null(strstr(o.why, "history"));
	series_done(&s);
	s = rising(60);
	make(&s, 1, false, LAST + 30 * STEP, &o);
	assert_int_equal(o.n, 0);
	assert_non_null(strstr(o.why, "of late"));
	series_done(&s);
}

/* What cannot be below 0 is not expected there. */
static void
keeps_to_what_there_can_be(void **state)
{
	struct series s = rising(ROWS);
	struct outlook o;

	for (size_t i = 0; i < ROWS; i++) {
		s.values[i * 4] = (double)(ROWS - i) / 10;
		s.values[i * 4 + 1] = 0;
	}
	make(&s, 1, false, LAST + 60 * STEP, &o);
	assert_true(o.median[0] > 0 && o.median[0] < 1);
	assert_true(o.median[60] == 0 && o.low[60] == 0);
	outlook_done(&o);
	series_done(&s);
}

static void
only_of_ranges_that_end_now(void **state)
{
	struct family f = {.step_s = 10};
	struct target t = {0};

	t.range.from_s = START;
	t.range.to_s = START + 3600;
	assert_true(outlook_until(&t, &f, START + 3605) == START + 4500);
	assert_true(outlook_until(&t, &f, START + 8000) == 0);
	assert_true(outlook_until(&t, &f, START) == 0);
	/* of slow rows the open end may lie a whole one back */
	f.step_s = 7200;
	assert_true(outlook_until(&t, &f, START + 8000) == START + 4500);
	t.range.absolute = 1;
	assert_true(outlook_until(&t, &f, START + 3605) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(continues_a_line),
	    cmocka_unit_test(a_stack_is_the_sum_of_its_parts),
	    cmocka_unit_test(the_band_holds_four_of_five),
	    cmocka_unit_test(says_why_there_is_none),
	    cmocka_unit_test(keeps_to_what_there_can_be),
	    cmocka_unit_test(only_of_ranges_that_end_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
