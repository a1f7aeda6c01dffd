/* SPDX-License-Identifier: MIT */
/*
 * What a picture is drawn on: filled rectangles, areas and lines given by one
 * height per column, and text.  Two backends, PNG (own rasteriser, cairo for
 * glyphs) and SVG (text).  Coordinates are CSS pixels from the top left, y
 * downwards; a PNG may have `scale` device pixels for each.
 */
#ifndef RRD_CANVAS_H
#define RRD_CANVAS_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "rrd/font.h"

struct buf;
struct canvas;

/* 0xRRGGBB, and how opaque: 0 … 1. */
struct ink {
	uint32_t rgb;
	double alpha;
};

/* Heights at columns 0 … n-1 of the plot, `per_px` columns to a pixel, the
 * first column beginning at x.  NaN: nothing is there. */
struct curve {
	double x;
	size_t n;
	unsigned per_px;
	const double *y;
};

struct canvas_ops {
	void (*rect)(struct canvas *c, double x, double y, double w, double h,
		     struct ink ink);
	/* between y and base (one height per column, or NULL: base_y) */
	void (*area)(struct canvas *c, const struct curve *top,
		     const double *base, double base_y, struct ink ink);
	/* dash 0: solid, else the length of a dash and of a gap */
	void (*line)(struct canvas *c, const struct curve *y, double width,
		     double dash, struct ink ink);
	void (*text)(struct canvas *c, enum font font, double x, double y,
		     enum font_align align, uint32_t rgb, const char *text);
	int (*finish)(struct canvas *c, struct buf *out, struct err *err);
	void (*drop)(struct canvas *c);
};

/* What a picture says about itself, in PNG text chunks or SVG elements. */
struct canvas_note {
	const char *key;  /* Latin-1, at most 79 bytes: "Title", "Source" */
	const char *text; /* UTF-8; NULL: left out */
};

#define CANVAS_NOTES_MAX 6

struct canvas {
	const struct canvas_ops *ops;
	unsigned width, height, scale;
	struct canvas_note notes[CANVAS_NOTES_MAX]; /* borrowed till finish */
};

/* A canvas filled with the background.  NULL with ERR_NOMEM. */
struct canvas *canvas_png(unsigned width, unsigned height, unsigned scale,
			  uint32_t background, struct err *err);
struct canvas *canvas_svg(unsigned width, unsigned height, uint32_t background,
			  struct err *err);

/* Appends the finished picture to out. */
int canvas_finish(struct canvas *c, struct buf *out, struct err *err);

void canvas_free(struct canvas **c);

#endif
