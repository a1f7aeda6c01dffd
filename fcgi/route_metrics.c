/* SPDX-License-Identifier: MIT */
/*
 * /metrics: the newest raw value of every series that is not stale, then
 * what the pools themselves did.  A series whose newest sample is older than
 * its heartbeat is left out: shown, it would look alive for ever.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/version.h"
#include "fcgi/expo.h"
#include "fcgi/serve.h"

/* The newest values of one series, with its names behind them. */
struct point {
	int64_t time_s;
	size_t n_values;
	char family[FAMILY_MAX + 1];
	char *labels; /* within the same block */
	double values[];
};

struct points {
	struct point **list;
	size_t n, room;
	struct buf labels; /* scratch */
	bool failed;
};

static struct point *
point_new(const struct latest_entry *e, const char *labels, size_t len)
{
	size_t values = e->n_values * sizeof(double);
	struct point *p = malloc(sizeof(*p) + values + len + 1);

	if (p == NULL)
		return NULL;
	p->time_s = e->time_s;
	p->n_values = e->n_values;
	memcpy(p->family, e->path.family, sizeof(p->family));
	memcpy(p->values, e->raw, values);
	p->labels = (char *)(p->values + e->n_values);
	memcpy(p->labels, labels, len + 1);
	return p;
}

static int
gather(const struct latest_entry *e, void *arg)
{
	struct points *all = arg;
	struct point *p;

	buf_reset(&all->labels);
	expo_label(&all->labels, "cluster", e->path.cluster);
	expo_label(&all->labels, "host", e->path.host);
	expo_label(&all->labels, "instance", e->path.instance);
	if (all->n == all->room) {
		size_t room = all->room == 0 ? 64 : all->room * 2;
		struct point **list =
		    realloc(all->list, room * sizeof(struct point *));

		if (list == NULL)
			goto failed;
		all->list = list;
		all->room = room;
	}
	p = buf_ok(&all->labels)
		? point_new(e, all->labels.data, all->labels.len)
		: NULL;
	if (p == NULL)
		goto failed;
	all->list[all->n++] = p;
	return 0;
failed:
	all->failed = true;
	return 1;
}

static int
by_family(const void *a, const void *b)
{
	const struct point *p = *(struct point *const *)a;
	const struct point *q = *(struct point *const *)b;
	int rc = strcmp(p->family, q->family);

	return rc != 0 ? rc : strcmp(p->labels, q->labels);
}

static void
points_done(struct points *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->list[i]);
	free(all->list);
	buf_done(&all->labels);
}

static bool
is_fresh(const struct point *p, const struct family *f, int64_t now_s)
{
	return now_s - p->time_s <= f->heartbeat_s;
}

/* One metric of a family over its points; nothing when none is known. */
static void
put_metric(struct expo *e, const struct family *f, size_t m,
	   struct point *const *list, size_t n, int64_t now_s)
{
	char name[EXPO_NAME_SIZE];
	const char *unit;
	bool opened = false;

	expo_name(f, &f->metrics[m], name, &unit);
	for (size_t i = 0; i < n; i++) {
		const struct point *p = list[i];

		if (m >= p->n_values || isnan(p->values[m]) ||
		    !is_fresh(p, f, now_s))
			continue;
		if (!opened)
			expo_family(e, name, unit, expo_type_of(&f->metrics[m]),
				    f->metrics[m].help);
		opened = true;
		expo_sample(e, p->labels, p->values[m]);
	}
}

static int
put_points(struct exchange *x, struct expo *e, const struct points *all)
{
	for (size_t i = 0, next; i < all->n; i = next) {
		const struct family *f;

		for (next = i + 1;
		     next < all->n &&
		     strcmp(all->list[i]->family, all->list[next]->family) == 0;
		     next++)
			;
		f = registry_find(x->serve->query.registry,
				  all->list[i]->family, NULL);
		if (f == NULL)
			continue;
		for (size_t m = 0; m < f->n_metrics; m++) {
			put_metric(e, f, m, all->list + i, next - i,
				   x->request->now_s);
			if (reply_spill(x->reply) != 0)
				return -1;
		}
	}
	return 0;
}

