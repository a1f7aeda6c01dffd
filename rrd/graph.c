/* SPDX-License-Identifier: MIT */
/*
 * One picture: what it shows (graph_data), where everything is, and on what
 * it is drawn (canvas).
 *
 * Not by rrd_graph_v, which takes six times as long: half of that is RGB
 * rows through PNG filters and deflate, most of the rest cairo polygons, a
 * pango layout for each number, and one fetch for each DEF.  Nor can it
 * align a title left, fit a legend to 400 pixels or say that there is no
 * data; and every text that reaches it passes an argument parser first.
 */
#include "rrd/graph.h"

#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/buf.h"
#include "core/clock.h"
#include "rrd/canvas.h"
#include "rrd/graph_data.h"
#include "rrd/graph_ahead.h"
#include "rrd/graph_legend.h"
#include "rrd/graph_marks.h"
#include "rrd/graph_plot.h"
#include "rrd/graph_theme.h"
#include "rrd/graph_words.h"

#define SIDE_LEAST   16
#define SIDE_MOST    8192
#define PAD	     10.0
#define TITLE_HEIGHT 28.0
#define AXIS_HEIGHT  20.0
#define LEGEND_GAP   6.0
#define KEY_ROW	     15.0
#define LEGEND_PART  0.46 /* at most this part of the height */
#define LEGEND_GROWN 90.0 /* at most this in a picture that grows by it */
#define PLOT_LEAST   20.0
#define TITLE_FROM   60 /* no title in a picture lower than this */
#define LABELS_FROM  72 /* no axis labels */
#define LABELS_WIDTH 120
#define LEGEND_FROM  110 /* no legend */
#define HEAP_KEEP    (32 * 1024 * 1024)
#define FRESH_S	     300

/* Everything that is known once the picture is laid out. */
struct frame {
	struct graph_request own; /* as high as it became */
	const struct graph_request *r;
	const struct theme *theme;
	struct graph_data data;
	struct legend legend;
	bool key; /* a row below that names marks and the forecast */
	struct plot plot;
	int64_t now_s;
	char title[256], range[64], summary[256];
};

static int
check(const struct graph_request *r, struct err *err)
{
	uint64_t pixels = (uint64_t)r->width * r->height * r->scale * r->scale;

	if (r->n_hosts < 1 || r->n_hosts > GRAPH_HOSTS_MAX ||
	    r->format >= GRAPH_FORMAT__MAX)
		return err_set(err, ERR_INVALID, "picture of %zu hosts",
			       r->n_hosts);
	if (r->width < SIDE_LEAST || r->width > SIDE_MOST ||
	    r->height < SIDE_LEAST || r->height > SIDE_MOST || r->scale < 1 ||
	    r->scale > 2 || pixels > GRAPH_PIXELS_MAX)
		return err_set(err, ERR_INVALID,
			       "a picture of %ux%u is too small or too large",
			       r->width, r->height);
	if (r->n_notes > GRAPH_NOTES_MAX || r->n_forecasts > GRAPH_HOSTS_MAX)
		return err_set(err, ERR_INVALID, "picture of %zu events",
			       r->n_notes);
	if (r->from_s < 0 || r->from_s >= r->to_s)
		return err_set(err, ERR_INVALID,
			       "a range must end after it begins");
	return 0;
}

/* The newest sample is over two heartbeats before what is shown. */
static bool
is_stale(const struct frame *f)
{
	int64_t end_s = f->r->to_s < f->now_s ? f->r->to_s : f->now_s;

	return f->data.last_s > 0 &&
	       f->data.last_s + 2 * f->data.family->heartbeat_s < end_s;
}

/* The picture ends with the present, and so does the data. */
static bool
ends_now(const struct frame *f)
{
	int64_t row_s = f->data.family->step_s;

	return f->r->to_s > f->now_s - (row_s > FRESH_S ? row_s : FRESH_S) &&
	       !is_stale(f);
}

/* What goes below the plot; returns its height. */
static double
lay_out_legend(struct frame *f)
{
	const struct graph_request *r = f->r;
	double most = r->grow ? LEGEND_GROWN : r->height * LEGEND_PART;
	double height;

	if (r->no_legend || r->height < LEGEND_FROM)
		return 0;
	f->key = r->notes || r->forecast;
	if (f->data.known)
		legend_plan(&f->data, r->width - 2 * PAD,
			    most - KEY_ROW * f->key, r->p95, ends_now(f),
			    &f->legend);
	height = f->legend.height + KEY_ROW * f->key;
	if (height == 0)
		return 0;
	height += LEGEND_GAP;
	if (r->grow)
		f->own.height += (unsigned)height;
	return height;
}

/* Place of the plot, with the scale's labels left of it. */
static int
lay_out(struct frame *f, struct err *err)
{
	const struct graph_request *r = f->r;
	bool labels = r->height >= LABELS_FROM && r->width >= LABELS_WIDTH;
	double top = r->height >= TITLE_FROM ? TITLE_HEIGHT : 4;
	double bottom = labels ? AXIS_HEIGHT + 4 : 4;
	double left = PAD, height;

	bottom += lay_out_legend(f);
	height = fmax(floor(r->height - top - bottom), PLOT_LEAST);
	if (labels)
		left += 40;
	/* the labels' width depends on the scale, which does not depend on
	 * the width but for what a column shows: twice is enough */
	for (int i = 0; i < 2; i++) {
		plot_done(&f->plot);
		if (plot_make(&f->data, r, left, top,
			      fmax(r->width - left - PAD, 1), height, &f->plot,
			      err) != 0)
			return -1;
		f->plot.labels = labels;
		if (!labels || i > 0)
			break;
		left = ceil(plot_labels_width(&f->plot)) + PAD + 6;
	}
	return 0;
}

