/* SPDX-License-Identifier: MIT */
/*
 * /badge/CLUSTER/HOST[/FAMILY[.INSTANCE]].svg: a status badge for a README or
 * a wiki.  State is shape, word and colour.  A host's badge says whether its
 * data is fresh and what fires on it, a series' badge its used share or its
 * lead metric.  What is wrong is what robin-alert says; while it is not alive,
 * what the family's own default alerts do.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/alertdoc.h"
#include "core/html.h"
#include "core/role.h"
#include "core/unit.h"
#include "fcgi/ask.h"
#include "fcgi/live.h"
#include "fcgi/serve.h"

enum { ARG_CLUSTER, ARG_HOST, ARG_LEAF };

enum level { LEVEL_OK, LEVEL_WARNING, LEVEL_CRITICAL, LEVEL_STALE, LEVEL__MAX };

static const struct {
	const char *mark, *word, *colour; /* white on it is over 4.5:1 */
} levels[LEVEL__MAX] = {
    [LEVEL_OK] = {"\xe2\x97\x8f", "ok", "#00734f"},
    [LEVEL_WARNING] = {"\xe2\x96\xb2", "warning", "#8a5a00"},
    [LEVEL_CRITICAL] = {"\xe2\x96\xa0", "critical", "#b3261e"},
    [LEVEL_STALE] = {"\xe2\x97\x8b", "no data", "#5b6876"},
};

#define CHAR_PX 7 /* of DejaVu Sans at 11 px, about; textLength corrects */
#define PAD_PX	6

struct badge {
	enum level level;
	char left[64], right[64]; /* plain text */
};

/* The number of characters, not bytes, of UTF-8 text. */
static unsigned
length(const char *s)
{
	unsigned n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void
put_half(struct buf *b, unsigned x, unsigned width, const char *text)
{
	buf_fmt(b, "<text x=\"%u\" y=\"14\" textLength=\"%u\">", x + PAD_PX,
		width - 2 * PAD_PX);
	html_text(b, text);
	buf_str(b, "</text>");
}

static void
put_badge(struct buf *b, const struct badge *badge)
{
	unsigned left = length(badge->left) * CHAR_PX + 2 * PAD_PX;
	unsigned right = length(badge->right) * CHAR_PX + 2 * PAD_PX;

	buf_fmt(b,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" "
		"height=\"20\" role=\"img\" aria-label=\"",
		left + right);
	html_attr(b, badge->left);
	buf_str(b, ": ");
	html_attr(b, badge->right);
	buf_str(b, "\"><title>");
	html_text(b, badge->left);
	buf_str(b, ": ");
	html_text(b, badge->right);
	buf_fmt(b,
		"</title><rect width=\"%u\" height=\"20\" fill=\"#3a444f\"/>"
		"<rect x=\"%u\" width=\"%u\" height=\"20\" fill=\"%s\"/>"
		"<g fill=\"#fff\" font-size=\"11\" "
		"font-family=\"DejaVu Sans,Verdana,sans-serif\">",
		left, left, right, levels[badge->level].colour);
	put_half(b, 0, left, badge->left);
	put_half(b, left, right, badge->right);
	buf_str(b, "</g></svg>\n");
}

/* A number for people: three significant digits, with a prefix from 1,000. */
static void
put_value(char *out, size_t size, double v, const char *unit)
{
	int i = unit_reduce(&v, 1000, 999.5, UNIT_LARGE_MAX);

	(void)snprintf(out, size, "%.3g%s%s%s%.20s", v, i > 0 ? " " : "",
		       unit_large[i], unit != NULL ? " " : "",
		       unit != NULL ? unit : "");
}

/* The used share in percent of the first *_USED role, or NaN. */
static double
used_percent(const struct family *f, const double *values)
{
	static const enum metric_role roles[] = {
	    ROLE_CPU_USED, ROLE_MEMORY_USED, ROLE_SWAP_USED, ROLE_DISK_USED,
	    ROLE_INODES_USED};

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		double v = role_used_ratio(f, values, roles[i]);

		if (!isnan(v))
			return v * 100;
	}
	return NAN;
}

