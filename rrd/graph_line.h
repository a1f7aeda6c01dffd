/* SPDX-License-Identifier: MIT */
/* One line of a picture out of a set of series: see graph_data.h. */
#ifndef RRD_GRAPH_LINE_H
#define RRD_GRAPH_LINE_H

#include <stdint.h>

#include "core/err.h"
#include "core/series.h"
#include "rrd/graph_data.h"

/* Which metrics a line adds up, as a bit each. */
typedef uint64_t line_mask;

_Static_assert(FAMILY_METRICS_MAX <= 64, "a mask has a bit a metric");

/* The sum of a row's known values; NaN when none is. */
double graph_line_sum(const struct series *s, size_t row, line_mask which);

/* Appends a line to d with its rows and the legend's numbers.  Does nothing
 * when d is full; ERR_NOMEM. */
int graph_line_add(struct graph_data *d, const struct series set[QUERY_CF__MAX],
		   line_mask which, enum metric_draw draw, int colour,
		   const char *label, const struct graph_request *r,
		   struct err *err);

#endif
