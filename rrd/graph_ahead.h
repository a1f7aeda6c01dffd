/* SPDX-License-Identifier: MIT */
/* What is expected, right of what is known: bands, dashed medians, and the
 * line between the two. */
#ifndef RRD_GRAPH_AHEAD_H
#define RRD_GRAPH_AHEAD_H

#include "rrd/canvas.h"
#include "rrd/graph_plot.h"
#include "rrd/graph_theme.h"

/* Paints the request's forecasts over a painted plot, or, where nothing below
 * it does, says why there is none. */
void ahead_paint(const struct plot *p, bool say_why, struct canvas *c,
		 const struct theme *theme);

#endif
