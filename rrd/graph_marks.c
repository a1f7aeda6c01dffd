/* SPDX-License-Identifier: MIT */
/* Painting events: see graph_marks.h. */
#include "rrd/graph_marks.h"

#include <math.h>
#include <stdio.h>

#include "rrd/graph_words.h"

/* far enough apart to stay two colours in a small palette (png.h) */
#define SPAN_ALPHA   0.12
#define GRAVE_ALPHA  0.2
#define LINE_ALPHA   0.9
#define PLATE_ALPHA  0.8  /* under a text, so that it can be read */
#define SHAPE_HEIGHT 12.0 /* of the plot's top, where shapes and texts are */
#define SHAPE_HALF   5.0
#define SHAPES_FROM  36.0 /* no shapes in a plot lower than this */
#define TEXTS_FROM   64.0
#define TEXT_LEAST   36.0
#define TEXT_MOST    150.0
#define LIMIT_DASH   6.0
#define LIMIT_GAP    4.0
#define KEY_GAP	     14.0
#define KEY_WIDE     480.0

static const char *const shapes[GRAPH_NOTE__MAX] = {
    [GRAPH_NOTE_ALERT] = "▲",
    [GRAPH_NOTE_HEAL] = "■",
    [GRAPH_NOTE_CHAOS] = "●",
    [GRAPH_NOTE_OTHER] = "◆",
};

static uint32_t
colour_of(const struct theme *t, enum graph_note_kind kind,
	  enum graph_level level)
{
	switch (kind) {
	case GRAPH_NOTE_ALERT:
		return level == GRAPH_CRITICAL ? t->critical : t->warning;
	case GRAPH_NOTE_HEAL:
		return t->good;
	case GRAPH_NOTE_CHAOS:
		return t->chaos;
	default:
		return t->info;
	}
}

static double
inside(const struct plot *p, double x)
{
	return fmin(fmax(x, p->left), p->left + p->width);
}

/* The pixel of a note's beginning; what began before has none. */
static bool
column_of(const struct plot *p, const struct graph_note *n, double *x)
{
	*x = floor(plot_x(p, n->time_s));
	return n->time_s >= p->from_s && n->time_s <= p->to_s &&
	       *x < p->left + p->width;
}

static void
paint_span(const struct plot *p, const struct graph_note *n, struct canvas *c,
	   uint32_t rgb)
{
	double from = floor(inside(p, plot_x(p, n->time_s)));
	double to = floor(inside(p, plot_x(p, n->until_s)));
	double alpha = n->level == GRAPH_CRITICAL ? GRAVE_ALPHA : SPAN_ALPHA;

	if (n->until_s > n->time_s && to > from)
		c->ops->rect(c, from, p->top, to - from, p->height,
			     (struct ink){rgb, alpha});
}

static void
paint_mark(const struct plot *p, const struct graph_note *n, struct canvas *c,
	   const struct theme *theme)
{
	uint32_t rgb = colour_of(theme, n->kind, n->level);
	double down = p->height >= SHAPES_FROM ? SHAPE_HEIGHT : 0, x;

	if (!column_of(p, n, &x))
		return;
	c->ops->rect(c, x, p->top + down, 1, p->height - down,
		     (struct ink){rgb, LINE_ALPHA});
	if (down == 0)
		return;
	c->ops->rect(c, x - SHAPE_HALF - 1, p->top, 2 * SHAPE_HALF + 3, down,
		     (struct ink){theme->background, PLATE_ALPHA});
	c->ops->text(c, FONT_LEGEND, x + 0.5, p->top + down - 2, ALIGN_CENTRE,
		     rgb, shapes[n->kind]);
}

/* Right of the shape, up to the next shape or the plot's end. */
static void
paint_text(const struct plot *p, size_t i, struct canvas *c,
	   const struct theme *theme)
{
	const struct graph_request *r = p->request;
	double x, next, end = p->left + p->width, width;
	char text[FONT_TEXT_MAX];

	if (!column_of(p, &r->note[i], &x))
		return;
	for (size_t k = i + 1; k < r->n_notes; k++)
		if (column_of(p, &r->note[k], &next)) {
			end = next - SHAPE_HALF;
			break;
		}
	x += SHAPE_HALF + 3;
	if (end - x - 4 < TEXT_LEAST)
		return;
	font_fit(FONT_AXIS, fmin(end - x - 4, TEXT_MOST), r->note[i].text, text,
		 sizeof text);
	width = ceil(font_width(FONT_AXIS, text));
	if (width < 1)
		return;
	c->ops->rect(c, x - 2, p->top, width + 4, SHAPE_HEIGHT + 2,
		     (struct ink){theme->background, PLATE_ALPHA});
	c->ops->text(c, FONT_AXIS, x, p->top + SHAPE_HEIGHT - 2, ALIGN_LEFT,
		     theme->text, text);
}

