/* SPDX-License-Identifier: MIT */
/* Painting a plot: grid, areas, lines, axes: see graph_plot.h. */
#include <math.h>
#include <stdlib.h>

#include "rrd/graph_plot.h"
#include "rrd/graph_time.h"

#define AREA_ALPHA     0.8
#define ENVELOPE_ALPHA 0.22
#define LINE_WIDTH     1.5
#define EDGE_WIDTH     1.0 /* the line on top of an area */
#define P95_DASH       4.0
#define DOT	       3U

double
plot_y(const struct plot *p, double v)
{
	double y = p->top + (p->hi - v) / (p->hi - p->lo) * p->height;

	return fmin(fmax(y, p->top - 1), p->top + p->height + 1);
}

double
plot_x(const struct plot *p, int64_t t_s)
{
	return p->left + (double)(t_s - p->from_s) /
			     (double)(p->to_s - p->from_s) * p->width;
}

/* Ticks down there are as positive as those above: another direction. */
static double
shown(const struct plot *p, double v)
{
	for (size_t i = 0; i < p->data->n; i++)
		if (p->lines[i].down)
			return fabs(v);
	return v;
}

double
plot_labels_width(const struct plot *p)
{
	char text[UNIT_TEXT_SIZE];
	double widest = 0;

	for (size_t i = 0; i < p->n_ticks; i++) {
		unit_tick(p->data->unit, shown(p, p->ticks[i]), p->tick_step,
			  text);
		widest = fmax(widest, font_width(FONT_AXIS, text));
	}
	return widest;
}

static void
paint_values(const struct plot *p, struct canvas *c, const struct theme *theme)
{
	char text[UNIT_TEXT_SIZE];

	for (size_t i = 0; i < p->n_ticks; i++) {
		double y = floor(plot_y(p, p->ticks[i]));

		if (p->ticks[i] != 0)
			c->ops->rect(c, p->left, y, p->width, 1,
				     (struct ink){theme->grid_strong, 1});
		if (!p->labels)
			continue;
		unit_tick(p->data->unit, shown(p, p->ticks[i]), p->tick_step,
			  text);
		c->ops->text(c, FONT_AXIS, p->left - 6, y + 4, ALIGN_RIGHT,
			     theme->muted, text);
	}
}

static void
paint_times(const struct plot *p, struct canvas *c, const struct theme *theme)
{
	struct time_tick *ticks = malloc(TIME_TICKS_MAX * sizeof *ticks);
	double bottom = p->top + p->height;
	size_t n = 0;

	if (ticks != NULL)
		n = time_ticks(p->from_s, p->to_s, p->width, ticks);
	for (size_t i = 0; i < n; i++) {
		const struct time_tick *t = &ticks[i];
		double x = floor(plot_x(p, t->t_s)), half;
		uint32_t ink = t->major ? theme->grid_strong : theme->grid;

		c->ops->rect(c, x, p->top, 1, p->height, (struct ink){ink, 1});
		if (!t->major || !p->labels)
			continue;
		c->ops->rect(c, x, bottom, 1, 4, (struct ink){theme->axis, 1});
		half = font_width(FONT_AXIS, t->label) / 2;
		if (x - half >= 2 && x + half <= c->width - 2)
			c->ops->text(c, FONT_AXIS, x, bottom + 15, ALIGN_CENTRE,
				     t->strong ? theme->text : theme->muted,
				     t->label);
	}
	free(ticks);
}

/* Heights in pixels of values, into out. */
static struct curve
curve_of(const struct plot *p, const double *values, double *out)
{
	for (size_t i = 0; i < p->n_columns; i++)
		out[i] = isnan(values[i]) ? NAN : plot_y(p, values[i]);
	return (struct curve){p->left, p->n_columns, p->per_px, out};
}

/* An area without height anywhere. */
static int
is_empty(const struct plot *p, const struct plot_line *l)
{
	for (size_t k = 0; k < p->n_columns; k++)
		if (l->top[k] > l->base[k] || l->top[k] < l->base[k])
			return 0;
	return 1;
}

struct scratch {
	double *top, *base;
};

static void
paint_area(const struct plot *p, size_t i, struct canvas *c, uint32_t rgb,
	   struct scratch *s)
{
	const struct plot_line *l = &p->lines[i];
	struct curve top;

