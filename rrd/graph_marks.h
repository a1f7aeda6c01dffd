/* SPDX-License-Identifier: MIT */
/*
 * Events over the plot: for each a vertical line, a shape at the top that
 * says its kind without colour, and its text where there is room; what lasted
 * tints its span.
 */
#ifndef RRD_GRAPH_MARKS_H
#define RRD_GRAPH_MARKS_H

#include "rrd/canvas.h"
#include "rrd/graph_plot.h"
#include "rrd/graph_theme.h"

/* Paints the request's limits and notes over a painted plot. */
void marks_paint(const struct plot *p, struct canvas *c,
		 const struct theme *theme);

/* The row that says how many there are of which shape, and what dashes mean;
 * the baseline is at y. */
void marks_key(const struct graph_request *r, struct canvas *c,
	       const struct theme *theme, double x, double y, double width);

#endif
