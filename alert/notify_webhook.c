/* SPDX-License-Identifier: MIT */
/*
 * A webhook in Alertmanager's shape (version 4), so whatever listens to
 * Alertmanager listens to Robin.  With a secret it is signed as Standard
 * Webhooks has it: HMAC-SHA256 over "id.timestamp.body", in base64.
 */
#include <stdio.h>
#include <string.h>

#include "alert/amjson.h"
#include "alert/notify.h"
#include "core/base64.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/net.h"
#include "core/sha256.h"

static const struct notify_option options[] = {
    {"url", false, "where to POST; or url-file when it is a secret"},
    {"url-file", false, "file with the address, not for everybody"},
    {"secret-file", false, "file with the key of the signature"},
    {"token-file", false, "file with a bearer token"},
    {"ca-file", false, "certificates to trust instead of the system's"},
    {NULL, false, NULL},
};

static int
check(const struct channel *c, struct err *err)
{
	if ((channel_get(c, "url") != NULL) ==
	    (channel_get(c, "url-file") != NULL))
		return err_set(err, ERR_CONFIG,
			       "channel %s: either url: or url-file:", c->name);
	return 0;
}

static void
put_time(struct buf *out, const char *name, int64_t time_s)
{
	char when[CLOCK_RFC3339_SIZE];

	clock_rfc3339(time_s, when);
	json_key(out, name);
	/* Alertmanager's word for "not over" */
	json_string(out, time_s != 0 ? when : "0001-01-01T00:00:00Z");
}

static void
put_alert(struct buf *out, const struct message *m,
	  const struct message_alert *a)
{
	buf_str(out, "{\"status\":");
	json_string(out, a->resolved ? "resolved" : "firing");
	json_key(out, "labels");
	amjson_labels(a, out);
	json_key(out, "annotations");
	amjson_annotations(m, a, out);
	put_time(out, "startsAt", a->since_s);
	put_time(out, "endsAt", a->resolved ? a->ended_s : 0);
	json_key(out, "generatorURL");
	amjson_url(m, a, out);
	json_key(out, "fingerprint");
	json_string(out, a->fingerprint);
	buf_char(out, '}');
}

/* The labels that all listed alerts have in common: those of the group. */
static void
put_group(struct buf *out, const char *name, const struct message *m)
{
	json_key(out, name);
	buf_char(out, '{');
	for (size_t i = 0; i < m->n_group; i++) {
		json_key(out, strcmp(m->group[i].name, "rule") == 0
				  ? "alertname"
				  : m->group[i].name);
		json_string(out, m->group[i].value);
	}
	buf_char(out, '}');
}

static void
put_body(struct buf *out, const struct message *m)
{
	int32_t more = m->n_firing + m->n_resolved - (int32_t)m->n_alerts;

	buf_str(out, "{\"version\":\"4\",\"groupKey\":");
	json_string(out, m->topic);
	json_key(out, "truncatedAlerts");
	buf_i64(out, more > 0 ? more : 0);
	json_key(out, "status");
	json_string(out, m->n_firing > 0 ? "firing" : "resolved");
	json_key(out, "receiver");
	json_string(out, m->receiver);
	put_group(out, "groupLabels", m);
	put_group(out, "commonLabels", m);
	buf_str(out, ",\"commonAnnotations\":{},\"externalURL\":");
	json_string(out, m->site);
	buf_str(out, ",\"alerts\":[");
	for (size_t i = 0; i < m->n_alerts; i++) {
		if (i > 0)
			buf_char(out, ',');
		put_alert(out, m, &m->alerts[i]);
	}
	buf_str(out, "]}");
}

/* "whsec_BASE64" is the key's base64; anything else is the key itself. */
static int
read_key(const struct buf *secret, struct buf *key, struct err *err)
{
	if (strncmp(secret->data, "whsec_", 6) == 0)
		return base64_read(key, secret->data + 6, secret->len - 6, err);
	buf_put(key, secret->data, secret->len);
	return 0;
}

struct headers {
	char stamp[24], auth[4200];
	struct buf signature;
};

static int
sign(struct headers *h, struct net_request *q, const struct delivery *d,
     const struct buf *body, struct err *err)
{
	unsigned char mac[SHA256_BYTES];
	struct buf secret, key, text;
	int rc = channel_secret(d->channel, "secret", &secret, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	buf_init(&key, 4096);
	buf_init(&text, body->max + 256);
	rc = read_key(&secret, &key, err);
	if (rc == 0) {
		(void)snprintf(h->stamp, sizeof(h->stamp), "%lld",
			       (long long)clock_wall_s());
		buf_fmt(&text, "%s.%s.", d->message->id, h->stamp);
		buf_put(&text, body->data, body->len);
		hmac_sha256(key.data, key.len, text.data, text.len, mac);
		buf_str(&h->signature, "v1,");
		base64_put(&h->signature, mac, sizeof(mac));
		q->headers[q->n_headers++] =
		    (struct net_header){"webhook-id", d->message->id};
		q->headers[q->n_headers++] =
		    (struct net_header){"webhook-timestamp", h->stamp};
		q->headers[q->n_headers++] =
		    (struct net_header){"webhook-signature", h->signature.data};
	}
	buf_done(&secret);
	buf_done(&key);
	buf_done(&text);
	return rc;
}

static int
authorize(struct headers *h, struct net_request *q, const struct channel *c,
	  struct err *err)
{
	struct buf token;
	int rc = channel_secret(c, "token", &token, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	(void)snprintf(h->auth, sizeof(h->auth), "Bearer %s", token.data);
	q->headers[q->n_headers++] =
	    (struct net_header){"Authorization", h->auth};
	buf_done(&token);
	return 0;
}

static int
send_webhook(struct delivery *d, struct err *err)
{
	struct net_request q = {
	    .n_headers = 1,
	    .headers = {{"Content-Type", "application/json"}},
	    .url = channel_get(d->channel, "url"),
	    .ca_file = channel_get(d->channel, "ca-file")};
	struct headers h = {0};
	struct buf url, body;
	int secret = channel_secret(d->channel, "url", &url, err), rc = -1;

	if (secret < 0)
		return -1;
	if (secret == 0)
		q.url = url.data;
	buf_init(&body, 1024 * 1024);
	buf_init(&h.signature, 256);
	put_body(&body, d->message);
	if (!buf_ok(&body))
		err_set(err, ERR_TOO_LARGE, "webhook: message too large");
	else if (sign(&h, &q, d, &body, err) == 0 &&
		 authorize(&h, &q, d->channel, err) == 0)
		rc = notify_post(d, &q, body.data, body.len, err);
	if (secret == 0)
		buf_done(&url);
	buf_done(&body);
	buf_done(&h.signature);
	return rc;
}

const struct notifier notify_webhook = {
    .name = "webhook",
    .help = "HTTP POST in the shape of Alertmanager's webhook",
    .options = options,
    .check = check,
    .send = send_webhook,
};
