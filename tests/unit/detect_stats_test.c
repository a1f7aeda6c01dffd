/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <math.h>

#include "detect/baseline.h"
#include "detect/forecast.h"
#include "detect/stats.h"

#define MONDAY_S INT64_C(1795392000) /* 2026-11-23 00:00 UTC */

/* xorshift: noise that is the same in every run. */
static uint64_t seed = 88172645463325252U;

static double
uniform(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (double)(seed >> 11) / 9007199254740992.0;
}

static double
normal(void)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
		sum += uniform();
	return sum - 6;
}

static void
near(double got, double want, double by)
{
	if (!(fabs(got - want) <= by))
		fail_msg("%.10g is not within %g of %.10g", got, by, want);
}

static struct series
make(size_t n, int64_t start_s, int64_t step_s)
{
	struct series s = {
	    .start_s = start_s, .step_s = step_s, .n_rows = n, .n_metrics = 1};

	s.values = calloc(n, sizeof(double));
	assert_non_null(s.values);
	return s;
}

static void
test_median_and_mad(void **state)
{
	double odd[] = {5, 1, 4}, even[] = {9, 1, 3, 2};
	double mad[] = {1, 1, 2, 2, 4, 6, 9}, same[] = {7, 7, 7, 7};
	double big[1001];

	near(stats_median(odd, 3), 4, 0);
	near(stats_median(even, 4), 2.5, 0);
	near(stats_median(same, 4), 7, 0);
	near(stats_mad(mad, 7, 2), 1.4826, 1e-12);
	assert_true(isnan(stats_median(odd, 0)));
	for (size_t i = 0; i < 1001; i++)
		big[i] = (double)((i * 577) % 1001);
	near(stats_median(big, 1001), 500, 0);
}

static void
test_mann_kendall(void **state)
{
	double up[10], flat[10];
	int alarms = 0;

	for (int i = 0; i < 10; i++) {
		up[i] = i;
		flat[i] = 3;
	}
	/* S = 45, variance 125: (45 - 1) / sqrt(125) */
	near(stats_mann_kendall(up, 10), 44 / sqrt(125), 1e-12);
	near(stats_mann_kendall(flat, 10), 0, 0);
	for (int k = 0; k < 500; k++) {
		double y[60];

		for (int i = 0; i < 60; i++)
			y[i] = normal();
		alarms += fabs(stats_mann_kendall(y, 60)) > 3.3;
	}
	assert_in_range(alarms, 0, 3);
}

static void
test_theil_sen(void **state)
{
	double x[100], y[100], slope, low, high;

	for (int i = 0; i < 100; i++) {
		x[i] = i;
		y[i] = 5 + 0.25 * i + normal();
		if (i % 5 == 0)
			y[i] = 1e6; /* a fifth of the data is wrong */
	}
	assert_int_equal(stats_theil_sen(x, y, 100, &slope, &low, &high), 0);
	assert_true(low < slope && slope < high);
	near(slope, 0.25, 0.03);
	assert_int_equal(stats_theil_sen(x, y, 1, &slope, &low, &high), -1);
}

/* Four weeks at 10 minutes: busy from 8 to 18 on weekdays. */
static double
office(int64_t t_s)
{
	unsigned h = baseline_hour(t_s);

	return h / 24 < 5 && h % 24 >= 8 && h % 24 < 18 ? 60 : 10;
}

static struct series
office_weeks(void)
{
	struct series s = make(4 * 7 * 144, MONDAY_S - 28 * 86400 + 600, 600);

	for (size_t i = 0; i < s.n_rows; i++)
		s.values[i] =
		    office(s.start_s + (int64_t)i * 600 - 301) + normal();
	return s;
}

static void
test_hour_of_week(void **state)
{
	assert_int_equal(baseline_hour(MONDAY_S), 0);
	assert_int_equal(baseline_hour(MONDAY_S - 1), 167);
	assert_int_equal(baseline_hour(MONDAY_S + 30 * 3600), 30);
}

static void
test_baseline_knows_the_week(void **state)
{
	struct series s = office_weeks();
	struct baseline b;
	struct finding f;
	struct err err;
	int alarms = 0;

	assert_int_equal(baseline_learn(&b, &s, 0, &err), 0);
	/* 60 is usual on Monday at ten, and not at three or on Sunday */
	baseline_judge(&b, MONDAY_S + 10 * 3600 + 60, 60, "percent", &f);
	near(f.score, 0, 1);
	near(f.expected, 60, 0.7);
	baseline_judge(&b, MONDAY_S + 3 * 3600, 60, "percent", &f);
	assert_true(f.score > 20);
	assert_non_null(strstr(f.reason, "on Mondays at 03:00 UTC"));
	baseline_judge(&b, MONDAY_S + (6 * 24 + 10) * 3600, 60, "", &f);
	assert_true(f.score > 20);
	baseline_judge(&b, MONDAY_S + 10 * 3600, 10, "", &f);
	assert_true(f.score < -20);
	/* quiet on noise: a week nobody has seen */
	for (int64_t t = MONDAY_S; t < MONDAY_S + 7 * 86400; t += 60) {
		baseline_judge(&b, t, office(t) + normal(), "", &f);
		alarms += fabs(f.score) >= 6;
	}
	assert_int_equal(alarms, 0);
	baseline_judge(&b, MONDAY_S, NAN, "", &f);
	assert_true(isnan(f.score));
	series_done(&s);
}

