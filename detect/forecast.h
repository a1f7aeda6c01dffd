/* SPDX-License-Identifier: MIT */
/*
 * When a series will reach a limit if it goes on as it does: a robust line
 * (Theil-Sen) through its rows, believed only where the rise or fall is no
 * accident (Mann-Kendall), larger than the noise, and still going on in the
 * latter half.  Bounds come from the slope's 95 % confidence.
 */
#ifndef DETECT_FORECAST_H
#define DETECT_FORECAST_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/series.h"
#include "detect/finding.h"

#define FORECAST_LEAST 12 /* known rows without which there is no line */

struct forecast {
	double level;		      /* on the line, at the last known row */
	double slope_per_s;	      /* 0: no trend to speak of */
	double slope_low, slope_high; /* 95 % bounds */
	double noise;		      /* spread of the rows around the line */
	int64_t last_s;		      /* time of the last known row */
	size_t n_rows;		      /* 0: too little history, no opinion */
};

/* Fits one column; at most STATS_THEIL_MAX rows are used, evenly chosen. */
int forecast_fit(struct forecast *f, const struct series *s, size_t metric,
		 struct err *err);

/*
 * Seconds from last_s until limit is reached at the trend; 0 when it is
 * there already (at or over it while rising or flat, under it while
 * falling); NaN when the trend leads away or there is none.
 */
void forecast_reaches(const struct forecast *f, double limit, int rising,
		      struct finding *out);

/* Expected value and band ahead_s after last_s, for drawing. */
void forecast_at(const struct forecast *f, double ahead_s, struct finding *out);

#endif