	if (is_empty(p, l))
		return;
	top = curve_of(p, l->top, s->top);
	(void)curve_of(p, l->base, s->base);
	c->ops->area(c, &top, s->base, 0, (struct ink){rgb, AREA_ALPHA});
}

static void
paint_envelope(const struct plot *p, size_t i, struct canvas *c, uint32_t rgb,
	       struct scratch *s)
{
	const struct plot_line *l = &p->lines[i];
	struct curve top;

	if (l->low == NULL)
		return;
	top = curve_of(p, l->high, s->top);
	(void)curve_of(p, l->low, s->base);
	c->ops->area(c, &top, s->base, 0, (struct ink){rgb, ENVELOPE_ALPHA});
}

/* What is known for so short that a line would hardly be seen: a dot. */
static void
paint_dots(const struct curve *curve, struct canvas *c, uint32_t rgb)
{
	size_t from = 0, to;
	double x;

	for (; from < curve->n; from = to + 1) {
		for (to = from; to < curve->n && !isnan(curve->y[to]);)
			to++;
		if (to == from || to - from >= DOT * curve->per_px)
			continue;
		x = curve->x + (double)(from + to) / 2 / curve->per_px;
		c->ops->rect(c, x - DOT / 2.0, curve->y[from] - DOT / 2.0, DOT,
			     DOT, (struct ink){rgb, 1});
	}
}

/* The top line of a stack hides where nothing stands on it, so that what is
 * always 0 does not colour the edge of what is below. */
static void
paint_line(const struct plot *p, size_t i, struct canvas *c, uint32_t rgb,
	   struct scratch *s)
{
	const struct plot_line *l = &p->lines[i];
	struct curve top;

	if (l->filled && is_empty(p, l))
		return;
	top = curve_of(p, l->top, s->top);
	paint_dots(&top, c, rgb);

	for (size_t k = 0; l->filled && k < p->n_columns; k++)
		if (fabs(s->top[k] - plot_y(p, l->base[k])) < 0.25)
			s->top[k] = NAN;
	c->ops->line(c, &top, l->filled ? EDGE_WIDTH : LINE_WIDTH, 0,
		     (struct ink){rgb, 1});
}

static void
paint_level(const struct plot *p, double v, struct canvas *c, uint32_t rgb,
	    struct scratch *s)
{
	struct curve level = {p->left, p->n_columns, p->per_px, s->top};

	if (!isfinite(v))
		return;
	for (size_t k = 0; k < p->n_columns; k++)
		s->top[k] = plot_y(p, v);
	c->ops->line(c, &level, 1, P95_DASH, (struct ink){rgb, 1});
}

/* Of a line that stands alone; a stack has one level for all of it. */
static void
paint_p95(const struct plot *p, size_t i, struct canvas *c, uint32_t rgb,
	  struct scratch *s)
{
	double v = p->data->lines[i].p95;

	if (!p->lines[i].stacked)
		paint_level(p, p->lines[i].down ? -v : v, c, rgb, s);
}

static void
each_line(const struct plot *p, struct canvas *c, const struct theme *theme,
	  struct scratch *s, int filled,
	  void (*paint)(const struct plot *, size_t, struct canvas *, uint32_t,
			struct scratch *))
{
	for (size_t i = 0; i < p->data->n; i++)
		if (filled < 0 || p->lines[i].filled == filled)
			paint(p, i, c,
			      theme_series(theme, p->data->lines[i].colour), s);
}

void
plot_paint(const struct plot *p, struct canvas *c, const struct theme *theme)
{
	struct scratch s = {.top = malloc(2 * p->n_columns * sizeof(double))};

	paint_times(p, c, theme);
	paint_values(p, c, theme);
	if (s.top == NULL)
		return;
	s.base = s.top + p->n_columns;
	each_line(p, c, theme, &s, 1, paint_area);
	each_line(p, c, theme, &s, 0, paint_envelope);
	each_line(p, c, theme, &s, 1, paint_line);
	each_line(p, c, theme, &s, 0, paint_line);
	each_line(p, c, theme, &s, -1, paint_p95);
	paint_level(p, p->stack_p95, c, theme->text, &s);
	c->ops->rect(c, p->left, floor(plot_y(p, 0)), p->width, 1,
		     (struct ink){theme->axis, 1});
	free(s.top);
}
