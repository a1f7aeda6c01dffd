/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include "fcgi/reply.h"
#include "fcgi/target.h"

static struct reply r;
static struct buf sent;
static size_t writes_left;

static int
take(struct io *io, const void *data, size_t len)
{
	if (writes_left == 0)
		return -1;
	writes_left--;
	buf_put(&sent, data, len);
	return 0;
}

static struct io io = {.write = take};

static int
setup(void **state)
{
	buf_reset(&sent);
	writes_left = 1000000;
	reply_reset(&r, &io, false);
	return 0;
}

static void
test_answer(void **state)
{
	buf_str(&r.body, "hello\n");
	reply_header(&r, "X-One", "%d", 1);
	assert_int_equal(reply_send(&r), 0);
	assert_non_null(strstr(sent.data, "Status: 200 OK\r\n"));
	assert_non_null(strstr(sent.data, "Content-Length: 6\r\n"));
	assert_non_null(strstr(sent.data, "X-One: 1\r\n"));
	assert_non_null(strstr(sent.data, "nosniff\r\n"));
	assert_non_null(strstr(sent.data, "default-src 'self'\r\n"));
	assert_non_null(strstr(sent.data, "\r\n\r\nhello\n"));
}

static void
test_head_has_the_length_and_no_body(void **state)
{
	reply_reset(&r, &io, true);
	buf_str(&r.body, "hello\n");
	assert_int_equal(reply_send(&r), 0);
	assert_non_null(strstr(sent.data, "Content-Length: 6\r\n"));
	assert_null(strstr(sent.data, "hello"));
}

/* An address of eight hosts with long names is sent as it is. */
static void
test_a_long_header_is_whole(void **state)
{
	char value[TARGET_SIZE];

	memset(value, 'a', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	value[sizeof(value) - 2] = 'z';
	reply_header(&r, "Location", "%s", value);
	assert_int_equal(reply_send(&r), 0);
	assert_non_null(strstr(sent.data, "aaaz\r\n"));
}

static void
test_header_values_cannot_end_the_line(void **state)
{
	reply_header(&r, "X-Bad", "%s", "a\r\nSet-Cookie: x\xff");
	assert_int_equal(reply_send(&r), 0);
	assert_non_null(strstr(sent.data, "X-Bad: a??Set-Cookie: x?\r\n"));
}

static void
test_304_has_neither_body_nor_length(void **state)
{
	reply_etag(&r, "abc", 3);
	r.status = 304;
	buf_str(&r.body, "forgotten");
	assert_int_equal(reply_send(&r), 0);
	assert_null(strstr(sent.data, "forgotten"));
	assert_null(strstr(sent.data, "Content-Length"));
	assert_non_null(strstr(sent.data, "ETag: \""));
}

static void
test_long_bodies_are_spilled(void **state)
{
	size_t most = 0;

	for (int i = 0; i < 100000; i++) {
		buf_str(&r.body, "0123456789");
		assert_int_equal(reply_spill(&r), 0);
		if (r.body.len > most)
			most = r.body.len;
	}
	assert_int_equal(reply_send(&r), 0);
	assert_true(most <= REPLY_SPILL + 10);
	assert_int_equal(sent.len - 1000000,
			 (size_t)(strstr(sent.data, "\r\n\r\n") - sent.data) +
			     4);
	assert_null(strstr(sent.data, "Content-Length"));
}

static void
test_a_peer_that_leaves(void **state)
{
	int rc = 0;

	writes_left = 2;
	for (int i = 0; i < 100000 && rc == 0; i++) {
		buf_str(&r.body, "0123456789");
		rc = reply_spill(&r);
	}
	assert_int_equal(rc, -1);
	assert_true(r.broken);
	assert_int_equal(reply_send(&r), -1);
}

static void
test_etags(void **state)
{
	static const struct {
		const char *if_none_match;
		bool match;
	} rows[] = {
	    {NULL, false},
	    {"", false},
	    {"*", true},
	    {"\"a1\"", true},
	    {"W/\"a1\"", true},
	    {"\"b\", W/\"a1\"", true},
	    {" \"b\",\t\"c\" ,\"a1\"", true},
	    {"\"a\"", false},
	    {"\"a12\"", false},
	    {"\"a1\"x", false},
	    {"a1", false},
	    {"\"b\"", false},
	    {",,,", false},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(etag_matches(rows[i].if_none_match, "\"a1\""),
				 rows[i].match);
	assert_false(etag_matches("*", ""));
}

static void
test_problem(void **state)
{
	buf_str(&r.body, "half an answer");
	reply_problem(&r, 400, "invalid", "it \"hurts\" <b>", "/x?<y>");
	assert_int_equal(reply_send(&r), 0);
	assert_non_null(strstr(sent.data, "application/problem+json"));
	assert_non_null(strstr(sent.data, "\"status\":400"));
	assert_null(strstr(sent.data, "half"));
	assert_null(strchr(sent.data, '<'));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_a_long_header_is_whole, setup),
	    cmocka_unit_test_setup(test_answer, setup),
	    cmocka_unit_test_setup(test_head_has_the_length_and_no_body, setup),
	    cmocka_unit_test_setup(test_header_values_cannot_end_the_line,
				   setup),
	    cmocka_unit_test_setup(test_304_has_neither_body_nor_length, setup),
	    cmocka_unit_test_setup(test_long_bodies_are_spilled, setup),
	    cmocka_unit_test_setup(test_a_peer_that_leaves, setup),
	    cmocka_unit_test_setup(test_etags, setup),
	    cmocka_unit_test_setup(test_problem, setup),
	};
	int rc;

	reply_init(&r);
	buf_init(&sent, 8 << 20);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	buf_done(&sent);
	reply_done(&r);
	return rc;
}
