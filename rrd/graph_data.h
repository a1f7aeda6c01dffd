/* SPDX-License-Identifier: MIT */
/*
 * What a picture shows, before it has a size: the lines, each with its rows
 * and the numbers of the legend.  Which they are is read from the family and
 * the request alone:
 *
 *   one host          each metric that the family draws
 *   several hosts     for each host the lead metric (all metrics of the
 *                     lead's role added up) and its mirror
 *   no such series,   the same for the 12 instances, of all hosts asked for,
 *   but instances     with the highest mean
 */
#ifndef RRD_GRAPH_DATA_H
#define RRD_GRAPH_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "rrd/graph.h"
#include "core/unit.h"
#include "rrd/query.h"

#define GRAPH_LABEL_SIZE 128
#define GRAPH_TOP	 12

struct graph_line {
	char label[GRAPH_LABEL_SIZE];
	int colour; /* 0-based place in the palette */
	enum metric_draw draw;
	bool thin;		 /* of many: a mirror that is not filled */
	int64_t start_s, step_s; /* of the rows, as in a series */
	size_t n;
	double *rows[QUERY_CF__MAX]; /* n each; MIN and MAX NULL: no such */
	double now, min, avg, max, p95;
};

struct graph_data {
	const struct family *family;
	const struct unit_style *unit;
	size_t n;
	struct graph_line lines[GRAPH_SERIES_MAX];
	int64_t last_s; /* newest sample of all; 0: none */
	size_t n_more;	/* instances that exist and are not among the top */
	bool known;	/* some row is not NaN */
};

/* Fetches; max_rows is how many a line needs.  graph_data_done frees, also
 * after a failure. */
int graph_data_read(struct query *q, const struct graph_request *r,
		    size_t max_rows, struct graph_data *out, struct err *err);
void graph_data_done(struct graph_data *d);

/* The text that names a slug, shortened: "/var" for ":var". */
void graph_slug(const char *slug, char *out, size_t size);

#endif
