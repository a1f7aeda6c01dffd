/* SPDX-License-Identifier: MIT */
/* Rows and numbers of one line: see graph_line.h. */
#include "rrd/graph_line.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The 95th percentile of the known rows, by the nearest rank. */
static double
percentile95(const double *rows, size_t n)
{
	double *sorted = malloc((n + 1) * sizeof *sorted), v = NAN;
	size_t known = 0;

	if (sorted == NULL)
		return NAN;
	for (size_t i = 0; i < n; i++)
		if (!isnan(rows[i]))
			sorted[known++] = rows[i];
	qsort(sorted, known, sizeof *sorted, by_value);
	if (known > 0)
		v = sorted[(known * 95 + 99) / 100 - 1];
	free(sorted);
	return v;
}

double
graph_line_sum(const struct series *s, size_t row, line_mask which)
{
	double sum = NAN;

	for (size_t m = 0; m < s->n_metrics; m++) {
		double v = (which >> m & 1) != 0 ? series_at(s, row, m) : NAN;

		if (!isnan(v))
			sum = isnan(sum) ? v : sum + v;
	}
	return sum;
}

static double *
column(const struct series *s, line_mask which)
{
	double *rows = malloc((s->n_rows + 1) * sizeof *rows);

	for (size_t i = 0; rows != NULL && i < s->n_rows; i++)
		rows[i] = graph_line_sum(s, i, which);
	return rows;
}

static bool
same_grid(const struct series *a, const struct series *b)
{
	return a->start_s == b->start_s && a->step_s == b->step_s &&
	       a->n_rows == b->n_rows;
}

/* The legend's numbers; extremes from the archives that keep them, except
 * for a sum, whose parts need not peak at the same time. */
static void
describe(struct graph_line *l, const struct series set[QUERY_CF__MAX],
	 line_mask which)
{
	bool sum = (which & (which - 1)) != 0;
	const struct series *low = &set[sum ? QUERY_AVERAGE : QUERY_MIN];
	const struct series *high = &set[sum ? QUERY_AVERAGE : QUERY_MAX];
	size_t known = 0;
	double total = 0;

	l->now = l->min = l->max = NAN;
	for (size_t i = 0; i < low->n_rows; i++)
		l->min = fmin(l->min, graph_line_sum(low, i, which));
	for (size_t i = 0; i < high->n_rows; i++)
		l->max = fmax(l->max, graph_line_sum(high, i, which));
	for (size_t i = 0; i < l->n; i++) {
		double v = l->rows[QUERY_AVERAGE][i];

		if (isnan(v))
			continue;
		l->now = v;
		total += v;
		known++;
	}
	l->avg = known > 0 ? total / (double)known : NAN;
}

int
graph_line_add(struct graph_data *d, const struct series set[QUERY_CF__MAX],
	       line_mask which, enum metric_draw draw, int colour,
	       const char *label, const struct graph_request *r,
	       struct err *err)
{
	const struct series *avg = &set[QUERY_AVERAGE];
	struct graph_line *l = &d->lines[d->n];

	if (d->n == GRAPH_SERIES_MAX)
		return 0;
	*l = (struct graph_line){.colour = colour,
				 .draw = draw,
				 .start_s = avg->start_s,
				 .step_s = avg->step_s,
				 .n = avg->n_rows};
	(void)snprintf(l->label, sizeof l->label, "%s", label);
	d->n++;
	for (int cf = 0; cf < QUERY_CF__MAX; cf++) {
		if (cf != QUERY_AVERAGE &&
		    (!r->envelope || !same_grid(avg, &set[cf])))
			continue;
		l->rows[cf] = column(&set[cf], which);
		if (l->rows[cf] == NULL)
			return err_set(err, ERR_NOMEM,
				       "picture: out of memory");
	}
	describe(l, set, which);
	l->p95 = NAN;
	if (r->p95)
		l->p95 = percentile95(l->rows[QUERY_AVERAGE], l->n);
	d->known = d->known || !isnan(l->now);
	return 0;
}
