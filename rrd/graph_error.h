/* SPDX-License-Identifier: MIT */
/* A small picture that says why there is no picture. */
#ifndef RRD_GRAPH_ERROR_H
#define RRD_GRAPH_ERROR_H

#include <stdbool.h>

#include "core/err.h"

struct buf;

/*
 * Appends a PNG of about width x height (each brought into 160…1200 and
 * 60…600) with a title and the reason, wrapped.  Needs no data, only fonts.
 */
int graph_error_png(const char *title, const char *why, unsigned width,
		    unsigned height, bool dark, struct buf *out,
		    struct err *err);

#endif
