/* SPDX-License-Identifier: MIT */
/* The robust line and what it runs into: see forecast.h. */
#include "detect/forecast.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "detect/stats.h"

#define TREND_SCORE 3.3 /* one in 1,000 trendless series has more */
#define NOISE_SPANS 3.0 /* the line rises over this many noises, or is flat */

struct points {
	double x[STATS_THEIL_MAX], y[STATS_THEIL_MAX];
	size_t n;
};

/* The known rows, thinned to what the fit takes. */
static void
take_rows(const struct series *s, size_t metric, struct points *p,
	  int64_t *last_s)
{
	size_t known = 0, seen = 0;

	p->n = 0;
	for (size_t i = 0; i < s->n_rows; i++)
		known += isnan(series_at(s, i, metric)) ? 0 : 1;
	for (size_t i = 0; i < s->n_rows; i++) {
		double v = series_at(s, i, metric);
		size_t slot;

		if (isnan(v))
			continue;
		slot = known <= STATS_THEIL_MAX
			   ? seen
			   : seen * STATS_THEIL_MAX / known;
		seen++;
		if (slot < p->n && seen < known)
			continue;
		/* the last known row is always in */
		slot = slot < p->n ? p->n - 1 : p->n++;
		p->x[slot] = (double)((int64_t)i * s->step_s);
		p->y[slot] = v;
		*last_s = s->start_s + (int64_t)i * s->step_s;
	}
}

/* Median and spread of what the line does not explain. */
static double
around(const struct points *p, double slope, double *noise)
{
	double rest[STATS_THEIL_MAX], level;

	for (size_t i = 0; i < p->n; i++)
		rest[i] = p->y[i] - slope * p->x[i];
	level = stats_median(rest, p->n);
	*noise = stats_mad(rest, p->n, level);
	return level;
}

/* Whether the latter half still goes the same way, at a third of the pace
 * or more: what rose last week and stands since has no date to fear. */
static int
goes_on(const struct points *p, double slope)
{
	double late, low, high;
	size_t half = p->n / 2;

	if (stats_theil_sen(p->x + half, p->y + half, p->n - half, &late, &low,
			    &high) != 0)
		return 0;
	return slope > 0 ? late > slope / 3 : late < slope / 3;
}

int
forecast_fit(struct forecast *f, const struct series *s, size_t metric,
	     struct err *err)
{
	struct points p;
	double slope, low, high, noise, base, span;
	int64_t last_s = s->start_s;

	take_rows(s, metric, &p, &last_s);
	*f = (struct forecast){.level = NAN, .noise = NAN, .last_s = last_s};
	if (p.n < FORECAST_LEAST)
		return 0;
	if (stats_theil_sen(p.x, p.y, p.n, &slope, &low, &high) != 0)
		return err_set(err, ERR_NOMEM, "forecast: out of memory");
	base = around(&p, slope, &noise);
	span = p.x[p.n - 1] - p.x[0];
	f->n_rows = p.n;
	if (fabs(stats_mann_kendall(p.y, p.n)) < TREND_SCORE ||
	    fabs(slope) * span < NOISE_SPANS * noise || !goes_on(&p, slope)) {
		f->level = around(&p, 0, &f->noise);
		return 0;
	}
	f->slope_per_s = slope;
	f->slope_low = low;
	f->slope_high = high;
	f->noise = noise;
	f->level = base + slope * p.x[p.n - 1];
	return 0;
}

static double
time_to(double distance, double slope, int rising)
{
	if ((rising && slope <= 0) || (!rising && slope >= 0))
		return NAN;
	return distance / slope;
}

static void
span_words(double s, char *out, size_t size)
{
	if (s < 2 * 3600)
		(void)snprintf(out, size, "%.0f min", s / 60);
	else if (s < 2 * 86400)
		(void)snprintf(out, size, "%.0f h", s / 3600);
	else
		(void)snprintf(out, size, "%.1f days", s / 86400);
}

void
forecast_reaches(const struct forecast *f, double limit, int rising,
		 struct finding *out)
{
	double distance = limit - f->level;
	double steep = rising ? f->slope_high : f->slope_low;
	double flat = rising ? f->slope_low : f->slope_high;
	char when[32];

	finding_init(out);
	if (f->n_rows == 0)
		return;
	out->value = out->expected = f->level;
	out->low = f->level - 3 * f->noise;
	out->high = f->level + 3 * f->noise;
	if (rising ? distance <= 0 : distance >= 0) {
		out->reaches_s = out->reaches_soon_s = out->reaches_late_s = 0;
		(void)snprintf(out->reason, sizeof(out->reason),
			       "is at %.4g already", f->level);
		return;
	}
	out->reaches_s = time_to(distance, f->slope_per_s, rising);
	if (isnan(out->reaches_s))
		return;
	out->reaches_soon_s = time_to(distance, steep, rising);
	out->reaches_late_s = time_to(distance, flat, rising);
	span_words(out->reaches_s, when, sizeof(when));
	(void)snprintf(out->reason, sizeof(out->reason),
		       "at %.4g now, reaches %.4g in %s at %+.3g a day",
		       f->level, limit, when, f->slope_per_s * 86400);
}

void
forecast_at(const struct forecast *f, double ahead_s, struct finding *out)
{
	finding_init(out);
	if (f->n_rows == 0)
		return;
	out->expected = f->level + f->slope_per_s * ahead_s;
	out->low = f->level + f->slope_low * ahead_s - 3 * f->noise;
	out->high = f->level + f->slope_high * ahead_s + 3 * f->noise;
}
