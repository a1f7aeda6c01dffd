/* SPDX-License-Identifier: MIT */
/* Lines, words and numbers of kernel text. */
#include "test.h"

#include "collectors/text.h"

static void
test_lines(void **state)
{
	struct text in = text_of("one\n\ntwo\ncut off"), line;

	assert_true(text_line(&in, &line));
	assert_true(text_is(line, "one"));
	assert_true(text_line(&in, &line));
	assert_int_equal(line.len, 0);
	assert_true(text_line(&in, &line));
	assert_true(text_is(line, "two"));
	assert_false(text_line(&in, &line));
	in = text_of("");
	assert_false(text_line(&in, &line));
}

static void
test_words_and_numbers(void **state)
{
	struct text t = text_of("  a\tbb 18446744073709551615 0.25 -1 x"), w;
	uint64_t u = 7;
	double d;

	assert_true(text_word(&t, &w));
	assert_true(text_is(w, "a"));
	assert_true(text_skip(&t, 1));
	assert_true(text_u64(&t, &u));
	assert_true(u == UINT64_MAX);
	assert_true(text_double(&t, &d));
	assert_float_equal(d, 0.25, 0);
	assert_false(text_u64(&t, &u)); /* -1 */
	assert_true(u == UINT64_MAX);
	assert_false(text_skip(&t, 2));
	assert_false(text_word(&t, &w));
}

static void
test_cut(void **state)
{
	struct text t = text_of("key=value=more"), rest;

	assert_true(text_cut(&t, '=', &rest));
	assert_true(text_is(t, "key"));
	assert_true(text_is(rest, "value=more"));
	assert_false(text_cut(&t, '=', &rest));
	assert_true(text_is(t, "key"));
	t = text_of("end:");
	assert_true(text_cut(&t, ':', &rest));
	assert_int_equal(rest.len, 0);
}

static void
test_copy(void **state)
{
	char out[4] = "old";

	assert_false(text_copy(text_of("four"), out, sizeof(out)));
	assert_string_equal(out, "old");
	assert_false(text_copy((struct text){"a\0b", 3}, out, sizeof(out)));
	assert_true(text_copy(text_of("abc"), out, sizeof(out)));
	assert_string_equal(out, "abc");
	assert_true(text_copy(text_of(""), out, sizeof(out)));
	assert_string_equal(out, "");
}

static void
test_keys(void **state)
{
	uint64_t a = 1, b = 2, c = 3, d = 4;
	const struct text_key keys[] = {
	    {"Alpha", &a}, {"beta", &b}, {"Missing", &c}, {"Huge", &d}};
	struct text in = text_of("Alpha: x kB\n"
				 "Alpha:   10 kB\n"
				 "Alpha:   11 kB\n"
				 "beta 5 more words\n"
				 ":\n\n"
				 "Huge: 18446744073709551615 kB\n"
				 "Missing: 9");

	assert_int_equal(text_keys(in, keys, COUNT(keys)), 2);
	assert_int_equal(a, 10240);
	assert_int_equal(b, 5);
	assert_int_equal(c, 3);
	assert_int_equal(d, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_words_and_numbers),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
