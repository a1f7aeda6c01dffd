/* SPDX-License-Identifier: MIT */
/*
 * Series -> picture, from families and bounded numbers.  No client's text
 * is more than text here.
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
#define GRAPH_NOTES_MAX	 20
#define GRAPH_LIMITS_MAX 2

enum graph_format { GRAPH_PNG, GRAPH_SVG, GRAPH_FORMAT__MAX };

enum graph_note_kind {
	GRAPH_NOTE_ALERT,
	GRAPH_NOTE_HEAL,
	GRAPH_NOTE_CHAOS,
	GRAPH_NOTE_OTHER, /* what somebody wrote */
	GRAPH_NOTE__MAX
};

enum graph_level { GRAPH_INFO, GRAPH_WARNING, GRAPH_CRITICAL };

/* Something that happened, to be marked over the curves. */
struct graph_note {
	int64_t time_s, until_s; /* until_s > time_s: it lasted */
	enum graph_note_kind kind;
	enum graph_level level;
	char text[64];
};

/* How a line goes on: rows as in a series, which begin with the last known
 * one.  Borrowed. */
struct graph_forecast {
	int colour; /* as a line's */
	int64_t start_s, step_s;
	size_t n;
	const double *median, *low, *high;
};

/* A height that matters: the line of an alert. */
struct graph_limit {
	double value;
	enum graph_level level;
	char text[32];
};

struct graph_request {
	size_t n_hosts;
	struct path paths[GRAPH_HOSTS_MAX]; /* same family and instance */
	int64_t from_s, to_s;
	char range_text[64];	/* "last day", for the title */
	unsigned width, height; /* of the whole picture, before scale */
	bool grow;	/* by the legend's height, to leave the plot whole */
	unsigned scale; /* 1 or 2 */
	bool dark, stack, envelope, p95, forecast, notes, no_legend;
	/* with notes: those drawn, in order of time, and how many there are
	 * of each kind */
	bool notes_lost; /* they cannot be read */
	size_t n_notes;
	struct graph_note note[GRAPH_NOTES_MAX];
	size_t notes_in_all[GRAPH_NOTE__MAX];
	size_t n_limits;
	struct graph_limit limits[GRAPH_LIMITS_MAX];
	/* with forecast: what is expected until then (> to_s), which is the
	 * plot's right end; or why nothing is */
	int64_t until_s;
	size_t n_forecasts;
	struct graph_forecast forecasts[GRAPH_HOSTS_MAX];
	const char *forecast_why;
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
