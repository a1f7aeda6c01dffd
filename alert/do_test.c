/* SPDX-License-Identifier: MIT */
/* robin alert test CHANNEL: one message now, so that the way is known. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/command.h"
#include "alert/deliver.h"
#include "alert/message.h"
#include "alert/settings.h"
#include "core/buf.h"
#include "core/clock.h"
#include "rrd/query.h"

/* The message's picture: of the first series there is. */
static int
first_series(const struct latest_entry *e, void *arg)
{
	struct message_alert *a = arg;

	(void)path_format(&e->path, a->series);
	return 1;
}

static void
fill(struct message *m, const struct common *c, const char *channel)
{
	struct message_alert *a = &m->alerts[0];
	struct latest *latest;
	struct query q;

	m->time_s = clock_wall_s();
	m->n_firing = 1;
	m->n_alerts = 1;
	(void)snprintf(m->id, sizeof(m->id), "test-%lld-%ld",
		       (long long)m->time_s, (long)getpid());
	(void)snprintf(m->topic, sizeof(m->topic), "test");
	(void)snprintf(m->site, sizeof(m->site), "%.190s",
		       c->program.conf.site_url);
	message_copy(m->receiver, sizeof(m->receiver), channel);
	a->level = LEVEL_WARNING;
	a->since_s = m->time_s;
	(void)snprintf(a->fingerprint, sizeof(a->fingerprint),
		       "0000000000000000");
	(void)snprintf(a->rule, sizeof(a->rule), "test");
	(void)snprintf(a->cluster, sizeof(a->cluster), "%s",
		       c->program.conf.cluster);
	(void)snprintf(a->host, sizeof(a->host), "%s", c->program.conf.host);
	(void)snprintf(a->summary, sizeof(a->summary),
		       "This is a test of channel %.60s: nothing is wrong",
		       channel);
	(void)snprintf(a->value, sizeof(a->value), "0");
	if (query_open(&q, c->program.state, NULL) != 0)
		return;
	latest = query_latest(&q, NULL);
	if (latest != NULL)
		(void)latest_each(latest, first_series, a);
	query_close(&q);
}

static int
send_test(const struct common *c, const char *name, struct err *err)
{
	struct settings *s = calloc(1, sizeof(*s));
	struct message *m = calloc(1, sizeof(*m));
	const struct channel *channel;
	struct buf json;
	int rc = -1;

	buf_init(&json, MESSAGE_JSON_MAX);
	if (s == NULL || m == NULL) {
		err_set(err, ERR_NOMEM, "out of memory");
		goto out;
	}
	if (settings_load(s, c->rules, err) != 0)
		goto out;
	channel = settings_channel(s, name);
	if (channel == NULL) {
		err_set(err, ERR_NOT_FOUND, "there is no channel \"%.60s\"",
			name);
		goto out;
	}
	fill(m, c, name);
	message_json(m, &json);
	rc = deliver_now(channel, c->program.state, json.data, json.len, err);
	if (rc == 0)
		(void)printf("%s: taken by %s\n", name,
			     channel->notifier->name);
	else
		err_prefix(err, "channel %s", name);
out:
	if (s != NULL)
		settings_done(s);
	free(s);
	free(m);
	buf_done(&json);
	return rc;
}

int
do_test(int argc, char **argv)
{
	static struct common c;
	const struct opt opts[] = {COMMON_OPTS(&c)};
	const struct opt_command cmd = {
	    .name = "robin alert test",
	    .synopsis = "CHANNEL",
	    .brief = "send a test message to a channel of the alert file",
	    .about = "Sends at once, past groups, silences and the queue, "
		     "and says what the other side answered.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_min = 1,
	    .operands_max = 1,
	};
	struct err err = {0};
	int n = common_start(&c, &cmd, argc, argv, &err);

	if (n < 0 || send_test(&c, argv[1], &err) != 0)
		return opt_fail(&cmd, &err);
	return EXIT_OK;
}
