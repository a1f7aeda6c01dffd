/* SPDX-License-Identifier: MIT */
/* Alerts of other programs: see foreign.h. */
#include "alert/foreign.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "core/buf.h"
#include "core/clock.h"

#define ENDS_MAX_S (30 * INT64_C(86400))

static const struct {
	const char *severity;
	enum alert_level level;
} severities[] = {
    {"critical", LEVEL_CRITICAL},
    {"page", LEVEL_CRITICAL},
    {"emergency", LEVEL_CRITICAL},
    {"disaster", LEVEL_CRITICAL},
    {"fatal", LEVEL_CRITICAL},
    {"high", LEVEL_CRITICAL},
    {"error", LEVEL_CRITICAL},
    {"none", LEVEL_OK},
    {"info", LEVEL_OK},
    {"ok", LEVEL_OK},
};

static enum alert_level
level_of(const cJSON *labels)
{
	const char *text = json_get_string(labels, "severity");

	for (size_t i = 0; i < sizeof(severities) / sizeof(severities[0]); i++)
		if (text != NULL && strcmp(text, severities[i].severity) == 0)
			return severities[i].level;
	return LEVEL_WARNING;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(const cJSON *const *)a)->string,
		      (*(const cJSON *const *)b)->string);
}

/* Its labels are its identity, as they are at Alertmanager; so the severity
 * is too.  The order they come in is not. */
static int
fingerprint(const cJSON *labels, char out[FINGERPRINT_SIZE])
{
	const cJSON *list[64], *l;
	struct buf b;
	size_t n = 0;

	cJSON_ArrayForEach (l, labels) {
		if (!cJSON_IsString(l) || n == sizeof(list) / sizeof(list[0]))
			return -1;
		list[n++] = l;
	}
	if (n > 0)
		qsort(list, n, sizeof(list[0]), by_name);
	buf_init(&b, 65536);
	for (size_t i = 0; i < n; i++) {
		buf_put(&b, list[i]->string, strlen(list[i]->string) + 1);
		buf_put(&b, list[i]->valuestring,
			strlen(list[i]->valuestring) + 1);
	}
	(void)snprintf(out, FINGERPRINT_SIZE, "%016llx",
		       (unsigned long long)XXH64(b.data, b.len, 2));
	buf_done(&b);
	return 0;
}

static void
take_slug(const char *text, size_t n, char *out)
{
	if (n > 0)
		slug_make(text, n, out);
}

/* host, or what exporters call it: instance is "web1:9100" there. */
static void
take_host(const cJSON *labels, char out[SLUG_MAX + 1])
{
	static const char *const names[] = {"host", "hostname", "nodename",
					    "node"};
	const char *text;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		text = json_get_string(labels, names[i]);
		if (text != NULL && *text != '\0') {
			take_slug(text, strlen(text), out);
			return;
		}
	}
	text = json_get_string(labels, "instance");
	if (text != NULL)
		take_slug(text, strcspn(text, ":/"), out);
}

/* Of a host that is watched here its cluster, else the only one there is
 * without clusters. */
static void
take_cluster(const struct engine *e, const cJSON *labels,
	     struct message_alert *m)
{
	const char *text = json_get_string(labels, "cluster");

	if (text != NULL && *text != '\0') {
		take_slug(text, strlen(text), m->cluster);
		return;
	}
	for (size_t i = 0; i < e->n_hosts; i++)
		if (strcmp(e->hosts[i].host, m->host) == 0) {
			memcpy(m->cluster, e->hosts[i].cluster,
			       sizeof(m->cluster));
			return;
		}
	(void)snprintf(m->cluster, sizeof(m->cluster), "local");
}

static void
take_text(const cJSON *json, const char *name, char *out, size_t size)
{
	const char *text = json_get_string(json, name);

	message_copy(out, size, text != NULL ? text : "");
}

/* A link in a page or a mail must not run anything. */
static void
take_url(const cJSON *json, const char *name, char *out, size_t size)
{
	const char *text = json_get_string(json, name);

	if (text != NULL && strlen(text) < size &&
	    (strncmp(text, "http://", 7) == 0 ||
	     strncmp(text, "https://", 8) == 0))
		message_copy(out, size, text);
}

static bool
has_place(const char *label)
{
	static const char *const places[] = {"alertname", "severity", "cluster",
					     "host", "series"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strcmp(label, places[i]) == 0)
			return true;
	return false;
}

static void
put_label(struct message_alert *m, const char *name, const char *value)
{
	struct rule_label *l = &m->labels[m->n_labels];

	if (m->n_labels == RULE_LABELS_MAX || strlen(name) >= sizeof(l->name))
		return;
	message_copy(l->name, sizeof(l->name), name);
	message_copy(l->value, sizeof(l->value), value);
	m->n_labels++;
}

static void
take_labels(const cJSON *labels, const char *from, struct message_alert *m)
{
	const cJSON *l;

	put_label(m, "source", from);
	cJSON_ArrayForEach (l, labels)
		if (!has_place(l->string) && strcmp(l->string, "source") != 0)
			put_label(m, l->string, l->valuestring);
}

static void
describe(const struct engine *e, const char *from, const cJSON *json,
	 struct message_alert *m)
{
	const cJSON *labels = cJSON_GetObjectItemCaseSensitive(json, "labels");
	const char *series = json_get_string(labels, "series");
	struct path p;

