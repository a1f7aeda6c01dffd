/* SPDX-License-Identifier: MIT */
/* Columns and the scale of values: see graph_plot.h. */
#include "rrd/graph_plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Least distance of two value ticks: in a low plot they stand closer. */
#define TICK_PX	    24.0
#define TICK_PX_LOW 13.0

/* The value of rows at time t (a double of seconds); NaN: unknown. */
static double
value_at(const struct graph_line *l, const double *rows, double t)
{
	double at = (t - (double)l->start_s) / (double)l->step_s + 0.5;
	double below = floor(at), part = at - below;
	double a, b;

	a = below >= 0 && below < (double)l->n ? rows[(size_t)below] : NAN;
	b = below >= -1 && below + 1 < (double)l->n ? rows[(size_t)(below + 1)]
						    : NAN;
	if (isnan(a))
		return part >= 0.5 ? b : NAN;
	if (isnan(b))
		return part < 0.5 ? a : NAN;
	return a + (b - a) * part;
}

static void
sample(const struct plot *p, const struct graph_line *l, const double *rows,
       double *out)
{
	double per = (double)(p->to_s - p->from_s) / (double)p->n_columns;

	for (size_t i = 0; i < p->n_columns; i++)
		out[i] = value_at(l, rows,
				  (double)p->from_s + ((double)i + 0.5) * per);
}

static enum metric_draw
drawn_as(const struct graph_line *l, const struct graph_request *r)
{
	if (l->draw == DRAW_MIRROR)
		return DRAW_MIRROR;
	if (r->envelope)
		return DRAW_LINE;
	return r->stack ? DRAW_STACK : l->draw;
}

/* Puts a line on what is below it; sums hold the heights so far. */
static void
place(struct plot_line *line, bool filled, bool stacked, double *sums, size_t n)
{
	double sign = line->down ? -1 : 1;

	line->filled = filled;
	for (size_t i = 0; i < n; i++) {
		double v = line->top[i] * sign;
		double base = stacked ? sums[i] : 0;

		line->base[i] = base;
		line->top[i] = line->filled ? base + v : v;
		if (line->filled && !isnan(v))
			sums[i] = base + v;
	}
}

/* Returns the first column that is free. */
static double *
fill_columns(struct plot *p, const struct graph_request *r)
{
	size_t n = p->n_columns;
	double *at = p->block;
	double *up = at, *down = at + n;

	at += 2 * n;
	for (size_t i = 0; i < p->data->n; i++) {
		const struct graph_line *l = &p->data->lines[i];
		struct plot_line *line = &p->lines[i];
		enum metric_draw draw = drawn_as(l, r);

		line->down = draw == DRAW_MIRROR;
		line->top = at;
		line->base = at + n;
		at += 2 * n;
		sample(p, l, l->rows[QUERY_AVERAGE], line->top);
		if (l->rows[QUERY_MIN] != NULL && l->rows[QUERY_MAX] != NULL) {
			line->low = at;
			line->high = at + n;
			at += 2 * n;
			sample(p, l, l->rows[QUERY_MIN], line->low);
			sample(p, l, l->rows[QUERY_MAX], line->high);
			for (size_t k = 0; line->down && k < n; k++) {
				line->low[k] = -line->low[k];
				line->high[k] = -line->high[k];
			}
		}
		if (draw == DRAW_AREA)
			memset(up, 0, n * sizeof *up);
		place(line, draw != DRAW_LINE && !l->thin,
		      draw == DRAW_STACK || (line->down && r->stack),
		      line->down ? down : up, n);
	}
	return at;
}

/* Areas from zero carry what is stacked on them. */
static void
mark_stacks(struct plot *p, const struct graph_request *r)
{
	struct plot_line *below = NULL;

	for (size_t i = 0; i < p->data->n; i++) {
		enum metric_draw draw = drawn_as(&p->data->lines[i], r);
		struct plot_line *line = &p->lines[i];

		if (draw == DRAW_AREA)
			below = line;
		if (draw != DRAW_STACK)
			continue;
		line->stacked = 1;
		if (below != NULL)
			below->stacked = 1;
		below = line;
	}
}

