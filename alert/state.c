/* SPDX-License-Identifier: MIT */
/* The alert's state machine: see state.h. */
#include "alert/state.h"

#include <math.h>
#include <string.h>

void
alert_state_init(struct alert_state *s)
{
	memset(s, 0, sizeof(*s));
	for (int i = 0; i < LEVEL__MAX; i++)
		s->over_boot_ms[i] = ALERT_NEVER_MS;
	s->under_boot_ms = s->unknown_boot_ms = ALERT_NEVER_MS;
	s->last_boot_ms = ALERT_NEVER_MS;
}

static void
shift(int64_t *since_boot_ms, int64_t by_ms)
{
	if (*since_boot_ms != ALERT_NEVER_MS)
		*since_boot_ms += by_ms;
}

/* Nothing ages by so much. */
static void
hold(struct alert_state *s, int64_t by_ms)
{
	for (int i = LEVEL_WARNING; i < LEVEL__MAX; i++)
		shift(&s->over_boot_ms[i], by_ms);
	shift(&s->under_boot_ms, by_ms);
}

static void
mark(int64_t *since_boot_ms, bool holds, int64_t now_boot_ms)
{
	if (!holds)
		*since_boot_ms = ALERT_NEVER_MS;
	else if (*since_boot_ms == ALERT_NEVER_MS)
		*since_boot_ms = now_boot_ms;
}

static bool
lasted(int64_t since_boot_ms, int64_t for_ms, int64_t now_boot_ms)
{
	return since_boot_ms != ALERT_NEVER_MS &&
	       now_boot_ms - since_boot_ms >= for_ms;
}

/* Ages the penalty; a gap ages it too, since time passed without trouble
 * that anybody was told of. */
static void
decay(struct alert_state *s, int64_t dt_ms)
{
	s->penalty *= exp2(-(double)dt_ms / (double)ALERT_FLAP_HALF_MS);
}

static void
note_flap(struct alert_state *s)
{
	s->penalty += 1;
	if (s->penalty >= ALERT_FLAP_HIGH)
		s->flapping = true;
}

static enum alert_change
end(struct alert_state *s, enum alert_change change)
{
	double penalty = s->penalty;
	int64_t last_boot_ms = s->last_boot_ms;

	alert_state_init(s);
	s->penalty = penalty;
	s->last_boot_ms = last_boot_ms;
	if (change == ALERT_RESOLVED)
		note_flap(s);
	s->flapping = false; /* what resolved has been quiet long enough */
	return change;
}

static enum alert_change
step_unknown(struct alert_state *s, const struct alert_timing *t, int64_t dt_ms,
	     int64_t now_boot_ms)
{
	hold(s, dt_ms);
	if (s->phase == ALERT_IDLE)
		return ALERT_SAME;
	mark(&s->unknown_boot_ms, true, now_boot_ms);
	if (t->stale_ms == 0 ||
	    !lasted(s->unknown_boot_ms, t->stale_ms, now_boot_ms))
		return ALERT_SAME;
	return end(s, s->phase == ALERT_FIRING ? ALERT_EXPIRED : ALERT_DROPPED);
}

/* The highest level that has held for long enough. */
static enum alert_level
due_level(const struct alert_state *s, const struct alert_timing *t,
	  int64_t now_boot_ms)
{
	for (int i = LEVEL_CRITICAL; i > LEVEL_OK; i--)
		if (lasted(s->over_boot_ms[i], t->for_ms, now_boot_ms))
			return (enum alert_level)i;
	return LEVEL_OK;
}

static enum alert_change
step_idle(struct alert_state *s, enum alert_level due, int level, int64_t now_s)
{
	if (due > LEVEL_OK) {
		s->phase = ALERT_FIRING;
		s->level = due;
		s->since_s = now_s;
		s->under_boot_ms = ALERT_NEVER_MS;
		note_flap(s);
		return ALERT_FIRED;
	}
	if (level > LEVEL_OK && s->phase == ALERT_IDLE) {
		s->phase = ALERT_PENDING;
		s->since_s = now_s;
		return ALERT_BEGAN;
	}
	if (level == LEVEL_OK && s->phase == ALERT_PENDING)
		return end(s, ALERT_DROPPED);
	return ALERT_SAME;
}

static enum alert_change
step_firing(struct alert_state *s, const struct alert_timing *t,
	    enum alert_level due, int level, int64_t now_boot_ms)
{
	int64_t keep_ms = t->keep_ms;

	if (due > s->level) {
		s->level = due;
		s->under_boot_ms = ALERT_NEVER_MS;
		return ALERT_RAISED;
	}
	mark(&s->under_boot_ms, level < (int)s->level, now_boot_ms);
	if (s->flapping && keep_ms < ALERT_FLAP_QUIET_MS)
		keep_ms = ALERT_FLAP_QUIET_MS;
	if (!lasted(s->under_boot_ms, keep_ms, now_boot_ms))
		return ALERT_SAME;
	if (level == LEVEL_OK)
		return end(s, ALERT_RESOLVED);
	s->level = (enum alert_level)level;
	s->under_boot_ms = ALERT_NEVER_MS;
	return ALERT_LOWERED;
}

enum alert_change
alert_step(struct alert_state *s, const struct alert_timing *t, int level,
	   int64_t now_boot_ms, int64_t now_s)
{
	enum alert_level due;
	int64_t dt_ms = s->last_boot_ms == ALERT_NEVER_MS
			    ? 0
			    : now_boot_ms - s->last_boot_ms;

	s->last_boot_ms = now_boot_ms;
	decay(s, dt_ms);
	if (dt_ms > t->gap_ms)
		hold(s, dt_ms);
	if (level < 0)
		return step_unknown(s, t, dt_ms > t->gap_ms ? 0 : dt_ms,
				    now_boot_ms);
	s->unknown_boot_ms = ALERT_NEVER_MS;
	for (int i = LEVEL_WARNING; i < LEVEL__MAX; i++)
		mark(&s->over_boot_ms[i], level >= i, now_boot_ms);
	due = due_level(s, t, now_boot_ms);
	if (s->phase == ALERT_FIRING)
		return step_firing(s, t, due, level, now_boot_ms);
	return step_idle(s, due, level, now_s);
}

void
alert_state_rebase(struct alert_state *s, bool same_boot, int64_t now_boot_ms)
{
	s->last_boot_ms = now_boot_ms; /* a restart is not a gap */
	if (same_boot)
		return;
	for (int i = LEVEL_WARNING; i < LEVEL__MAX; i++)
		if (s->over_boot_ms[i] != ALERT_NEVER_MS)
			s->over_boot_ms[i] = now_boot_ms;
	s->under_boot_ms = s->unknown_boot_ms = ALERT_NEVER_MS;
}

const char *
alert_change_name(enum alert_change c)
{
	static const char *const names[ALERT_CHANGE__MAX] = {
	    "same",   "pending", "dropped",  "firing",
	    "raised", "lowered", "resolved", "expired"};

	return (unsigned)c < ALERT_CHANGE__MAX ? names[c] : "same";
}
