/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <sys/stat.h>

#include "fcgi/sign.h"

#define NOW INT64_C(1795204353)

static const unsigned char key[SECRET_KEY_BYTES] =
    "a key of thirty-two bytes, all";
static struct err err;

static int
check(const char *signed_url, int64_t now_s, struct target *t)
{
	static struct uri uri;

	err = (struct err){0};
	if (uri_parse(signed_url, strlen(signed_url), &uri, &err) != 0)
		return -1;
	return sign_check(key, &uri, now_s, t, &err);
}

static void
test_a_signed_address_is_taken(void **state)
{
	char out[SIGN_SIZE];
	struct target t;

	assert_int_equal(sign_url(key, NOW + 60, "/g/l/web1/cpu/day,dark.png",
				  NOW, out, &err),
			 0);
	assert_int_equal(strncmp(out, "/s/1795204413/", 14), 0);
	assert_int_equal(check(out, NOW + 60, &t), 0);
	assert_true(t.range.absolute);
	assert_int_equal(t.range.to_s, NOW);
	assert_int_equal(t.range.from_s, NOW - 86400);
	assert_string_equal(t.paths[0].host, "web1");
	assert_true(t.options & TARGET_BIT(TARGET_DARK));
	/* it shows the same times ever after */
	assert_int_equal(check(out, NOW + 59, &t), 0);
	assert_int_equal(t.range.to_s, NOW);
}

static void
test_expiry(void **state)
{
	char out[SIGN_SIZE];
	struct target t;

	assert_int_equal(
	    sign_url(key, NOW + 60, "/g/l/web1/cpu/day.png", NOW, out, &err),
	    0);
	assert_int_equal(check(out, NOW + 61, &t), -1);
	assert_int_equal(err.code, ERR_DENIED);
	assert_int_equal(
	    sign_url(key, 0, "/g/l/web1/cpu/day.png", NOW, out, &err), 0);
	assert_int_equal(check(out, NOW + 1000000000, &t), 0);
}

static void
test_every_byte_counts(void **state)
{
	char out[SIGN_SIZE], bad[SIGN_SIZE];
	struct target t;
	size_t n;

	assert_int_equal(sign_url(key, NOW + 60, "/g/l/web1/cpu/day,dark.png",
				  NOW, out, &err),
			 0);
	n = strlen(out);
	/* what stands before is the route's to check */
	for (size_t i = strlen("/s/"); i < n; i++) {
		memcpy(bad, out, n + 1);
		bad[i] = bad[i] == '1' ? '2' : '1';
		if (strcmp(bad, out) != 0)
			assert_int_equal(check(bad, NOW, &t), -1);
	}
}

static void
test_forms_that_are_refused(void **state)
{
	static const char *const bad[] = {
	    "/s/",
	    "/s/0/0123456789abcdef0123456789abcdef",
	    "/s/0/0123456789abcdef0123456789abcdef/h/l/web1/cpu/1~2.png",
	    "/s/0/0123/g/l/web1/cpu/1~2.png",
	    "/s/0/0123456789abcdef0123456789abcdef/g/l/web1/cpu/1~2.png",
	    "/s/-1/0123456789abcdef0123456789abcdef/g/l/web1/cpu/1~2.png",
	    "/s/00/0123456789abcdef0123456789abcdef/g/l/web1/cpu/1~2.png",
	    "/s/99999999999999999999/0123456789abcdef0123456789abcdef/g/l/"
	    "web1/cpu/1~2.png",
	    "/s/0/0123456789abcdef0123456789abcdef/g/l/web1/cpu/day.png",
	    "/s/0/0123456789abcdef0123456789abcdef/g/l/web1/cpu/1~2.png?dark",
	};
	struct target t;

	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(check(bad[i], NOW, &t), -1);
}

