/* SPDX-License-Identifier: MIT */
/* What detect concluded about one value or series.  Pure data. */
#ifndef DETECT_FINDING_H
#define DETECT_FINDING_H

#include <stdint.h>

#define FINDING_REASON_SIZE 160

struct finding {
	double value;	  /* what was judged; NaN: nothing was known */
	double expected;  /* NaN: no opinion (too little history) */
	double low, high; /* where a usual value lies */
	/*
	 * How unusual: distance from expected in robust standard deviations,
	 * signed.  NaN: no opinion.
	 */
	double score;
	/* Forecast: seconds until the limit is reached, at the trend and at
	 * its steep and flat bounds.  NaN: never, or no trend. */
	double reaches_s, reaches_soon_s, reaches_late_s;
	char reason[FINDING_REASON_SIZE]; /* a sentence, or "" */
};

/* Every number NaN, no reason. */
void finding_init(struct finding *f);

#endif
