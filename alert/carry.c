/* SPDX-License-Identifier: MIT */
/* What a rebuild carries over: see carry.h. */
#include "alert/carry.h"

#include <stdlib.h>
#include <string.h>

/* One that keeps coming and going is remembered, to damp it. */
#define HEARD_PENALTY 0.5

bool
carry_is_live(const struct alert *a)
{
	if (a->heard.is &&
	    (a->heard.level > LEVEL_OK || a->state.penalty >= HEARD_PENALTY))
		return true;
	if (a->quiet.is)
		return true;
	return a->state.phase != ALERT_IDLE || a->told != LEVEL_OK;
}

static int
by_fingerprint(const void *a, const void *b)
{
	return strcmp((*(struct alert *const *)a)->fingerprint,
		      (*(struct alert *const *)b)->fingerprint);
}

struct alert **
carry_sorted(struct alert *alerts, size_t n)
{
	struct alert **list = malloc((n + 1) * sizeof(struct alert *));

	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		list[i] = &alerts[i];
	qsort(list, n, sizeof(struct alert *), by_fingerprint);
	return list;
}

struct alert *
carry_find(struct alert **sorted, size_t n, const char *fingerprint)
{
	struct alert key, *at = &key, **found;

	memcpy(key.fingerprint, fingerprint, sizeof(key.fingerprint));
	found = bsearch(&at, sorted, n, sizeof(struct alert *), by_fingerprint);
	return found != NULL ? *found : NULL;
}

/* After a restart the tables know no ages. */
static void
carry_quiet(struct alert *a, const struct quiet *q)
{
	int64_t *time_s =
	    a->series != NULL ? &a->series->time_s : &a->host->time_s;
	int64_t *changed_boot_ms = a->series != NULL
				       ? &a->series->changed_boot_ms
				       : &a->host->changed_boot_ms;

	if (!q->is || a->rule->condition != RULE_SILENT || *time_s != 0)
		return;
	*time_s = q->seen_s;
	*changed_boot_ms = q->since_boot_ms;
}

void
carry_state(struct alert *a, struct alert *old)
{
	a->state = old->state;
	a->value = old->value;
	memcpy(a->reason, old->reason, sizeof(a->reason));
	a->level = old->level;
	a->told = old->told;
	a->ended_s = old->ended_s;
	a->acked = old->acked;
	a->dirty = old->dirty;
	a->quiet = old->quiet;
	carry_quiet(a, &old->quiet);
	old->quiet.is = false;
	if (old->rule != NULL && old->rule->over_s == a->rule->over_s &&
	    a->window != NULL && old->window != NULL) {
		free(a->window);
		a->window = old->window;
		old->window = NULL;
	}
	if (old->rule != NULL && old->rule->condition == a->rule->condition) {
		a->learned = old->learned;
		old->learned = NULL;
	}
	old->state.phase = ALERT_IDLE;
	old->told = LEVEL_OK;
	old->dirty = false;
}

void
carry_ages(struct engine *e, const struct engine *old)
{
	size_t k = 0;

	for (size_t i = 0; i < e->n_series; i++) {
		struct watched_series *s = &e->series[i];

		while (k < old->n_series &&
		       strcmp(old->series[k].text, s->text) < 0)
			k++;
		if (k == old->n_series ||
		    strcmp(old->series[k].text, s->text) != 0)
			continue;
		s->time_s = old->series[k].time_s;
		s->changed_boot_ms = old->series[k].changed_boot_ms;
		s->barred_ms = old->series[k].barred_ms;
		s->old = old->series[k].old;
		if (old->series[k].host->time_s >= s->host->time_s) {
			s->host->time_s = old->series[k].host->time_s;
			s->host->changed_boot_ms =
			    old->series[k].host->changed_boot_ms;
			s->host->down = old->series[k].host->down;
		}
	}
}
