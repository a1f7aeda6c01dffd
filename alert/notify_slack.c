/* SPDX-License-Identifier: MIT */
/*
 * Slack's incoming webhook.  The address is a secret, so it comes from a
 * file.  & < > are escaped, which also takes the meaning from <!channel> and
 * <@user> in a label.
 */
#include <string.h>

#include "alert/notify.h"
#include "core/buf.h"
#include "core/json.h"
#include "core/net.h"

#define TEXT_MAX 2900 /* a section's text may have 3,000 characters */

static const struct notify_option options[] = {
    {"url-file", true, "file with the webhook's address, not for everybody"},
    {"channel", false, "where to post, when the webhook allows it"},
    {"ca-file", false, "certificates to trust instead of the system's"},
    {NULL, false, NULL},
};

static void
escape(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '&')
			buf_str(out, "&amp;");
		else if (*s == '<')
			buf_str(out, "&lt;");
		else if (*s == '>')
			buf_str(out, "&gt;");
		else
			buf_char(out, *s);
	}
}

/* Cut between characters, and not inside an escape. */
static void
cut(struct buf *text)
{
	size_t n = TEXT_MAX;

	if (text->len <= n)
		return;
	while (n > TEXT_MAX - 8 &&
	       (((unsigned char)text->data[n] & 0xc0) == 0x80 ||
		memchr(text->data + n - 5, '&', 5) != NULL))
		n--;
	buf_cut(text, n);
	buf_str(text, "…");
}

static void
put_text(struct buf *out, const struct message *m)
{
	struct buf plain, safe;

	buf_init(&plain, 65536);
	buf_init(&safe, 65536 * 2);
	message_text(m, &plain);
	escape(&safe, plain.data);
	cut(&safe);
	json_string(out, safe.data);
	buf_done(&plain);
	buf_done(&safe);
}

static void
put_title(struct buf *out, const struct message *m)
{
	struct buf plain, safe;

	buf_init(&plain, 1024);
	buf_init(&safe, 8192);
	message_title(m, &plain);
	escape(&safe, plain.data);
	json_string(out, safe.data);
	buf_done(&plain);
	buf_done(&safe);
}

static void
put_picture(struct buf *out, const struct message *m)
{
	struct buf url;

	buf_init(&url, 4096);
	message_graph_url(m, &m->alerts[0], &url);
	/* Slack fetches it, so it must be reachable from outside */
	if (strncmp(url.data, "https://", 8) == 0) {
		buf_str(out, ",{\"type\":\"image\",\"alt_text\":\"graph\","
			     "\"image_url\":");
		json_string(out, url.data);
		buf_char(out, '}');
	}
	buf_done(&url);
}

static void
put_body(struct buf *out, const struct delivery *d)
{
	const char *channel = channel_get(d->channel, "channel");

	buf_str(out, "{\"text\":");
	put_title(out, d->message);
	if (channel != NULL) {
		json_key(out, "channel");
		json_string(out, channel);
	}
	buf_str(out, ",\"blocks\":[{\"type\":\"section\",\"text\":{\"type\":"
		     "\"mrkdwn\",\"text\":");
	put_text(out, d->message);
	buf_str(out, "}}");
	put_picture(out, d->message);
	buf_str(out, "]}");
}

static int
send_slack(struct delivery *d, struct err *err)
{
	struct net_request q = {
	    .n_headers = 1,
	    .headers = {{"Content-Type", "application/json"}},
	    .ca_file = channel_get(d->channel, "ca-file")};
	struct buf url, body;
	int rc;

	if (channel_secret(d->channel, "url", &url, err) != 0)
		return -1;
	buf_init(&body, 256 * 1024);
	put_body(&body, d);
	q.url = url.data;
	rc = notify_post(d, &q, body.data, body.len, err);
	buf_done(&url);
	buf_done(&body);
	return rc;
}

const struct notifier notify_slack = {
    .name = "slack",
    .help = "Slack, or what takes its incoming webhooks",
    .options = options,
    .send = send_slack,
};
