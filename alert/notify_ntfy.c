/* SPDX-License-Identifier: MIT */
/* ntfy: a push message to phones, published as JSON to the server's root. */
#include <stdio.h>
#include <string.h>

#include "alert/notify.h"
#include "core/buf.h"
#include "core/json.h"
#include "core/net.h"

#define TEXT_MAX 3800 /* ntfy's limit is 4,096 bytes */

static const struct notify_option options[] = {
    {"topic", true, "the topic to publish to"},
    {"url", false, "the server; https://ntfy.sh"},
    {"token-file", false, "file with an access token, not for everybody"},
    {"ca-file", false, "certificates to trust instead of the system's"},
    {NULL, false, NULL},
};

static void
put_body(struct buf *out, const struct delivery *d)
{
	static const char *const priorities[LEVEL__MAX] = {"2", "4", "5"};
	static const char *const tags[LEVEL__MAX] = {
	    "white_check_mark", "warning", "rotating_light"};
	enum alert_level level = message_level(d->message);
	char line[TEXT_MAX];
	struct buf b;

	buf_init(&b, 65536);
	buf_str(out, "{\"topic\":");
	json_string(out, channel_get(d->channel, "topic"));
	message_title(d->message, &b);
	json_key(out, "title");
	json_string(out, b.data);
	buf_reset(&b);
	for (size_t i = 0; i < d->message->n_alerts; i++)
		buf_fmt(&b, "%s%s", i > 0 ? " / " : "",
			d->message->alerts[i].summary);
	message_copy(line, sizeof(line), b.data);
	json_key(out, "message");
	json_string(out, line);
	buf_fmt(out, ",\"priority\":%s,\"tags\":[\"%s\"]", priorities[level],
		tags[level]);
	buf_reset(&b);
	message_page_url(d->message, &d->message->alerts[0], &b);
	if (b.len > 0) {
		json_key(out, "click");
		json_string(out, b.data);
	}
	buf_char(out, '}');
	buf_done(&b);
}

static int
send_ntfy(struct delivery *d, struct err *err)
{
	struct net_request q = {
	    .n_headers = 1,
	    .headers = {{"Content-Type", "application/json"}},
	    .url = channel_get(d->channel, "url"),
	    .ca_file = channel_get(d->channel, "ca-file")};
	struct buf token, body;
	char auth[4200];
	int secret = channel_secret(d->channel, "token", &token, err), rc;

	if (secret < 0)
		return -1;
	if (q.url == NULL)
		q.url = "https://ntfy.sh";
	if (secret == 0) {
		(void)snprintf(auth, sizeof(auth), "Bearer %s", token.data);
		q.headers[q.n_headers++] =
		    (struct net_header){"Authorization", auth};
		buf_done(&token);
	}
	buf_init(&body, 65536);
	put_body(&body, d);
	rc = notify_post(d, &q, body.data, body.len, err);
	buf_done(&body);
	return rc;
}

const struct notifier notify_ntfy = {
    .name = "ntfy",
    .help = "ntfy push messages",
    .options = options,
    .send = send_ntfy,
};