/* What an alert looks at: the used share of its role, or its metric. */
static double
alert_value(const struct family_alert *a, const struct family *f,
	    const double *values)
{
	double ratio;
	int i;

	if (a->role == ROLE_NONE) {
		i = a->metric != NULL ? family_metric(f, a->metric) : -1;
		return i >= 0 ? values[i] : NAN;
	}
	ratio = role_used_ratio(f, values, a->role);
	return isnan(ratio) ? role_sum(f, values, a->role) : ratio * 100;
}

/* Over a threshold, or under it where critical is the lower of the two. */
static bool
beyond(double v, double threshold, bool falling)
{
	return falling ? v < threshold : v > threshold;
}

static enum level
judge(const struct family *f, const double *values)
{
	enum level worst = LEVEL_OK;

	for (size_t i = 0; i < f->n_alerts; i++) {
		const struct family_alert *a = &f->alerts[i];
		double v = alert_value(a, f, values);
		bool falling = a->critical < a->warning;

		if (isnan(v))
			continue;
		if (beyond(v, a->critical, falling))
			return LEVEL_CRITICAL;
		if (beyond(v, a->warning, falling))
			worst = LEVEL_WARNING;
	}
	return worst;
}

/* What robin-alert says; NULL when it is not alive. */
static cJSON *
alerts_read(const struct exchange *x)
{
	struct err err;
	cJSON *doc = ask_alerts(x->serve->state, &err);

	if (doc != NULL && alertdoc_alive(doc, x->request->now_s))
		return doc;
	cJSON_Delete(doc);
	return NULL;
}

static bool
is(const cJSON *alert, const char *key, const char *text)
{
	return strcmp(json_get_text(alert, key), text) == 0;
}

/* The worst that fires on the host asked for, or on one series of it. */
static enum level
firing(const struct exchange *x, const cJSON *doc, const char *series)
{
	enum level worst = LEVEL_OK;
	const cJSON *a;

	cJSON_ArrayForEach (a, json_get_array(doc, "alerts")) {
		if (!is(a, "state", "firing") || alertdoc_muted(a) ||
		    !is(a, "host", x->args[ARG_HOST].text) ||
		    !is(a, "cluster", x->args[ARG_CLUSTER].text) ||
		    (series != NULL && !is(a, "series", series)))
			continue;
		if (is(a, "severity", "critical"))
			return LEVEL_CRITICAL;
		worst = LEVEL_WARNING;
	}
	return worst;
}

static void
name_left(struct badge *badge, const char *host, const char *what)
{
	(void)snprintf(badge->left, sizeof(badge->left), "%.30s%s%.30s", host,
		       what[0] != '\0' ? " " : "", what);
}

static int
of_series(struct exchange *x, struct badge *badge, struct err *err)
{
	const struct path *leaf = &x->args[ARG_LEAF].path;
	struct latest *l = query_latest(&x->serve->query, err);
	char value[64], text[PATH_SIZE];
	cJSON *alerts;
	double values[FAMILY_METRICS_MAX], v;
	struct latest_entry e;
	const struct family *f;
	struct path p = *leaf;

	(void)snprintf(p.cluster, sizeof(p.cluster), "%s",
		       x->args[ARG_CLUSTER].text);
	(void)snprintf(p.host, sizeof(p.host), "%s", x->args[ARG_HOST].text);
	(void)path_format(&p, text);
	if (l == NULL || latest_find(l, text, &e, err) != 0)
		return err_set(err, ERR_NOT_FOUND, "there is no series %s",
			       text);
	f = registry_find(x->serve->query.registry, p.family, err);
	if (f == NULL)
		return -1;
	name_left(badge, p.host, f->title != NULL ? f->title : f->name);
	live_values(f, &e, values);
	alerts = alerts_read(x);
	badge->level = x->request->now_s - e.time_s > f->heartbeat_s
			   ? LEVEL_STALE
		       : alerts != NULL ? firing(x, alerts, text)
					: judge(f, values);
	cJSON_Delete(alerts);
	v = used_percent(f, values);
	if (!isnan(v))
		put_value(value, sizeof(value), v, "%");
	else if (f->lead < f->n_metrics && !isnan(values[f->lead]))
		put_value(value, sizeof(value), values[f->lead],
			  f->metrics[f->lead].unit);
	else
		badge->level = LEVEL_STALE;
	if (badge->level == LEVEL_STALE)
		(void)snprintf(value, sizeof(value), "no data");
	(void)snprintf(badge->right, sizeof(badge->right), "%s %.50s",
		       levels[badge->level].mark, value);
	return 0;
}

