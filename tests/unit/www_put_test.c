/* SPDX-License-Identifier: MIT */
/* Tests of www/put.h and www/text.h: escaping by conversion, numbers. */
#include "tests/unit/test.h"

#include <math.h>

#include "core/buf.h"
#include "www/put.h"
#include "www/text.h"

static void
each_conversion_escapes_its_way(void **state)
{
	const char *evil = "<b a=\"1\" c='2'>&\x01";
	struct buf b, inner;

	(void)state;
	buf_init(&b, 4096);
	buf_init(&inner, 100);
	buf_str(&inner, "<i>");
	put(&b, "%t|%u|%s|%d|%l|%z|%%", evil, "a b/\"%", "<raw>", -5,
	    INT64_C(1) << 40, &inner);
	assert_string_equal(
	    b.data,
	    "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;|a%20b%2F%22%25|"
	    "<raw>|-5|1099511627776|<i>|%");
	buf_done(&b);
	buf_done(&inner);
}

static void
a_slug_is_shown_as_people_read_it_and_escaped(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	put(&b, "%p %p %p", ":var:lib", "=3cscript=3e", "plain");
	assert_string_equal(b.data, "/var/lib &lt;script&gt; plain");
	buf_done(&b);
}

static void
decimals_are_short_and_never_minus_zero(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	put(&b, "%f %f %f %f", 38.0, 37.5, -0.01, 99.96);
	assert_string_equal(b.data, "38 37.5 0 100");
	buf_done(&b);
}

static void
a_failed_inner_text_fails_the_whole(void **state)
{
	struct buf b, inner;

	(void)state;
	buf_init(&b, 4096);
	buf_init(&inner, 2);
	buf_str(&inner, "too long");
	put(&b, "%z", &inner);
	assert_false(buf_ok(&b));
	buf_done(&b);
	buf_done(&inner);
}

#define NB "\xc2\xa0"

static void
numbers_are_said_as_people_say_them(void **state)
{
	static const struct {
		double v;
		const char *unit, *want;
	} rows[] = {
	    {0, "bytes", "0" NB "B"},
	    {1023, "bytes", "1023" NB "B"},
	    {1023.9, "bytes", "1.0" NB "KiB"},
	    {24365000000.0, "bytes", "22.7" NB "GiB"},
	    {4.1e6, "bytes/s", "4.1" NB "MB/s"},
	    {999.6, "bytes/s", "1.0" NB "kB/s"},
	    {38.2, "percent", "38" NB "%"},
	    {0.53, "", "0.53"},
	    {12.34, "", "12.3"},
	    {123456, "", "123" NB "k"},
	    {90061, "seconds", "25" NB "h"},
	    {3.14159, "cores", "3.14" NB "cores"},
	    {-2048, "bytes", "-2.0" NB "KiB"},
	    {NAN, "bytes", "\xe2\x80\x93"},
	};
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_reset(&b);
		text_value(&b, rows[i].v, rows[i].unit);
		assert_string_equal(b.data, rows[i].want);
	}
	buf_done(&b);
}

static void
ages_change_unit_where_people_would(void **state)
{
	static const struct {
		int64_t s;
		const char *want;
	} rows[] = {{-3, "0" NB "s"},
		    {119, "119" NB "s"},
		    {120, "2" NB "min"},
		    {7199, "119" NB "min"},
		    {7200, "2" NB "h"},
		    {172800, "2" NB "d"},
		    {INT64_C(4000000000), "46296" NB "d"}};
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_reset(&b);
		text_age(&b, rows[i].s);
		assert_string_equal(b.data, rows[i].want);
	}
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_conversion_escapes_its_way),
	    cmocka_unit_test(a_slug_is_shown_as_people_read_it_and_escaped),
	    cmocka_unit_test(decimals_are_short_and_never_minus_zero),
	    cmocka_unit_test(a_failed_inner_text_fails_the_whole),
	    cmocka_unit_test(numbers_are_said_as_people_say_them),
	    cmocka_unit_test(ages_change_unit_where_people_would),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
