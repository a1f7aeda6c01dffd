/* SPDX-License-Identifier: MIT */
/* The sliding window: see window.h. */
#include "alert/window.h"

#include <math.h>
#include <string.h>

void
window_init(struct window *w, int32_t over_s)
{
	memset(w, 0, sizeof(*w));
	w->bucket_s = over_s > WINDOW_BUCKETS ? over_s / WINDOW_BUCKETS : 1;
}

void
window_add(struct window *w, int64_t time_s, double value)
{
	int64_t number = time_s / w->bucket_s;
	struct window_bucket *b = &w->buckets[number % WINDOW_BUCKETS];

	if (isnan(value) || number <= w->newest - WINDOW_BUCKETS || number < 1)
		return;
	if (number > w->newest)
		w->newest = number;
	if (b->number != number)
		*b = (struct window_bucket){.number = number,
					    .min = value,
					    .max = value,
					    .first = value};
	b->sum += value;
	b->min = fmin(b->min, value);
	b->max = fmax(b->max, value);
	b->last = value;
	b->n++;
}

double
window_value(const struct window *w, enum rule_aggregate aggregate)
{
	double sum = 0, low = NAN, high = NAN, first = NAN, last = NAN;
	int32_t n = 0;

	for (int64_t i = w->newest - WINDOW_BUCKETS + 1; i <= w->newest; i++) {
		const struct window_bucket *b;

		if (i < 1)
			continue;
		b = &w->buckets[i % WINDOW_BUCKETS];
		if (b->number != i)
			continue;
		if (n == 0)
			first = b->first;
		last = b->last;
		sum += b->sum;
		low = fmin(low, b->min);
		high = fmax(high, b->max);
		n += b->n;
	}
	switch (aggregate) {
	case RULE_AVERAGE:
		return n > 0 ? sum / n : NAN;
	case RULE_MIN:
		return low;
	case RULE_MAX:
		return high;
	case RULE_CHANGE:
		return last - first;
	default:
		return last;
	}
}
