/* SPDX-License-Identifier: MIT */
/*
 * The PNG canvas: areas and lines are spans of one column each, blended into
 * a pixel array; only text goes through cairo, on the same array.  Coverage
 * is in eighths, so that the picture keeps to few colours (png.h).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cairo.h>

#include "core/buf.h"
#include "rrd/canvas.h"
#include "rrd/png.h"

#define COVER 8 /* steps of coverage at the ends of a span */

struct canvas_png {
	struct canvas base;
	unsigned width, height; /* device pixels */
	uint32_t *pixels;
	cairo_surface_t *surface;
	cairo_t *cr;
};

/* part: 0 … 256 of the ink over what is there. */
static uint32_t
blend(uint32_t under, uint32_t over, unsigned part)
{
	uint32_t rb = under & 0xff00ff, g = under & 0x00ff00;
	uint32_t orb = over & 0xff00ff, og = over & 0x00ff00;

	rb = (rb * (256 - part) + orb * part + 0x800080) >> 8 & 0xff00ff;
	g = (g * (256 - part) + og * part + 0x008000) >> 8 & 0x00ff00;
	return rb | g;
}

/* Of a pixel from y0 to y1 (0 … 1) the covered part, in COVER steps. */
static void
pixel(uint32_t *p, double y0, double y1, unsigned full, uint32_t rgb)
{
	unsigned cover = (unsigned)((y1 - y0) * COVER + 0.5);

	*p = blend(*p, rgb, full * cover / COVER);
}

/* One column from y0 to y1 (device, y0 <= y1), ends by how much is covered. */
static void
span(struct canvas_png *c, size_t x, double y0, double y1, struct ink ink)
{
	unsigned full = (unsigned)(ink.alpha * 256 + 0.5);
	uint32_t under, over = 0, *p;
	size_t first, last;

	y0 = y0 > 0 ? y0 : 0;
	y1 = y1 < c->height ? y1 : c->height;
	if (x >= c->width || !(y1 > y0))
		return;
	first = (size_t)y0;
	last = (size_t)y1;
	p = c->pixels + first * c->width + x;
	if (first == last) {
		pixel(p, y0, y1, full, ink.rgb);
		return;
	}
	pixel(p, y0 - (double)first, 1, full, ink.rgb);
	/* what is below is mostly one colour: blend each once */
	under = ~*p;
	for (size_t y = first + 1; y < last; y++) {
		p += c->width;
		if (*p != under) {
			under = *p;
			over = blend(under, ink.rgb, full);
		}
		*p = over;
	}
	if (y1 > (double)last)
		pixel(p + c->width, 0, y1 - (double)last, full, ink.rgb);
}

static void
rect(struct canvas *canvas, double x, double y, double w, double h,
     struct ink ink)
{
	struct canvas_png *c = (struct canvas_png *)canvas;
	double scale = canvas->scale;
	double x0 = floor(x * scale + 0.5), x1 = floor((x + w) * scale + 0.5);
	double y0 = floor(y * scale + 0.5), y1 = floor((y + h) * scale + 0.5);

	x0 = fmax(x0, 0);
	x1 = fmin(x1, c->width);
	for (double at = x0; at < x1; at++)
		span(c, (size_t)at, y0, y1, ink);
}

static size_t
column_x(const struct canvas *canvas, const struct curve *curve, size_t i)
{
	return (size_t)(curve->x * canvas->scale) +
	       i * canvas->scale / curve->per_px;
}

static void
area(struct canvas *canvas, const struct curve *top, const double *base,
     double base_y, struct ink ink)
{
	struct canvas_png *c = (struct canvas_png *)canvas;
	double scale = canvas->scale;

	for (size_t i = 0; i < top->n; i++) {
		double y0 = top->y[i] * scale;
		double y1 = (base != NULL ? base[i] : base_y) * scale;

		if (!isnan(y0) && !isnan(y1))
			span(c, column_x(canvas, top, i), fmin(y0, y1),
			     fmax(y0, y1), ink);
	}
}

static void
line(struct canvas *canvas, const struct curve *curve, double width,
     double dash, struct ink ink)
{
	struct canvas_png *c = (struct canvas_png *)canvas;
	double scale = canvas->scale, half = width * scale / 2;
	size_t dash_n = (size_t)(dash * curve->per_px);

	for (size_t i = 0; i < curve->n; i++) {
		const double *y = curve->y + i;
		double low = *y, high = *y, edge;

		if (isnan(*y) || (dash_n > 0 && i / dash_n % 2 == 1))
			continue;
		for (int side = -1; side <= 1; side += 2) {
			if ((side < 0 && i == 0) ||
			    (side > 0 && i + 1 == curve->n) || isnan(y[side]))
				continue;
			edge = (y[0] + y[side]) / 2;
			low = fmin(low, edge);
			high = fmax(high, edge);
		}
		span(c, column_x(canvas, curve, i), low * scale - half,
		     high * scale + half, ink);
	}
}

static void
text(struct canvas *canvas, enum font font, double x, double y,
     enum font_align align, uint32_t rgb, const char *s)
{
	struct canvas_png *c = (struct canvas_png *)canvas;

	cairo_surface_mark_dirty(c->surface);
	font_show(c->cr, font, canvas->scale, x, y, align, rgb, s);
	cairo_surface_flush(c->surface);
}

static int
finish(struct canvas *canvas, struct buf *out, struct err *err)
{
	struct canvas_png *c = (struct canvas_png *)canvas;
	struct png_text texts[CANVAS_NOTES_MAX] = {{0}};

	for (size_t i = 0; i < CANVAS_NOTES_MAX; i++) {
		texts[i].key = canvas->notes[i].key;
		texts[i].text = canvas->notes[i].text;
	}
	return png_write(c->pixels, c->width, c->height, canvas->scale, texts,
			 CANVAS_NOTES_MAX, out, err);
}

static void
drop(struct canvas *canvas)
{
	struct canvas_png *c = (struct canvas_png *)canvas;

	if (c->cr != NULL)
		cairo_destroy(c->cr);
	if (c->surface != NULL)
		cairo_surface_destroy(c->surface);
	free(c->pixels);
	free(c);
}

static const struct canvas_ops ops = {
    .rect = rect,
    .area = area,
    .line = line,
    .text = text,
    .finish = finish,
    .drop = drop,
};

struct canvas *
canvas_png(unsigned width, unsigned height, unsigned scale, uint32_t background,
	   struct err *err)
{
	struct canvas_png *c = calloc(1, sizeof *c);
	size_t n;

	if (c == NULL)
		goto nomem;
	c->base = (struct canvas){
	    .ops = &ops, .width = width, .height = height, .scale = scale};
	c->width = width * scale;
	c->height = height * scale;
	n = (size_t)c->width * c->height;
	c->pixels = malloc(n * sizeof *c->pixels);
	if (c->pixels == NULL)
		goto nomem;
	for (size_t i = 0; i < n; i++)
		c->pixels[i] = background;
	c->surface = cairo_image_surface_create_for_data(
	    (unsigned char *)c->pixels, CAIRO_FORMAT_RGB24, (int)c->width,
	    (int)c->height, (int)(c->width * sizeof *c->pixels));
	c->cr = cairo_create(c->surface);
	if (cairo_status(c->cr) == CAIRO_STATUS_SUCCESS)
		return &c->base;
nomem:
	if (c != NULL)
		drop(&c->base);
	err_set(err, ERR_NOMEM, "picture: out of memory");
	return NULL;
}
