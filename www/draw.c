/* SPDX-License-Identifier: MIT */
/* Gauges, bars, sparklines and strips as SVG: see draw.h. */
#include "www/draw.h"

#include <math.h>

#include "core/buf.h"
#include "www/put.h"

#define SPARK_W 240
#define SPARK_H 56
#define NOT_YET 2

static double
clamp(double ratio)
{
	if (isnan(ratio) || ratio < 0)
		return 0;
	return ratio > 1 ? 1 : ratio;
}

void
draw_state(struct buf *b, enum health_state state)
{
	put(b,
	    "<span class=\"st %s\"><svg viewBox=\"0 0 12 12\" width=\"12\""
	    " height=\"12\" aria-hidden=\"true\">%s</svg><span class=\"vh\">"
	    "%s</span></span>",
	    health_class(state),
	    state == HEALTH_OK	      ? "<circle cx=\"6\" cy=\"6\" r=\"4\"/>"
	    : state == HEALTH_WARNING ? "<path d=\"M6 .8 12 11.4H0z\"/>"
				      : "<path d=\"M1 1h10v10H1z\"/>",
	    health_word(state));
}

/*
 * The arc runs from 135 to 405 degrees on a circle of radius 42; pathLength
 * makes its length 100, so the filled part is a dash of the percentage.
 */
void
draw_gauge(struct buf *b, double ratio, enum health_state state,
	   const char *label)
{
	static const char arc[] = "M20.3 79.7A42 42 0 1 1 79.7 79.7";

	put(b,
	    "<svg class=\"gauge %s\" viewBox=\"0 0 100 90\" width=\"100\" "
	    "height=\"90\" role=\"img\" aria-label=\"%t\">"
	    "<path class=\"tr\" d=\"%s\"/>"
	    "<path class=\"vl\" d=\"%s\" pathLength=\"100\" "
	    "stroke-dasharray=\"%f 200\"/>",
	    health_class(state), label, arc, arc, 100 * clamp(ratio));
	if (isnan(ratio))
		buf_str(b, "<text x=\"50\" y=\"58\">\xe2\x80\x93</text>");
	else
		buf_fmt(b,
			"<text x=\"50\" y=\"58\">%.0f<tspan dx=\"2\">%%</tspan>"
			"</text>",
			100 * ratio);
	buf_str(b, "</svg>");
}

void
draw_bar(struct buf *b, double ratio, enum health_state state)
{
	put(b,
	    "<svg class=\"bar %s\" viewBox=\"0 0 100 8\" "
	    "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
	    "<rect width=\"%f\" height=\"8\"/></svg>",
	    health_class(state), 100 * clamp(ratio));
}

/*
 * One unbroken run of values: up from below the foot, along the values, down
 * again.  The feet lie outside the view box, so that one path is both line
 * and area.  Whole numbers, relative: a row a host has to be small.
 */
static void
run_path(struct buf *b, const double *values, size_t from, size_t to, size_t n,
	 double top)
{
	int x = -1, y = 0;

	for (size_t i = from; i < to; i++) {
		int at_x = n > 1 ? (int)(SPARK_W * i / (n - 1)) : SPARK_W;
		int at_y = SPARK_H - 2 -
			   (int)lround((SPARK_H - 4) * clamp(values[i] / top));

		if (i == from) {
			x = at_x - (i == 0 ? 4 : 0);
			y = at_y;
			buf_fmt(b, "M%d %dV%d", x, SPARK_H + 4, y);
		}
		if (i == from || at_y == y)
			buf_fmt(b, "h%d", at_x - x);
		else
			buf_fmt(b, at_y < y ? "l%d%d" : "l%d %d", at_x - x,
				at_y - y);
		x = at_x;
		y = at_y;
	}
	buf_fmt(b, "h%dV%d", to == n ? 4 : 1, SPARK_H + 4);
}

void
draw_spark(struct buf *b, const double *values, size_t n, double top,
	   const char *label)
{
	size_t i = 0;

	/* the newest cells may not be filled yet: that is no gap */
	for (int k = 0; k < NOT_YET && n > 1 && isnan(values[n - 1]); k++)
		n--;
	for (size_t k = 0; k < n; k++)
		if (values[k] > top)
			top = values[k];
	put(b,
	    "<svg class=\"spark\" viewBox=\"0 0 %d %d\" "
	    "preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%t\">"
	    "<path d=\"",
	    SPARK_W, SPARK_H, label);
	while (top > 0 && i < n) {
		size_t from = i;

		while (i < n && !isnan(values[i]))
			i++;
		if (i > from)
			run_path(b, values, from, i, n, top);
		while (i < n && isnan(values[i]))
			i++;
	}
	buf_str(b, "\"/></svg>");
}

void
draw_strip(struct buf *b, const int *states, size_t n, const char *label)
{
	static const char *const classes[] = {"un", "ok", "warn", "crit"};

	put(b,
	    "<svg class=\"strip\" viewBox=\"0 0 %d 24\" "
	    "preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%t\">",
	    (int)n * 6, label);
	for (size_t i = 0; i < n;) {
		size_t from = i;

		/* neighbours of one state share a path: fewer bytes */
		while (i < n && states[i] == states[from])
			i++;
		put(b, "<path class=\"%s\" d=\"", classes[states[from] + 1]);
		for (size_t k = from; k < i; k++)
			buf_fmt(b, "M%zu 0h4v24h-4z", k * 6 + 1);
		buf_str(b, "\"/>");
	}
	buf_str(b, "</svg>");
}
