/* SPDX-License-Identifier: MIT */
/*
 * The SVG canvas: paths with a tenth of a pixel, and real text that can be
 * selected and searched.  No script, no style sheet, nothing from outside.
 */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/html.h"
#include "rrd/canvas.h"

#define SVG_MAX (8 * 1024 * 1024)

struct canvas_svg {
	struct canvas base;
	struct buf body;
	uint32_t background;
};

/* A coordinate with at most one decimal. */
static void
put(struct buf *b, double v)
{
	long tenths = lround(v * 10);

	if (tenths < 0)
		buf_char(b, '-');
	tenths = labs(tenths);
	buf_u64(b, (uint64_t)tenths / 10);
	if (tenths % 10 != 0) {
		buf_char(b, '.');
		buf_char(b, (char)('0' + tenths % 10));
	}
}

static void
put_attr(struct buf *b, const char *name, double v)
{
	buf_fmt(b, " %s=\"", name);
	put(b, v);
	buf_char(b, '"');
}

static void
put_ink(struct buf *b, const char *name, struct ink ink)
{
	buf_fmt(b, " %s=\"#%06x\"", name, (unsigned)ink.rgb);
	if (ink.alpha < 1)
		buf_fmt(b, " %s-opacity=\"%.2g\"", name, ink.alpha);
}

/* Where a path is, in tenths, so that rounding does not add up. */
struct pen {
	struct buf *b;
	long x, y;
	char command; /* the last one; the next of the same needs no letter */
};

static void
put_tenths(struct buf *b, long tenths)
{
	if (tenths < 0)
		buf_char(b, '-');
	tenths = labs(tenths);
	if (tenths >= 10 || tenths == 0)
		buf_u64(b, (uint64_t)tenths / 10);
	if (tenths % 10 != 0) {
		buf_char(b, '.');
		buf_char(b, (char)('0' + tenths % 10));
	}
}

static void
move_to(struct pen *p, double x, double y)
{
	p->x = lround(x * 10);
	p->y = lround(y * 10);
	buf_char(p->b, 'M');
	put_tenths(p->b, p->x);
	buf_char(p->b, ' ');
	put_tenths(p->b, p->y);
	p->command = 'M';
}

static void
line_to(struct pen *p, double x, double y)
{
	long dx = lround(x * 10) - p->x, dy = lround(y * 10) - p->y;

	if (p->command != 'l')
		buf_char(p->b, 'l');
	else if (dx >= 0)
		buf_char(p->b, ' ');
	put_tenths(p->b, dx);
	if (dy >= 0)
		buf_char(p->b, ' ');
	put_tenths(p->b, dy);
	p->x += dx;
	p->y += dy;
	p->command = 'l';
}

static double
column_x(const struct curve *c, size_t i)
{
	return c->x + ((double)i + 0.5) / c->per_px;
}

static void
rect(struct canvas *canvas, double x, double y, double w, double h,
     struct ink ink)
{
	struct buf *b = &((struct canvas_svg *)canvas)->body;

	buf_str(b, "<rect");
	put_attr(b, "x", x);
	put_attr(b, "y", y);
	put_attr(b, "width", w);
	put_attr(b, "height", h);
	put_ink(b, "fill", ink);
	buf_str(b, "/>\n");
}

static bool
known(const struct curve *top, const double *base, size_t i)
{
	return !isnan(top->y[i]) && (base == NULL || !isnan(base[i]));
}

/* A point inside a level stretch adds nothing. */
static bool
flat(const double *y, size_t i, size_t from, size_t to)
{
	return i > from && i + 1 < to && fabs(y[i] - y[i - 1]) < 0.05 &&
	       fabs(y[i] - y[i + 1]) < 0.05;
}

/* One run of known columns: along the top, back along the base. */
static void
area_run(struct buf *b, const struct curve *top, const double *base,
	 double base_y, size_t from, size_t to)
{
	struct pen p = {.b = b};
	double first = column_x(top, from) - 0.5;
	double last = column_x(top, to - 1) + 0.5;

	move_to(&p, first, top->y[from]);
	for (size_t i = from; i < to; i++)
		line_to(&p, column_x(top, i), top->y[i]);
	line_to(&p, last, top->y[to - 1]);
	line_to(&p, last, base != NULL ? base[to - 1] : base_y);
	for (size_t i = to; base != NULL && i > from; i--)
		if (!flat(base, i - 1, from, to))
			line_to(&p, column_x(top, i - 1), base[i - 1]);
	line_to(&p, first, base != NULL ? base[from] : base_y);
	buf_char(b, 'Z');
}

