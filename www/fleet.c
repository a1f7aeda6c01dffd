/* SPDX-License-Identifier: MIT */
/* One snapshot of every host: see fleet.h. */
#include "www/fleet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/role.h"

#define FRESH_S 60 /* an older newest value is told with its age */

struct reading {
	struct fleet *fleet;
	struct query *q;
	const struct family *last; /* neighbours are mostly of one family */
	struct err *err;
};

static int
out_of_memory(struct err *err)
{
	return err_set(err, ERR_NOMEM, "reading the latest values");
}

static struct fleet_host *
host_for(struct fleet *f, const struct path *p)
{
	struct fleet_host *h;

	if (f->n_hosts > 0) {
		h = &f->hosts[f->n_hosts - 1];
		if (strcmp(h->cluster, p->cluster) == 0 &&
		    strcmp(h->name, p->host) == 0)
			return h;
	}
	if (f->n_hosts == f->cap) {
		size_t cap = f->cap > 0 ? f->cap * 2 : 8;

		h = reallocarray(f->hosts, cap, sizeof(*h));
		if (h == NULL)
			return NULL;
		f->hosts = h;
		f->cap = cap;
	}
	h = &f->hosts[f->n_hosts++];
	*h = (struct fleet_host){0};
	(void)snprintf(h->cluster, sizeof(h->cluster), "%s", p->cluster);
	(void)snprintf(h->name, sizeof(h->name), "%s", p->host);
	return h;
}

static int
series_add(struct fleet_host *h, const struct family *family,
	   const struct latest_entry *e)
{
	struct fleet_series *s;

	if (h->n_series == h->cap) {
		size_t cap = h->cap > 0 ? h->cap * 2 : 16;

		s = reallocarray(h->series, cap, sizeof(*s));
		if (s == NULL)
			return -1;
		h->series = s;
		h->cap = cap;
	}
	s = &h->series[h->n_series];
	*s = (struct fleet_series){.family = family, .time_s = e->time_s};
	s->instance = strdup(e->path.instance);
	s->rates = calloc(family->n_metrics, sizeof(double));
	if (s->instance == NULL || s->rates == NULL) {
		free(s->instance);
		free(s->rates);
		return -1;
	}
	family_rates(family, e->prev_s, e->prev, e->time_s, e->raw, s->rates);
	h->n_series++;
	if (e->time_s > h->newest_s)
		h->newest_s = e->time_s;
	if (h->step_s == 0 || family->step_s < h->step_s)
		h->step_s = family->step_s;
	return 0;
}

/* One entry of the table.  A series whose family cannot be read, or has
 * another number of metrics just now, is left out of this pass. */
static int
read_entry(const struct latest_entry *e, void *arg)
{
	struct reading *r = arg;
	const struct family *family = r->last;
	struct fleet_host *h;

	if (family == NULL || strcmp(family->name, e->path.family) != 0) {
		family = registry_find(r->q->registry, e->path.family, NULL);
		if (family == NULL)
			return 0;
		r->last = family;
	}
	if (family->n_metrics != e->n_values)
		return 0;
	h = host_for(r->fleet, &e->path);
	if (h == NULL || series_add(h, family, e) != 0)
		return out_of_memory(r->err);
	return 0;
}

static void
keep_finding(struct fleet_host *h, const struct health_finding *x)
{
	size_t at = h->n_findings;

	h->n_total++;
	while (at > 0 && health_worse(x, &h->findings[at - 1]))
		at--;
	if (at >= FLEET_FINDINGS_MAX)
		return;
	if (h->n_findings < FLEET_FINDINGS_MAX)
		h->n_findings++;
	memmove(&h->findings[at + 1], &h->findings[at],
		(h->n_findings - 1 - at) * sizeof(*x));
	h->findings[at] = *x;
}

/* By its newest values alone. */
static void
judge_values(struct fleet *f, struct fleet_host *h)
{
	struct health_finding x;

	for (size_t i = 0; i < h->n_series; i++) {
		struct fleet_series *s = &h->series[i];

		s->state = health_series(s->family, s->instance, s->rates, &x);
		if (s->state != HEALTH_OK) {
			keep_finding(h, &x);
			f->n_findings[s->state]++;
		}
	}
}

static struct fleet_series *
series_named(struct fleet_host *h, const char *name)
{
	char text[PATH_SIZE];
	struct path p;

	for (size_t i = 0; i < h->n_series; i++) {
		fleet_path(h, &h->series[i], &p);
		(void)path_format(&p, text);
		if (strcmp(text, name) == 0)
			return &h->series[i];
	}
	return NULL;
}

/*
 * What fires is so.  What is pending has not lasted long enough to wake
 * somebody up; when it is a level (a full disk), who looks may know already.
 */
static bool
finding_of(struct fleet_host *h, const struct alarm *a,
	   struct health_finding *out)
{
	struct fleet_series *s = series_named(h, a->series);

	*out = a->finding;
	if (a->pending &&
	    (s == NULL ||
	     health_series(s->family, s->instance, s->rates, out) == HEALTH_OK))
		return false;
	if (s != NULL && out->state > s->state)
		s->state = out->state;
	return true;
}

/* Whether something about that series fires already. */
static bool
fires(const struct alarms *alarms, const char *series)
{
	for (size_t i = 0; i < alarms->n; i++)
		if (!alarms->list[i].pending &&
		    strcmp(alarms->list[i].series, series) == 0)
			return true;
	return false;
}

