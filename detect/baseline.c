/* SPDX-License-Identifier: MIT */
/* The hour-of-week baseline: see baseline.h. */
#include "detect/baseline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/stats.h"

#define EPOCH_WEEKDAY_H 72 /* 1970-01-01 was a Thursday */

static const char *const days[] = {"Mondays",	"Tuesdays", "Wednesdays",
				   "Thursdays", "Fridays",  "Saturdays",
				   "Sundays"};

/* Working memory of one lesson. */
struct lesson {
	const struct series *s;
	size_t metric;
	double *scratch;
	double floor;
};

void
finding_init(struct finding *f)
{
	f->value = f->expected = f->low = f->high = f->score = NAN;
	f->reaches_s = f->reaches_soon_s = f->reaches_late_s = NAN;
	f->reason[0] = '\0';
}

unsigned
baseline_hour(int64_t time_s)
{
	return (unsigned)((time_s / 3600 + EPOCH_WEEKDAY_H) % BASELINE_HOURS);
}

/* Row i covers the step before its time: its middle decides the hour. */
static unsigned
row_hour(const struct series *s, size_t row)
{
	return baseline_hour(s->start_s + (int64_t)row * s->step_s -
			     s->step_s / 2 - 1);
}

/* Puts the known rows whose hour is hour modulo period into scratch. */
static size_t
gather(const struct lesson *l, unsigned hour, unsigned period)
{
	size_t n = 0;

	for (size_t i = 0; i < l->s->n_rows; i++) {
		double v = series_at(l->s, i, l->metric);

		if (!isnan(v) && row_hour(l->s, i) % period == hour % period)
			l->scratch[n++] = v;
	}
	return n;
}

static void
learn_hour(const struct lesson *l, struct baseline *b, unsigned hour)
{
	static const unsigned periods[] = {BASELINE_HOURS, 24, 1};

	for (uint8_t level = 0; level < 3; level++) {
		size_t n = gather(l, hour, periods[level]);

		if (n < BASELINE_LEAST)
			continue;
		b->median[hour] = stats_median(l->scratch, n);
		b->spread[hour] =
		    fmax(stats_mad(l->scratch, n, b->median[hour]), l->floor);
		b->level[hour] = level;
		return;
	}
}

/* The least spread: usual change from row to row, or 0.5 % of the level. */
static double
least_spread(const struct lesson *l)
{
	double level, step, before = NAN;
	size_t n = gather(l, 0, 1);

	level = fabs(stats_median(l->scratch, n));
	n = 0;
	for (size_t i = 0; i < l->s->n_rows; i++) {
		double v = series_at(l->s, i, l->metric);

		if (!isnan(v) && !isnan(before))
			l->scratch[n++] = fabs(v - before);
		before = v;
	}
	/* differences of two independent values spread sqrt(2) wider */
	step = n > 0 ? STATS_MAD_SCALE * stats_median(l->scratch, n) / sqrt(2.0)
		     : 0;
	return fmax(fmax(step, 0.005 * level), 1e-9);
}

int
baseline_learn(struct baseline *b, const struct series *s, size_t metric,
	       struct err *err)
{
	struct lesson l = {.s = s, .metric = metric};

	for (unsigned h = 0; h < BASELINE_HOURS; h++) {
		b->median[h] = b->spread[h] = NAN;
		b->level[h] = 2;
	}
	l.scratch = malloc((s->n_rows + 1) * sizeof(*l.scratch));
	if (l.scratch == NULL)
		return err_set(err, ERR_NOMEM, "baseline: out of memory");
	b->n_rows = gather(&l, 0, 1);
	if (b->n_rows >= BASELINE_LITTLE) {
		l.floor = least_spread(&l);
		for (unsigned h = 0; h < BASELINE_HOURS; h++)
			learn_hour(&l, b, h);
	}
	free(l.scratch);
	return 0;
}

static void
when_words(const struct baseline *b, unsigned hour, char *out, size_t size)
{
	if (b->level[hour] == 0)
		(void)snprintf(out, size, " on %s at %02u:00 UTC",
			       days[hour / 24], hour % 24);
	else if (b->level[hour] == 1)
		(void)snprintf(out, size, " at %02u:00 UTC", hour % 24);
	else
		out[0] = '\0';
}

void
baseline_judge(const struct baseline *b, int64_t time_s, double value,
	       const char *unit, struct finding *out)
{
	unsigned h = baseline_hour(time_s);
	const char *gap = *unit != '\0' ? " " : "";
	char when[40];

	finding_init(out);
	out->value = value;
	if (isnan(value) || isnan(b->median[h]))
		return;
	out->expected = b->median[h];
	out->low = b->median[h] - 3 * b->spread[h];
	out->high = b->median[h] + 3 * b->spread[h];
	out->score = (value - b->median[h]) / b->spread[h];
	when_words(b, h, when, sizeof(when));
	(void)snprintf(out->reason, sizeof(out->reason),
		       "%.4g%s%s; usual%s is %.4g (%.4g to %.4g)", value, gap,
		       unit, when, out->expected, out->low, out->high);
}
