/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include "fcgi/route.h"

#define NOW INT64_C(1795204353)

static struct request req;
static struct field args[PARAMS_MAX], fields[PARAMS_MAX];
static struct err err;

static const struct route *
find(const char *target)
{
	int i;

	req = (struct request){.target = target, .now_s = NOW};
	assert_int_equal(uri_parse(target, strlen(target), &req.uri, &err), 0);
	i = route_find(&req.uri);
	return i < 0 ? NULL : route_table[i];
}

static int
check(const char *target)
{
	const struct route *r = find(target);

	assert_non_null(r);
	err = (struct err){0};
	return route_check(r, &req, args, fields, &err);
}

static void
test_every_row_is_sound(void **state)
{
	for (size_t i = 0; i < route_table_n; i++) {
		const struct route *r = route_table[i];
		char target[128];

		assert_non_null(r->name);
		assert_int_equal(r->path[0], '/');
		assert_non_null(r->answer);
		assert_non_null(r->summary);
		assert_non_null(r->media);
		assert_true(r->methods != 0 && r->pools != 0);
		(void)snprintf(target, sizeof(target), "%s%s", r->path,
			       r->args_min > 0 ? "/a" : "");
		assert_ptr_equal(find(target), r);
		for (int a = 0; r->args != NULL && r->args[a].name; a++)
			assert_non_null(r->args[a].help);
		for (int p = 0; r->params != NULL && r->params[p].name; p++)
			assert_non_null(r->params[p].help);
	}
}

static void
test_longest_path_wins(void **state)
{
	assert_string_equal(find("/api/v1/openapi.json")->name, "openapi");
	assert_string_equal(find("/api/v1/latest/web1")->name, "latest");
	assert_null(find("/api/v1"));
	assert_null(find("/api/v1/nope"));
	assert_null(find("/healthz/x"));
	assert_null(find("/"));
}

static void
test_path_parts(void **state)
{
	assert_int_equal(check("/api/v1/latest"), 0);
	assert_false(args[0].set);
	assert_int_equal(check("/api/v1/latest/web1/disk.:var"), 0);
	assert_string_equal(args[0].text, "web1");
	assert_string_equal(args[1].path.family, "disk");
	assert_string_equal(args[1].path.instance, ":var");
	assert_int_equal(check("/api/v1/latest/a/b/c"), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(check("/api/v1/latest/.a"), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(check("/api/v1/latest/a/CPU"), -1);
}

static void
test_query(void **state)
{
	static const char *const bad[] = {
	    "/api/v1/series",
	    "/api/v1/series?path=",
	    "/api/v1/series?path=local/web1",
	    "/api/v1/series?path=../../etc/passwd",
	    "/api/v1/series?path=local/web1/cpu&path=local/web1/cpu",
	    "/api/v1/series?path=local/web1/cpu&nope=1",
	    "/api/v1/series?path=local/web1/cpu&maxPoints=0",
	    "/api/v1/series?path=local/web1/cpu&maxPoints=-1",
	    "/api/v1/series?path=local/web1/cpu&maxPoints=1e3",
	    "/api/v1/series?path=local/web1/cpu&maxPoints=4294967297",
	    "/api/v1/series?path=local/web1/cpu&maxPoints=12345678901234567890",
	    "/api/v1/series?path=local/web1/cpu&maxPoints=nan",
	    "/api/v1/series?path=local/web1/cpu&maxPoints=",
	    "/api/v1/series?path=local/web1/cpu&from=soon",
	    "/api/v1/series?path=local/web1/cpu&extremes=maybe",
	    "/healthz?x",
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(check(bad[i]), -1);
		assert_int_equal(err.code, ERR_INVALID);
	}
	assert_int_equal(check("/api/v1/series?path=local/web1/cpu&from=-1h&"
			       "maxPoints=7&extremes"),
			 0);
	assert_int_equal(fields[1].number, NOW - 3600);
	assert_int_equal(fields[3].number, 7);
	assert_int_equal(fields[4].number, 1);
}

static void
test_hints(void **state)
{
	assert_int_equal(check("/api/v1/series?pth=local/web1/cpu"), -1);
	assert_non_null(strstr(err.msg, "did you mean \"path\""));
}

static void
test_allow(void **state)
{
	char text[64];

	route_allow(find("/healthz"), text, sizeof(text));
	assert_string_equal(text, "GET, HEAD");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_row_is_sound),
	    cmocka_unit_test(test_longest_path_wins),
	    cmocka_unit_test(test_path_parts),
	    cmocka_unit_test(test_query),
	    cmocka_unit_test(test_hints),
	    cmocka_unit_test(test_allow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
