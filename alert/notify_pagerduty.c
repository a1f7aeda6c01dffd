/* SPDX-License-Identifier: MIT */
/*
 * PagerDuty's Events API v2: one event an alert, its fingerprint being the
 * deduplication key, so a repeat or a duplicate is one incident.
 */
#include <stdio.h>
#include <string.h>

#include "alert/amjson.h"
#include "alert/notify.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/net.h"

static const struct notify_option options[] = {
    {"key-file", true, "file with the routing key, not for everybody"},
    {"url", false, "https://events.pagerduty.com/v2/enqueue"},
    {"ca-file", false, "certificates to trust instead of the system's"},
    {NULL, false, NULL},
};

static void
put_payload(struct buf *out, const struct message *m,
	    const struct message_alert *a)
{
	char when[CLOCK_RFC3339_SIZE];

	clock_rfc3339(a->since_s, when);
	json_key(out, "payload");
	buf_str(out, "{\"summary\":");
	json_string(out, a->summary);
	json_key(out, "source");
	json_string(out, a->host[0] != '\0' ? a->host : "robin");
	json_key(out, "severity");
	json_string(out, a->level == LEVEL_CRITICAL ? "critical" : "warning");
	json_key(out, "timestamp");
	json_string(out, when);
	json_key(out, "component");
	json_string(out, a->series);
	json_key(out, "class");
	json_string(out, a->rule);
	json_key(out, "custom_details");
	amjson_annotations(m, a, out);
	buf_char(out, '}');
}

static void
put_event(struct buf *out, const struct message *m,
	  const struct message_alert *a, const char *key)
{
	buf_str(out, "{\"routing_key\":");
	json_string(out, key);
	json_key(out, "event_action");
	json_string(out, a->resolved ? "resolve" : "trigger");
	json_key(out, "dedup_key");
	json_string(out, a->fingerprint);
	if (!a->resolved) {
		put_payload(out, m, a);
		if (m->site[0] != '\0') {
			json_key(out, "client");
			json_string(out, "Robin");
			json_key(out, "client_url");
			amjson_url(m, a, out);
		}
	}
	buf_char(out, '}');
}

static int
send_pagerduty(struct delivery *d, struct err *err)
{
	struct net_request q = {
	    .n_headers = 1,
	    .headers = {{"Content-Type", "application/json"}},
	    .url = channel_get(d->channel, "url"),
	    .ca_file = channel_get(d->channel, "ca-file")};
	struct buf key, body;
	int rc = 0;

	if (channel_secret(d->channel, "key", &key, err) != 0)
		return -1;
	if (q.url == NULL)
		q.url = "https://events.pagerduty.com/v2/enqueue";
	buf_init(&body, 65536);
	/* one that fails makes all be sent again: the key keeps them one */
	for (size_t i = 0; i < d->message->n_alerts && rc == 0; i++) {
		buf_reset(&body);
		put_event(&body, d->message, &d->message->alerts[i], key.data);
		rc = notify_post(d, &q, body.data, body.len, err);
	}
	buf_done(&key);
	buf_done(&body);
	return rc;
}

const struct notifier notify_pagerduty = {
    .name = "pagerduty",
    .help = "PagerDuty Events API v2",
    .options = options,
    .send = send_pagerduty,
};
