/* SPDX-License-Identifier: MIT */
/*
 * The three kinds of text of a picture.  Fonts are looked up once for each
 * process; one that is not installed is replaced by what fontconfig finds.
 * Text is UTF-8; bytes that are not, and control characters, show as "?".
 */
#ifndef RRD_FONT_H
#define RRD_FONT_H

#include <stddef.h>
#include <stdint.h>

#include <cairo.h>

enum font {
	FONT_TITLE,  /* Inter, semibold */
	FONT_AXIS,   /* Inter, small */
	FONT_LEGEND, /* DejaVu Sans Mono */
	FONT__MAX
};

enum font_align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

#define FONT_TEXT_MAX 256 /* bytes that are measured or shown */

/* Sizes in CSS pixels.  css and css_size are for SVG, where letters are as
 * wide as they were designed, not rounded to whole pixels. */
struct font_face {
	const char *name, *css;
	double size, css_size;
	int bold;
};
extern const struct font_face font_faces[FONT__MAX];

/* Width in CSS pixels. */
double font_width(enum font font, const char *text);

/* Shows text with its baseline at y, on a context in device pixels. */
void font_show(cairo_t *cr, enum font font, unsigned scale, double x, double y,
	       enum font_align align, uint32_t rgb, const char *text);

/* Copies text as it will be shown, cut with "…" to at most width pixels. */
void font_fit(enum font font, double width, const char *text, char *out,
	      size_t size);

/* Copies at most size-1 bytes of text, valid UTF-8 and no controls. */
void font_clean(const char *text, char *out, size_t size);

/* Loads the fonts and draws every usual glyph once. */
void font_warm(void);

#endif
