/* SPDX-License-Identifier: MIT */
/* Gauges, bars, sparklines and strips as SVG: see draw.h. */
#include "www/draw.h"

#include <math.h>

#include "core/buf.h"
#include "www/put.h"

#define SPARK_W 120.0
#define SPARK_H 28.0

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

/* One unbroken run of values as path commands; closed along the foot when it
 * is the area. */
static void
run_path(struct buf *b, const double *values, size_t from, size_t to, size_t n,
	 double top, int area)
{
	double dx = n > 1 ? SPARK_W / (double)(n - 1) : 0;

	for (size_t i = from; i < to; i++) {
		double y = SPARK_H - 1 - (SPARK_H - 2) * clamp(values[i] / top);

		buf_fmt(b, "%s%.4g %.3g", i == from ? "M" : "L", dx * (double)i,
			y);
	}
	if (area)
		buf_fmt(b, "L%.4g %.3gL%.4g %.3gz", dx * (double)(to - 1),
			SPARK_H, dx * (double)from, SPARK_H);
}

static void
spark_path(struct buf *b, const double *values, size_t n, double top, int area)
{
	size_t i = 0;

	buf_str(b,
		area ? "<path class=\"fi\" d=\"" : "<path class=\"li\" d=\"");
	while (i < n) {
		size_t from = i;

		while (i < n && !isnan(values[i]))
			i++;
		if (i > from)
			run_path(b, values, from, i, n, top, area);
		while (i < n && isnan(values[i]))
			i++;
	}
	buf_str(b, "\"/>");
}

void
draw_spark(struct buf *b, const double *values, size_t n, double top,
	   const char *label)
{
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		if (isnan(values[i]))
			continue;
		known++;
		if (values[i] > top)
			top = values[i];
	}
	put(b,
	    "<svg class=\"spark\" viewBox=\"0 0 120 28\" "
	    "preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%t\">",
	    label);
	if (known > 0 && top > 0) {
		spark_path(b, values, n, top, 1);
		spark_path(b, values, n, top, 0);
	}
	buf_str(b, "</svg>");
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
