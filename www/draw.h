/* SPDX-License-Identifier: MIT */
/*
 * Small pictures inside pages, as SVG whose geometry is all in attributes
 * (the content policy allows no inline style).  Colours come from classes.
 */
#ifndef WWW_DRAW_H
#define WWW_DRAW_H

#include <stddef.h>

#include "www/health.h"

struct buf;

/* A three-quarter arc filled to ratio (0..1, NaN: empty), the percentage in
 * it.  The first class names what script may refresh. */
void draw_gauge(struct buf *b, double ratio, enum health_state state,
		const char *label);

/* A thin bar filled to ratio. */
void draw_bar(struct buf *b, double ratio, enum health_state state);

/*
 * A line over an area, values oldest first, NaN gaps left open; the top is
 * `top` or the largest value where that is larger.
 */
void draw_spark(struct buf *b, const double *values, size_t n, double top,
		const char *label);

/* A strip of n cells: state of each, or -1 where nothing is known. */
void draw_strip(struct buf *b, const int *states, size_t n, const char *label);

/* The state as shape and colour, its word for those who do not see it. */
void draw_state(struct buf *b, enum health_state state);

#endif