/* How old the data is: "to 12:03 UTC", or a warning. */
static void
age_words(const struct frame *f, char *out, size_t size)
{
	time_t t = (time_t)f->data.last_s;
	bool old = f->now_s - f->data.last_s > 43200;
	char clock[24];
	struct tm tm;

	(void)snprintf(out, size, "UTC");
	if (f->data.last_s == 0 || gmtime_r(&t, &tm) == NULL)
		return;
	if (old)
		(void)strftime(clock, sizeof clock, "%Y-%m-%d %H:%M", &tm);
	else
		(void)strftime(clock, sizeof clock, "%H:%M", &tm);
	if (is_stale(f))
		(void)snprintf(out, size, "▲ no data since %s UTC", clock);
	else if (ends_now(f))
		(void)snprintf(out, size, "to %s UTC", clock);
}

static void
paint_title(const struct frame *f, struct canvas *c)
{
	char age[64], title[256];
	double room = f->r->width - 2 * PAD, age_width;
	bool stale = is_stale(f);

	if (f->r->height < TITLE_FROM)
		return;
	age_words(f, age, sizeof age);
	age_width = font_width(FONT_AXIS, age);
	if (age_width > 0 && (stale || f->r->width >= 260)) {
		c->ops->text(c, FONT_AXIS, f->r->width - PAD, 18, ALIGN_RIGHT,
			     stale ? f->theme->warning : f->theme->muted, age);
		room -= age_width + 12;
	}
	font_fit(FONT_TITLE, room, f->title, title, sizeof title);
	c->ops->text(c, FONT_TITLE, PAD, 18, ALIGN_LEFT, f->theme->text, title);
}

static void
paint_no_data(const struct frame *f, struct canvas *c)
{
	const struct plot *p = &f->plot;

	if (!f->data.known)
		c->ops->text(c, FONT_AXIS, p->left + p->width / 2,
			     p->top + p->height / 2 + 4, ALIGN_CENTRE,
			     f->theme->text, "no data in this range");
}

static void
paint(struct frame *f, struct canvas *c)
{
	const struct plot *p = &f->plot;
	double legend_y = p->top + p->height + AXIS_HEIGHT + LEGEND_GAP;

	plot_paint(p, c, f->theme);
	ahead_paint(p, !f->key, c, f->theme);
	marks_paint(p, c, f->theme);
	paint_title(f, c);
	paint_no_data(f, c);
	legend_paint(&f->legend, c, f->theme, PAD, legend_y,
		     f->r->width - 2 * PAD);
	if (f->key)
		marks_key(f->r, c, f->theme, PAD,
			  legend_y + f->legend.height + KEY_ROW - 4,
			  f->r->width - 2 * PAD);
	c->notes[0] = (struct canvas_note){"Title", f->title};
	c->notes[1] = (struct canvas_note){"Description", f->summary};
	c->notes[2] = (struct canvas_note){"Time range", f->range};
	c->notes[3] = (struct canvas_note){"Source", f->r->url};
	c->notes[4] = (struct canvas_note){"Software", "Robin"};
}

static void
tell(const struct frame *f, struct graph_geometry *geometry, char *summary)
{
	const struct plot *p = &f->plot;

	if (geometry != NULL)
		*geometry =
		    (struct graph_geometry){.width = f->r->width,
					    .height = f->r->height,
					    .left = (unsigned)p->left,
					    .top = (unsigned)p->top,
					    .plot_width = (unsigned)p->width,
					    .plot_height = (unsigned)p->height,
					    .from_s = f->r->from_s,
					    .to_s = p->to_s,
					    .value_min = p->lo,
					    .value_max = p->hi};
	if (summary != NULL)
		memcpy(summary, f->summary, sizeof f->summary);
}

static int
draw(struct frame *f, struct buf *out, struct err *err)
{
	const struct graph_request *r = f->r;
	uint32_t background = f->theme->background;
	struct canvas *c =
	    r->format == GRAPH_SVG
		? canvas_svg(r->width, r->height, background, err)
		: canvas_png(r->width, r->height, r->scale, background, err);
	size_t before = out->len;
	int rc;

	if (c == NULL)
		return -1;
	paint(f, c);
	rc = canvas_finish(c, out, err);
	if (rc != 0)
		buf_cut(out, before);
	canvas_free(&c);
	return rc;
}

int
graph_render(struct query *q, const struct graph_request *r, struct buf *out,
	     struct graph_geometry *geometry, char summary[256],
	     struct err *err)
{
	struct frame f = {.own = *r, .theme = theme_of(r->dark)};
	size_t columns;
	int rc = -1;

	f.r = &f.own;
	if (check(r, err) != 0)
		return -1;
	f.now_s = clock_wall_s();
	columns = (size_t)r->width * (r->format == GRAPH_SVG ? 1 : r->scale);
	if (graph_data_read(q, r, columns, &f.data, err) != 0)
		goto out;
	graph_title(&f.data, r, f.title, sizeof f.title);
	graph_summary(&f.data, r, f.summary);
	graph_range_words(r, f.range, sizeof f.range);
	rc = lay_out(&f, err);
	if (rc == 0)
		rc = draw(&f, out, err);
	if (rc == 0)
		tell(&f, geometry, summary);
out:
	plot_done(&f.plot);
	graph_data_done(&f.data);
	return rc;
}

int
graph_warm(struct err *err)
{
	(void)err;
	/* pixels and rows are freed after each picture: keep their pages
	 * instead of having the kernel clear new ones for the next */
	(void)mallopt(M_MMAP_THRESHOLD, HEAP_KEEP);
	(void)mallopt(M_TRIM_THRESHOLD, HEAP_KEEP);
	font_warm();
	return 0;
}
