/* SPDX-License-Identifier: MIT */
/*
 * Building the table of alerts: series from STATE/latest in path order, their
 * hosts, and every rule that matches.  A rebuild carries states over by
 * fingerprint.  See engine.h; the looking is look.c's.
 */
#include "alert/engine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "alert/carry.h"
#include "alert/learn.h"
#include "alert/rule_read.h"

#define REBUILD_MS INT64_C(60000) /* families may have changed */

void
engine_init(struct engine *e, const struct settings *s, struct query *q)
{
	*e = (struct engine){.settings = s, .query = q};
}

static void
alert_done(struct alert *a)
{
	free(a->window);
	free(a->learned);
	free(a->snapshot);
}

static void
free_tables(struct engine *e)
{
	for (size_t i = 0; i < e->n_alerts; i++)
		alert_done(&e->alerts[i]);
	for (size_t i = 0; i < e->n_series; i++)
		free(e->series[i].rates);
	free(e->alerts);
	free(e->series);
	free(e->hosts);
	rules_done(&e->rules);
}

void
engine_done(struct engine *e)
{
	free_tables(e);
	silences_done(&e->silences);
	*e = (struct engine){0};
}

void
alert_fingerprint(const char *rule, const char *path,
		  char out[FINGERPRINT_SIZE])
{
	char text[RULE_NAME_MAX + 1 + PATH_SIZE];
	int n = snprintf(text, sizeof(text), "%s %s", rule, path);

	(void)snprintf(out, FINGERPRINT_SIZE, "%016llx",
		       (unsigned long long)XXH64(text, (size_t)n, 0));
}

/* What a build works on; it replaces the engine's tables at its end. */
struct build {
	struct engine *old;
	struct engine e; /* the new tables */
	size_t room_series, room_hosts, room_alerts;
	int64_t now_boot_ms;
	bool failed;
};

static void *
grow(struct build *b, void *list, size_t n, size_t *room, size_t size)
{
	void *grown;

	if (n < *room)
		return list;
	*room = *room > 0 ? 2 * *room : 64;
	grown = realloc(list, *room * size);
	if (grown == NULL) {
		b->failed = true;
		return NULL;
	}
	return grown;
}

static int
take_family(const struct family *f, void *arg)
{
	struct build *b = arg;

	return rules_of_family(&b->e.rules, f, NULL);
}

static int
copy_rules(struct build *b)
{
	const struct rules *from = &b->old->settings->rules;

	for (size_t i = 0; i < from->n; i++)
		if (rules_add(&b->e.rules, &from->rules[i], NULL) == NULL)
			return -1;
	/* the families' own, as far as there is room */
	(void)registry_each(b->old->query->registry, take_family, b);
	return 0;
}

/* Entries come in path order, so a host's series are neighbours. */
static int
take_host(struct build *b, const struct path *p)
{
	struct watched_host *h, *list;

	if (b->e.n_hosts > 0) {
		h = &b->e.hosts[b->e.n_hosts - 1];
		if (strcmp(h->host, p->host) == 0 &&
		    strcmp(h->cluster, p->cluster) == 0)
			return 0;
	}
	list = grow(b, b->e.hosts, b->e.n_hosts, &b->room_hosts, sizeof(*list));
	if (list == NULL)
		return -1;
	b->e.hosts = list;
	h = &list[b->e.n_hosts++];
	*h = (struct watched_host){.changed_boot_ms = b->now_boot_ms};
	memcpy(h->cluster, p->cluster, sizeof(h->cluster));
	memcpy(h->host, p->host, sizeof(h->host));
	return 0;
}

static int
take_series(const struct latest_entry *entry, void *arg)
{
	struct build *b = arg;
	const struct family *f =
	    registry_find(b->old->query->registry, entry->path.family, NULL);
	struct watched_series *s, *list;

	if (f == NULL || take_host(b, &entry->path) != 0)
		return b->failed;
	list =
	    grow(b, b->e.series, b->e.n_series, &b->room_series, sizeof(*list));
	if (list == NULL)
		return 1;
	b->e.series = list;
	s = &list[b->e.n_series];
	*s = (struct watched_series){.path = entry->path,
				     .family = f,
				     .changed_boot_ms = b->now_boot_ms};
	(void)path_format(&s->path, s->text);
	s->rates = malloc(f->n_metrics * sizeof(*s->rates));
	if (s->rates == NULL) {
		b->failed = true;
		return 1;
	}
	for (size_t i = 0; i < f->n_metrics; i++)
		s->rates[i] = NAN;
	b->e.n_series++;
	return 0;
}

static struct alert *
add_alert(struct build *b, const struct rule *r, const char *path)
{
	struct alert *list =
	    grow(b, b->e.alerts, b->e.n_alerts, &b->room_alerts, sizeof(*list));
	struct alert *a;

	if (list == NULL)
		return NULL;
	b->e.alerts = list;
	a = &list[b->e.n_alerts++];
	*a = (struct alert){.rule = r, .value = NAN};
	alert_state_init(&a->state);
	alert_fingerprint(r->name, path, a->fingerprint);
	return a;
}

static int
add_window(struct alert *a)
{
	if (a->rule->aggregate == RULE_LAST)
		return 0;
	a->window = malloc(sizeof(*a->window));
	if (a->window == NULL)
		return -1;
	window_init(a->window, a->rule->over_s);
	return 0;
}

