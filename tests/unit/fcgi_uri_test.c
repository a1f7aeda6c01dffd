/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include "fcgi/uri.h"

static struct uri uri;

static int
parse(const char *raw)
{
	struct err err = {0};

	return uri_parse(raw, strlen(raw), &uri, &err);
}

static void
test_splits_then_decodes_once(void **state)
{
	assert_int_equal(parse("/g/a%3Ab/%2541?x=%252e&y=a+b%2B&z"), 0);
	assert_int_equal(uri.n_segments, 3);
	assert_string_equal(uri.segments[0], "g");
	assert_string_equal(uri.segments[1], "a:b");
	assert_string_equal(uri.segments[2], "%41");
	assert_int_equal(uri.n_query, 3);
	assert_string_equal(uri.query[0].value, "%2e");
	assert_string_equal(uri.query[1].value, "a b+");
	assert_string_equal(uri.query[2].name, "z");
	assert_string_equal(uri.query[2].value, "");
}

static void
test_spellings_of_one_resource(void **state)
{
	static const char *const same[] = {"/heal",	  "//heal", "/./heal",
					   "/%68eal",	  "/heal/", "/%2e/heal",
					   "///.//heal//"};

	for (size_t i = 0; i < COUNT(same); i++) {
		assert_int_equal(parse(same[i]), 0);
		assert_int_equal(uri.n_segments, 1);
		assert_string_equal(uri.segments[0], "heal");
	}
	assert_int_equal(parse("/"), 0);
	assert_int_equal(uri.n_segments, 0);
}

static void
test_hostile_targets_are_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    "g/a",
	    "/../etc/passwd",
	    "/a/%2e%2e/b",
	    "/a/..%2fb",
	    "/a%2fb",
	    "/a%00b",
	    "/a%0d%0ab",
	    "/a%",
	    "/a%4",
	    "/a%zz",
	    "/a\xff",
	    "/a%ff",
	    "/a%7f",
	    "/a\tb",
	    "/a?=1",
	    "/a?&",
	    "/a?b=%",
	    "/a?b=%0a",
	    "/1/2/3/4/5/6/7/8/9/10/11/12/13",
	    "/?1&2&3&4&5&6&7&8&9&a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p",
	    "http://x/y",
	};

	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(parse(bad[i]), -1);
}

static void
test_length_is_bounded(void **state)
{
	static char raw[URI_MAX + 8];
	struct err err = {0};

	memset(raw, 'a', sizeof(raw));
	raw[0] = '/';
	assert_int_equal(uri_parse(raw, URI_MAX - 1, &uri, &err), 0);
	assert_int_equal(strlen(uri.segments[0]), URI_MAX - 2);
	assert_int_equal(uri_parse(raw, URI_MAX, &uri, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	/* every byte a separator: the text still fits */
	memset(raw, '/', sizeof(raw));
	assert_int_equal(uri_parse(raw, URI_MAX - 1, &uri, &err), 0);
}

static void
test_cut(void **state)
{
	assert_int_equal(parse("/badge/local/web1.svg"), 0);
	assert_true(uri_cut(&uri, ".svg"));
	assert_string_equal(uri.segments[2], "web1");
	assert_false(uri_cut(&uri, ".svg"));
	assert_int_equal(parse("/badge/.svg"), 0);
	assert_false(uri_cut(&uri, ".svg"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_splits_then_decodes_once),
	    cmocka_unit_test(test_spellings_of_one_resource),
	    cmocka_unit_test(test_hostile_targets_are_refused),
	    cmocka_unit_test(test_length_is_bounded),
	    cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
