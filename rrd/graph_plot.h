/* SPDX-License-Identifier: MIT */
/*
 * The plot: what stands on what, the scale of values, the grid, areas and
 * lines.  A column is a device pixel; between two rows the value is
 * interpolated from the middle of one to the middle of the next.
 */
#ifndef RRD_GRAPH_PLOT_H
#define RRD_GRAPH_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "rrd/canvas.h"
#include "rrd/graph_data.h"
#include "rrd/graph_theme.h"

#define PLOT_TICKS_MAX 32

/* One line in columns, in values: NaN where nothing is known. */
struct plot_line {
	double *top, *base, *low, *high; /* low and high: NULL or envelope */
	int filled, down;
	int stacked; /* stands on another, or another on it */
};

/* What is expected of a line, in columns. */
struct plot_ahead {
	double *median, *low, *high;
};

struct plot {
	const struct graph_data *data;
	const struct graph_request *request;
	double left, top, width, height; /* CSS pixels */
	int64_t from_s, to_s; /* the edges; a forecast is part of it */
	unsigned per_px;
	size_t n_columns;
	struct plot_line lines[GRAPH_SERIES_MAX];
	struct plot_ahead ahead[GRAPH_HOSTS_MAX];
	double *block;	  /* all columns */
	double stack_p95; /* of the stack's height; NaN: no stack, not asked */
	double lo, hi;	  /* of the scale */
	bool labels;	  /* there is room for the scales' numbers */
	size_t n_ticks;
	double ticks[PLOT_TICKS_MAX];
	double tick_step;
};

/* Columns and scale for a plot of that place; plot_done frees. */
int plot_make(const struct graph_data *d, const struct graph_request *r,
	      double left, double top, double width, double height,
	      struct plot *out, struct err *err);
void plot_done(struct plot *p);

/* Width of the widest tick label. */
double plot_labels_width(const struct plot *p);

/* Where a time and a value stand; y is kept to the plot and a pixel more. */
double plot_x(const struct plot *p, int64_t t_s);
double plot_y(const struct plot *p, double v);

void plot_paint(const struct plot *p, struct canvas *c,
		const struct theme *theme);

#endif
