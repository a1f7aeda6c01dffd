/* SPDX-License-Identifier: MIT */
/* Series in memory: see series.h. */
#include "core/series.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

void
series_done(struct series *s)
{
	if (s == NULL)
		return;
	free(s->values);
	*s = (struct series){0};
}

double
series_at(const struct series *s, size_t row, size_t metric)
{
	assert(row < s->n_rows && metric < s->n_metrics);
	return s->values[row * s->n_metrics + metric];
}

double
series_min(const struct series *s, size_t metric)
{
	double best = NAN;

	for (size_t i = 0; i < s->n_rows; i++)
		best = fmin(best, series_at(s, i, metric));
	return best;
}

double
series_max(const struct series *s, size_t metric)
{
	double best = NAN;

	for (size_t i = 0; i < s->n_rows; i++)
		best = fmax(best, series_at(s, i, metric));
	return best;
}

double
series_avg(const struct series *s, size_t metric)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < s->n_rows; i++) {
		double v = series_at(s, i, metric);

		if (isnan(v))
			continue;
		sum += v;
		n++;
	}
	return n > 0 ? sum / (double)n : NAN;
}

double
series_last(const struct series *s, size_t metric)
{
	for (size_t i = s->n_rows; i > 0; i--) {
		double v = series_at(s, i - 1, metric);

		if (!isnan(v))
			return v;
	}
	return NAN;
}