	take_text(labels, "alertname", m->rule, sizeof(m->rule));
	take_text(json, "summary", m->summary, sizeof(m->summary));
	take_text(json, "reason", m->reason, sizeof(m->reason));
	take_text(json, "value", m->value, sizeof(m->value));
	take_text(json, "origin", m->origin, sizeof(m->origin));
	take_url(json, "runbook", m->runbook, sizeof(m->runbook));
	take_url(json, "url", m->url, sizeof(m->url));
	take_host(labels, m->host);
	take_cluster(e, labels, m);
	if (series != NULL && path_parse(series, strlen(series), &p, NULL) == 0)
		message_copy(m->series, sizeof(m->series), series);
	take_labels(labels, from, m);
	if (m->summary[0] == '\0')
		(void)snprintf(m->summary, sizeof(m->summary), "%s%s%s",
			       m->rule, m->host[0] != '\0' ? " on " : "",
			       m->host);
}

static struct alert *
find(struct engine *e, const char *print, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < e->n_alerts; i++) {
		struct alert *a = &e->alerts[i];

		if (!a->heard.is)
			continue;
		++*n;
		if (strcmp(a->fingerprint, print) == 0)
			return a;
	}
	return NULL;
}

/* Appended; a rebuild keeps it as it keeps every alert without a rule. */
static struct alert *
append(struct engine *e, const char *print)
{
	struct alert *a = realloc(e->alerts, (e->n_alerts + 1) * sizeof(*a));

	if (a == NULL)
		return NULL;
	e->alerts = a;
	a += e->n_alerts;
	*a = (struct alert){.value = NAN, .heard.is = true};
	a->snapshot = calloc(1, sizeof(*a->snapshot));
	if (a->snapshot == NULL)
		return NULL;
	alert_state_init(&a->state);
	memcpy(a->fingerprint, print, sizeof(a->fingerprint));
	e->n_alerts++;
	return a;
}

static int64_t
get_s(const cJSON *json, const char *name, int64_t min_s, int64_t max_s)
{
	double v = json_get_double(json, name, 0);

	return v >= (double)min_s && v <= (double)max_s ? (int64_t)v : 0;
}

static void
hear(const struct engine *e, struct alert *a, const cJSON *json,
     int64_t now_boot_ms, int64_t now_s)
{
	int64_t starts_s = get_s(json, "starts", CLOCK_MIN_S, now_s);
	int64_t ends_s = get_s(json, "ends", now_s + 1, now_s + ENDS_MAX_S);
	int64_t patience_s =
	    ends_s > 0 ? ends_s - now_s : e->settings->inbound_stale_s;

	a->heard.starts_s = starts_s > 0 ? starts_s : now_s;
	a->heard.until_boot_ms = now_boot_ms + patience_s * 1000;
	a->dirty = true;
}

int
foreign_take(struct engine *e, const char *from, const cJSON *json,
	     int64_t now_boot_ms, int64_t now_s, struct message_alert *out)
{
	const cJSON *labels = cJSON_GetObjectItemCaseSensitive(json, "labels");
	bool resolved =
	    cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "resolved"));
	char print[FINGERPRINT_SIZE];
	enum alert_level level = level_of(labels);
	struct alert *a;
	size_t n;

	memset(out, 0, sizeof(*out));
	if (fingerprint(labels, print) != 0)
		return FOREIGN_REFUSED;
	describe(e, from, json, out);
	memcpy(out->fingerprint, print, sizeof(print));
	out->since_s = get_s(json, "starts", CLOCK_MIN_S, now_s);
	if (out->rule[0] == '\0')
		return FOREIGN_REFUSED;
	if (e->origin[0] != '\0' && strcmp(out->origin, e->origin) == 0)
		return FOREIGN_ECHO;
	if (level == LEVEL_OK)
		return FOREIGN_NEWS;
	a = find(e, print, &n);
	if (a == NULL && resolved)
		return FOREIGN_HEARD;
	if (a == NULL && n >= FOREIGN_MAX)
		return FOREIGN_REFUSED;
	if (a == NULL && (a = append(e, print)) == NULL)
		return -1;
	if (!resolved) {
		*a->snapshot = *out;
		hear(e, a, json, now_boot_ms, now_s);
	}
	/* it comes before the look that would have seen it fire */
	a->heard.brief = resolved && a->state.phase == ALERT_IDLE &&
			 a->heard.level > LEVEL_OK;
	if (!a->heard.brief)
		a->heard.level = resolved ? LEVEL_OK : level;
	a->dirty = true;
	return FOREIGN_HEARD;
}

void
foreign_step(struct engine *e, struct alert *a, int64_t now_boot_ms,
	     int64_t now_s)
{
	const struct alert_timing t = {
	    .gap_ms = 3 * (int64_t)e->settings->interval_s * 1000};
	int64_t since_s = a->state.since_s;

	if (a->heard.level > LEVEL_OK &&
	    now_boot_ms >= a->heard.until_boot_ms) {
		a->heard.level = LEVEL_OK;
		message_copy(a->snapshot->reason, sizeof(a->snapshot->reason),
			     "nothing was heard of it any more");
	}
	a->change =
	    alert_step(&a->state, &t, (int)a->heard.level, now_boot_ms, now_s);
	if (a->heard.brief)
		a->heard.level = LEVEL_OK;
	a->heard.brief = false;
	if (a->change == ALERT_FIRED)
		a->state.since_s = a->heard.starts_s;
	else if (a->change == ALERT_RESOLVED)
		a->state.since_s = since_s;
}

const struct watched_host *
foreign_host(const struct engine *e, const struct alert *a)
{
	for (size_t i = 0; i < e->n_hosts; i++)
		if (strcmp(e->hosts[i].host, a->snapshot->host) == 0 &&
		    strcmp(e->hosts[i].cluster, a->snapshot->cluster) == 0)
			return &e->hosts[i];
	return NULL;
}
