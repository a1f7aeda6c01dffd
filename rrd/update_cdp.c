/* SPDX-License-Identifier: MIT */
/*
 * Steps to rows: consolidates archive by archive ("consolidated data points"
 * to librrd).  See update.h.  Pure.
 */
#include <math.h>
#include <string.h>

#include "rrd/update_impl.h"

#define RUN_VALUES 1024 /* of rows collected before they are handed out */

enum cf { CF_AVG, CF_MIN, CF_MAX, CF_LAST_VALUE, CF__MAX };

static const char *const cf_names[CF__MAX] = {
    [CF_AVG] = "AVERAGE",
    [CF_MIN] = "MIN",
    [CF_MAX] = "MAX",
    [CF_LAST_VALUE] = "LAST",
};

/* One archive at work. */
struct archive {
	enum cf cf;
	uint64_t per_row; /* steps */
	uint64_t n_rows;
	double xff;
	uint64_t at; /* offset of its rows */
	cdp_prep_t *cdp;
	uint64_t *cur_row;
	size_t n_ds;
	update_row_fn *put_rows;
	void *arg;
	/* rows from run_row on, not yet handed out */
	uint64_t run_row;
	size_t n_run; /* values */
	double run[RUN_VALUES];
};

static int
put_run(struct archive *a)
{
	int rc = 0;

	if (a->n_run > 0)
		rc = a->put_rows(a->at + a->run_row * a->n_ds * sizeof(double),
				 a->run, a->n_run, a->arg);
	a->n_run = 0;
	return rc;
}

/* The next row takes every source's primary or secondary value. */
static int
put_row(struct archive *a, int which)
{
	if (++*a->cur_row >= a->n_rows) {
		*a->cur_row = 0;
		if (put_run(a) != 0)
			return -1;
	}
	if (a->n_run + a->n_ds > RUN_VALUES && put_run(a) != 0)
		return -1;
	if (a->n_run == 0)
		a->run_row = *a->cur_row;
	for (size_t i = 0; i < a->n_ds; i++)
		a->run[a->n_run++] = a->cdp[i].scratch[which].u_val;
	return 0;
}

/* Of two values, where either may be none (NaN). */
static double
least(double a, double b)
{
	a = isnan(a) ? DINF : a;
	b = isnan(b) ? DINF : b;
	return b < a ? b : a;
}

static double
most(double a, double b)
{
	a = isnan(a) ? -DINF : a;
	b = isnan(b) ? -DINF : b;
	return b > a ? b : a;
}

/* A row's value, from what was gathered and the rate of its last steps. */
static double
row_value(const struct archive *a, const unival *scratch, double rate,
	  uint64_t n_last)
{
	double sum = scratch[CDP_val].u_val;

	switch (a->cf) {
	case CF_AVG:
		sum = isnan(sum) ? 0.0 : sum;
		rate = isnan(rate) ? 0.0 : rate;
		return (sum + rate * (double)n_last) /
		       (double)(a->per_row - scratch[CDP_unkn_pdp_cnt].u_cnt);
	case CF_MIN:
		return least(sum, rate);
	case CF_MAX:
		return most(sum, rate);
	default:
		return rate;
	}
}

/* What the row under way begins with: n steps of that rate. */
static double
begin_row(const struct archive *a, double rate, uint64_t n, double nan)
{
	if (n > 0 && !isnan(rate))
		return a->cf == CF_AVG ? rate * (double)n : rate;
	switch (a->cf) {
	case CF_AVG:
		return 0;
	case CF_MIN:
		return DINF;
	case CF_MAX:
		return -DINF;
	default:
		return nan;
	}
}

/* n more steps for the row under way. */
static double
add_to_row(const struct archive *a, double sum, double rate, uint64_t n)
{
	if (isnan(sum))
		return a->cf == CF_AVG ? rate * (double)n : rate;
	switch (a->cf) {
	case CF_AVG:
		return sum + rate * (double)n;
	case CF_MIN:
		return rate < sum ? rate : sum;
	case CF_MAX:
		return rate > sum ? rate : sum;
	default:
		return rate;
	}
}

/* A source's n steps; to_end of them end a row. */
static void
consolidate(const struct archive *a, unival *scratch, double rate, uint64_t n,
	    uint64_t to_end, double nan)
{
	uint64_t *unknown = &scratch[CDP_unkn_pdp_cnt].u_cnt;

	if (a->per_row == 1) {
		scratch[CDP_primary_val].u_val = rate;
		if (n > 1)
			scratch[CDP_secondary_val].u_val = rate;
		return;
	}
	if (to_end > n) {
		if (isnan(rate))
			*unknown += n;
		else
			scratch[CDP_val].u_val =
			    add_to_row(a, scratch[CDP_val].u_val, rate, n);
		return;
	}
	if (isnan(rate))
		*unknown += to_end;
	/* the rows after the first are of these steps alone */
	scratch[CDP_secondary_val].u_val = isnan(rate) ? nan : rate;
	if ((double)*unknown > (double)a->per_row * a->xff)
		scratch[CDP_primary_val].u_val = nan;
	else
		scratch[CDP_primary_val].u_val =
		    row_value(a, scratch, rate, to_end);
	n = (n - to_end) % a->per_row;
	scratch[CDP_val].u_val = begin_row(a, rate, n, nan);
	*unknown = isnan(rate) ? n : 0;
}

static int
take_step(struct archive *a, const struct update_step *s, const double *rates,
	  double nan)
{
	uint64_t to_end = a->per_row - s->before % a->per_row, n = 0;

	for (size_t i = 0; i < a->n_ds; i++)
		consolidate(a, a->cdp[i].scratch, rates[i], s->n, to_end, nan);
	if (to_end <= s->n)
		n = (s->n - to_end) / a->per_row + 1;
	if (n > a->n_rows)
		n = a->n_rows;
	for (uint64_t i = 0; i < n; i++)
		if (put_row(a, i == 0 ? CDP_primary_val : CDP_secondary_val) !=
		    0)
			return -1;
	return 0;
}

static enum cf
cf_of(const rra_def_t *def)
{
	int cf = 0;

	/* rrdhead let no other through */
	while (cf + 1 < CF__MAX &&
	       strncmp(def->cf_nam, cf_names[cf], CF_NAM_SIZE) != 0)
		cf++;
	return (enum cf)cf;
}

int
update_rows(struct update *u, update_row_fn *put_rows, void *arg)
{
	struct archive a = {.n_ds = u->n_ds, .put_rows = put_rows, .arg = arg};
	uint64_t at = u->rows_at;

	for (size_t k = 0; k < u->n_rra; k++) {
		const rra_def_t *def = &u->rra[k];

		a.cf = cf_of(def);
		a.per_row = def->pdp_cnt;
		a.n_rows = def->row_cnt;
		a.xff = def->par[RRA_cdp_xff_val].u_val;
		a.at = at;
		a.cdp = u->cdp + k * u->n_ds;
		a.cur_row = &u->ptr[k].cur_row;
		for (size_t i = 0; i < u->n_steps; i++)
			if (take_step(&a, &u->steps[i], u->rates + i * u->n_ds,
				      u->nan) != 0)
				return -1;
		if (put_run(&a) != 0)
			return -1;
		at += a.n_rows * a.n_ds * sizeof(double);
	}
	return 0;
}
