/* SPDX-License-Identifier: MIT */
/* What other programs post, as messages for the inbox. */
#include "tests/unit/test.h"

#include "core/buf.h"
#include "core/inbox.h"
#include "core/json.h"
#include "fcgi/inbound.h"

#define NOW_S 1795176200

struct got {
	int n;
	struct buf last;
};

static int
keep(const struct buf *message, void *arg, struct err *err)
{
	struct got *g = arg;

	assert_true(message->len <= INBOX_BYTES_MAX);
	g->n++;
	buf_reset(&g->last);
	buf_put(&g->last, message->data, message->len);
	return 0;
}

static int
take(const char *text, struct got *g, struct err *err)
{
	*g = (struct got){0};
	buf_init(&g->last, INBOX_BYTES_MAX);
	return inbound_read(text, strlen(text), "prom", NOW_S, keep, g, err);
}

static void
test_a_webhook_document(void **state)
{
	struct err err;
	struct got g;

	assert_int_equal(
	    take("{\"version\":\"4\",\"status\":\"firing\",\"alerts\":[{"
		 "\"status\":\"firing\",\"labels\":{\"alertname\":\"Slow\","
		 "\"severity\":\"critical\"},\"annotations\":{\"message\":"
		 "\"second\",\"summary\":\"It is slow\",\"description\":\"d\","
		 "\"runbook_url\":\"https://r\",\"other\":\"x\"},"
		 "\"startsAt\":\"2026-11-20T11:59:20.5+01:00\","
		 "\"endsAt\":\"0001-01-01T00:00:00Z\","
		 "\"generatorURL\":\"http://p\"}]}",
		 &g, &err),
	    1);
	assert_int_equal(g.n, 1);
	assert_string_equal(
	    g.last.data,
	    "{\"kind\":\"inbound\",\"from\":\"prom\",\"alerts\":[{"
	    "\"starts\":1795172360,\"ends\":0,\"resolved\":false,"
	    "\"summary\":\"It is slow\",\"reason\":\"d\","
	    "\"runbook\":\"https://r\",\"url\":\"http://p\",\"labels\":{"
	    "\"alertname\":\"Slow\",\"severity\":\"critical\"}}]}");
	buf_done(&g.last);
}

static void
test_an_end_that_has_passed(void **state)
{
	struct err err;
	struct got g;

	assert_int_equal(take("[{\"labels\":{\"alertname\":\"x\"},\"endsAt\":"
			      "\"2026-11-20T00:00:00Z\"}]",
			      &g, &err),
			 1);
	assert_non_null(strstr(g.last.data, "\"resolved\":true"));
	buf_done(&g.last);
}

/* All of it or nothing: the second one is checked before the first is sent. */
static void
test_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    "5",
	    "{}",
	    "{\"alerts\":5}",
	    "[{\"labels\":{\"alertname\":\"x\"}},{}]",
	    "[{\"labels\":{\"alertname\":\"\"}}]",
	    "[{\"labels\":{\"alertname\":5}}]",
	    "[{\"labels\":{\"alertname\":\"x\",\"y\":null}}]",
	    "[{\"labels\":[\"alertname\"]}]",
	    "[{\"labels\":{\"alertname\":\"x\"}}",
	};
	struct got g;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = {0};

		assert_int_equal(take(bad[i], &g, &err), -1);
		assert_int_equal(err.code, ERR_INVALID);
		assert_int_equal(g.n, 0);
		buf_done(&g.last);
	}
	assert_int_equal(take("[]", &g, NULL), 0);
	assert_int_equal(g.n, 0);
	buf_done(&g.last);
}

/* Cut at a whole character, and as many in a message as it holds. */
static void
test_long_texts(void **state)
{
	struct err err;
	struct buf text;
	struct got g = {0};
	cJSON *doc;

	buf_init(&text, INBOUND_BYTES_MAX);
	buf_char(&text, '[');
	for (int i = 0; i < 500; i++) {
		buf_str(&text, i > 0 ? "," : "");
		buf_str(&text, "{\"labels\":{\"alertname\":\"x\",\"y\":\"a");
		for (int k = 0; k < 300; k++)
			buf_str(&text, "\xc3\xa9");
		buf_str(&text, "\"}}");
	}
	buf_char(&text, ']');
	assert_true(buf_ok(&text));
	assert_int_equal(take(text.data, &g, &err), 500);
	assert_in_range(g.n, 2, 6);
	doc = json_parse(g.last.data, g.last.len, INBOX_BYTES_MAX, &err);
	assert_non_null(doc);
	assert_null(strstr(g.last.data, "\\ufffd"));
	assert_null(strstr(g.last.data, "\xef\xbf\xbd"));
	cJSON_Delete(doc);
	buf_done(&g.last);
	buf_done(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_webhook_document),
	    cmocka_unit_test(test_an_end_that_has_passed),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_long_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
