/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <math.h>

#include "alert/deliver.h"
#include "alert/message.h"
#include "alert/silence.h"
#include "alert/trial.h"
#include "alert/window.h"
#include "core/buf.h"

static struct message message;

static void
fill(size_t n)
{
	memset(&message, 0, sizeof(message));
	(void)snprintf(message.id, sizeof(message.id), "id-1");
	(void)snprintf(message.site, sizeof(message.site), "https://mon.test");
	message.time_s = 1795176200;
	message.n_group = 1;
	(void)snprintf(message.group[0].name, 32, "rule");
	(void)snprintf(message.group[0].value, 100, "disk_full");
	for (size_t i = 0; i < n; i++) {
		struct message_alert *a = &message.alerts[message.n_alerts++];

		a->level = i == 0 ? LEVEL_CRITICAL : LEVEL_WARNING;
		message_copy(a->cluster, sizeof(a->cluster), "local");
		message_copy(a->host, sizeof(a->host), "web1");
		message_copy(a->series, sizeof(a->series), "local/web1/disk.:");
		message_copy(a->rule, sizeof(a->rule), "disk_full");
		message_copy(a->summary, sizeof(a->summary),
			     "Disk <b>/</b>\r\nBcc: x & \"y\"");
		a->since_s = message.time_s - 60;
		a->n_labels = 1;
		(void)snprintf(a->labels[0].name, 32, "team");
		(void)snprintf(a->labels[0].value, 100, "<!channel>");
		message.n_firing++;
	}
}

static void
test_json_and_back(void **state)
{
	static struct message back;
	struct buf one, two;
	struct err err;

	fill(3);
	message.alerts[2].resolved = true;
	message.alerts[2].ended_s = message.time_s;
	buf_init(&one, MESSAGE_JSON_MAX);
	buf_init(&two, MESSAGE_JSON_MAX);
	message_json(&message, &one);
	assert_int_equal(message_parse(one.data, one.len, &back, &err), 0);
	message_json(&back, &two);
	assert_string_equal(one.data, two.data);
	assert_int_equal(back.n_alerts, 3);
	assert_true(back.alerts[2].resolved);
	assert_string_equal(back.alerts[0].labels[0].value, "<!channel>");
	assert_int_equal(message_parse("{}", 2, &back, &err), -1);
	assert_int_equal(message_parse("[", 1, &back, &err), -1);
	buf_done(&one);
	buf_done(&two);
}

static void
test_words(void **state)
{
	struct buf b;

	fill(3);
	buf_init(&b, 65536);
	message_title(&message, &b);
	assert_string_equal(b.data, "[CRITICAL] Disk <b>/</b>  Bcc: x & \"y\""
				    " and 2 more");
	buf_reset(&b);
	message_text(&message, &b);
	assert_null(strchr(b.data, '\r'));
	assert_non_null(strstr(b.data, "https://mon.test/h/local/web1/\n"));
	buf_reset(&b);
	message_html(&message, true, &b);
	assert_null(strstr(b.data, "<b>/</b>"));
	assert_non_null(strstr(b.data, "&lt;b&gt;/&lt;/b&gt;"));
	assert_non_null(strstr(b.data, "cid:g1"));
	buf_reset(&b);
	message_graph_url(&message, &message.alerts[0], &b);
	assert_string_equal(b.data,
			    "https://mon.test/g/local/web1/disk.:/6h.png");
	assert_int_equal(message_level(&message), LEVEL_CRITICAL);
	for (size_t i = 0; i < 3; i++)
		message.alerts[i].resolved = true;
	assert_int_equal(message_level(&message), LEVEL_OK);
	buf_done(&b);
}

static void
test_copies_are_cut_between_characters(void **state)
{
	char out[6], span[24];

	message_copy(out, sizeof(out), "abcd\xc3\xa4xyz");
	assert_string_equal(out, "abcd");
	message_copy(out, sizeof(out), "a\x1b[0m");
	assert_string_equal(out, "a [0m");
	message_span(119, span);
	assert_string_equal(span, "119 s");
	message_span(7199, span);
	assert_string_equal(span, "119 min");
	message_span(3 * 86400, span);
	assert_string_equal(span, "3.0 days");
}

static void
test_backoff(void **state)
{
	/* doubling from 5 s, half to one and a half of it */
	assert_int_equal(deliver_backoff_ms(1, -1, 0.5), 5000);
	assert_int_equal(deliver_backoff_ms(2, -1, 0.5), 10000);
	assert_int_equal(deliver_backoff_ms(5, -1, 0.5), 80000);
	assert_int_equal(deliver_backoff_ms(40, -1, 0.5), 900000);
	assert_int_equal(deliver_backoff_ms(1, -1, 0), 2500);
	assert_in_range(deliver_backoff_ms(1, -1, 0.999), 7490, 7500);
	/* the peer's wish, at most a day */
	assert_int_equal(deliver_backoff_ms(1, 60, 0.5), 60000);
	assert_int_equal(deliver_backoff_ms(40, 60, 0.5), 900000);
	assert_int_equal(deliver_backoff_ms(1, INT64_C(1) << 50, 0.5),
			 86400000);
}