static int
match_series(struct build *b, struct watched_series *s)
{
	s->first = b->e.n_alerts;
	for (size_t i = 0; i < b->e.rules.n; i++) {
		const struct rule *r = &b->e.rules.rules[i];
		struct rule_limits l;
		struct alert *a;

		if (r->scope != RULE_SERIES ||
		    !rule_matches(r, &s->path, s->family))
			continue;
		l = rule_limits_of(r, &s->path, s->family);
		if (!l.enabled)
			continue;
		a = add_alert(b, r, s->text);
		if (a == NULL || add_window(a) != 0)
			return -1;
		a->limits = l;
		a->series = s;
		a->host = s->host;
		s->n_alerts++;
	}
	return 0;
}

static int
match_host(struct build *b, struct watched_host *h,
	   const struct watched_series *any)
{
	struct path p = any->path;
	char text[2 * SLUG_MAX + 2];

	p.instance[0] = '\0';
	(void)snprintf(text, sizeof(text), "%s/%s", h->cluster, h->host);
	for (size_t i = 0; i < b->e.rules.n; i++) {
		const struct rule *r = &b->e.rules.rules[i];
		struct rule_limits l;
		struct alert *a;

		if (r->scope != RULE_HOST || !rule_matches(r, &p, any->family))
			continue;
		l = rule_limits_of(r, &p, any->family);
		if (!l.enabled)
			continue;
		a = add_alert(b, r, text);
		if (a == NULL)
			return -1;
		a->limits = l;
		a->host = h;
	}
	return 0;
}

static int
match_all(struct build *b)
{
	struct watched_host *h = b->e.hosts;
	struct watched_series *any = NULL;

	for (size_t i = 0; i < b->e.n_series; i++) {
		struct watched_series *s = &b->e.series[i];

		while (strcmp(h->host, s->path.host) != 0 ||
		       strcmp(h->cluster, s->path.cluster) != 0)
			h++;
		s->host = h;
		if (match_series(b, s) != 0)
			return -1;
	}
	for (size_t i = 0; i < b->e.n_series; i++) {
		any = &b->e.series[i];
		if (i > 0 && b->e.series[i - 1].host == any->host)
			continue;
		if (match_host(b, any->host, any) != 0)
			return -1;
	}
	return 0;
}

/* What fires and exists no longer stays as a snapshot until it is told. */
static int
keep_gone(struct build *b, struct alert *old)
{
	struct alert *list, *a;

	if (!carry_is_live(old) && !old->dirty)
		return 0;
	list =
	    grow(b, b->e.alerts, b->e.n_alerts, &b->room_alerts, sizeof(*list));
	if (list == NULL)
		return -1;
	b->e.alerts = list;
	a = &list[b->e.n_alerts];
	*a = *old;
	a->snapshot = malloc(sizeof(*a->snapshot));
	if (a->snapshot == NULL)
		return -1;
	if (old->snapshot != NULL)
		*a->snapshot = *old->snapshot;
	else
		alert_describe(b->old, old, a->snapshot);
	a->rule = NULL;
	a->series = NULL;
	a->host = NULL;
	a->window = NULL;
	a->learned = NULL;
	b->e.n_alerts++;
	return 0;
}

static int
merge(struct build *b)
{
	struct alert **new = carry_sorted(b->e.alerts, b->e.n_alerts);
	size_t n = b->e.n_alerts, i = 0;
	int rc = new == NULL ? -1 : 0;

	for (; rc == 0 && i < b->old->n_alerts; i++) {
		struct alert *old = &b->old->alerts[i];
		struct alert *found = carry_find(new, n, old->fingerprint);

		if (found != NULL)
			carry_state(found, old);
	}
	free(new);
	for (i = 0; rc == 0 && i < b->old->n_alerts; i++)
		rc = keep_gone(b, &b->old->alerts[i]);
	return rc;
}

static int
fail(struct build *b, struct err *err)
{
	free_tables(&b->e);
	return err_set(err, ERR_NOMEM, "alerts: out of memory");
}

int
engine_build(struct engine *e, int64_t now_boot_ms, struct err *err)
{
	struct build b = {.old = e, .now_boot_ms = now_boot_ms};
	struct err why;
	struct latest *latest = query_latest(e->query, &why);
	uint64_t generation;

	if (latest == NULL)
		return why.code == ERR_NOT_FOUND
			   ? 1
			   : err_set(err, why.code, "%s", why.msg);
	generation = latest_generation(latest);
	if (e->built && generation == e->generation &&
	    now_boot_ms - e->built_boot_ms < REBUILD_MS)
		return 0;
	if (copy_rules(&b) != 0)
		return fail(&b, err);
	(void)latest_each(latest, take_series, &b);
	if (b.failed || match_all(&b) != 0)
		return fail(&b, err);
	carry_ages(&b.e, b.old);
	if (merge(&b) != 0)
		return fail(&b, err);
	b.e.settings = e->settings;
	b.e.query = e->query;
	b.e.silences = e->silences;
	b.e.last_boot_ms = e->last_boot_ms;
	b.e.trust_wall = e->trust_wall;
	memcpy(b.e.site, e->site, sizeof(e->site));
	memcpy(b.e.origin, e->origin, sizeof(e->origin));
	free_tables(e);
	*e = b.e;
	e->generation = generation;
	e->built_boot_ms = now_boot_ms;
	e->built = true;
	return 0;
}

struct alert *
engine_find(struct engine *e, const char *fingerprint)
{
	for (size_t i = 0; i < e->n_alerts; i++)
		if (strcmp(e->alerts[i].fingerprint, fingerprint) == 0)
			return &e->alerts[i];
	return NULL;
}
