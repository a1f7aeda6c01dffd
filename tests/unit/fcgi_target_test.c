/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include "fcgi/target.h"

#define NOW INT64_C(1795204353)

static struct uri uri;
static struct target t;
static struct err err;

static int
parse(const char *raw)
{
	err = (struct err){0};
	if (uri_parse(raw, strlen(raw), &uri, &err) != 0)
		return -1;
	return target_parse(&uri, NOW, &t, &err);
}

static void
test_canonical_forms_stay(void **state)
{
	static const char *const same[] = {
	    "/g/local/web1/cpu/day.png",
	    "/g/local/web1,web2/cpu.0/6h.svg",
	    "/g/local/web1/disk.:var:lib/year,800x200.json",
	    "/g/local/web1/net.eth0.100/week,400x150,2x,dark,stack,envelope,"
	    "p95,forecast,notes,nolegend.png",
	    "/g/local/web1/cpu/1795200000~1795203600.csv",
	    "/g/local/web1/cpu/2026-11-19~2026-11-20.png",
	    "/g/local/web1/cpu/now-6h~now.png",
	};

	for (size_t i = 0; i < COUNT(same); i++) {
		assert_int_equal(parse(same[i]), 0);
		assert_string_equal(t.url, same[i]);
		assert_true(t.canonical);
	}
}

