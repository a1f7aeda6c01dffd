/* SPDX-License-Identifier: MIT */
/*
 * Series -> picture.  Builds librrd's arguments itself from families and
 * bounded numbers; nothing a client sent reaches librrd unescaped.
 */
#ifndef RRD_GRAPH_H
#define RRD_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/path.h"
#include "rrd/query.h"

struct buf;

#define GRAPH_HOSTS_MAX	 8
#define GRAPH_SERIES_MAX 64
#define GRAPH_PIXELS_MAX 4000000

enum graph_format { GRAPH_PNG, GRAPH_SVG, GRAPH_FORMAT__MAX };

struct graph_request {
	size_t n_hosts;
	struct path paths[GRAPH_HOSTS_MAX]; /* same family and instance */
	int64_t from_s, to_s;
	char range_text[64];	/* "last day", for the title */
	unsigned width, height; /* of the whole picture, before scale */
	unsigned scale;		/* 1 or 2 */
	bool dark, stack, envelope, p95, forecast, notes, no_legend;
	enum graph_format format;
	const char *url; /* canonical, for the text chunk; may be NULL */
};

/* Where things are, in pixels of the unscaled picture; for scripts over it. */
struct graph_geometry {
	unsigned width, height; /* of the whole picture */
	unsigned left, top, plot_width, plot_height;
	int64_t from_s, to_s;
	double value_min, value_max;
};

/* Appends the picture to out.  geometry and summary (a one-line text of at
 * least 256 bytes: the picture in words) may be NULL. */
int graph_render(struct query *q, const struct graph_request *r,
		 struct buf *out, struct graph_geometry *geometry,
		 char summary[256], struct err *err);

/* Loads fonts and draws once to nowhere, so forked workers start warm. */
int graph_warm(struct err *err);

#endif
