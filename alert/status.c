/* SPDX-License-Identifier: MIT */
/* What is active now, as JSON: see status.h. */
#include "alert/status.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/json.h"
#include "core/state.h"

#define STATUS_MAX (64 * 1024 * 1024)
#define LISTED_MAX 5000

static void
put_text(struct buf *out, const char *name, const char *value)
{
	if (*value == '\0')
		return;
	json_key(out, name);
	json_string(out, value);
}

static void
put_flag(struct buf *out, const char *name, bool on)
{
	if (!on)
		return;
	json_key(out, name);
	buf_str(out, "true");
}

static void
put_labels(struct buf *out, const struct message_alert *m)
{
	json_key(out, "labels");
	buf_char(out, '{');
	for (size_t i = 0; i < m->n_labels; i++)
		put_text(out, m->labels[i].name, m->labels[i].value);
	buf_char(out, '}');
}

static void
put_alert(const struct engine *e, const struct alert *a, struct buf *out)
{
	bool firing = a->state.phase == ALERT_FIRING;
	struct message_alert m;

	alert_describe(e, a, &m);
	buf_str(out, "{\"id\":");
	json_string(out, a->fingerprint);
	put_text(out, "rule", m.rule);
	put_text(out, "state", firing ? "firing" : "pending");
	if (firing)
		put_text(out, "severity", alert_level_name(m.level));
	put_text(out, "cluster", m.cluster);
	put_text(out, "host", m.host);
	put_text(out, "series", m.series);
	put_text(out, "summary", m.summary);
	put_text(out, "reason", m.reason);
	json_key(out, "value");
	json_double(out, a->value);
	put_text(out, "value_text", m.value);
	json_key(out, "since");
	buf_i64(out, m.since_s);
	put_text(out, "runbook", m.runbook);
	put_text(out, "url", m.url);
	put_labels(out, &m);
	put_flag(out, "acked", a->acked);
	put_flag(out, "silenced", a->silenced);
	put_flag(out, "inhibited", a->inhibited);
	put_flag(out, "off_hours", a->off_hours);
	put_flag(out, "flapping", a->state.flapping);
	buf_char(out, '}');
}

/* Firing before pending, worst first, oldest first. */
static int
by_weight(const void *x, const void *y)
{
	const struct alert *a = *(const struct alert *const *)x;
	const struct alert *b = *(const struct alert *const *)y;

	if (a->state.phase != b->state.phase)
		return (int)b->state.phase - (int)a->state.phase;
	if (a->level != b->level)
		return (int)b->level - (int)a->level;
	if (a->state.since_s != b->state.since_s)
		return a->state.since_s < b->state.since_s ? -1 : 1;
	return strcmp(a->fingerprint, b->fingerprint);
}

struct counts {
	int64_t warning, critical, pending, muted;
};

static size_t
gather(const struct engine *e, const struct alert **list, struct counts *c)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n_alerts; i++) {
		const struct alert *a = &e->alerts[i];

		if (a->state.phase == ALERT_IDLE)
			continue;
		list[n++] = a;
		if (a->state.phase == ALERT_PENDING)
			c->pending++;
		else if (a->silenced || a->inhibited)
			c->muted++;
		else if (a->level == LEVEL_CRITICAL)
			c->critical++;
		else
			c->warning++;
	}
	if (n > 0)
		qsort(list, n, sizeof(*list), by_weight);
	return n;
}

static void
put_counts(const struct counts *c, struct buf *out)
{
	const char *worst = c->critical > 0  ? "critical"
			    : c->warning > 0 ? "warning"
					     : "ok";

	put_text(out, "state", worst);
	json_key(out, "counts");
	buf_fmt(out,
		"{\"critical\":%lld,\"warning\":%lld,\"pending\":%lld,"
		"\"muted\":%lld}",
		(long long)c->critical, (long long)c->warning,
		(long long)c->pending, (long long)c->muted);
}

/* Everything but the time of writing. */
static void
put_body(const struct engine *e, struct buf *out)
{
	const struct alert **list =
	    malloc((e->n_alerts + 1) * sizeof(struct alert *));
	struct counts c = {0};
	size_t n = list != NULL ? gather(e, list, &c) : 0;

	json_key(out, "interval");
	buf_i64(out, e->settings->interval_s);
	put_counts(&c, out);
	json_key(out, "rules");
	buf_i64(out, (int64_t)e->rules.n);
	json_key(out, "watched");
	buf_i64(out, (int64_t)e->n_alerts);
	json_key(out, "alerts");
	buf_char(out, '[');
	for (size_t i = 0; i < n && i < LISTED_MAX; i++) {
		if (i > 0)
			buf_char(out, ',');
		put_alert(e, list[i], out);
	}
	buf_str(out, "],\"silences\":[");
	for (size_t i = 0; i < e->silences.n; i++) {
		if (i > 0)
			buf_char(out, ',');
		silence_json(&e->silences.list[i], out);
	}
	buf_str(out, "]}\n");
	free(list);
}

void
status_json(const struct engine *e, int64_t now_s, struct buf *out)
{
	buf_fmt(out, "{\"v\":1,\"as_of\":%lld", (long long)now_s);
	put_body(e, out);
}

int
status_write(const struct engine *e, const char *state, int64_t now_s,
	     struct err *err)
{
	char path[PATH_MAX];
	struct buf b;
	int rc = -1;

	if (state_path(state, STATE_ALERTS, path, sizeof(path), err) != 0)
		return -1;
	buf_init(&b, STATUS_MAX);
	status_json(e, now_s, &b);
	if (!buf_ok(&b))
		err_set(err, ERR_TOO_LARGE, "%s: too large", path);
	else
		rc = file_write(path, b.data, b.len, 0644, err);
	buf_done(&b);
	return rc;
}
