/* SPDX-License-Identifier: MIT */
/*
 * The table below the plot: swatch, name, now, min, avg, max, in as many
 * columns of entries as fit.  When there is little room it keeps the names
 * and fewer numbers; lines that were 0 all the time share one row.
 */
#ifndef RRD_GRAPH_LEGEND_H
#define RRD_GRAPH_LEGEND_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "rrd/canvas.h"
#include "rrd/graph_data.h"
#include "rrd/graph_theme.h"

#define LEGEND_CELLS_MAX 5
#define LEGEND_REST_SIZE 192

struct legend {
	const struct graph_data *data;
	size_t n_cells;
	int cells[LEGEND_CELLS_MAX]; /* what each shows, see graph_legend.c */
	double cell_width, label_width, entry_width;
	size_t columns, rows;
	size_t n_entries;
	size_t entries[GRAPH_SERIES_MAX]; /* lines with a row of their own */
	char rest[LEGEND_REST_SIZE];	  /* the last row; "" : none */
	double height;
	int now_is_now; /* the range ends now: "now", else "last" */
};

/* Lays it out for width pixels and at most max_height; height 0: no room. */
void legend_plan(const struct graph_data *d, double width, double max_height,
		 int with_p95, int now_is_now, struct legend *out);

/* Paints it with its top left at x, y. */
void legend_paint(const struct legend *l, struct canvas *c,
		  const struct theme *theme, double x, double y, double width);

#endif