/* The rows of a forecast are a line's, but that nothing is known before. */
static void
fill_ahead(struct plot *p, const struct graph_request *r, double *at)
{
	size_t n = p->n_columns;

	for (size_t i = 0; i < r->n_forecasts; i++) {
		const struct graph_forecast *f = &r->forecasts[i];
		struct graph_line l = {
		    .start_s = f->start_s, .step_s = f->step_s, .n = f->n};

		p->ahead[i] = (struct plot_ahead){at, at + n, at + 2 * n};
		at += 3 * n;
		sample(p, &l, f->median, p->ahead[i].median);
		sample(p, &l, f->low, p->ahead[i].low);
		sample(p, &l, f->high, p->ahead[i].high);
	}
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The 95th percentile of the height of all that is stacked. */
static double
stack_p95(const struct plot *p)
{
	double *heights = malloc(p->n_columns * sizeof *heights), v = NAN;
	size_t known = 0;

	for (size_t k = 0; heights != NULL && k < p->n_columns; k++) {
		double top = NAN;

		for (size_t i = 0; i < p->data->n; i++)
			if (p->lines[i].stacked)
				top = fmax(top, p->lines[i].top[k]);
		if (!isnan(top))
			heights[known++] = top;
	}
	if (known > 0) {
		qsort(heights, known, sizeof *heights, by_value);
		v = heights[(known * 95 + 99) / 100 - 1];
	}
	free(heights);
	return v;
}

static void
widen(const double *v, size_t n, double *lo, double *hi)
{
	for (size_t i = 0; v != NULL && i < n; i++) {
		if (v[i] < *lo)
			*lo = v[i];
		if (v[i] > *hi)
			*hi = v[i];
	}
}

/* A line that runs along an edge would be cut in half. */
static void
spare_lines(struct plot *p, double half)
{
	double lo = 0, hi = 0, room = 2 * (p->hi - p->lo) / p->height;

	for (size_t i = 0; i < p->data->n; i++)
		if (!p->lines[i].filled)
			widen(p->lines[i].top, p->n_columns, &lo, &hi);
	if (hi > 0 && p->hi - hi < room)
		p->hi += half;
	if (lo < 0 && lo - p->lo < room)
		p->lo -= half;
}

static void
set_scale(struct plot *p)
{
	const struct family *f = p->data->family;
	const struct unit_style *u = p->data->unit;
	double lo = 0, hi = 0, half, tick_px;

	for (size_t i = 0; i < p->data->n; i++) {
		widen(p->lines[i].top, p->n_columns, &lo, &hi);
		widen(p->lines[i].low, p->n_columns, &lo, &hi);
		widen(p->lines[i].high, p->n_columns, &lo, &hi);
	}
	for (size_t i = 0; i < p->request->n_forecasts; i++) {
		widen(p->ahead[i].low, p->n_columns, &lo, &hi);
		widen(p->ahead[i].high, p->n_columns, &lo, &hi);
	}
	if (isfinite(f->lower_limit))
		lo = fmin(lo, f->lower_limit);
	if (isfinite(f->upper_limit))
		hi = fmax(hi, f->upper_limit);
	if (!(hi - lo > 1e-300))
		hi = lo + 1;
	tick_px = fmax(fmin(p->height / 3, TICK_PX), TICK_PX_LOW);
	p->tick_step = unit_step(u, (hi - lo) * tick_px / p->height);
	half = p->tick_step / 2;
	p->hi = hi > 0 ? ceil(hi / half - 1e-6) * half : 0;
	p->lo = lo < 0 ? floor(lo / half + 1e-6) * half : 0;
	spare_lines(p, half);
	for (double v = ceil(p->lo / p->tick_step) * p->tick_step;
	     v <= p->hi + half / 100 && p->n_ticks < PLOT_TICKS_MAX;
	     v += p->tick_step)
		p->ticks[p->n_ticks++] = fabs(v) < half / 100 ? 0 : v;
}

int
plot_make(const struct graph_data *d, const struct graph_request *r,
	  double left, double top, double width, double height,
	  struct plot *out, struct err *err)
{
	struct plot p = {.data = d,
			 .request = r,
			 .left = left,
			 .top = top,
			 .width = width,
			 .height = height,
			 .from_s = r->from_s,
			 .to_s = r->until_s > r->to_s ? r->until_s : r->to_s};
	size_t n;

	p.per_px = r->format == GRAPH_SVG ? 1 : r->scale;
	p.n_columns = (size_t)width * p.per_px;
	n = p.n_columns * (2 + d->n * 4 + r->n_forecasts * 3);
	p.block = calloc(n, sizeof *p.block);
	if (p.block == NULL)
		return err_set(err, ERR_NOMEM, "picture: out of memory");
	fill_ahead(&p, r, fill_columns(&p, r));
	mark_stacks(&p, r);
	p.stack_p95 = r->p95 ? stack_p95(&p) : NAN;
	set_scale(&p);
	*out = p;
	return 0;
}

void
plot_done(struct plot *p)
{
	if (p == NULL)
		return;
	free(p->block);
	p->block = NULL;
}