/* Dashes across the plot, its word above them at the left. */
static void
paint_limit(const struct plot *p, const struct graph_limit *l, struct canvas *c,
	    const struct theme *theme)
{
	uint32_t rgb = colour_of(theme, GRAPH_NOTE_ALERT, l->level);
	double y = floor(plot_y(p, l->value)), end = p->left + p->width;
	double width = ceil(font_width(FONT_AXIS, l->text)), base;

	if (!(l->value >= p->lo && l->value <= p->hi))
		return;
	c->ops->rect(c, p->left, y - 1, p->width, 3,
		     (struct ink){theme->background, PLATE_ALPHA});
	for (double x = p->left; x < end; x += LIMIT_DASH + LIMIT_GAP)
		c->ops->rect(c, x, y, fmin(LIMIT_DASH, end - x), 1,
			     (struct ink){rgb, 1});
	if (p->height < TEXTS_FROM)
		return;
	/* above the line, or below it where the plot ends */
	base = y - p->top < SHAPE_HEIGHT + 2 ? y + SHAPE_HEIGHT : y - 4;
	c->ops->rect(c, p->left + 2, base - SHAPE_HEIGHT + 3, width + 4,
		     SHAPE_HEIGHT,
		     (struct ink){theme->background, PLATE_ALPHA});
	c->ops->text(c, FONT_AXIS, p->left + 4, base, ALIGN_LEFT, rgb, l->text);
}

void
marks_paint(const struct plot *p, struct canvas *c, const struct theme *theme)
{
	const struct graph_request *r = p->request;

	for (size_t i = 0; i < r->n_limits; i++)
		paint_limit(p, &r->limits[i], c, theme);
	for (size_t i = 0; i < r->n_notes; i++)
		paint_span(p, &r->note[i], c,
			   colour_of(theme, r->note[i].kind, r->note[i].level));
	for (size_t i = 0; p->height >= TEXTS_FROM && i < r->n_notes; i++)
		paint_text(p, i, c, theme);
	for (size_t i = 0; i < r->n_notes; i++)
		paint_mark(p, &r->note[i], c, theme);
}

/* --- the row below ---------------------------------------------------------
 */

struct pen {
	struct canvas *c;
	const struct theme *theme;
	double x, y, end;
};

/* A shape and words; nothing once there is no room for it. */
static void
put(struct pen *pen, const char *shape, uint32_t rgb, const char *words)
{
	double shape_width = font_width(FONT_LEGEND, shape);
	double width = shape_width + 6 + font_width(FONT_LEGEND, words);

	if (pen->x + width > pen->end) {
		pen->end = 0;
		return;
	}
	pen->c->ops->text(pen->c, FONT_LEGEND, pen->x, pen->y, ALIGN_LEFT, rgb,
			  shape);
	pen->c->ops->text(pen->c, FONT_LEGEND, pen->x + shape_width + 6, pen->y,
			  ALIGN_LEFT, pen->theme->muted, words);
	pen->x += width + KEY_GAP;
}

/* The gravest level of a kind gives its shape the colour. */
static enum graph_level
gravest(const struct graph_request *r, enum graph_note_kind kind)
{
	enum graph_level level = GRAPH_INFO;

	for (size_t i = 0; i < r->n_notes; i++)
		if (r->note[i].kind == kind && r->note[i].level > level)
			level = r->note[i].level;
	return level;
}

static void
put_notes(struct pen *pen, const struct graph_request *r)
{
	size_t all = 0;
	char words[64];

	for (int i = 0; i < GRAPH_NOTE__MAX; i++) {
		enum graph_note_kind kind = (enum graph_note_kind)i;
		size_t n = r->notes_in_all[i];

		all += n;
		if (n == 0)
			continue;
		(void)snprintf(words, sizeof words, "%zu %s", n,
			       graph_note_word(kind, n == 1));
		put(pen, shapes[i],
		    colour_of(pen->theme, kind, gravest(r, kind)), words);
	}
	if (all == 0)
		put(pen, "◆", pen->theme->axis,
		    r->notes_lost ? "events cannot be read" : "no events");
	if (all > r->n_notes) {
		(void)snprintf(words, sizeof words, "newest %zu drawn",
			       r->n_notes);
		put(pen, "", pen->theme->muted, words);
	}
}

void
marks_key(const struct graph_request *r, struct canvas *c,
	  const struct theme *theme, double x, double y, double width)
{
	struct pen pen = {c, theme, x, y, x + width};

	if (r->notes)
		put_notes(&pen, r);
	if (r->n_forecasts > 0)
		put(&pen, "╌", theme_series(theme, r->forecasts[0].colour),
		    width < KEY_WIDE ? "80 % band" : "expected, 80 % band");
	else if (r->forecast && r->forecast_why != NULL)
		put(&pen, "╌", theme->axis, r->forecast_why);
}