static int
put_series(struct exchange *x, struct expo *e, struct err *err)
{
	struct latest *l = query_latest(&x->serve->query, NULL);
	struct points all = {0};
	int rc;

	if (l == NULL)
		return 0; /* nothing was stored yet */
	buf_init(&all.labels, 4096);
	(void)latest_each(l, gather, &all);
	if (all.failed) {
		points_done(&all);
		return err_set(err, ERR_NOMEM, "metrics: out of memory");
	}
	if (all.n > 0)
		qsort(all.list, all.n, sizeof(all.list[0]), by_family);
	rc = put_points(x, e, &all);
	points_done(&all);
	return rc;
}

static void
put_requests(struct expo *e, const struct stats *const *pools)
{
	static const char *const classes[STATS__MAX] = {"2xx", "3xx", "4xx",
							"5xx"};
	struct buf labels;

	buf_init(&labels, 512);
	expo_family(e, "robin_fcgi_requests", NULL, EXPO_COUNTER,
		    "Requests answered, by pool, route and class of status");
	for (int p = 0; p < STATS_POOLS; p++) {
		for (size_t i = 0; pools[p] != NULL && i < STATS_ROUTES_MAX;
		     i++) {
			for (int c = 0; c < STATS__MAX; c++) {
				uint64_t n = pools[p]->requests[i][c];

				if (n == 0)
					continue;
				buf_reset(&labels);
				expo_label(&labels, "pool", stats_pools[p]);
				expo_label(&labels, "route",
					   i < route_table_n
					       ? route_table[i]->name
					       : "none");
				expo_label(&labels, "status", classes[c]);
				expo_sample(e, labels.data, (double)n);
			}
		}
	}
	buf_done(&labels);
}

static void
put_words(struct expo *e, const struct stats *const *pools)
{
	char name[EXPO_NAME_SIZE];
	struct buf labels;

	buf_init(&labels, 64);
	for (size_t i = 0; i < stats_words_n; i++) {
		const struct stats_word *w = &stats_words[i];
		struct metric m = {.name = w->name, .raw_unit = w->unit};
		const char *unit;

		expo_name(&(struct family){.name = "fcgi"}, &m, name, &unit);
		expo_family(e, name, unit, w->gauge ? EXPO_GAUGE : EXPO_COUNTER,
			    w->help);
		for (int p = 0; p < STATS_POOLS; p++) {
			if (pools[p] == NULL)
				continue;
			buf_reset(&labels);
			expo_label(&labels, "pool", stats_pools[p]);
			expo_sample(e, labels.data, stats_value(pools[p], w));
		}
	}
	buf_done(&labels);
}

static void
put_pools(struct exchange *x, struct expo *e)
{
	const struct stats *pools[STATS_POOLS];

	for (int p = 0; p < STATS_POOLS; p++)
		pools[p] = stats_open(x->serve->state, stats_pools[p], NULL);
	expo_family(e, "robin_build", NULL, EXPO_GAUGE,
		    "Always 1; the version is a label");
	expo_sample(e, "version=\"" ROBIN_VERSION "\"", 1);
	put_words(e, pools);
	put_requests(e, pools);
	for (int p = 0; p < STATS_POOLS; p++)
		stats_close(&pools[p]);
}

static int
answer(struct exchange *x, struct err *err)
{
	struct expo e = {
	    .out = &x->reply->body,
	    .open_metrics = expo_wants_open_metrics(x->request->accept),
	};

	x->reply->type =
	    e.open_metrics
		? "application/openmetrics-text; version=1.0.0; charset=utf-8"
		: "text/plain; version=0.0.4; charset=utf-8";
	reply_header(x->reply, "Vary", "Accept");
	if (put_series(x, &e, err) != 0)
		return x->reply->broken ? 0 : -1;
	put_pools(x, &e);
	expo_end(&e);
	return 0;
}

const struct route route_metrics = {
    .name = "metrics",
    .path = "/metrics",
    .methods = HTTP_READ,
    .pools = POOL_BIT(POOL_DATA),
    .answer = answer,
    .summary = "the newest value of every series, for Prometheus",
    .media = "text/plain,application/openmetrics-text",
};