/* A host by its series: how new they are, and what they are judged as. */
struct look {
	const struct exchange *x;
	int64_t last_s;
	enum level worst;
};

static int
look_at(const struct latest_entry *e, void *arg)
{
	struct look *l = arg;
	const struct exchange *x = l->x;
	double values[FAMILY_METRICS_MAX];
	const struct family *f;
	enum level level;

	if (strcmp(e->path.host, x->args[ARG_HOST].text) != 0 ||
	    strcmp(e->path.cluster, x->args[ARG_CLUSTER].text) != 0)
		return 0;
	if (e->time_s > l->last_s)
		l->last_s = e->time_s;
	f = registry_find(x->serve->query.registry, e->path.family, NULL);
	if (f == NULL || x->request->now_s - e->time_s > f->heartbeat_s)
		return 0;
	live_values(f, e, values);
	level = judge(f, values);
	if (level > l->worst)
		l->worst = level;
	return 0;
}

static int
of_host(struct exchange *x, struct badge *badge, struct err *err)
{
	struct latest *l = query_latest(&x->serve->query, err);
	struct look host = {.x = x, .worst = LEVEL_OK};
	cJSON *alerts;

	if (l != NULL)
		(void)latest_each(l, look_at, &host);
	if (host.last_s == 0)
		return err_set(err, ERR_NOT_FOUND, "there is no host %s",
			       x->args[ARG_HOST].text);
	name_left(badge, x->args[ARG_HOST].text, "");
	alerts = alerts_read(x);
	badge->level =
	    x->request->now_s - host.last_s > x->serve->conf->status_stale_s
		? LEVEL_STALE
	    : alerts != NULL ? firing(x, alerts, NULL)
			     : host.worst;
	cJSON_Delete(alerts);
	(void)snprintf(badge->right, sizeof(badge->right), "%s %s",
		       levels[badge->level].mark, levels[badge->level].word);
	return 0;
}

static int
answer(struct exchange *x, struct err *err)
{
	struct badge badge = {0};
	int rc = x->args[ARG_LEAF].set ? of_series(x, &badge, err)
				       : of_host(x, &badge, err);

	if (rc != 0)
		return -1;
	put_badge(&x->reply->body, &badge);
	x->reply->type = "image/svg+xml";
	reply_header(x->reply, "Cross-Origin-Resource-Policy", "cross-origin");
	reply_etag(x->reply, x->reply->body.data, x->reply->body.len);
	reply_cache(x->reply, 30, false);
	if (etag_matches(x->request->if_none_match, x->reply->etag))
		x->reply->status = 304;
	return 0;
}

static const struct param args[] = {
    {.name = "cluster", .type = PARAM_SLUG, .help = "the cluster"},
    {.name = "host", .type = PARAM_SLUG, .help = "the host"},
    {.name = "family",
     .type = PARAM_LEAF,
     .help = "the family, with an instance or without"},
    {0},
};

const struct route route_badge = {
    .name = "badge",
    .path = "/badge",
    .args = args,
    .args_min = 2,
    .methods = HTTP_READ,
    .pools = POOL_BIT(POOL_DATA),
    .flags = ROUTE_PICTURE | ROUTE_SVG,
    .answer = answer,
    .summary = "a status badge of a host or of a series",
    .media = "image/svg+xml",
};
