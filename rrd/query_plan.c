/* SPDX-License-Identifier: MIT */
/* Which archive and rows answer a question: see query_plan.h. */
#include "rrd/query_plan.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/metric.h"
#include "rrd/query.h"

/* Whether the file has archives of cf beyond its base ones. */
static bool
has_own(const struct query_file *f, int cf)
{
	for (size_t i = 0; i < f->n_archives; i++)
		if (f->archives[i].cf == cf && !f->archives[i].is_base)
			return true;
	return false;
}

static bool
serves(const struct query_file *f, const struct query_archive *a, int cf)
{
	if (a->cf < 0)
		return false;
	return a->cf == cf || a->is_base ||
	       (a->cf == QUERY_AVERAGE && !has_own(f, cf));
}

static bool
covers(const struct query_archive *a, int64_t from_s)
{
	return a->end_s - a->n_rows * a->step_s <= from_s;
}

/* Whether a answers w better than b (NULL: anything does). */
static bool
better(const struct query_archive *a, const struct query_archive *b,
       const struct query_want *w)
{
	int64_t need = (int64_t)w->max_rows, span = w->to_s - w->from_s;
	bool a_enough, b_enough;

	if (b == NULL)
		return true;
	if (covers(a, w->from_s) != covers(b, w->from_s))
		return covers(a, w->from_s);
	if (!covers(a, w->from_s) && query_archive_first_s(a) / 86400 !=
					 query_archive_first_s(b) / 86400)
		return query_archive_first_s(a) < query_archive_first_s(b);
	if (need == 0)
		return a->step_s < b->step_s;
	a_enough = span / a->step_s >= need;
	b_enough = span / b->step_s >= need;
	if (a_enough != b_enough)
		return a_enough;
	return a_enough ? a->step_s > b->step_s : a->step_s < b->step_s;
}

static const struct query_archive *
choose(const struct query_file *f, int cf, const struct query_want *w)
{
	const struct query_archive *best = NULL;

	for (size_t i = 0; i < f->n_archives; i++)
		if (serves(f, &f->archives[i], cf) &&
		    better(&f->archives[i], best, w))
			best = &f->archives[i];
	return best;
}

/* End of the row of that step that holds the second t_s + 1, or t_s itself. */
static int64_t
row_after(int64_t t_s, int64_t step_s)
{
	return t_s - t_s % step_s + step_s;
}

static int64_t
row_up_to(int64_t t_s, int64_t step_s)
{
	return (t_s + step_s - 1) / step_s * step_s;
}

/* The result's grid: whole multiples of the archive's step, at most max. */
static void
set_grid(struct query_plan *p, const struct query_want *w)
{
	int64_t step_s = p->archive.step_s;
	int64_t max = (int64_t)w->max_rows, factor = 1;
	int64_t rows;

	if (max > 0)
		factor += (w->to_s - w->from_s - 1) / (max * step_s);
	for (;; factor++) {
		p->step_s = factor * step_s;
		p->start_s = row_after(w->from_s, p->step_s);
		rows =
		    (row_up_to(w->to_s, p->step_s) - p->start_s) / p->step_s +
		    1;
		if (max == 0 || rows <= max || factor > w->to_s)
			break;
	}
	p->n_rows = (size_t)rows;
}

/* The part of the grid that the archive holds. */
static void
set_source(struct query_plan *p)
{
	const struct query_archive *a = &p->archive;
	int64_t first_s = p->start_s - p->step_s + a->step_s;
	int64_t last_s = p->start_s + ((int64_t)p->n_rows - 1) * p->step_s;

	if (first_s < query_archive_first_s(a))
		first_s = query_archive_first_s(a);
	if (last_s > a->end_s)
		last_s = a->end_s;
	p->first_s = first_s;
	p->n_read = last_s >= first_s ? (last_s - first_s) / a->step_s + 1 : 0;
}