static void
test_cap(void **state)
{
	int64_t full_ms = 0, now_ms = 1000000;
	int sent = 0;

	/* 60 an hour: five at once, then one a minute */
	while (deliver_cap_ms(&full_ms, 60, now_ms) == 0)
		sent++;
	assert_int_equal(sent, 5);
	assert_int_equal(deliver_cap_ms(&full_ms, 60, now_ms), 60000);
	assert_int_equal(deliver_cap_ms(&full_ms, 60, now_ms + 60000), 0);
	assert_true(deliver_cap_ms(&full_ms, 60, now_ms + 60000) > 0);
	for (sent = 0, now_ms += 120000; now_ms < 8000000; now_ms += 1000)
		sent += deliver_cap_ms(&full_ms, 60, now_ms) == 0;
	assert_in_range(sent, 112, 118);
	assert_int_equal(deliver_cap_ms(&full_ms, 0, 0), 0);
}

static void
test_window(void **state)
{
	struct window w;

	window_init(&w, 300);
	assert_true(isnan(window_value(&w, RULE_AVERAGE)));
	for (int i = 0; i <= 60; i++) /* 10 minutes, every 10 s */
		window_add(&w, 1000000 + i * 10, i < 31 ? 100 : i);
	assert_true(fabs(window_value(&w, RULE_AVERAGE) - 45.5) < 0.6);
	assert_true(window_value(&w, RULE_MIN) == 31);
	assert_true(window_value(&w, RULE_MAX) == 60);
	assert_true(window_value(&w, RULE_CHANGE) == 29);
	assert_true(window_value(&w, RULE_LAST) == 60);
	window_add(&w, 1000600, NAN);
	window_add(&w, 1000000, 1e9); /* older than the window */
	assert_true(window_value(&w, RULE_MAX) == 60);
	/* a gap empties it */
	window_add(&w, 1005000, 7);
	assert_true(window_value(&w, RULE_AVERAGE) == 7);
}

static const char *
label(const void *arg, const char *name)
{
	return strcmp(name, "host") == 0 ? arg : "disk_full";
}

static int
parse(const char *text, struct silence *out, struct err *err)
{
	cJSON *json = json_parse(text, strlen(text), 10000, err);
	int rc;

	assert_non_null(json);
	rc = silence_parse(json, "id.json", 1000, out, err);
	cJSON_Delete(json);
	return rc;
}

static void
test_silences(void **state)
{
	static const char *const bad[] = {
	    "{\"until\":2000}",
	    "{\"until\":2000,\"matchers\":{}}",
	    "{\"until\":900,\"matchers\":{\"host\":\"x\"}}",
	    "{\"until\":\"2000\",\"matchers\":{\"host\":\"x\"}}",
	    "{\"until\":99999999,\"matchers\":{\"host\":\"x\"}}",
	    "{\"from\":3000,\"until\":2000,\"matchers\":{\"host\":\"x\"}}",
	    "{\"until\":2000,\"matchers\":{\"host\":5}}",
	    "{\"until\":2000,\"matchers\":{\"\":\"x\"}}",
	};
	struct silences all = {0};
	struct silence s;
	struct err err;

	for (size_t i = 0; i < COUNT(bad); i++)
		if (parse(bad[i], &s, &err) == 0)
			fail_msg("accepted: %s", bad[i]);
	assert_int_equal(parse("{\"from\":1500,\"until\":2000,\"matchers\":"
			       "{\"host\":\"web*\",\"rule\":\"disk_*\"}}",
			       &s, &err),
			 0);
	assert_int_equal(silences_put(&all, &s, &err), 0);
	assert_int_equal(silences_put(&all, &s, &err), 0);
	assert_int_equal(all.n, 1);
	/* a maintenance window: not before, not after, not others */
	assert_null(silences_find(&all, 1499, label, "web1"));
	assert_non_null(silences_find(&all, 1500, label, "web1"));
	assert_null(silences_find(&all, 2000, label, "web1"));
	assert_null(silences_find(&all, 1500, label, "db1"));
	assert_true(silences_remove(&all, "id.json"));
	assert_false(silences_remove(&all, "id.json"));
	silences_done(&all);
}

static void
test_trial(void **state)
{
	double values[60];
	struct series s = {.start_s = 1600000000,
			   .step_s = 60,
			   .n_rows = 60,
			   .n_metrics = 1,
			   .values = values};
	struct rule r;
	struct trial t;

	rule_init(&r, "x");
	r.limits.warning = 80;
	r.limits.critical = 95;
	r.limits.for_s = 120;
	for (int i = 0; i < 60; i++)
		values[i] = i % 20 < 10 ? 50 : i < 40 ? 85 : 96;
	trial_run(&t, &r, &r.limits, &s, NULL, NULL);
	assert_int_equal(t.n_fired, 3);
	assert_int_equal(t.n_critical, 1);
	assert_int_equal(t.longest_s, 8 * 60);
	/* the last one goes on */
	assert_int_equal(t.total_s, (8 + 8 + 7) * 60);
	assert_true(t.since_s != 0);
	r.limits.for_s = 3600;
	trial_run(&t, &r, &r.limits, &s, NULL, NULL);
	assert_int_equal(t.n_fired, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_json_and_back),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_copies_are_cut_between_characters),
	    cmocka_unit_test(test_backoff),
	    cmocka_unit_test(test_cap),
	    cmocka_unit_test(test_window),
	    cmocka_unit_test(test_silences),
	    cmocka_unit_test(test_trial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
