/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include "fcgi/expo.h"

static void
test_names(void **state)
{
	static const struct {
		struct metric m;
		const char *name, *unit;
	} rows[] = {
	    {{.name = "user", .raw_unit = "seconds", .kind = METRIC_DDERIVE},
	     "robin_x_user_seconds",
	     "seconds"},
	    {{.name = "rx_bytes", .raw_unit = "bytes", .kind = METRIC_DERIVE},
	     "robin_x_rx_bytes",
	     "bytes"},
	    {{.name = "used", .unit = "bytes"}, "robin_x_used_bytes", "bytes"},
	    {{.name = "load", .unit = "1/s"}, "robin_x_load", NULL},
	    {{.name = "forks", .unit = "per second", .kind = METRIC_DERIVE},
	     "robin_x_forks",
	     NULL},
	    {{.name = "total"}, "robin_x_total_value", NULL},
	    {{.name = "process_count"}, "robin_x_process_count_value", NULL},
	    {{.name = "mybytes", .unit = "bytes"},
	     "robin_x_mybytes_bytes",
	     "bytes"},
	};
	static const struct family f = {.name = "x"};
	char name[EXPO_NAME_SIZE];
	const char *unit;

	for (size_t i = 0; i < COUNT(rows); i++) {
		expo_name(&f, &rows[i].m, name, &unit);
		assert_string_equal(name, rows[i].name);
		if (rows[i].unit == NULL)
			assert_null(unit);
		else
			assert_string_equal(unit, rows[i].unit);
	}
}

static void
test_longest_name_fits(void **state)
{
	char family[FAMILY_MAX + 1], metric[METRIC_NAME_MAX + 1];
	struct metric m = {.name = metric, .unit = "seconds"};
	struct family f = {.name = family};
	char name[EXPO_NAME_SIZE];
	const char *unit;

	memset(family, 'f', FAMILY_MAX);
	family[FAMILY_MAX] = '\0';
	memset(metric, 'm', METRIC_NAME_MAX);
	metric[METRIC_NAME_MAX] = '\0';
	expo_name(&f, &m, name, &unit);
	assert_int_equal(strlen(name),
			 6 + FAMILY_MAX + 1 + METRIC_NAME_MAX + 8);
}

static void
test_both_formats(void **state)
{
	struct buf b, labels;
	struct expo e = {.out = &b};

	buf_init(&b, 4096);
	buf_init(&labels, 4096);
	expo_label(&labels, "host", "a\"b\\c\nd");
	expo_label(&labels, "instance", "");
	expo_family(&e, "robin_x_user_seconds", "seconds", EXPO_COUNTER,
		    "line\nwith \\ and \"");
	expo_sample(&e, labels.data, 1.5);
	expo_end(&e);
	assert_string_equal(
	    b.data,
	    "# HELP robin_x_user_seconds_total line\\nwith \\\\ and \"\n"
	    "# TYPE robin_x_user_seconds_total counter\n"
	    "robin_x_user_seconds_total{host=\"a\\\"b\\\\c\\nd\","
	    "instance=\"\"} 1.5\n");
	buf_reset(&b);
	e.open_metrics = true;
	expo_family(&e, "robin_x_user_seconds", "seconds", EXPO_COUNTER, "h");
	expo_sample(&e, "", 3);
	expo_end(&e);
	assert_string_equal(b.data, "# HELP robin_x_user_seconds h\n"
				    "# TYPE robin_x_user_seconds counter\n"
				    "# UNIT robin_x_user_seconds seconds\n"
				    "robin_x_user_seconds_total 3\n"
				    "# EOF\n");
	buf_done(&labels);
	buf_done(&b);
}

static void
test_accept(void **state)
{
	static const struct {
		const char *accept;
		bool open_metrics;
	} rows[] = {
	    {"", false},
	    {"*/*", false},
	    {"text/plain", false},
	    {"application/openmetrics-text", true},
	    {"application/openmetrics-text;version=1.0.0,application/"
	     "openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;"
	     "q=0.5,*/*;q=0.1",
	     true},
	    {"text/plain;version=0.0.4;q=0.9,application/openmetrics-text;"
	     "q=0.5",
	     false},
	    {"application/openmetrics-text;q=0", false},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(expo_wants_open_metrics(rows[i].accept),
				 rows[i].open_metrics);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_longest_name_fits),
	    cmocka_unit_test(test_both_formats),
	    cmocka_unit_test(test_accept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
