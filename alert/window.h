/* SPDX-License-Identifier: MIT */
/*
 * A sliding window over one value, in WINDOW_BUCKETS buckets of its length,
 * by the samples' own times: a clock that jumps here empties or keeps a
 * window, it never mixes times.  Pure.
 */
#ifndef ALERT_WINDOW_H
#define ALERT_WINDOW_H

#include <stdint.h>

#include "alert/rule.h"

#define WINDOW_BUCKETS 30

struct window_bucket {
	int64_t number; /* time / bucket_s; 0: never used */
	double sum, min, max, first, last;
	int32_t n;
};

struct window {
	int32_t bucket_s;
	int64_t newest; /* bucket number of the newest sample */
	struct window_bucket buckets[WINDOW_BUCKETS];
};

/* Empty, over_s long (at least a second). */
void window_init(struct window *w, int32_t over_s);

/* Adds a sample; NaN and what is older than the window are left out. */
void window_add(struct window *w, int64_t time_s, double value);

/* The aggregate up to the newest sample; NaN when there is none. */
double window_value(const struct window *w, enum rule_aggregate aggregate);

#endif
