/* SPDX-License-Identifier: MIT */
/* The legend: see graph_legend.h. */
#include "rrd/graph_legend.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROW	    15.0
#define SWATCH	    8.0
#define LABEL_X	    14.0 /* from the swatch's left */
#define CELL_GAP    12.0
#define ENTRY_GAP   24.0
#define COLUMNS_MAX 4

enum { CELL_NOW, CELL_MIN, CELL_AVG, CELL_MAX, CELL_P95 };

static const char *const headings[] = {[CELL_NOW] = "now",
				       [CELL_MIN] = "min",
				       [CELL_AVG] = "avg",
				       [CELL_MAX] = "max",
				       [CELL_P95] = "p95"};

/* From most to least; the first that fits is taken. */
static const struct mode {
	size_t n;
	int cells[LEGEND_CELLS_MAX];
} modes[] = {
    {4, {CELL_NOW, CELL_MIN, CELL_AVG, CELL_MAX}},
    {3, {CELL_NOW, CELL_AVG, CELL_MAX}},
    {2, {CELL_NOW, CELL_MAX}},
    {1, {CELL_NOW}},
    {0, {0}},
};

static double
number(const struct graph_line *l, int cell)
{
	switch (cell) {
	case CELL_NOW:
		return l->now;
	case CELL_MIN:
		return l->min;
	case CELL_AVG:
		return l->avg;
	case CELL_MAX:
		return l->max;
	default:
		return l->p95;
	}
}

/* Whether all numbers of a line that the legend shows are whole. */
static bool
is_whole(const struct legend *l, const struct graph_line *line)
{
	for (size_t k = 0; k < l->n_cells; k++) {
		double v = number(line, l->cells[k]);

		if (isfinite(v) && v != floor(v))
			return false;
	}
	return true;
}

static const char *
heading(const struct legend *l, int cell)
{
	return cell == CELL_NOW && !l->now_is_now ? "last" : headings[cell];
}

static bool
always_0(const struct graph_line *l)
{
	return l->min == 0 && l->max == 0;
}

/* Names lines without a row of their own, and counts what is left out. */
static void
write_rest(struct legend *l, bool quiet)
{
	const struct graph_data *d = l->data;
	const char *before = "always 0: ";
	struct buf b;

	buf_init(&b, GRAPH_SERIES_MAX * (GRAPH_LABEL_SIZE + 2));
	for (size_t i = 0; quiet && i < d->n; i++) {
		if (!always_0(&d->lines[i]))
			continue;
		buf_str(&b, before);
		buf_str(&b, d->lines[i].label);
		before = ", ";
	}
	if (d->n_more > 0)
		buf_fmt(&b, "%sand %zu more with less", b.len > 0 ? "; " : "",
			d->n_more);
	font_clean(b.data, l->rest, sizeof l->rest);
	buf_done(&b);
}

/* Lines that never left 0 go to the last row when others are to be seen. */
static void
sort_out(struct legend *l)
{
	const struct graph_data *d = l->data;
	size_t n = 0;
	bool quiet;

	for (size_t i = 0; i < d->n; i++)
		n += always_0(&d->lines[i]);
	quiet = n >= 2 && n < d->n;
	for (size_t i = 0; i < d->n; i++)
		if (!quiet || !always_0(&d->lines[i]))
			l->entries[l->n_entries++] = i;
	write_rest(l, quiet);
}

/* The unit, unless every number carries it. */
static const char *
unit_heading(const struct legend *l)
{
	const struct family *f = l->data->family;

	if (l->n_cells == 0 || f->unit == NULL ||
	    *l->data->unit->symbol != '\0')
		return "";
	return f->unit;
}

static void
widths(struct legend *l)
{
	char text[UNIT_TEXT_SIZE];

	l->cell_width = 0;
	l->label_width = font_width(FONT_LEGEND, unit_heading(l));
	for (size_t i = 0; i < l->n_entries; i++) {
		const struct graph_line *line = &l->data->lines[l->entries[i]];
		bool whole = is_whole(l, line);

		l->label_width =
		    fmax(l->label_width, font_width(FONT_LEGEND, line->label));
		for (size_t k = 0; k < l->n_cells; k++) {
			unit_value_of(l->data->unit, number(line, l->cells[k]),
				      whole, text);
			l->cell_width =
			    fmax(l->cell_width, font_width(FONT_LEGEND, text));
		}
	}
	for (size_t k = 0; k < l->n_cells; k++)
		l->cell_width =
		    fmax(l->cell_width,
			 font_width(FONT_LEGEND, heading(l, l->cells[k])));
	if (l->n_cells > 0)
		l->cell_width = ceil(l->cell_width) + CELL_GAP;
}

