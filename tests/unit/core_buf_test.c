/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <math.h>

#include "core/buf.h"

static void
test_empty_is_a_string(void **state)
{
	struct buf b;

	buf_init(&b, 100);
	assert_string_equal(b.data, "");
	assert_true(buf_ok(&b));
	buf_done(&b);
	buf_done(&b);
	buf_done(NULL);
}

static void
test_appends(void **state)
{
	struct buf b;

	buf_init(&b, 1000);
	buf_str(&b, "a");
	buf_char(&b, 'b');
	buf_u64(&b, UINT64_MAX);
	buf_i64(&b, INT64_MIN);
	buf_fmt(&b, "[%05d]", 42);
	assert_string_equal(
	    b.data, "ab18446744073709551615-9223372036854775808[00042]");
	buf_cut(&b, 2);
	assert_string_equal(b.data, "ab");
	buf_cut(&b, 50);
	assert_int_equal(b.len, 2);
	buf_reset(&b);
	assert_string_equal(b.data, "");
	buf_done(&b);
}

static void
test_ceiling_sticks(void **state)
{
	struct buf b;

	buf_init(&b, 4);
	buf_str(&b, "abc");
	buf_str(&b, "de");
	assert_false(buf_ok(&b));
	buf_char(&b, 'x');
	assert_string_equal(b.data, "abc");
	buf_reset(&b);
	buf_str(&b, "abcd");
	assert_true(buf_ok(&b));
	assert_string_equal(b.data, "abcd");
	buf_done(&b);
}

static void
test_double_reads_back(void **state)
{
	static const double values[] = {0.1,   1.0 / 3,
					1e300, 5e-324,
					-2.5,  123456789.123456789,
					1e15,  9007199254740993.0,
					-0.7};
	struct buf b;

	buf_init(&b, 1000);
	for (size_t i = 0; i < COUNT(values); i++) {
		buf_reset(&b);
		buf_double(&b, values[i]);
		assert_true(strtod(b.data, NULL) == values[i]);
	}
	buf_reset(&b);
	buf_double(&b, 0.1);
	assert_string_equal(b.data, "0.1");
	buf_reset(&b);
	buf_double(&b, 42);
	assert_string_equal(b.data, "42");
	buf_reset(&b);
	buf_double(&b, NAN);
	buf_double(&b, -INFINITY);
	assert_string_equal(b.data, "NaN-Inf");
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_empty_is_a_string),
	    cmocka_unit_test(test_appends),
	    cmocka_unit_test(test_ceiling_sticks),
	    cmocka_unit_test(test_double_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
