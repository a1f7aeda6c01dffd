/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include "core/base64.h"
#include "core/net.h"
#include "core/sha256.h"

static void
hex(const unsigned char *p, char out[65])
{
	for (int i = 0; i < SHA256_BYTES; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", p[i]);
}

static void
test_sha256_known_answers(void **state)
{
	unsigned char got[SHA256_BYTES];
	struct sha256 s;
	char text[65];

	/* FIPS 180-4's examples */
	sha256_init(&s);
	sha256_add(&s, "abc", 3);
	sha256_end(&s, got);
	hex(got, text);
	assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223"
				  "b00361a396177a9cb410ff61f20015ad");
	sha256_init(&s);
	for (int i = 0; i < 1000000; i++)
		sha256_add(&s, "a", 1);
	sha256_end(&s, got);
	hex(got, text);
	assert_string_equal(text, "cdc76e5c9914fb9281a1c7e284d73e67"
				  "f1809a48a497200e046d39ccc7112cd0");
}

static void
test_hmac_known_answers(void **state)
{
	unsigned char got[SHA256_BYTES], key[131];
	char text[65];

	/* RFC 4231, cases 2 and 6 */
	hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, got);
	hex(got, text);
	assert_string_equal(text, "5bdcc146bf60754e6a042426089575c7"
				  "5a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	hmac_sha256(key, sizeof(key),
		    "Test Using Larger Than Block-Size Key - Hash Key First",
		    54, got);
	hex(got, text);
	assert_string_equal(text, "60e431591ee0b67f0d8a26aacbf5b77f"
				  "8e0bc6213728c5140546040f0ee37f54");
}

static void
test_base64(void **state)
{
	static const char *const rows[][2] = {
	    {"", ""},	     {"f", "Zg=="},	   {"fo", "Zm8="},
	    {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="},
	};
	static const char *const bad[] = {"Zg", "Zg=", "Z===", "Zm 9", "=Zg="};
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&b);
		base64_put(&b, rows[i][0], strlen(rows[i][0]));
		assert_string_equal(b.data, rows[i][1]);
		buf_reset(&b);
		assert_int_equal(
		    base64_read(&b, rows[i][1], strlen(rows[i][1]), NULL), 0);
		assert_string_equal(b.data, rows[i][0]);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(base64_read(&b, bad[i], strlen(bad[i]), NULL),
				 -1);
	buf_done(&b);
}

static void
test_header_words(void **state)
{
	struct buf b;

	buf_init(&b, 4000);
	net_mail_words(&b, "plain\r\nBcc: x");
	assert_string_equal(b.data, "plain  Bcc: x");
	buf_reset(&b);
	net_mail_words(&b, "\xc3\xa4");
	assert_string_equal(b.data, "=?utf-8?B?w6Q=?=");
	buf_reset(&b);
	/* words end between characters: 24 two-byte ones are 48 bytes */
	for (int i = 0; i < 24; i++)
		buf_str(&b, "\xc3\xa4");
	{
		char text[49];
		char *second;

		memcpy(text, b.data, 49);
		buf_reset(&b);
		net_mail_words(&b, text);
		second = strstr(b.data, " =?utf-8?B?");
		assert_non_null(second);
		assert_int_equal(strncmp(second + 11, "w6", 2), 0);
	}
	buf_done(&b);
}

static void
test_addresses(void **state)
{
	assert_true(net_mail_address("ops@example.org"));
	assert_false(net_mail_address("-oQ/tmp"));
	assert_false(net_mail_address("a b@c"));
	assert_false(net_mail_address("a@c\r\nRCPT TO:<x>"));
	assert_false(net_mail_address("<a@c>"));
	assert_false(net_mail_address(""));
}

static void
test_whole_mail(void **state)
{
	struct net_mail m = {.from = "robin@localhost",
			     .n_to = 1,
			     .to = {"ops@example.org"},
			     .subject = "[CRITICAL] x\nBcc: evil",
			     .message_id = "1@robin",
			     .time_s = 1795176200,
			     .text = "text",
			     .html = "<p>html</p>",
			     .png = "\x89PNG",
			     .png_len = 4};
	struct err err;
	struct buf b;

	buf_init(&b, 100000);
	assert_int_equal(net_mail_text(&m, &b, &err), 0);
	assert_non_null(
	    strstr(b.data, "Date: Fri, 20 Nov 2026 12:03:20 +0000\r\n"));
	assert_non_null(
	    strstr(b.data, "\r\nSubject: [CRITICAL] x Bcc: evil\r\n"));
	assert_null(strstr(b.data, "\r\nBcc:"));
	assert_non_null(strstr(b.data, "Content-ID: <g1>\r\n"));
	m.to[0] = "a@b>\r\nDATA";
	assert_int_equal(net_mail_text(&m, &b, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	buf_done(&b);
}

static void
test_urls_that_are_not_http(void **state)
{
	static const char *const bad[] = {"file:///etc/passwd", "gopher://x/",
					  "ftp://127.0.0.1/", "", "http://"};

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct net_request q = {.url = bad[i], .deadline_ms = 1000};
		struct net_reply r = {0};
		struct err err = {0};

		buf_init(&r.body, 1000);
		assert_int_equal(net_http(&q, &r, &err), -1);
		assert_int_equal(err.code, ERR_INVALID);
		buf_done(&r.body);
	}
}

static void
test_headers_with_a_line_break(void **state)
{
	struct net_request q = {.url = "http://127.0.0.1:1/",
				.n_headers = 1,
				.headers = {{"X-A", "b\r\nHost: evil"}}};
	struct net_reply r = {0};
	struct err err = {0};

	buf_init(&r.body, 1000);
	assert_int_equal(net_http(&q, &r, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	/* a secret in the URL's path is in no message */
	q = (struct net_request){.url = "http://127.0.0.1:1/T0/SECRET"};
	assert_int_equal(net_http(&q, &r, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_null(strstr(err.msg, "SECRET"));
	buf_done(&r.body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sha256_known_answers),
	    cmocka_unit_test(test_hmac_known_answers),
	    cmocka_unit_test(test_base64),
	    cmocka_unit_test(test_header_words),
	    cmocka_unit_test(test_addresses),
	    cmocka_unit_test(test_whole_mail),
	    cmocka_unit_test(test_urls_that_are_not_http),
	    cmocka_unit_test(test_headers_with_a_line_break),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
