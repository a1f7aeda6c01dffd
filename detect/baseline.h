/* SPDX-License-Identifier: MIT */
/*
 * What a value usually is at this hour of this weekday.  Learnt from history
 * as median and spread of each of the week's 168 hours (UTC); an hour that
 * was seen too seldom borrows from the same hour of all days, and that from
 * the whole.  Scores are robust z values: (value - median) / spread.
 *
 * A spread is never less than what the whole series varies from one row to
 * the next, nor than half a percent of its level, so a flat series does not
 * make a molehill an alarm.
 */
#ifndef DETECT_BASELINE_H
#define DETECT_BASELINE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/series.h"
#include "detect/finding.h"

#define BASELINE_HOURS	168
#define BASELINE_LEAST	8   /* rows an hour needs to speak for itself */
#define BASELINE_LITTLE 240 /* rows without which there is no opinion */

struct baseline {
	double median[BASELINE_HOURS]; /* NaN: no opinion */
	double spread[BASELINE_HOURS];
	uint8_t level[BASELINE_HOURS]; /* 0 this hour, 1 of day, 2 whole */
	size_t n_rows;		       /* known rows it was learnt from */
};

/* Learns from one column of a series (rows of NaN are skipped); any step up
 * to an hour.  -1 when out of memory. */
int baseline_learn(struct baseline *b, const struct series *s, size_t metric,
		   struct err *err);

/* Judges a value at a time; score NaN when there is no opinion.  unit (may
 * be "") is for the reason's text. */
void baseline_judge(const struct baseline *b, int64_t time_s, double value,
		    const char *unit, struct finding *out);

/* 0…167: hours since Monday 00:00 UTC. */
unsigned baseline_hour(int64_t time_s);

#endif
