/* SPDX-License-Identifier: MIT */
/* What a rule says of a series or a host now: see judge.h. */
#include "alert/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alert/learn.h"
#include "core/clock.h"

int64_t
judge_patience_s(const struct look *k, const struct watched_series *s)
{
	int64_t looks_s = GAP_LOOKS * (int64_t)k->e->settings->interval_s;

	return s->family->heartbeat_s > looks_s ? s->family->heartbeat_s
						: looks_s;
}

static bool
may_learn(struct look *k)
{
	if (clock_boot_ms() >= k->learn_until_boot_ms)
		return false;
	k->e->n_learned++;
	return true;
}

static double
window_now(struct look *k, struct alert *a)
{
	struct watched_series *s = a->series;

	if (s->fresh && s->back) /* the window is of times to come */
		window_init(a->window, a->rule->over_s);
	if (a->window->newest == 0 && may_learn(k))
		(void)learn_window(a->window, k->e->query, a->rule, &s->path,
				   s->family, k->now_s, NULL);
	if (s->fresh)
		window_add(a->window, s->time_s,
			   rule_value(a->rule, s->family, s->rates));
	return window_value(a->window, a->rule->aggregate);
}

static bool
is_current(const struct look *k, const struct watched_series *s)
{
	return !s->old && k->now_boot_ms - s->changed_boot_ms <=
			      judge_patience_s(k, s) * 1000;
}

static void
learn_if_due(struct look *k, struct alert *a)
{
	struct watched_series *s = a->series;

	if (a->learned != NULL && k->now_boot_ms < a->learned->next_boot_ms)
		return;
	if (!may_learn(k))
		return;
	if (a->learned == NULL)
		a->learned = calloc(1, sizeof(*a->learned));
	if (a->learned == NULL)
		return;
	if (learn_rule(a->learned, k->e->query, a->rule, &s->path, s->family,
		       k->now_s, k->now_boot_ms, NULL) != 0)
		a->learned->at_s = 0; /* no opinion until the next lesson */
}

/*
 * Past the limit there is nothing to foretell: one that was told before stays,
 * and none begins, since that is for a rule about the value itself to say.
 */
#define AS_HELD 2

/* A level of -1 is unknown. */
static int
judge_learned(struct look *k, struct alert *a, double value)
{
	struct finding f;

	learn_if_due(k, a);
	if (a->learned == NULL || a->learned->at_s == 0)
		return -1;
	if (a->rule->condition == RULE_UNUSUAL) {
		baseline_judge(&a->learned->baseline, a->series->time_s, value,
			       rule_unit(a->rule, a->series->family), &f);
		a->value = f.score;
	} else {
		forecast_reaches(&a->learned->forecast, a->rule->limit, 1, &f);
		a->value = f.reaches_s;
	}
	memcpy(a->reason, f.reason, sizeof(a->reason));
	if (a->rule->condition == RULE_REACHES && a->value <= 0)
		return AS_HELD;
	/* no trend, or too little history: nothing is wrong */
	return isnan(a->value) ? LEVEL_OK : 1;
}

static int
judge_series(struct look *k, struct alert *a)
{
	struct watched_series *s = a->series;
	double value;
	int rc;

	if (a->rule->condition == RULE_SILENT) {
		a->value = (double)(k->now_boot_ms - s->changed_boot_ms -
				    s->barred_ms) /
			   1000;
		return 1;
	}
	if (!is_current(k, s))
		return -1;
	value = a->window != NULL ? window_now(k, a)
				  : rule_value(a->rule, s->family, s->rates);
	if (isnan(value))
		return -1;
	if (a->rule->condition == RULE_UNUSUAL ||
	    a->rule->condition == RULE_REACHES) {
		rc = judge_learned(k, a, value);
		return rc;
	}
	a->value = value;
	return 1;
}

int
judge_alert(struct look *k, struct alert *a)
{
	enum alert_level held =
	    a->state.phase == ALERT_FIRING ? a->state.level : LEVEL_OK;
	int known;

	if (a->series != NULL) {
		known = judge_series(k, a);
	} else {
		a->value =
		    (double)(k->now_boot_ms - a->host->changed_boot_ms) / 1000;
		known = 1;
	}
	if (known <= 0)
		return known;
	if (known == AS_HELD)
		return (int)held;
	return (int)rule_level(a->rule, &a->limits, a->value, held);
}