static void
test_baseline_without_history(void **state)
{
	struct series s = make(BASELINE_LITTLE - 1, MONDAY_S, 60);
	struct baseline b;
	struct finding f;
	struct err err;

	assert_int_equal(baseline_learn(&b, &s, 0, &err), 0);
	baseline_judge(&b, MONDAY_S, 1e9, "", &f);
	assert_true(isnan(f.score));
	assert_string_equal(f.reason, "");
	series_done(&s);
}

static void
test_baseline_of_a_flat_line(void **state)
{
	struct series s = make(2000, MONDAY_S, 600);
	struct baseline b;
	struct finding f;
	struct err err;

	for (size_t i = 0; i < s.n_rows; i++)
		s.values[i] = 100;
	assert_int_equal(baseline_learn(&b, &s, 0, &err), 0);
	baseline_judge(&b, MONDAY_S, 101, "", &f);
	assert_true(f.score < 6);
	baseline_judge(&b, MONDAY_S, 120, "", &f);
	assert_true(f.score > 6);
	series_done(&s);
}

/* Three days at 10 minutes from 70 %, two points a day. */
static struct series
filling(double noise)
{
	struct series s = make(3 * 144, MONDAY_S, 600);

	for (size_t i = 0; i < s.n_rows; i++)
		s.values[i] = 70 + 2 * (double)i / 144 + noise * normal();
	return s;
}

static void
test_forecast_known_answer(void **state)
{
	struct series s = filling(0);
	struct forecast f;
	struct finding got;
	struct err err;

	assert_int_equal(forecast_fit(&f, &s, 0, &err), 0);
	near(f.slope_per_s * 86400, 2, 1e-9);
	forecast_reaches(&f, 95, 1, &got);
	near(got.reaches_s / 86400, (95 - f.level) / 2, 1e-6);
	forecast_reaches(&f, 50, 0, &got);
	assert_true(isnan(got.reaches_s));
	forecast_reaches(&f, 60, 1, &got);
	near(got.reaches_s, 0, 0);
	series_done(&s);
	s = filling(0.3);
	s.values[200] = 0; /* a hole and a lie do not bend the line */
	for (size_t i = 210; i < 250; i++)
		s.values[i] = NAN;
	assert_int_equal(forecast_fit(&f, &s, 0, &err), 0);
	near(f.slope_per_s * 86400, 2, 0.15);
	forecast_reaches(&f, 95, 1, &got);
	near(got.reaches_s / 86400, 9.5, 1);
	assert_true(got.reaches_soon_s < got.reaches_s &&
		    got.reaches_s < got.reaches_late_s);
	forecast_at(&f, 86400, &got);
	assert_true(got.low < got.expected && got.expected < got.high);
	near(got.expected, 78, 0.5);
	series_done(&s);
}

static void
test_forecast_quiet_on_noise(void **state)
{
	struct forecast f;
	struct finding got;
	struct err err;
	int alarms = 0;

	for (int k = 0; k < 200; k++) {
		struct series s = make(144, MONDAY_S, 600);

		for (size_t i = 0; i < s.n_rows; i++)
			s.values[i] = 80 + normal();
		assert_int_equal(forecast_fit(&f, &s, 0, &err), 0);
		forecast_reaches(&f, 95, 1, &got);
		alarms += !isnan(got.reaches_s);
		series_done(&s);
	}
	assert_int_equal(alarms, 0);
}

static void
test_forecast_of_what_stopped(void **state)
{
	struct series s = make(432, MONDAY_S, 600);
	struct forecast f;
	struct finding got;
	struct err err;

	/* rose to 90 on the first day and stands since */
	for (size_t i = 0; i < s.n_rows; i++)
		s.values[i] = i < 144 ? 60 + (double)i * 30 / 144 : 90;
	assert_int_equal(forecast_fit(&f, &s, 0, &err), 0);
	forecast_reaches(&f, 95, 1, &got);
	assert_true(isnan(got.reaches_s));
	near(f.level, 90, 0.1);
	s.n_rows = FORECAST_LEAST - 1;
	assert_int_equal(forecast_fit(&f, &s, 0, &err), 0);
	assert_int_equal(f.n_rows, 0);
	forecast_reaches(&f, 0, 1, &got);
	assert_true(isnan(got.reaches_s));
	series_done(&s);
}

static void
test_forecast_thins_long_series(void **state)
{
	struct series s = make(5000, MONDAY_S, 60);
	struct forecast f;
	struct err err;

	for (size_t i = 0; i < s.n_rows; i++)
		s.values[i] = (double)i;
	assert_int_equal(forecast_fit(&f, &s, 0, &err), 0);
	assert_int_equal(f.n_rows, STATS_THEIL_MAX);
	assert_int_equal(f.last_s, MONDAY_S + 4999 * 60);
	near(f.level, 4999, 1e-6);
	series_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_median_and_mad),
	    cmocka_unit_test(test_mann_kendall),
	    cmocka_unit_test(test_theil_sen),
	    cmocka_unit_test(test_hour_of_week),
	    cmocka_unit_test(test_baseline_knows_the_week),
	    cmocka_unit_test(test_baseline_without_history),
	    cmocka_unit_test(test_baseline_of_a_flat_line),
	    cmocka_unit_test(test_forecast_known_answer),
	    cmocka_unit_test(test_forecast_quiet_on_noise),
	    cmocka_unit_test(test_forecast_of_what_stopped),
	    cmocka_unit_test(test_forecast_thins_long_series),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