static void
area(struct canvas *canvas, const struct curve *top, const double *base,
     double base_y, struct ink ink)
{
	struct buf *b = &((struct canvas_svg *)canvas)->body;
	size_t from = 0;

	buf_str(b, "<path d=\"");
	while (from < top->n) {
		size_t to;

		for (to = from; to < top->n && known(top, base, to);)
			to++;
		if (to > from)
			area_run(b, top, base, base_y, from, to);
		from = to + 1;
	}
	buf_char(b, '"');
	put_ink(b, "fill", ink);
	buf_str(b, "/>\n");
}

static void
line(struct canvas *canvas, const struct curve *curve, double width,
     double dash, struct ink ink)
{
	struct buf *b = &((struct canvas_svg *)canvas)->body;
	struct pen p = {.b = b};
	bool down = false;

	buf_str(b, "<path d=\"");
	for (size_t i = 0; i < curve->n; i++) {
		double x = column_x(curve, i), y = curve->y[i];
		bool more = i + 1 < curve->n && !isnan(curve->y[i + 1]);

		if (isnan(y)) {
			down = false;
		} else if (!down) {
			move_to(&p, x, y);
			if (!more)
				line_to(&p, x + 0.5, y);
			down = true;
		} else if (!more || !flat(curve->y, i, 0, curve->n)) {
			line_to(&p, x, y);
		}
	}
	buf_str(b, "\" fill=\"none\" stroke-linejoin=\"round\"");
	put_ink(b, "stroke", ink);
	put_attr(b, "stroke-width", width);
	if (dash > 0)
		put_attr(b, "stroke-dasharray", dash);
	buf_str(b, "/>\n");
}

/* Attributes, not a style sheet: it must do under a strict CSP. */
static void
put_font(struct buf *b, enum font font)
{
	const struct font_face *f = &font_faces[font];

	buf_str(b, " font-family=\"");
	html_attr(b, f->css);
	buf_str(b, "\" font-size=\"");
	put(b, f->css_size);
	buf_fmt(b, "\" font-weight=\"%d\"", f->bold ? 600 : 400);
}

static void
text(struct canvas *canvas, enum font font, double x, double y,
     enum font_align align, uint32_t rgb, const char *s)
{
	static const char *const anchors[] = {
	    [ALIGN_LEFT] = "",
	    [ALIGN_CENTRE] = " text-anchor=\"middle\"",
	    [ALIGN_RIGHT] = " text-anchor=\"end\""};
	struct buf *b = &((struct canvas_svg *)canvas)->body;
	char clean[FONT_TEXT_MAX];

	font_clean(s, clean, sizeof clean);
	buf_str(b, "<text");
	put_font(b, font);
	put_attr(b, "x", x);
	put_attr(b, "y", y);
	buf_fmt(b, "%s fill=\"#%06x\">", anchors[align], (unsigned)rgb);
	html_text(b, clean);
	buf_str(b, "</text>\n");
}

static int
finish(struct canvas *canvas, struct buf *out, struct err *err)
{
	struct canvas_svg *c = (struct canvas_svg *)canvas;

	buf_fmt(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" "
		"height=\"%u\" viewBox=\"0 0 %u %u\" role=\"img\">\n",
		canvas->width, canvas->height, canvas->width, canvas->height);
	for (size_t i = 0; i < CANVAS_NOTES_MAX; i++) {
		const struct canvas_note *n = &canvas->notes[i];
		bool title = i == 0;

		if (n->text == NULL)
			continue;
		buf_str(out, title ? "<title>" : "<desc>");
		if (!title) {
			html_text(out, n->key);
			buf_str(out, ": ");
		}
		html_text(out, n->text);
		buf_str(out, title ? "</title>\n" : "</desc>\n");
	}
	buf_fmt(out, "<rect width=\"%u\" height=\"%u\" fill=\"#%06x\"/>\n",
		canvas->width, canvas->height, (unsigned)c->background);
	buf_put(out, c->body.data, c->body.len);
	buf_str(out, "</svg>\n");
	if (!buf_ok(out) || !buf_ok(&c->body))
		return err_set(err, ERR_TOO_LARGE, "svg: no room for it");
	return 0;
}

static void
drop(struct canvas *canvas)
{
	struct canvas_svg *c = (struct canvas_svg *)canvas;

	buf_done(&c->body);
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
canvas_svg(unsigned width, unsigned height, uint32_t background,
	   struct err *err)
{
	struct canvas_svg *c = calloc(1, sizeof *c);

	if (c == NULL) {
		err_set(err, ERR_NOMEM, "picture: out of memory");
		return NULL;
	}
	c->base = (struct canvas){
	    .ops = &ops, .width = width, .height = height, .scale = 1};
	c->background = background;
	buf_init(&c->body, SVG_MAX);
	return &c->base;
}
