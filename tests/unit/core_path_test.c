/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include "core/buf.h"
#include "core/path.h"

static void
test_slugs_of_design(void **state)
{
	static const struct {
		const char *raw, *slug;
	} rows[] = {
	    {"/", ":"},
	    {"/var/lib", ":var:lib"},
	    {"eth0.100", "eth0.100"},
	    {"payments/api/0", "payments:api:0"},
	    {".hidden", "=2ehidden"},
	    {"-rf", "=2drf"},
	    {"..", "=2e."},
	    {"a b", "a=20b"},
	    {"a:b=c,d~e", "a=3ab=3dc=2cd=7ee"},
	    {"\xc3\xa9", "=c3=a9"},
	    {"", "="},
	};
	char slug[SLUG_MAX + 1];

	for (size_t i = 0; i < COUNT(rows); i++) {
		slug_make(rows[i].raw, strlen(rows[i].raw), slug);
		assert_string_equal(slug, rows[i].slug);
		assert_true(slug_valid(slug, strlen(slug)));
	}
}

static void
test_long_slugs_stay_apart(void **state)
{
	char raw[5000], one[SLUG_MAX + 1], two[SLUG_MAX + 1];

	memset(raw, 'x', sizeof(raw));
	slug_make(raw, sizeof(raw), one);
	raw[sizeof(raw) - 1] = 'y';
	slug_make(raw, sizeof(raw), two);
	assert_int_equal(strlen(one), 167);
	assert_string_not_equal(one, two);
	assert_true(slug_valid(one, strlen(one)));
	/* escapes cut in two are still valid names */
	for (size_t n = 55; n < 130; n++) {
		memset(raw, ' ', n);
		slug_make(raw, n, one);
		assert_true(slug_valid(one, strlen(one)));
		raw[0] = 'a';
		slug_make(raw, n, one);
		assert_true(slug_valid(one, strlen(one)));
	}
	/* exactly at the limit nothing is cut */
	memset(raw, 'x', SLUG_MAX);
	slug_make(raw, SLUG_MAX, one);
	assert_int_equal(strlen(one), SLUG_MAX);
}

static void
test_text_of_a_slug(void **state)
{
	struct buf b;

	buf_init(&b, 1000);
	slug_text(&b, ":var:lib");
	assert_string_equal(b.data, "/var/lib");
	buf_reset(&b);
	slug_text(&b, "a=20b=c3=a9");
	assert_string_equal(b.data, "a b\xc3\xa9");
	buf_done(&b);
}

static void
test_parse_and_format(void **state)
{
	static const char *const good[] = {"local/web1/cpu",
					   "local/web1/cpu.0",
					   "local/web1/net.eth0.100",
					   "local/web1/disk.:var:lib",
					   "k8s-1/node.example/pod.a:b:0",
					   "l/h/f.="};
	static const char *const bad[] = {
	    "",		  "cpu",	 "a/cpu",
	    "a/b/",	  "a//cpu",	 "/b/cpu",
	    "a/b/Cpu",	  "a/b/1cpu",	 "a/b/cpu.",
	    "a/b/c/d",	  "a/../cpu",	 "a/./cpu",
	    "a/.b/cpu",	  "a/b/cpu..x",	 "a/b/cpu.=zz",
	    "a/b/cpu.=2", "a/b/cpu.a b", "a/b/cpu.\x01",
	    "a/b/cp u",	  "a/b/cpu.=2E"};
	char text[PATH_SIZE];
	struct path p;
	struct err err;

	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(path_parse(good[i], strlen(good[i]), &p, &err),
				 0);
		assert_int_equal(path_format(&p, text), strlen(good[i]));
		assert_string_equal(text, good[i]);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		err = (struct err){0};
		assert_int_equal(path_parse(bad[i], strlen(bad[i]), &p, &err),
				 -1);
		assert_int_equal(err.code, ERR_INVALID);
	}
	assert_int_equal(path_parse("a/b/cpu\0x", 9, &p, &err), -1);
}

static void
test_family_names(void **state)
{
	char name[64];

	memset(name, 'a', sizeof(name));
	assert_true(family_name_valid(name, 48));
	assert_false(family_name_valid(name, 49));
	assert_false(family_name_valid("_a", 2));
	assert_false(family_name_valid("a-b", 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_slugs_of_design),
	    cmocka_unit_test(test_long_slugs_stay_apart),
	    cmocka_unit_test(test_text_of_a_slug),
	    cmocka_unit_test(test_parse_and_format),
	    cmocka_unit_test(test_family_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
