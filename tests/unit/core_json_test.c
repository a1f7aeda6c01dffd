/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <math.h>

#include "core/buf.h"
#include "core/html.h"
#include "core/json.h"

static void
test_strings_are_escaped(void **state)
{
	struct buf b;

	buf_init(&b, 1000);
	json_string(&b, "a\"b\\c\n\t\x01</script>&\xc3\xa9\xff\xed\xa0\x80");
	assert_string_equal(
	    b.data,
	    "\"a\\\"b\\\\c\\n\\t\\u0001\\u003c/script\\u003e\\u0026\xc3\xa9"
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	buf_done(&b);
}

static void
test_object(void **state)
{
	struct buf b;

	buf_init(&b, 1000);
	buf_char(&b, '{');
	json_key(&b, "a");
	json_double(&b, 1.5);
	json_key(&b, "b");
	json_double(&b, NAN);
	buf_char(&b, '}');
	assert_string_equal(b.data, "{\"a\":1.5,\"b\":null}");
	buf_done(&b);
}

static cJSON *
parse(const char *text, struct err *err)
{
	*err = (struct err){0};
	return json_parse(text, strlen(text), 1000, err);
}

static void
test_parse_is_strict(void **state)
{
	static const char *const bad[] = {
	    "",	    "{",	"{} x",
	    "[1,]", "{\"a\":}", "{\"a\":\"good\\u0000../../x\"}"};
	char deep[100];
	struct err err;
	cJSON *j;

	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_null(parse(bad[i], &err));
		assert_int_equal(err.code, ERR_INVALID);
	}
	memset(deep, '[', 50);
	memset(deep + 50, ']', 49);
	deep[99] = '\0';
	assert_null(parse(deep, &err));
	assert_null(json_parse("[1,2]", 5, 4, &err));
	assert_int_equal(err.code, ERR_TOO_LARGE);
	assert_null(json_parse("[1]\0", 4, 10, &err));
	j = parse(" {\"Key\":\"v\",\"n\":2} \n", &err);
	assert_non_null(j);
	assert_null(json_get_string(j, "key"));
	assert_string_equal(json_get_string(j, "Key"), "v");
	assert_true(json_get_double(j, "n", 0) == 2);
	assert_true(json_get_double(j, "Key", -1) == -1);
	assert_null(json_get_array(j, "n"));
	cJSON_Delete(j);
}

static void
test_html(void **state)
{
	struct buf b;

	buf_init(&b, 1000);
	html_text(&b, "<a href=\"x\">'&\x01\xc3\xa9");
	assert_string_equal(b.data,
			    "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\xc3\xa9");
	buf_reset(&b);
	html_url(&b, "a/b c?d&e:f\xff");
	assert_string_equal(b.data, "a%2Fb%20c%3Fd%26e:f%FF");
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_strings_are_escaped),
	    cmocka_unit_test(test_object),
	    cmocka_unit_test(test_parse_is_strict),
	    cmocka_unit_test(test_html),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
