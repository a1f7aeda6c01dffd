/* SPDX-License-Identifier: MIT */
/* One look at everything: see engine.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alert/carry.h"
#include "alert/engine.h"
#include "alert/foreign.h"
#include "alert/judge.h"
#include "core/clock.h"
#include "core/role.h"

#define LEARN_LOOK_MS 500 /* a look spends about so long on lessons */

/* back: what came before was of a time that others know nothing of. */
static void
note_host(struct look *k, struct watched_host *h, int64_t time_s, bool back)
{
	if (time_s <= h->time_s && !back)
		return;
	h->time_s = time_s;
	h->changed_boot_ms = k->now_boot_ms;
}

/* A first sample's age can only be had from the wall clock. */
static int64_t
first_seen(const struct look *k, int64_t time_s)
{
	int64_t age_s = k->now_s - time_s;

	if (!k->e->trust_wall || age_s < 0)
		return k->now_boot_ms;
	return k->now_boot_ms - age_s * 1000;
}

static void
note_sample(struct look *k, struct watched_series *s,
	    const struct latest_entry *entry)
{
	bool first = s->time_s == 0;

	s->fresh = entry->time_s != s->time_s;
	if (!s->fresh)
		return;
	s->old = first && k->now_s - entry->time_s > judge_patience_s(k, s);
	s->back = entry->time_s < s->time_s;
	s->time_s = entry->time_s;
	s->barred_ms = 0;
	s->changed_boot_ms =
	    first ? first_seen(k, entry->time_s) : k->now_boot_ms;
	note_host(k, s->host, entry->time_s, s->back);
	if (first && k->e->trust_wall)
		s->host->changed_boot_ms = first_seen(k, s->host->time_s);
	if (entry->n_values != s->family->n_metrics)
		return;
	if (entry->prev_s != 0) {
		family_rates(s->family, entry->prev_s, entry->prev,
			     entry->time_s, entry->raw, s->rates);
		return;
	}
	for (size_t i = 0; i < s->family->n_metrics; i++)
		s->rates[i] = s->family->metrics[i].kind == METRIC_GAUGE
				  ? entry->raw[i]
				  : NAN;
}

/* Both lists are in path order. */
static int
see(const struct latest_entry *entry, void *arg)
{
	struct look *k = arg;
	struct engine *e = k->e;
	char text[PATH_SIZE];
	int order = 1;

	(void)path_format(&entry->path, text);
	while (k->at < e->n_series) {
		order = strcmp(e->series[k->at].text, text);
		if (order >= 0)
			break;
		k->at++;
	}
	if (order != 0) {
		k->stale = true;
		return 0;
	}
	note_sample(k, &e->series[k->at++], entry);
	return 0;
}

static void
note_change(struct look *k, struct alert *a)
{
	switch (a->change) {
	case ALERT_FIRED:
	case ALERT_RAISED:
	case ALERT_LOWERED:
		a->level = a->state.level;
		break;
	case ALERT_RESOLVED:
	case ALERT_EXPIRED:
		a->ended_s = k->now_s;
		a->acked = false;
		break;
	default:
		break;
	}
	if (a->change != ALERT_SAME)
		a->dirty = true;
}

#define QUIET_S 60 /* so long without a sample is worth remembering */

static void
note_quiet(struct alert *a)
{
	struct quiet q = {
	    .is = a->value >= QUIET_S,
	    .seen_s = a->series != NULL ? a->series->time_s : a->host->time_s,
	    .since_boot_ms = a->series != NULL ? a->series->changed_boot_ms +
						     a->series->barred_ms
					       : a->host->changed_boot_ms};

	if (q.is != a->quiet.is ||
	    (q.is && q.since_boot_ms != a->quiet.since_boot_ms))
		a->dirty = true;
	a->quiet = q;
}

static void
step(struct look *k, struct alert *a)
{
	const struct settings *set = k->e->settings;
	/* of a host that is down nothing is known, and nothing forgotten */
	struct alert_timing t = {
	    .for_ms = (int64_t)a->limits.for_s * 1000,
	    .keep_ms = (int64_t)a->limits.keep_s * 1000,
	    .stale_ms = a->host->was_down ? 0 : (int64_t)set->stale_s * 1000,
	    .gap_ms = GAP_LOOKS * (int64_t)set->interval_s * 1000};
	int64_t since_s = a->state.since_s;

	k->e->n_looked++;
	a->change = alert_step(&a->state, &t, judge_alert(k, a), k->now_boot_ms,
			       k->now_s);
	if (a->change == ALERT_RESOLVED || a->change == ALERT_EXPIRED)
		a->state.since_s = since_s; /* for the message */
	note_change(k, a);
	if (a->rule->condition == RULE_SILENT)
		note_quiet(a);
}