/* Whether the mode fits; sets columns, rows and height if so. */
static int
fits(struct legend *l, const struct mode *mode, int with_p95, double width,
     double max_height)
{
	double label_most, cells;

	l->n_cells = mode->n;
	memcpy(l->cells, mode->cells, sizeof mode->cells);
	if (with_p95 && l->n_cells > 0)
		l->cells[l->n_cells++] = CELL_P95;
	widths(l);
	cells = l->cell_width * (double)l->n_cells;
	label_most = fmax(width * 0.45 - LABEL_X, 60);
	l->label_width = ceil(fmin(l->label_width, label_most));
	l->entry_width = LABEL_X + l->label_width + cells;
	if (l->entry_width > width)
		return 0;
	l->columns =
	    (size_t)((width + ENTRY_GAP) / (l->entry_width + ENTRY_GAP));
	l->columns = l->columns > COLUMNS_MAX ? COLUMNS_MAX : l->columns;
	/* one column reads best; more only when the height asks for it, and
	 * where there is not even room for numbers it does */
	for (size_t most = l->columns, columns = l->n_cells > 0 ? 1 : most;
	     columns <= most; columns++) {
		size_t rows = (l->n_entries + columns - 1) / columns;

		l->columns = columns;
		l->rows = rows;
		l->height = ROW * (double)(rows + (l->n_cells > 0) +
					   (l->rest[0] != '\0'));
		if (l->height <= max_height)
			return 1;
	}
	return 0;
}

void
legend_plan(const struct graph_data *d, double width, double max_height,
	    int with_p95, int now_is_now, struct legend *out)
{
	*out = (struct legend){.data = d, .now_is_now = now_is_now};
	sort_out(out);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (fits(out, &modes[i], with_p95, width, max_height))
			return;
	if (out->rest[0] != '\0') {
		out->rest[0] = '\0';
		for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
			if (fits(out, &modes[i], with_p95, width, max_height))
				return;
	}
	out->height = 0;
}

static void
paint_headings(const struct legend *l, struct canvas *c,
	       const struct theme *theme, double x, double y)
{
	for (size_t k = 0; k < l->n_cells; k++)
		c->ops->text(c, FONT_LEGEND,
			     x + LABEL_X + l->label_width +
				 l->cell_width * (double)(k + 1),
			     y, ALIGN_RIGHT, theme->muted,
			     heading(l, l->cells[k]));
}

static void
paint_entry(const struct legend *l, size_t i, struct canvas *c,
	    const struct theme *theme, double x, double y)
{
	const struct graph_line *line = &l->data->lines[l->entries[i]];
	char text[GRAPH_LABEL_SIZE];
	char value[UNIT_TEXT_SIZE];
	bool whole = is_whole(l, line);

	c->ops->rect(c, x, y - SWATCH, SWATCH, SWATCH,
		     (struct ink){theme_series(theme, line->colour), 1});
	font_fit(FONT_LEGEND, l->label_width + 1, line->label, text,
		 sizeof text);
	c->ops->text(c, FONT_LEGEND, x + LABEL_X, y, ALIGN_LEFT, theme->text,
		     text);
	for (size_t k = 0; k < l->n_cells; k++) {
		unit_value_of(l->data->unit, number(line, l->cells[k]), whole,
			      value);
		c->ops->text(c, FONT_LEGEND,
			     x + LABEL_X + l->label_width +
				 l->cell_width * (double)(k + 1),
			     y, ALIGN_RIGHT, theme->text, value);
	}
}

void
legend_paint(const struct legend *l, struct canvas *c,
	     const struct theme *theme, double x, double y, double width)
{
	double entry_y = y + ROW * (l->n_cells > 0) + ROW - 4;
	char text[LEGEND_REST_SIZE];

	if (l->height == 0)
		return;
	for (size_t column = 0; column < l->columns; column++) {
		double at = x + (double)column * (l->entry_width + ENTRY_GAP);

		if (l->n_cells > 0 && column * l->rows < l->n_entries)
			paint_headings(l, c, theme, at, y + ROW - 4);
	}
	font_fit(FONT_LEGEND, l->label_width + 1, unit_heading(l), text,
		 sizeof text);
	c->ops->text(c, FONT_LEGEND, x + LABEL_X, y + ROW - 4, ALIGN_LEFT,
		     theme->muted, text);
	for (size_t i = 0; i < l->n_entries; i++)
		paint_entry(l, i, c, theme,
			    x + (double)(i / l->rows) *
				    (l->entry_width + ENTRY_GAP),
			    entry_y + ROW * (double)(i % l->rows));
	if (l->rest[0] != '\0') {
		font_fit(FONT_LEGEND, width - LABEL_X, l->rest, text,
			 sizeof text);
		c->ops->text(c, FONT_LEGEND, x + LABEL_X,
			     entry_y + ROW * (double)l->rows, ALIGN_LEFT,
			     theme->muted, text);
	}
}
