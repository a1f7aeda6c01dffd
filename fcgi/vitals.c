/* SPDX-License-Identifier: MIT */
/* How Robin and its host are: see vitals.h. */
#include "fcgi/vitals.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "core/clock.h"
#include "core/role.h"
#include "fcgi/live.h"

const char *
vitals_word(enum vitals_state state)
{
	static const char *const words[VITALS__MAX] = {
	    [VITALS_OK] = "ok",
	    [VITALS_DEGRADED] = "degraded",
	    [VITALS_FAILING] = "failing",
	};

	return words[state];
}

struct walk {
	struct serve *serve;
	struct vitals *v;
	int64_t now_s;
};

/* The first series of the own host that knows a used share gives it. */
static void
take_ratio(const struct family *f, const double *values, enum metric_role role,
	   double *ratio)
{
	if (isnan(*ratio))
		*ratio = role_used_ratio(f, values, role);
}

static int
visit(const struct latest_entry *e, void *arg)
{
	struct walk *w = arg;
	const struct conf *c = w->serve->conf;
	double values[FAMILY_METRICS_MAX], up;
	const struct family *f;

	if (e->time_s > w->v->newest_s)
		w->v->newest_s = e->time_s;
	if (e->path.instance[0] != '\0' || strcmp(e->path.host, c->host) != 0 ||
	    strcmp(e->path.cluster, c->cluster) != 0)
		return 0;
	f = registry_find(w->serve->query.registry, e->path.family, NULL);
	if (f == NULL || w->now_s - e->time_s > f->heartbeat_s)
		return 0;
	live_values(f, e, values);
	take_ratio(f, values, ROLE_CPU_USED, &w->v->cpu_ratio);
	take_ratio(f, values, ROLE_MEMORY_USED, &w->v->memory_ratio);
	up = role_sum(f, values, ROLE_UPTIME);
	if (up >= 0 && up < 1e10)
		w->v->host_uptime_s = (int64_t)up;
	return 0;
}

static uint64_t
count_errors(const char *state)
{
	uint64_t n = 0;

	for (int p = 0; p < STATS_POOLS; p++) {
		const struct stats *s = stats_open(state, stats_pools[p], NULL);

		for (int i = 0; s != NULL && i < STATS_ROUTES_MAX; i++)
			n += s->requests[i][STATS_5XX];
		if (s != NULL)
			n += s->timeouts;
		stats_close(&s);
	}
	return n;
}

static double
disk_ratio(const char *state)
{
	struct statvfs s;
	double used;

	if (statvfs(state, &s) != 0 || s.f_blocks == 0)
		return NAN;
	used = (double)(s.f_blocks - s.f_bfree);
	return used / (used + (double)s.f_bavail);
}

static void
worse(struct vitals *v, enum vitals_state state, const char *what, double value)
{
	if (state <= v->state)
		return;
	v->state = state;
	(void)snprintf(v->reason, sizeof(v->reason), "%s (%.0f)", what, value);
}

static void
judge(struct vitals *v, const struct conf *c)
{
	if (v->disk_ratio > c->status_disk_ratio)
		worse(v, VITALS_DEGRADED,
		      "the state folder's disk is nearly full, percent",
		      v->disk_ratio * 100);
	if (v->newest_s == 0)
		worse(v, VITALS_DEGRADED, "nothing was stored yet, series",
		      (double)v->n_series);
	else if (v->age_s > c->status_stale_s)
		worse(v, VITALS_FAILING, "no new sample since, seconds",
		      (double)v->age_s);
}

void
vitals_look(struct serve *s, int64_t now_s, struct vitals *v)
{
	struct walk w = {.serve = s, .v = v, .now_s = now_s};
	struct err err = {0};
	struct latest *l;

	*v = (struct vitals){
	    .cpu_ratio = NAN,
	    .memory_ratio = NAN,
	    .host_uptime_s = -1,
	    .age_s = -1,
	    .disk_ratio = disk_ratio(s->state),
	    .errors = count_errors(s->state),
	    .uptime_s = (clock_boot_ms() - s->stats->start_boot_ms) / 1000,
	};
	l = query_latest(&s->query, &err);
	if (l != NULL) {
		v->n_series = latest_count(l);
		(void)latest_each(l, visit, &w);
	} else if (err.code != ERR_NOT_FOUND) {
		v->state = VITALS_FAILING;
		(void)snprintf(v->reason, sizeof(v->reason), "%.150s", err.msg);
	}
	if (v->newest_s != 0)
		v->age_s = now_s > v->newest_s ? now_s - v->newest_s : 0;
	judge(v, s->conf);
}
