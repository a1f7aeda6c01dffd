/* SPDX-License-Identifier: MIT */
/* Painting forecasts: see graph_ahead.h. */
#include "rrd/graph_ahead.h"

#include <math.h>
#include <stdlib.h>

#define BAND_ALPHA  0.18
#define LINE_WIDTH  1.5
#define DASH	    4.0
#define WORDS_LEAST 48.0 /* a plot lower than this has no room for words */
#define NOW_GAP	    4.0

static struct curve
heights(const struct plot *p, const double *values, double *out)
{
	for (size_t i = 0; i < p->n_columns; i++)
		out[i] = isnan(values[i]) ? NAN : plot_y(p, values[i]);
	return (struct curve){p->left, p->n_columns, p->per_px, out};
}

static void
paint_one(const struct plot *p, size_t i, struct canvas *c, uint32_t rgb,
	  double *top, double *base)
{
	const struct plot_ahead *a = &p->ahead[i];
	struct curve curve = heights(p, a->high, top);

	(void)heights(p, a->low, base);
	c->ops->area(c, &curve, base, 0, (struct ink){rgb, BAND_ALPHA});
	curve = heights(p, a->median, top);
	c->ops->line(c, &curve, LINE_WIDTH, DASH, (struct ink){rgb, 1});
}

/* Where the present is. */
static void
paint_now(const struct plot *p, struct canvas *c, const struct theme *theme)
{
	double x = floor(plot_x(p, p->request->to_s));
	double room = p->left + p->width - x - 2 * NOW_GAP;

	c->ops->rect(c, x, p->top, 1, p->height, (struct ink){theme->axis, 1});
	if (p->height >= WORDS_LEAST && room > font_width(FONT_AXIS, "now"))
		c->ops->text(c, FONT_AXIS, x + NOW_GAP, p->top + p->height - 5,
			     ALIGN_LEFT, theme->muted, "now");
}

/* On the background, so that it can be read over an area. */
static void
paint_why(const struct plot *p, const char *why, struct canvas *c,
	  const struct theme *theme)
{
	double right = p->left + p->width - 6, width;
	char text[FONT_TEXT_MAX];

	font_fit(FONT_AXIS, p->width - 12, why, text, sizeof text);
	width = ceil(font_width(FONT_AXIS, text));
	c->ops->rect(c, right - width - 3, p->top + p->height - 20, width + 6,
		     16, (struct ink){theme->background, 0.8});
	c->ops->text(c, FONT_AXIS, right, p->top + p->height - 8, ALIGN_RIGHT,
		     theme->muted, text);
}

void
ahead_paint(const struct plot *p, bool say_why, struct canvas *c,
	    const struct theme *theme)
{
	const struct graph_request *r = p->request;
	double *scratch;

	if (say_why && r->forecast && r->forecast_why != NULL &&
	    p->height >= WORDS_LEAST && p->data->known)
		paint_why(p, r->forecast_why, c, theme);
	if (r->n_forecasts == 0)
		return;
	scratch = malloc(2 * p->n_columns * sizeof *scratch);
	if (scratch == NULL)
		return;
	for (size_t i = 0; i < r->n_forecasts; i++)
		paint_one(p, i, c, theme_series(theme, r->forecasts[i].colour),
			  scratch, scratch + p->n_columns);
	free(scratch);
	if (p->to_s > r->to_s)
		paint_now(p, c, theme);
}
