/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <math.h>

#include "core/buf.h"
#include "core/number.h"

static void
test_u64(void **state)
{
	static const char *const bad[] = {"",
					  "-1",
					  "+1",
					  " 1",
					  "1 ",
					  "0x10",
					  "1.0",
					  "18446744073709551616",
					  "99999999999999999999",
					  "1e3",
					  "000000000000000000001"};
	uint64_t v = 7;

	assert_true(number_u64("18446744073709551615", 20, &v));
	assert_true(v == UINT64_MAX);
	assert_true(number_u64("0123", 4, &v));
	assert_int_equal(v, 123);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(number_u64(bad[i], strlen(bad[i]), &v));
	assert_int_equal(v, 123);
}

static void
test_i64(void **state)
{
	int64_t v;

	assert_true(number_i64("-9223372036854775807", 20, &v));
	assert_true(v == -INT64_MAX);
	assert_false(number_i64("9223372036854775808", 19, &v));
	assert_false(number_i64("-", 1, &v));
	assert_false(number_i64("--1", 3, &v));
}

static void
test_double(void **state)
{
	static const char *const good[] = {"0",	    "-0",   "1.5", "-2.25e-3",
					   "1e308", "1E+5", "007"};
	static const char *const bad[] = {
	    "",	     "-",     ".5", "5.",  "1e",  "1e+", "inf", "nan",	"NaN",
	    "0x1p3", "1e400", " 1", "1\n", "1,5", "--1", "1_0", "1e5.0"};
	double v;

	for (size_t i = 0; i < COUNT(good); i++) {
		assert_true(number_double(good[i], strlen(good[i]), &v));
		assert_true(v == strtod(good[i], NULL));
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(number_double(bad[i], strlen(bad[i]), &v));
}

static void
test_double_refuses_long_text(void **state)
{
	char text[200];
	double v;

	memset(text, '1', sizeof(text));
	assert_false(number_double(text, sizeof(text), &v));
}

static void
test_value_round_trip(void **state)
{
	static const char *const texts[] = {
	    "U",  "0",	   "18446744073709551615", "9007199254740993", "0.1",
	    "-5", "1e+300"};
	struct value v;
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_true(number_value(texts[i], strlen(texts[i]), &v));
		buf_reset(&b);
		number_put_value(&b, v);
		assert_string_equal(b.data, texts[i]);
	}
	buf_done(&b);
	assert_false(number_value("u", 1, &v));
	assert_false(number_value("UU", 2, &v));
	assert_true(isnan(value_double(VALUE_NONE)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_u64),
	    cmocka_unit_test(test_i64),
	    cmocka_unit_test(test_double),
	    cmocka_unit_test(test_double_refuses_long_text),
	    cmocka_unit_test(test_value_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