static void
test_other_spellings_lead_there(void **state)
{
	static const struct {
		const char *raw, *canonical;
	} rows[] = {
	    {"/g/local/web1/cpu/day,dark,2x.png",
	     "/g/local/web1/cpu/day,2x,dark.png"},
	    {"/g/local/web1/cpu/day,nolegend,800x200.png",
	     "/g/local/web1/cpu/day,800x200,nolegend.png"},
	    {"/g/local/web1/cpu/day.png?dark",
	     "/g/local/web1/cpu/day,dark.png"},
	    {"/g/local/web1/cpu/day.png?theme=dark&size=400x100&2x=1",
	     "/g/local/web1/cpu/day,400x100,2x,dark.png"},
	    {"/g/local/web1/cpu/day.png?range=6h", "/g/local/web1/cpu/6h.png"},
	    {"/g/local/web1/cpu/day.png?from=1795200000&to=1795203600",
	     "/g/local/web1/cpu/1795200000~1795203600.png"},
	    {"/g/local/web1/cpu/6hours.png", "/g/local/web1/cpu/6h.png"},
	    {"/g/local/web1/cpu/day.png?", "/g/local/web1/cpu/day.png"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(parse(rows[i].raw), 0);
		assert_string_equal(t.url, rows[i].canonical);
		assert_false(t.canonical);
		/* and the canonical form is its own */
		assert_int_equal(parse(rows[i].canonical), 0);
		assert_true(t.canonical);
	}
}

static void
test_what_is_refused(void **state)
{
	static const char *const bad[] = {
	    "/g/local/web1/cpu/day.gif",
	    "/g/local/web1/cpu/day",
	    "/g/local/web1/cpu/day.png.",
	    "/g/local/web1/cpu/.png",
	    "/g/local/web1/cpu/fortnight.png",
	    "/g/local/web1/CPU/day.png",
	    "/g/local/web1/cpu./day.png",
	    "/g/local/.web1/cpu/day.png",
	    "/g/local/web1,/cpu/day.png",
	    "/g/local/web1,web1/cpu/day.png",
	    "/g/local/a,b,c,d,e,f,g,h,i/cpu/day.png",
	    "/g/lo cal/web1/cpu/day.png",
	    "/g/local/web1/cpu/day,.png",
	    "/g/local/web1/cpu/day,dark,dark.png",
	    "/g/local/web1/cpu/day,dark,light.png",
	    "/g/local/web1/cpu/day,darkish.png",
	    "/g/local/web1/cpu/day,800x200,600x200.png",
	    "/g/local/web1/cpu/day,0x200.png",
	    "/g/local/web1/cpu/day,800x0.png",
	    "/g/local/web1/cpu/day,-1x200.png",
	    "/g/local/web1/cpu/day,0800x200.png",
	    "/g/local/web1/cpu/day,1000000000x200.png",
	    "/g/local/web1/cpu/day,4294967296x200.png",
	    "/g/local/web1/cpu/day,nanx200.png",
	    "/g/local/web1/cpu/day,x.png",
	    "/g/local/web1/cpu/day,800x.png",
	    "/g/local/web1/cpu/day,12345678901234567890x1.png",
	    "/g/local/web1/cpu/day,4000x1001.png",
	    "/g/local/web1/cpu/day,2000x1000,2x.png",
	    "/g/local/web1/cpu/1e9d.png",
	    "/g/local/web1/cpu/0h.png",
	    "/g/local/web1/cpu/now~now.png",
	    "/g/local/web1/cpu/2~1.png",
	    "/g/local/web1/cpu/day.png?colour=red",
	    "/g/local/web1/cpu/day.png?dark=no",
	    "/g/local/web1/cpu/day.png?dark&dark",
	    "/g/local/web1/cpu/day,dark.png?dark",
	    "/g/local/web1/cpu/day.png?range=6h&range=7h",
	    "/g/local/web1/cpu/day.png?range=6h&from=1",
	    "/g/local/web1/cpu/day.png?to=now",
	    "/g/local/web1/cpu/day.png?size=big",
	    "/g/local/web1/cpu/day.png?theme=blue",
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(parse(bad[i]), -1);
		assert_int_equal(err.code, ERR_INVALID);
		assert_true(err.msg[0] != '\0');
	}
	assert_int_equal(parse("/g/local/web1/day.png"), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void
test_fields(void **state)
{
	assert_int_equal(parse("/g/eu/a,b/disk.:var/day,4000x1000,dark.svg"),
			 0);
	assert_int_equal(t.n_hosts, 2);
	assert_string_equal(t.paths[1].cluster, "eu");
	assert_string_equal(t.paths[1].host, "b");
	assert_string_equal(t.paths[1].family, "disk");
	assert_string_equal(t.paths[1].instance, ":var");
	assert_int_equal(t.width, 4000);
	assert_int_equal(t.height, 1000);
	assert_int_equal(t.ext, TARGET_SVG);
	assert_int_equal(t.options,
			 TARGET_BIT(TARGET_SIZED) | TARGET_BIT(TARGET_DARK));
	assert_int_equal(t.range.to_s - t.range.from_s, 86400);
}

static void
test_longest_address_fits(void **state)
{
	char raw[URI_MAX];
	char slug[SLUG_MAX + 1];
	size_t n;

	memset(slug, 'x', SLUG_MAX);
	slug[SLUG_MAX] = '\0';
	n = (size_t)snprintf(raw, sizeof(raw), "/g/%s/", slug);
	for (int i = 0; i < TARGET_HOSTS_MAX; i++) {
		slug[0] = (char)('a' + i);
		n += (size_t)snprintf(raw + n, sizeof(raw) - n, "%s%s",
				      i > 0 ? "," : "", slug);
	}
	(void)snprintf(raw + n, sizeof(raw) - n,
		       "/cpu.%s/2026-11-19T000000Z~2026-11-20T000000Z,"
		       "1000x1000,2x,dark,stack,envelope,p95,forecast,notes,"
		       "nolegend.json",
		       slug);
	assert_int_equal(parse(raw), 0);
	assert_string_equal(t.url, raw);
}

static void
test_filename_is_plain(void **state)
{
	char name[160];

	assert_int_equal(parse("/g/l/w=22b/disk.:var/now-6h~now.png"), 0);
	target_filename(&t, name);
	assert_string_equal(name, "w_22b-disk._var-now-6h_now.png");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_canonical_forms_stay),
	    cmocka_unit_test(test_other_spellings_lead_there),
	    cmocka_unit_test(test_what_is_refused),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_longest_address_fits),
	    cmocka_unit_test(test_filename_is_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
