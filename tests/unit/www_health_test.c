/* SPDX-License-Identifier: MIT */
/* Tests of www/health.h: state from the newest values. */
#include "tests/unit/test.h"

#include <math.h>

#include "www/health.h"

#define GAUGE(n, r)                                                            \
	{                                                                      \
		.name = n, .unit = "bytes", .kind = METRIC_GAUGE, .role = r,   \
		.min = 0, .max = NAN                                           \
	}

static const struct metric disk_metrics[] = {GAUGE("used", ROLE_DISK_USED),
					     GAUGE("free", ROLE_DISK_FREE)};
static const struct family disk = {.name = "disk",
				   .title = "Disk space",
				   .unit = "bytes",
				   .step_s = 10,
				   .heartbeat_s = 60,
				   .n_metrics = 2,
				   .metrics = disk_metrics};

static void
a_disk_fills_through_the_states(void **state)
{
	static const struct {
		double used;
		enum health_state want;
	} rows[] = {{0, HEALTH_OK},	   {89.9, HEALTH_OK},
		    {90, HEALTH_WARNING},  {94.9, HEALTH_WARNING},
		    {95, HEALTH_CRITICAL}, {100, HEALTH_CRITICAL}};
	struct health_finding x;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double v[2] = {rows[i].used, 100 - rows[i].used};

		assert_int_equal(health_series(&disk, ":var:lib", v, &x),
				 rows[i].want);
		assert_int_equal(x.state, rows[i].want);
	}
	assert_string_equal(x.text, "Disk space /var/lib is 100\xc2\xa0% full");
}

static void
what_is_unknown_is_not_judged(void **state)
{
	struct health_finding x;
	double v[2] = {NAN, 5};

	(void)state;
	assert_int_equal(health_series(&disk, "", v, &x), HEALTH_OK);
	assert_string_equal(x.text, "");
}

static void
the_familys_own_alert_wins_over_the_plain_one(void **state)
{
	static const struct family_alert alerts[] = {{.role = ROLE_DISK_USED,
						      .warning = 50,
						      .critical = 60,
						      .for_s = 3600}};
	struct family f = disk;
	struct health_finding x;
	double v[2] = {55, 45};

	(void)state;
	f.alerts = alerts;
	f.n_alerts = 1;
	assert_int_equal(health_series(&f, "", v, &x), HEALTH_WARNING);
	v[0] = 65;
	v[1] = 35;
	assert_int_equal(health_series(&f, "", v, &x), HEALTH_CRITICAL);
}

static void
an_alert_that_must_last_is_left_to_who_remembers(void **state)
{
	static const struct metric m[] = {{.name = "busy",
					   .unit = "percent",
					   .kind = METRIC_GAUGE,
					   .min = 0,
					   .max = NAN}};
	struct family_alert a = {
	    .metric = "busy", .warning = 80, .critical = 90, .for_s = 600};
	struct family f = {.name = "x",
			   .title = "X",
			   .unit = "percent",
			   .step_s = 10,
			   .n_metrics = 1,
			   .metrics = m,
			   .n_alerts = 1,
			   .alerts = &a};
	struct health_finding x;
	double v = 95;

	(void)state;
	assert_int_equal(health_series(&f, "", &v, &x), HEALTH_OK);
	a.for_s = 20;
	assert_int_equal(health_series(&f, "", &v, &x), HEALTH_CRITICAL);
	assert_string_equal(x.text, "X busy is 95\xc2\xa0%");
}

static void
a_threshold_may_point_downwards(void **state)
{
	static const struct metric m[] = {{.name = "up",
					   .unit = "",
					   .kind = METRIC_GAUGE,
					   .role = ROLE_UP,
					   .min = 0,
					   .max = 1}};
	static const struct family_alert a = {
	    .role = ROLE_UP, .warning = 0.9, .critical = 0.5};
	struct family f = {.name = "up",
			   .title = "Target",
			   .unit = "",
			   .step_s = 10,
			   .n_metrics = 1,
			   .metrics = m,
			   .n_alerts = 1,
			   .alerts = &a};
	struct health_finding x;
	double v = 0;

	(void)state;
	assert_int_equal(health_series(&f, "", &v, &x), HEALTH_CRITICAL);
	v = 1;
	assert_int_equal(health_series(&f, "", &v, &x), HEALTH_OK);
}

static void
silence_is_a_warning_and_then_critical(void **state)
{
	struct health_finding x;

	(void)state;
	assert_int_equal(health_age(60, 10, &x), HEALTH_OK);
	assert_int_equal(health_age(61, 10, &x), HEALTH_WARNING);
	assert_int_equal(health_age(601, 10, &x), HEALTH_CRITICAL);
	assert_string_equal(x.text, "No data for 10\xc2\xa0min");
	/* a slow collector is given its three steps */
	assert_int_equal(health_age(900, 300, &x), HEALTH_OK);
	assert_int_equal(health_age(1000, 300, &x), HEALTH_WARNING);
	assert_int_equal(health_age(1801, 300, &x), HEALTH_CRITICAL);
	assert_int_equal(health_age(-5, 10, &x), HEALTH_OK);
}

static void
worse_is_state_first_then_distance(void **state)
{
	struct health_finding w = {.state = HEALTH_WARNING, .over = 9};
	struct health_finding c = {.state = HEALTH_CRITICAL, .over = 1};
	struct health_finding d = {.state = HEALTH_CRITICAL, .over = 2};

	(void)state;
	assert_true(health_worse(&c, &w));
	assert_false(health_worse(&w, &c));
	assert_true(health_worse(&d, &c));
	assert_false(health_worse(&c, &c));
}

static void
a_title_of_any_length_stays_inside(void **state)
{
	char title[600];
	struct family f = disk;
	struct health_finding x;
	double v[2] = {99, 1};

	(void)state;
	memset(title, 'x', sizeof(title) - 1);
	title[sizeof(title) - 1] = '\0';
	f.title = title;
	assert_int_equal(health_series(&f, "", v, &x), HEALTH_CRITICAL);
	assert_true(strlen(x.text) < sizeof(x.text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_disk_fills_through_the_states),
	    cmocka_unit_test(what_is_unknown_is_not_judged),
	    cmocka_unit_test(the_familys_own_alert_wins_over_the_plain_one),
	    cmocka_unit_test(an_alert_that_must_last_is_left_to_who_remembers),
	    cmocka_unit_test(a_threshold_may_point_downwards),
	    cmocka_unit_test(silence_is_a_warning_and_then_critical),
	    cmocka_unit_test(worse_is_state_first_then_distance),
	    cmocka_unit_test(a_title_of_any_length_stays_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