static void
test_whole_addresses(void **state)
{
	static const char *const bad[] = {"",
					  "x",
					  "https://mon.example",
					  "https://mon.example/h/l/web1/",
					  "/g/l/web1/cpu/day.gif",
					  "/s/0/0/g/l/web1/cpu/day.png"};
	char out[SIGN_SIZE];

	assert_int_equal(sign_url(key, 0,
				  "https://mon.example:8443/g/l/web1/cpu/"
				  "1795200000~1795203600.png",
				  NOW, out, &err),
			 0);
	assert_int_equal(strncmp(out, "https://mon.example:8443/s/0/", 29), 0);
	assert_non_null(strstr(out, "/g/l/web1/cpu/1795200000~1795203600.png"));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(sign_url(key, 0, bad[i], NOW, out, &err), -1);
}

static void
test_tokens(void **state)
{
	char dir[64], path[128], token[SECRET_HEX_SIZE], again[SECRET_HEX_SIZE];
	char name[SECRET_NAME_MAX + 1];

	make_tmp(dir);
	(void)snprintf(path, sizeof(path), "%s/tokens", dir);
	assert_int_equal(secret_token_find(dir, "x", name, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(secret_token_make(dir, "deploy", token, &err), 0);
	assert_int_equal(strlen(token), 64);
	assert_int_equal(secret_token_make(dir, "ci-2", again, &err), 0);
	assert_string_not_equal(token, again);
	assert_int_equal(secret_token_find(dir, token, name, &err), 0);
	assert_string_equal(name, "deploy");
	assert_int_equal(secret_token_find(dir, again, name, &err), 0);
	assert_string_equal(name, "ci-2");
	/* a new one replaces the old one of that name */
	assert_int_equal(secret_token_make(dir, "deploy", again, &err), 0);
	assert_int_equal(secret_token_find(dir, token, name, &err), -1);
	assert_int_equal(err.code, ERR_DENIED);
	assert_int_equal(secret_token_drop(dir, "deploy", &err), 0);
	assert_int_equal(secret_token_find(dir, again, name, &err), -1);
	assert_int_equal(secret_token_drop(dir, "deploy", &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(secret_token_make(dir, "../x", token, &err), -1);
	assert_int_equal(secret_token_make(dir, "", token, &err), -1);
	/* a file that everybody may read is no secret */
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(secret_token_find(dir, token, name, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	rm_tree(dir);
}

static void
test_odd_token_files(void **state)
{
	static const char *const odd[] = {
	    "",
	    "\n\n",
	    "name",
	    "name \n",
	    " 0123\n",
	    "name 0123456789abcdef\n",
	    "a-name-that-is-longer-than-thirty-two-bytes "
	    "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
	    "\n"};
	/* of the token "x" */
	static const char good[] =
	    "junk\nme "
	    "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
	char name[SECRET_NAME_MAX + 1];

	for (size_t i = 0; i < COUNT(odd); i++)
		assert_int_equal(secret_token_match(odd[i], "x", name, &err),
				 -1);
	assert_int_equal(secret_token_match(good, "x", name, &err), 0);
	assert_string_equal(name, "me");
	assert_int_equal(secret_token_match(good, "y", name, &err), -1);
}

static void
test_key_file(void **state)
{
	unsigned char one[SECRET_KEY_BYTES], two[SECRET_KEY_BYTES];
	char dir[64], path[128];
	FILE *f;

	make_tmp(dir);
	(void)snprintf(path, sizeof(path), "%s/sign.key", dir);
	assert_int_equal(secret_sign_key(dir, false, one, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(secret_sign_key(dir, true, one, &err), 0);
	assert_int_equal(secret_sign_key(dir, false, two, &err), 0);
	assert_memory_equal(one, two, sizeof(one));
	f = fopen(path, "w");
	assert_non_null(f);
	(void)fputs("0123\n", f);
	(void)fclose(f);
	assert_int_equal(secret_sign_key(dir, true, one, &err), -1);
	assert_int_equal(err.code, ERR_CORRUPT);
	rm_tree(dir);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_signed_address_is_taken),
	    cmocka_unit_test(test_expiry),
	    cmocka_unit_test(test_every_byte_counts),
	    cmocka_unit_test(test_forms_that_are_refused),
	    cmocka_unit_test(test_whole_addresses),
	    cmocka_unit_test(test_tokens),
	    cmocka_unit_test(test_odd_token_files),
	    cmocka_unit_test(test_key_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