/* Whether an alarm is said aloud of that host. */
static bool
told_of(const struct alarm *a, const struct fleet_host *h)
{
	size_t n = strlen(h->cluster);

	return !a->muted && strncmp(a->host, h->cluster, n) == 0 &&
	       a->host[n] == '/' && strcmp(a->host + n + 1, h->name) == 0;
}

/* By what the alert engine says of it. */
static void
judge_alarms(struct fleet *f, struct fleet_host *h, const struct alarms *alarms)
{
	struct health_finding x;

	for (size_t i = 0; i < alarms->n; i++) {
		const struct alarm *a = &alarms->list[i];

		if (!told_of(a, h) ||
		    (a->pending && fires(alarms, a->series)) ||
		    !finding_of(h, a, &x))
			continue;
		keep_finding(h, &x);
		f->n_findings[x.state]++;
	}
}

/* The worst of what the alert engine says aloud of a host. */
static enum health_state
alarmed(const struct fleet_host *h, const struct alarms *alarms)
{
	enum health_state worst = HEALTH_OK;

	for (size_t i = 0; alarms != NULL && i < alarms->n; i++) {
		const struct alarm *a = &alarms->list[i];

		if (!a->pending && a->finding.state > worst && told_of(a, h))
			worst = a->finding.state;
	}
	return worst;
}

/* A silent host is judged by its silence; its old values say nothing.  How
 * bad silence is, is the alert's to say once it fires. */
static void
judge_host(struct fleet *f, struct fleet_host *h, const struct alarms *alarms)
{
	enum health_state told;
	struct health_finding x;

	if (health_age(f->now_s - h->newest_s, h->step_s, &x) != HEALTH_OK) {
		told = alarmed(h, alarms);
		x.state = told > x.state ? told : x.state;
		keep_finding(h, &x);
		h->silent = true;
	} else if (alarms != NULL && alarms->alive) {
		judge_alarms(f, h, alarms);
	} else {
		judge_values(f, h);
	}
	if (h->n_findings > 0)
		h->state = h->findings[0].state;
	f->n_state[h->state]++;
}

static int
by_worst(const void *pa, const void *pb)
{
	const struct fleet_host *a = *(const struct fleet_host *const *)pa;
	const struct fleet_host *b = *(const struct fleet_host *const *)pb;

	if (a->state != b->state)
		return a->state > b->state ? -1 : 1;
	if (a->state != HEALTH_OK) {
		if (health_worse(&a->findings[0], &b->findings[0]))
			return -1;
		if (health_worse(&b->findings[0], &a->findings[0]))
			return 1;
	}
	return a < b ? -1 : a > b; /* path order among equals */
}

static int
sort_worst(struct fleet *f, struct err *err)
{
	f->worst = calloc(f->n_hosts + 1, sizeof(struct fleet_host *));
	if (f->worst == NULL)
		return out_of_memory(err);
	for (size_t i = 0; i < f->n_hosts; i++)
		f->worst[i] = &f->hosts[i];
	qsort(f->worst, f->n_hosts, sizeof(struct fleet_host *), by_worst);
	return 0;
}

int
fleet_read(struct fleet *f, struct query *q, const struct alarms *alarms,
	   int64_t now_s, struct err *err)
{
	struct fleet next = {.now_s = now_s};
	struct reading r = {.fleet = &next, .q = q, .err = err};
	struct err none = {0};
	struct latest *l = query_latest(q, &none);

	if (l == NULL && none.code != ERR_NOT_FOUND) {
		*err = none;
		return -1;
	}
	if (l != NULL && latest_each(l, read_entry, &r) != 0)
		goto fail;
	for (size_t i = 0; i < next.n_hosts; i++) {
		struct fleet_host *h = &next.hosts[i];

		vitals_of(h);
		judge_host(&next, h, alarms);
		if (h->newest_s > next.newest_s)
			next.newest_s = h->newest_s;
	}
	if (sort_worst(&next, err) != 0)
		goto fail;
	if (next.newest_s <= now_s && now_s - next.newest_s < FRESH_S)
		next.now_s = next.newest_s;
	fleet_done(f);
	*f = next;
	return 0;
fail:
	fleet_done(&next);
	return -1;
}

void
fleet_done(struct fleet *f)
{
	for (size_t i = 0; i < f->n_hosts; i++) {
		struct fleet_host *h = &f->hosts[i];

		for (size_t k = 0; k < h->n_series; k++) {
			free(h->series[k].instance);
			free(h->series[k].rates);
		}
		free(h->series);
	}
	free(f->hosts);
	free(f->worst);
	*f = (struct fleet){0};
}

size_t
fleet_family_count(const struct fleet_host *h, size_t at)
{
	size_t n = at;

	while (n < h->n_series && h->series[n].family == h->series[at].family)
		n++;
	return n - at;
}

void
fleet_path(const struct fleet_host *h, const struct fleet_series *x,
	   struct path *out)
{
	(void)snprintf(out->cluster, sizeof(out->cluster), "%s", h->cluster);
	(void)snprintf(out->host, sizeof(out->host), "%s", h->name);
	(void)snprintf(out->family, sizeof(out->family), "%s", x->family->name);
	(void)snprintf(out->instance, sizeof(out->instance), "%s", x->instance);
}
