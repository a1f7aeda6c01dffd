/* SPDX-License-Identifier: MIT */
/*
 * Alertmanager's v2 API.  The severity is a label there, so an alert that is
 * raised is another alert: its other severity is resolved beside it.  A
 * resolved alert is one whose endsAt has passed; a
 * firing one would time out there after five minutes, so it is given an end
 * beyond our repeat interval (option valid) and posted again before that.
 */
#include <stdio.h>
#include <string.h>

#include "alert/amjson.h"
#include "alert/notify.h"
#include "alert/rule_read.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/net.h"

#define VALID_S (5 * 3600)

static const struct notify_option options[] = {
    {"url", true, "Alertmanager's address, without /api"},
    {"valid", false, "how long a firing alert stays there; 5h"},
    {"user", false, "with password-file"},
    {"password-file", false, "file with the password, not for everybody"},
    {"ca-file", false, "certificates to trust instead of the system's"},
    {NULL, false, NULL},
};

static int
valid_s(const struct channel *c, int32_t *out)
{
	const char *text = channel_get(c, "valid");

	*out = VALID_S;
	return text == NULL ? 0 : rule_duration(text, out);
}

static int
check(const struct channel *c, struct err *err)
{
	int32_t s;

	if (valid_s(c, &s) != 0 || s < 60)
		return err_set(err, ERR_CONFIG,
			       "channel %s: valid: a duration of a minute or "
			       "more",
			       c->name);
	return 0;
}

static void
put_alert(struct buf *out, const struct message *m,
	  const struct message_alert *a, int32_t valid)
{
	char when[CLOCK_RFC3339_SIZE];

	buf_str(out, "{\"labels\":");
	amjson_labels(a, out);
	json_key(out, "annotations");
	amjson_annotations(m, a, out);
	clock_rfc3339(a->since_s, when);
	json_key(out, "startsAt");
	json_string(out, when);
	clock_rfc3339(a->resolved ? a->ended_s : clock_wall_s() + valid, when);
	json_key(out, "endsAt");
	json_string(out, when);
	if (m->site[0] != '\0') {
		json_key(out, "generatorURL");
		amjson_url(m, a, out);
	}
	buf_char(out, '}');
}

static void
put_alerts(struct buf *out, const struct message *m, int32_t valid)
{
	buf_char(out, '[');
	for (size_t i = 0; i < m->n_alerts; i++) {
		struct message_alert other = m->alerts[i];

		if (i > 0)
			buf_char(out, ',');
		put_alert(out, m, &m->alerts[i], valid);
		buf_char(out, ',');
		other.level = other.level == LEVEL_WARNING ? LEVEL_CRITICAL
							   : LEVEL_WARNING;
		other.ended_s = other.resolved ? other.ended_s : m->time_s;
		other.resolved = true;
		put_alert(out, m, &other, valid);
	}
	buf_char(out, ']');
}

static int
send_alertmanager(struct delivery *d, struct err *err)
{
	struct net_request q = {
	    .n_headers = 1,
	    .headers = {{"Content-Type", "application/json"}},
	    .user = channel_get(d->channel, "user"),
	    .ca_file = channel_get(d->channel, "ca-file")};
	struct buf password, body;
	char url[480];
	int32_t valid;
	int secret, rc;

	secret = channel_secret(d->channel, "password", &password, err);
	if (secret < 0 || valid_s(d->channel, &valid) != 0)
		return -1;
	q.password = secret == 0 ? password.data : "";
	(void)snprintf(url, sizeof(url), "%s/api/v2/alerts",
		       channel_get(d->channel, "url"));
	q.url = url;
	buf_init(&body, 1024 * 1024);
	put_alerts(&body, d->message, valid);
	rc = notify_post(d, &q, body.data, body.len, err);
	if (secret == 0)
		buf_done(&password);
	buf_done(&body);
	return rc;
}

const struct notifier notify_alertmanager = {
    .name = "alertmanager",
    .help = "Prometheus Alertmanager, API v2",
    .options = options,
    .check = check,
    .send = send_alertmanager,
};