int
query_plan_make(const struct query_file *f, int cf, const struct query_want *w,
		size_t n_metrics, struct query_plan *out, struct err *err)
{
	const struct query_archive *a = choose(f, cf, w);
	struct query_plan p = {0};

	if (a == NULL)
		return err_set(err, ERR_CORRUPT, "file has no usable archive");
	p.archive = *a;
	set_grid(&p, w);
	if (p.n_rows > QUERY_CELLS_MAX / n_metrics)
		return err_set(err, ERR_TOO_LARGE,
			       "%zu rows of %zu values are too many", p.n_rows,
			       n_metrics);
	set_source(&p);
	*out = p;
	return 0;
}

int
query_plan_read(const struct query_file *f, struct query_plan *p,
		struct err *err)
{
	if (p->n_read == 0)
		return 0;
	p->rows = malloc((size_t)p->n_read * f->n_ds * sizeof *p->rows);
	if (p->rows == NULL)
		return err_set(err, ERR_NOMEM, "rows: out of memory");
	return query_file_rows(f, &p->archive, p->first_s, p->n_read, p->rows,
			       err);
}

void
query_plan_columns(const struct family *family, const struct query_file *f,
		   int columns[FAMILY_METRICS_MAX])
{
	char ds[METRIC_DS_SIZE];

	for (size_t m = 0; m < family->n_metrics; m++) {
		metric_ds_name(family->metrics[m].name, ds);
		columns[m] = -1;
		for (size_t i = 0; i < f->n_ds; i++)
			if (strcmp(f->ds[i], ds) == 0)
				columns[m] = (int)i;
	}
}

/* n values of a column, stride apart, as one; NaN when none is known. */
static double
combine(const double *v, size_t stride, int64_t n, int cf)
{
	double sum = 0, low = NAN, high = NAN;
	int64_t known = 0;

	for (; n > 0; n--, v += stride) {
		if (isnan(*v))
			continue;
		sum += *v;
		low = known == 0 || *v < low ? *v : low;
		high = known == 0 || *v > high ? *v : high;
		known++;
	}
	if (cf == QUERY_MIN)
		return low;
	if (cf == QUERY_MAX)
		return high;
	return known > 0 ? sum / (double)known : NAN;
}

void
query_plan_bring_down(const struct query_plan *p, const struct query_file *f,
		      int column, int cf, struct series *s, size_t metric)
{
	int64_t factor = p->step_s / p->archive.step_s, from = 0, to;
	int64_t row = (p->first_s - p->start_s + p->step_s - 1) / p->step_s;

	if (factor == 1) {
		const double *v = p->rows + column;
		double *at = s->values + (size_t)row * s->n_metrics + metric;

		for (; from < p->n_read; from++) {
			*at = *v;
			at += s->n_metrics;
			v += f->n_ds;
		}
		return;
	}
	/* the first row of the result may have fewer rows of the file */
	to =
	    (p->start_s + row * p->step_s - p->first_s) / p->archive.step_s + 1;
	for (; from < p->n_read; row++, from = to, to += factor) {
		int64_t n = (to < p->n_read ? to : p->n_read) - from;
		const double *v = p->rows + (size_t)from * f->n_ds + column;

		s->values[(size_t)row * s->n_metrics + metric] =
		    n == 1 ? *v : combine(v, f->n_ds, n, cf);
	}
}

int
query_plan_blank(const struct query_plan *p, size_t n_metrics, struct series *s,
		 struct err *err)
{
	size_t n = p->n_rows * n_metrics;
	double *values = malloc(n * sizeof *values);

	if (values == NULL)
		return err_set(err, ERR_NOMEM, "series: out of memory");
	for (size_t i = 0; i < n; i++)
		values[i] = NAN;
	*s = (struct series){.start_s = p->start_s,
			     .step_s = p->step_s,
			     .n_rows = p->n_rows,
			     .n_metrics = n_metrics,
			     .values = values};
	return 0;
}
