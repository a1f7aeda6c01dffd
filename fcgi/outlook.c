/* SPDX-License-Identifier: MIT */
/* How a series goes on: see outlook.h. */
#include "fcgi/outlook.h"

#include <math.h>
#include <stdlib.h>

#include "detect/forecast.h"
#include "fcgi/fresh.h"

#define Z80  1.2816 /* four of five of a normal distribution */
#define Z95  1.9600 /* as the bounds of the slope */
#define PART 4	    /* it reaches a quarter of the range ahead */

int64_t
outlook_until(const struct target *t, const struct family *f, int64_t now_s)
{
	const struct when_range *r = &t->range;
	int64_t span = r->to_s - r->from_s;
	/* an open end was moved back to where a row ends */
	int64_t row = f->step_s > FRESH_ROW_MAX_S ? f->step_s : FRESH_ROW_MAX_S;

	if (r->absolute || r->to_s > now_s + row || r->to_s + row < now_s ||
	    span < PART)
		return 0;
	return r->to_s + span / PART;
}

static bool
is_filled(const struct metric *m)
{
	return m->draw == DRAW_AREA || m->draw == DRAW_STACK;
}

static bool
is_counted(const struct family *f, size_t m, bool stack)
{
	const struct metric *lead = &f->metrics[f->lead];
	const struct metric *metric = &f->metrics[m];

	if (stack)
		return metric->draw != DRAW_HIDDEN &&
		       metric->draw != DRAW_MIRROR;
	return m == f->lead ||
	       (lead->role != ROLE_NONE && metric->role == lead->role &&
		is_filled(lead) && is_filled(metric));
}

/* The sum of what counts in a row; NaN when nothing is known. */
static double
row_sum(const struct series *s, size_t row, const struct family *f, bool stack)
{
	double sum = NAN;

	for (size_t m = 0; m < s->n_metrics && m < f->n_metrics; m++) {
		double v = is_counted(f, m, stack) ? series_at(s, row, m) : NAN;

		if (!isnan(v))
			sum = isnan(sum) ? v : sum + v;
	}
	return sum;
}

/* One column out of all of them; they have one grid or are left out. */
static int
add_up(const struct series *set, size_t n, const struct family *f, bool stack,
       struct series *out, struct err *err)
{
	*out = set[0];
	out->n_metrics = 1;
	out->values = calloc(out->n_rows + 1, sizeof(*out->values));
	if (out->values == NULL)
		return err_set(err, ERR_NOMEM, "forecast: out of memory");
	for (size_t row = 0; row < out->n_rows; row++) {
		double sum = NAN;

		for (size_t i = 0; i < n; i++) {
			double v = NAN;

			if (set[i].start_s == out->start_s &&
			    set[i].step_s == out->step_s && row < set[i].n_rows)
				v = row_sum(&set[i], row, f, stack);
			if (!isnan(v))
				sum = isnan(sum) ? v : sum + v;
		}
		out->values[row] = sum;
	}
	return 0;
}

/* What values there can be: none of a disk is less than empty. */
static void
bounds(const struct family *f, bool stack, double *least, double *most)
{
	size_t n = 0;

	*least = 0;
	*most = INFINITY;
	for (size_t m = 0; m < f->n_metrics; m++) {
		if (!is_counted(f, m, stack))
			continue;
		n++;
		if (!(f->metrics[m].min >= 0))
			*least = -INFINITY;
	}
	if (n == 1 && isfinite(f->upper_limit))
		*most = f->upper_limit;
}

static int
fill(struct outlook *o, const struct forecast *fit, double least, double most,
     struct err *err)
{
	double slope_sigma = (fit->slope_high - fit->slope_low) / 2 / Z95;
	double *at = calloc(o->n, 3 * sizeof(*at));

	if (at == NULL)
		return err_set(err, ERR_NOMEM, "forecast: out of memory");
	o->block = at;
	o->median = at;
	o->low = at + o->n;
	o->high = at + 2 * o->n;
	for (size_t i = 0; i < o->n; i++) {
		double ahead_s = (double)o->step_s * (double)i;
		double half = Z80 * hypot(fit->noise, slope_sigma * ahead_s);
		struct finding expected;

		forecast_at(fit, ahead_s, &expected);
		at[i] = fmin(fmax(expected.expected, least), most);
		at[i + o->n] =
		    fmin(fmax(expected.expected - half, least), most);
		at[i + 2 * o->n] =
		    fmin(fmax(expected.expected + half, least), most);
	}
	return 0;
}

int
outlook_make(const struct series *set, size_t n, const struct family *f,
	     bool stack, int64_t to_s, int64_t until_s, struct outlook *out,
	     struct err *err)
{
	int64_t patience_s = 2 * (f->heartbeat_s + set[0].step_s);
	double least, most;
	struct forecast fit;
	struct series sum;
	int rc;

	*out = (struct outlook){.step_s = set[0].step_s};
	if (add_up(set, n, f, stack, &sum, err) != 0)
		return -1;
	rc = forecast_fit(&fit, &sum, 0, err);
	series_done(&sum);
	if (rc != 0)
		return -1;
	out->start_s = fit.last_s;
	if (fit.n_rows == 0) {
		out->why = "not enough history for a forecast";
		return 0;
	}
	if (fit.last_s + patience_s < to_s || until_s <= fit.last_s) {
		out->why = "no forecast without data of late";
		return 0;
	}
	/* a row stands in its middle: one more reaches the edge */
	out->n = (size_t)((until_s - fit.last_s) / out->step_s) + 2;
	bounds(f, stack, &least, &most);
	return fill(out, &fit, least, most, err);
}

void
outlook_done(struct outlook *o)
{
	if (o == NULL)
		return;
	free(o->block);
	*o = (struct outlook){0};
}

int
outlook_colour(const struct family *f, bool stack)
{
	int colour = 0, place = 0;

	for (size_t m = 0; m < f->n_metrics; m++) {
		if (f->metrics[m].draw == DRAW_HIDDEN)
			continue;
		if (is_counted(f, m, stack))
			colour = f->metrics[m].colour > 0
				     ? f->metrics[m].colour - 1
				     : place;
		place++;
	}
	return colour;
}
