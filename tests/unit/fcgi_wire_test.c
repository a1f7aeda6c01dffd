/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include "core/buf.h"
#include "fcgi/wire.h"

static struct buf b;

static void
record(int type, const void *body, size_t n)
{
	unsigned char head[8] = {1, (unsigned char)type, 0, 1};

	head[4] = (unsigned char)(n >> 8);
	head[5] = (unsigned char)n;
	buf_put(&b, head, sizeof(head));
	buf_put(&b, body, n);
}

static int
check(void)
{
	return wire_check((const unsigned char *)b.data, b.len);
}

static void
begin(void)
{
	buf_reset(&b);
	record(1, "\0\1\0\0\0\0\0\0", 8);
}

static void
test_a_request(void **state)
{
	begin();
	record(4, "\x0e\x03REQUEST_METHODGET", 19);
	record(4, "", 0);
	record(5, "", 0);
	assert_int_equal(check(), 1);
	/* cut anywhere it may still become one */
	for (size_t n = 0; n < b.len; n++)
		assert_int_equal(wire_check((const unsigned char *)b.data, n),
				 0);
}

static void
test_whole_is_names_and_body(void **state)
{
	begin();
	record(5, "", 0);
	assert_int_equal(check(), 0); /* of which names may follow */
	begin();
	record(4, "\x0e\x03REQUEST_METHODGET", 19);
	record(5, "", 0);
	assert_int_equal(check(), 0);
	begin();
	record(4, "", 0);
	record(5, "body", 4);
	assert_int_equal(check(), 0);
	record(5, "", 0);
	assert_int_equal(check(), 1);
}

static void
test_pairs_may_span_records(void **state)
{
	begin();
	record(4, "\x0e", 1);
	record(4, "\x80\0\0", 3);
	record(4, "\x03REQUEST", 8);
	record(4, "_METHODGET\x01\x01xy", 14);
	assert_int_equal(check(), 0);
}

static void
test_absurd_lengths(void **state)
{
	/* a name of 2^31-1 bytes */
	begin();
	record(4, "\xff\xff\xff\xff\x01", 5);
	assert_int_equal(check(), -1);
	/* a value of 2^31-1 bytes */
	begin();
	record(4, "\x01\xff\xff\xff\xff", 5);
	assert_int_equal(check(), -1);
	/* the same, in pieces */
	begin();
	record(4, "\x01\xff", 2);
	record(4, "\xff\xff\xff", 3);
	assert_int_equal(check(), -1);
	/* just within */
	begin();
	record(4, "\x80\0\1\0\x80\1\0\0", 8);
	assert_int_equal(check(), 0);
	/* more of it than anyone sends */
	begin();
	for (int i = 0; i < 3; i++) {
		static char much[60000];

		memset(much, 0, sizeof(much));
		record(4, much, sizeof(much));
	}
	assert_int_equal(check(), -1);
}

static void
test_not_a_request(void **state)
{
	buf_reset(&b);
	buf_str(&b, "GET / HTTP/1.1\r\n\r\n");
	assert_int_equal(check(), -1);
	/* parameters before the beginning */
	buf_reset(&b);
	record(4, "\x01\x01xy", 4);
	assert_int_equal(check(), -1);
	/* two beginnings */
	begin();
	record(1, "\0\1\0\0\0\0\0\0", 8);
	assert_int_equal(check(), -1);
	/* an authorizer, which we are not */
	buf_reset(&b);
	record(1, "\0\2\0\0\0\0\0\0", 8);
	assert_int_equal(check(), -1);
	/* an unknown type */
	begin();
	record(77, "", 0);
	assert_int_equal(check(), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_request),
	    cmocka_unit_test(test_whole_is_names_and_body),
	    cmocka_unit_test(test_pairs_may_span_records),
	    cmocka_unit_test(test_absurd_lengths),
	    cmocka_unit_test(test_not_a_request),
	};
	int rc;

	buf_init(&b, 1 << 20);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	buf_done(&b);
	return rc;
}
