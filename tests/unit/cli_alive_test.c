/* SPDX-License-Identifier: MIT */
/* Which program a command line is, and the FastCGI status of an answer. */
#include "tests/unit/test.h"

#include "cli/alive.h"
#include "cli/probe_fcgi.h"

static void
assert_role(const char *text, size_t len, const char *name)
{
	const struct alive_role *r = alive_of_command(text, len);

	if (name == NULL)
		assert_null(r);
	else {
		assert_non_null(r);
		assert_string_equal(r->name, name);
	}
}

#define ROLE(text, name) assert_role(text, sizeof(text), name)

static void
names_each_program(void **state)
{
	(void)state;
	ROLE("robin-store", "store");
	ROLE("/usr/bin/robin-collect\0--root\0/host", "collect");
	ROLE("robin-fcgi\0--pool\0pictures\0--socket\0/s", "pictures");
	ROLE("robin-fcgi\0--pool=data", "data");
	ROLE("/usr/bin/robin\0run\0--listen\0*:8080", "all");
	ROLE("/usr/bin/robin-site", "site");
	ROLE("robin-alert\0--rules\0x", "alert");
}

static void
sees_nginx_behind_its_title(void **state)
{
	(void)state;
	ROLE("nginx: master process nginx -p /var/lib/robin", "nginx");
	ROLE("/usr/sbin/nginx\0-p\0/x", "nginx");
}

static void
skips_an_init_program(void **state)
{
	(void)state;
	ROLE("/run/podman-init\0--\0robin-store", "store");
	ROLE("/sbin/docker-init\0--\0/usr/bin/robin-site", "site");
}

static void
others_are_none(void **state)
{
	(void)state;
	ROLE("/sbin/init", NULL);
	ROLE("", NULL);
	ROLE("robin-storekeeper", NULL);
	ROLE("xrobin-store", NULL);
	ROLE("robin-fcgi\0--pool\0nothing", NULL);
	assert_role("robin-stor", 10, NULL);
	assert_role("/", 1, NULL);
	assert_null(alive_find("robin-store"));
	assert_non_null(alive_find("store"));
}

/* One record of type t with these bytes and padding. */
static size_t
put(unsigned char *out, int t, const char *text, size_t len, size_t pad)
{
	const unsigned char head[8] = {1,
				       (unsigned char)t,
				       0,
				       1,
				       (unsigned char)(len >> 8),
				       (unsigned char)len,
				       (unsigned char)pad,
				       0};

	memcpy(out, head, 8);
	memcpy(out + 8, text, len);
	memset(out + 8 + len, 0, pad);
	return 8 + len + pad;
}

static void
reads_the_status(void **state)
{
	unsigned char b[512];
	size_t n;

	(void)state;
	n = put(b, 6, "Status: 503 Busy\r\n", 18, 6);
	assert_int_equal(probe_fcgi_status(b, n), 503);
	n = put(b, 6, "Content-Type: text/plain\r\n\r\nok\n", 31, 1);
	assert_int_equal(probe_fcgi_status(b, n), 200);
	n = put(b, 7, "warning", 7, 1);
	n += put(b + n, 6, "status: 200 OK\r\n\r\n", 18, 6);
	assert_int_equal(probe_fcgi_status(b, n), 200);
	n = put(b, 6, "Status: x0y Busy\r\n", 18, 6);
	assert_int_equal(probe_fcgi_status(b, n), -1);
}

static void
waits_for_more(void **state)
{
	unsigned char b[512];
	size_t n = put(b, 7, "warning", 7, 1);

	(void)state;
	n += put(b + n, 6, "Status: 200 OK\r\n", 16, 0);
	for (size_t have = 0; have < 16 + 8 + 11; have++)
		assert_int_equal(probe_fcgi_status(b, have), 0);
	assert_int_equal(probe_fcgi_status(b, n), 200);
}

static void
refuses_other_bytes(void **state)
{
	unsigned char b[64] = "HTTP/1.1 200 OK\r\n\r\n";

	(void)state;
	assert_int_equal(probe_fcgi_status(b, 19), -1);
	(void)put(b, 3, "\0\0\0\0\0\0\0\0", 8, 0);
	assert_int_equal(probe_fcgi_status(b, 16), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_each_program),
	    cmocka_unit_test(sees_nginx_behind_its_title),
	    cmocka_unit_test(skips_an_init_program),
	    cmocka_unit_test(others_are_none),
	    cmocka_unit_test(reads_the_status),
	    cmocka_unit_test(waits_for_more),
	    cmocka_unit_test(refuses_other_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
