/* SPDX-License-Identifier: MIT */
/* A rule over known values: see trial.h. */
#include "alert/trial.h"

#include <math.h>
#include <string.h>

static void
note(struct trial *t, enum alert_change change, int64_t time_s)
{
	switch (change) {
	case ALERT_FIRED:
		t->n_fired++;
		t->n_critical += t->state.level == LEVEL_CRITICAL;
		t->since_s = time_s;
		break;
	case ALERT_RAISED:
		t->n_critical++;
		break;
	case ALERT_RESOLVED:
	case ALERT_EXPIRED:
		t->total_s += time_s - t->since_s;
		if (time_s - t->since_s > t->longest_s)
			t->longest_s = time_s - t->since_s;
		t->since_s = 0;
		break;
	default:
		break;
	}
}

void
trial_run(struct trial *t, const struct rule *r, const struct rule_limits *l,
	  const struct series *values,
	  void (*on_row)(const struct trial *t, size_t row, void *arg),
	  void *arg)
{
	struct alert_timing timing = {.for_ms = (int64_t)l->for_s * 1000,
				      .keep_ms = (int64_t)l->keep_s * 1000,
				      .stale_ms = 3600000,
				      .gap_ms = values->step_s * 3000};

	memset(t, 0, sizeof(*t));
	alert_state_init(&t->state);
	for (size_t i = 0; i < values->n_rows; i++) {
		int64_t time_s = values->start_s + (int64_t)i * values->step_s;
		double v = series_at(values, i, 0);
		enum alert_level held =
		    t->state.phase == ALERT_FIRING ? t->state.level : LEVEL_OK;
		int level = isnan(v) ? -1 : (int)rule_level(r, l, v, held);

		note(t,
		     alert_step(&t->state, &timing, level, time_s * 1000,
				time_s),
		     time_s);
		if (on_row != NULL)
			on_row(t, i, arg);
	}
	if (t->since_s != 0 && values->n_rows > 0) {
		int64_t end_s = values->start_s +
				(int64_t)(values->n_rows - 1) * values->step_s;

		t->total_s += end_s - t->since_s;
		if (end_s - t->since_s > t->longest_s)
			t->longest_s = end_s - t->since_s;
	}
}