/* An alert whose rule or series is gone is over. */
static void
step_gone(struct look *k, struct alert *a)
{
	int64_t since_s = a->state.since_s;

	a->change = ALERT_SAME;
	a->dirty = a->dirty || a->quiet.is;
	a->quiet.is = false;
	if (a->state.phase == ALERT_IDLE)
		return;
	a->change =
	    a->state.phase == ALERT_FIRING ? ALERT_EXPIRED : ALERT_DROPPED;
	alert_state_init(&a->state);
	a->state.since_s = since_s;
	note_change(k, a);
}

/* What others say; forgotten once it is quiet. */
static void
step_heard(struct look *k, struct alert *a)
{
	bool live = carry_is_live(a);

	foreign_step(k->e, a, k->now_boot_ms, k->now_s);
	note_change(k, a);
	if (live != carry_is_live(a))
		a->dirty = true;
}

static const char *
label_of(const void *arg, const char *name)
{
	return alert_label(arg, name);
}

/* Who may be told of it: after all states are known. */
static void
mute(struct look *k, struct alert *a)
{
	const struct watched_host *host =
	    a->heard.is && a->state.phase == ALERT_FIRING
		? foreign_host(k->e, a)
		: a->host;

	a->inhibited = host != NULL && host->down &&
		       (a->rule == NULL || !a->rule->inhibits_host);
	a->off_hours = a->rule != NULL &&
		       !rule_hours_on(&a->rule->hours, k->weekday, k->minute);
	a->silenced =
	    (a->state.phase == ALERT_FIRING || a->told > LEVEL_OK) &&
	    silences_find(&k->e->silences, k->now_s, label_of, a) != NULL;
}

/*
 * The time in which nobody looked does not make anything old; nor, after the
 * clock went back, does the time until it reaches the newest sample again make
 * anybody silent, since none that is older can be stored.
 */
static void
forgive(struct look *k)
{
	struct engine *e = k->e;
	int64_t gap_ms =
	    e->last_boot_ms == 0 ? 0 : k->now_boot_ms - e->last_boot_ms;

	if (gap_ms > GAP_LOOKS * (int64_t)e->settings->interval_s * 1000)
		k->blind_ms = gap_ms;
	e->last_boot_ms = k->now_boot_ms;
	for (size_t i = 0; i < e->n_series; i++) {
		struct watched_series *s = &e->series[i];

		s->changed_boot_ms += k->blind_ms;
		if (k->blind_ms == 0 && s->time_s > k->now_s)
			s->barred_ms += gap_ms;
	}
	for (size_t i = 0; i < e->n_hosts; i++) {
		struct watched_host *h = &e->hosts[i];

		h->changed_boot_ms +=
		    h->time_s > k->now_s ? gap_ms : k->blind_ms;
	}
}

static void
set_local_time(struct look *k)
{
	time_t t = (time_t)k->now_s;
	struct tm tm = {0};

	(void)localtime_r(&t, &tm);
	k->weekday = (tm.tm_wday + 6) % 7;
	k->minute = tm.tm_hour * 60 + tm.tm_min;
}

int
engine_look(struct engine *e, int64_t now_boot_ms, int64_t now_s,
	    struct err *err)
{
	struct look k = {.e = e, .now_boot_ms = now_boot_ms, .now_s = now_s};
	struct latest *latest = query_latest(e->query, err);

	if (latest == NULL)
		return -1;
	k.learn_until_boot_ms =
	    clock_boot_ms() + (e->trust_wall ? 600000 : LEARN_LOOK_MS);
	e->n_learned = e->n_looked = 0;
	forgive(&k);
	set_local_time(&k);
	for (size_t i = 0; i < e->n_series; i++)
		e->series[i].fresh = false;
	(void)latest_each(latest, see, &k);
	for (size_t i = 0; i < e->n_hosts; i++) {
		e->hosts[i].was_down = e->hosts[i].down;
		e->hosts[i].down = false;
	}
	for (size_t i = 0; i < e->n_alerts; i++) {
		struct alert *a = &e->alerts[i];

		if (a->heard.is)
			step_heard(&k, a);
		else if (a->rule == NULL)
			step_gone(&k, a);
		else
			step(&k, a);
		if (a->rule != NULL && a->rule->inhibits_host &&
		    a->state.phase == ALERT_FIRING)
			a->host->down = true;
	}
	for (size_t i = 0; i < e->n_alerts; i++)
		mute(&k, &e->alerts[i]);
	if (k.stale)
		e->built = false; /* build again before the next look */
	return 0;
}
