/* SPDX-License-Identifier: MIT */
/* Numbers for people. */
#include "tests/unit/test.h"

#include <math.h>

#include "core/unit.h"

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

static void
reduces_by_prefixes(void **state)
{
	static const struct {
		double v, base, full;
		int max, want;
		double left;
	} t[] = {
	    {999.4, 1000, 999.5, 6, 0, 999.4},
	    {999.5, 1000, 999.5, 6, 1, 0.9995},
	    {-2e6, 1000, 1000, 6, 2, -2},
	    {4096, 1024, 1024, 6, 1, 4},
	    {1e9, 1000, 1000, 2, 2, 1000},
	    {0, 1000, 1000, 6, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		double v = t[i].v;

		assert_int_equal(
		    unit_reduce(&v, t[i].base, t[i].full, t[i].max), t[i].want);
		assert_true(fabs(v - t[i].left) < 1e-12 * 1000);
	}
	assert_string_equal(unit_large[UNIT_LARGE_MAX], "E");
	assert_string_equal(unit_binary[UNIT_LARGE_MAX], "Ei");
}

/* What is counted in plain numbers, all of them tiny. */
static void
tiny_numbers_have_digits(void **state)
{
	const struct unit_style *u = unit_style("things"), *tiny;
	char out[UNIT_TEXT_SIZE];

	tiny = unit_style_for(u, 3.9e-7);
	unit_value(tiny, 3.2e-7, out);
	assert_string_equal(out, "320 n");
	unit_tick(tiny, 3e-7, 1e-7, out);
	assert_string_equal(out, "300 n");
	assert_ptr_equal(unit_style_for(u, 0.5), u);
	assert_ptr_equal(unit_style_for(u, 0), u);
	assert_ptr_equal(unit_style_for(unit_style("bytes"), 1e-7),
			 unit_style("bytes"));
}

static void
a_row_of_numbers_agrees(void **state)
{
	const struct unit_style *u = unit_style("things");
	char out[UNIT_TEXT_SIZE];

	unit_value_of(u, 15, false, out);
	assert_string_equal(out, "15.0");
	unit_value_of(u, 15, true, out);
	assert_string_equal(out, "15");
	unit_value_of(u, 0, false, out);
	assert_string_equal(out, "0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tiny_numbers_have_digits),
	    cmocka_unit_test(a_row_of_numbers_agrees),
	    cmocka_unit_test(writes_values),
	    cmocka_unit_test(values_never_overflow),
	    cmocka_unit_test(steps_are_nice),
	    cmocka_unit_test(labels_ticks),
	    cmocka_unit_test(reduces_by_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
