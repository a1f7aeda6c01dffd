/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <math.h>

#include "fcgi/numbers.h"

static void
test_text(void **state)
{
	static const struct {
		double v;
		const char *text;
	} rows[] = {
	    {0, "0"},
	    {1, "1"},
	    {-1, "-1"},
	    {0.5, "0.5"},
	    {-0.25, "-0.25"},
	    {1.0 / 3, "0.333333333333"},
	    {2.0 / 3, "0.666666666667"},
	    {0.999999999999999, "1"},
	    {9.99999999999999, "10"},
	    {123456.789, "123456.789"},
	    {1e10 + 0.5, "10000000000.5"},
	    {1e14, "100000000000000"},
	    {4294967296.0, "4294967296"},
	    {1e300, "1e+300"},
	    {NAN, "null"},
	    {INFINITY, "null"},
	    {-INFINITY, "null"},
	};
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&b);
		numbers_put(&b, rows[i].v, "null");
		assert_string_equal(b.data, rows[i].text);
	}
	buf_done(&b);
}

/* Twelve digits of anything come back. */
static void
test_round_trip(void **state)
{
	struct buf b;
	double v = 3.7e-9;

	buf_init(&b, 100);
	for (int i = 0; i < 20000; i++, v *= 1.0031) {
		double back;

		buf_reset(&b);
		numbers_put(&b, -v, "null");
		back = -strtod(b.data, NULL);
		assert_true(fabs(back - v) <= v * 1e-11);
	}
	buf_done(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
