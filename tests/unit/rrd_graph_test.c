/* SPDX-License-Identifier: MIT */
/*
 * Pictures: what they show against rrdtool's own numbers, pixels where the
 * colour is known, text that must not become markup, and the bounds.
 */
#include "tests/unit/rrd_fixture.h"

#include <cairo.h>

#include "rrd/graph.h"
#include "rrd/graph_data.h"
#include "rrd/graph_error.h"
#include "rrd/graph_words.h"

#define FROM INT64_C(1794009600) /* a midnight */
#define TO   (FROM + 9 * 86400)
#define PEAK (FROM + 2 * 86400 + 3600) /* one sample of 1000 */

static const struct metric metrics[] = {
    {.name = "wave",
     .unit = "units",
     .help = "A wave and one peak",
     .kind = METRIC_GAUGE,
     .draw = DRAW_AREA,
     .role = ROLE_CPU_USED,
     .min = NAN,
     .max = NAN},
    {.name = "steady",
     .label = "<b>&\"steady'",
     .unit = "units",
     .help = "Always 5",
     .kind = METRIC_GAUGE,
     .draw = DRAW_STACK,
     .role = ROLE_CPU_USED,
     .min = NAN,
     .max = NAN},
    {.name = "down",
     .unit = "units",
     .help = "The other way",
     .kind = METRIC_GAUGE,
     .draw = DRAW_MIRROR,
     .min = NAN,
     .max = NAN},
    {.name = "hidden",
     .unit = "units",
     .help = "Not drawn",
     .kind = METRIC_GAUGE,
     .draw = DRAW_HIDDEN,
     .min = NAN,
     .max = NAN},
};

#define FAMILY(name_, title_, n_)                                              \
	{                                                                      \
		.name = name_, .title = title_, .unit = "units",               \
		.help = "For tests", .category = "other", .step_s = 60,        \
		.heartbeat_s = 180, .lower_limit = NAN, .upper_limit = NAN,    \
		.n_metrics = n_, .metrics = metrics                            \
	}

static const struct family wave = FAMILY("wave", "%s%n:STACK <i>\\", 4);
static const struct family plain = FAMILY("plain", "Plain", 2);
static const struct family lone = FAMILY("lone", "Lone", 1);
static struct family parts = FAMILY("parts", "Parts", 2);

static char dir[64];
static struct query q;

static double
values(size_t metric, int64_t t_s, void *arg)
{
	double scale = arg != NULL ? *(double *)arg : 1;

	switch (metric) {
	case 0:
		return t_s == PEAK ? 1000 : scale * (double)(t_s / 60 % 101);
	case 1:
		return 5 * scale;
	default:
		return 20;
	}
}

static double
steady(size_t metric, int64_t t_s, void *arg)
{
	(void)metric;
	(void)t_s;
	(void)arg;
	return 20;
}

static int
setup(void **state)
{
	struct err err = {0};

	make_tmp(dir);
	parts.instance_label = "part";
	fixture_family(dir, &wave);
	fixture_family(dir, &plain);
	fixture_family(dir, &lone);
	fixture_family(dir, &parts);
	fixture_series(dir, &wave, "local/web1/wave", FROM, TO, values, NULL);
	fixture_series(dir, &lone, "local/web1/lone", TO - 660, TO - 540,
		       steady, NULL);
	for (int i = 0; i < 14; i++) {
		double scale = i + 1;
		char path[64];

		(void)snprintf(path, sizeof path, "local/web1/parts.:p%d", i);
		fixture_series(dir, &parts, path, TO - 7200, TO, values,
			       &scale);
		(void)snprintf(path, sizeof path, "local/web%d/plain", i);
		fixture_series(dir, &plain, path, TO - 7200, TO, values,
			       &scale);
	}
	assert_int_equal(query_open(&q, dir, &err), 0);
	return 0;
}

static int
teardown(void **state)
{
	query_close(&q);
	rm_tree(dir);
	return 0;
}

static struct graph_request
request(const char *path)
{
	struct graph_request r = {.n_hosts = 1,
				  .from_s = TO - 86400,
				  .to_s = TO,
				  .range_text = "last day",
				  .width = 600,
				  .height = 240,
				  .scale = 1,
				  .format = GRAPH_PNG,
				  .url = "https://mon/g/local/web1/wave/day"};
	struct err err = {0};

	assert_int_equal(path_parse(path, strlen(path), &r.paths[0], &err), 0);
	return r;
}

static void
render(const struct graph_request *r, struct buf *b,
       struct graph_geometry *geometry, char summary[256])
{
	struct err err = {0};

	buf_reset(b);
	if (graph_render(&q, r, b, geometry, summary, &err) != 0)
		fail_msg("%s", err.msg);
}

struct reader {
	const struct buf *b;
	size_t at;
};

static cairo_status_t
read_some(void *arg, unsigned char *data, unsigned n)
{
	struct reader *r = arg;

	if (r->b->len - r->at < n)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(data, r->b->data + r->at, n);
	r->at += n;
	return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
decode(const struct buf *b)
{
	struct reader r = {b, 0};
	cairo_surface_t *s =
	    cairo_image_surface_create_from_png_stream(read_some, &r);

	assert_int_equal(cairo_surface_status(s), CAIRO_STATUS_SUCCESS);
	return s;
}

static uint32_t
pixel(cairo_surface_t *s, unsigned x, unsigned y)
{
	const unsigned char *row =
	    cairo_image_surface_get_data(s) +
	    (size_t)y * (size_t)cairo_image_surface_get_stride(s);
	uint32_t v;

	memcpy(&v, row + (size_t)x * 4, 4);
	return v & 0xffffff;
}

/* --- numbers ---------------------------------------------------------------
 */

/* rrdtool's number for `PRINT:v:%.10le` over the same range. */
static double
theirs(int64_t from_s, int64_t to_s, const char *ds, const char *cf,
       const char *what)
{
	char def[256], start[32], end[32], vdef[64];
	char *argv[] = {
	    (char[]){"graph"},	       (char[]){"-"}, start, end, def, vdef,
	    (char[]){"PRINT:v:%.12le"}};
	rrd_info_t *info;
	double v = NAN;

	(void)snprintf(start, sizeof start, "--start=%lld", (long long)from_s);
	(void)snprintf(end, sizeof end, "--end=%lld", (long long)to_s);
	(void)snprintf(def, sizeof def,
		       "DEF:d=%s/rrd/local/web1/wave.rrd:%s:%s:step=1", dir, ds,
		       cf);
	(void)snprintf(vdef, sizeof vdef, "VDEF:v=d,%s", what);
	info = rrd_graph_v(COUNT(argv), argv);
	if (info == NULL)
		fail_msg("%s", rrd_get_error());
	for (rrd_info_t *i = info; i != NULL; i = i->next)
		if (strcmp(i->key, "print[0]") == 0)
			v = strtod(i->value.u_str, NULL);
	rrd_info_free(info);
	return v;
}

static void
the_legend_agrees_with_rrdtool(void **state)
{
	struct graph_request r = request("local/web1/wave");
	static const int64_t spans[] = {3600, 86400, 7 * 86400};
	static struct graph_data d;
	struct err err = {0};

	for (size_t i = 0; i < COUNT(spans); i++) {
		const struct graph_line *l = &d.lines[0];

		r.from_s = TO - spans[i];
		assert_int_equal(graph_data_read(&q, &r, 100, &d, &err), 0);
		assert_int_equal(d.n, 3);
		/* whole buckets reach back before the range: within 5 % */
		assert_true(fabs(l->max - theirs(r.from_s, r.to_s, "wave",
						 "MAX", "MAXIMUM")) < 1e-6);
		assert_true(fabs(l->min - theirs(r.from_s, r.to_s, "wave",
						 "MIN", "MINIMUM")) < 1e-6);
		assert_true(fabs(l->avg / theirs(r.from_s, r.to_s, "wave",
						 "AVERAGE", "AVERAGE") -
				 1) < 0.05);
		graph_data_done(&d);
	}
}

static void
a_peak_is_not_averaged_away(void **state)
{
	struct graph_request r = request("local/web1/wave");
	static struct graph_data d;
	struct err err = {0};

	r.from_s = FROM;
	assert_int_equal(graph_data_read(&q, &r, 400, &d, &err), 0);
	assert_true(d.lines[0].max == 1000);
	assert_true(d.lines[0].min == 0);
	graph_data_done(&d);
}

static void
p95_is_the_nearest_rank(void **state)
{
	struct graph_request r = request("local/web1/wave");
	static struct graph_data d;
	struct err err = {0};

	r.p95 = true;
	r.from_s = TO - 101 * 60 * 10;
	assert_int_equal(graph_data_read(&q, &r, 0, &d, &err), 0);
	assert_true(fabs(d.lines[0].p95 - 95) <= 1);
	assert_true(d.lines[1].p95 == 5);
	graph_data_done(&d);
}

/* --- PNG -------------------------------------------------------------------
 */

static void
png_has_its_size_and_colours(void **state)
{
	struct graph_request r = request("local/web1/wave");
	struct graph_geometry g = {0};
	struct buf b;

	buf_init(&b, 1 << 24);
	for (r.scale = 1; r.scale <= 2; r.scale++) {
		cairo_surface_t *s;
		uint32_t ink;
		double zero;

		render(&r, &b, &g, NULL);
		s = decode(&b);
		assert_int_equal(cairo_image_surface_get_width(s),
				 600 * r.scale);
		assert_int_equal(cairo_image_surface_get_height(s),
				 240 * r.scale);
		assert_int_equal(pixel(s, 0, 0), 0xffffff);
		assert_in_range(g.left, 20, 100);
		assert_int_equal(g.left + g.plot_width, 590);
		assert_true(g.value_min < 0 && g.value_max > 100);
		/* below zero stands the mirrored metric, the third colour */
		zero = g.top + g.plot_height * g.value_max /
				   (g.value_max - g.value_min);
		ink = pixel(s, (g.left + 101) * r.scale,
			    (unsigned)(zero + 4) * r.scale);
		assert_in_range(ink >> 16, 0x00, 0x60); /* 009e73 at 80 % */
		assert_in_range(ink >> 8 & 255, 0x90, 0xc0);
		cairo_surface_destroy(s);
	}
	buf_done(&b);
}

static void
dark_is_dark(void **state)
{
	struct graph_request r = request("local/web1/wave");
	cairo_surface_t *s;
	struct buf b;

	buf_init(&b, 1 << 24);
	r.dark = true;
	render(&r, &b, NULL, NULL);
	s = decode(&b);
	assert_int_equal(pixel(s, 0, 0), 0x12161c);
	cairo_surface_destroy(s);
	buf_done(&b);
}

static void
png_says_what_it_is(void **state)
{
	struct graph_request r = request("local/web1/wave");
	char summary[256];
	struct buf b;

	buf_init(&b, 1 << 24);
	render(&r, &b, NULL, summary);
	assert_non_null(memmem(b.data, b.len, r.url, strlen(r.url)));
	assert_non_null(memmem(b.data, b.len, "2026-11-15T00:00:00Z to", 23));
	assert_non_null(memmem(b.data, b.len, summary, strlen(summary)));
	assert_non_null(strstr(summary, "of web1, last day: wave now "));
	assert_non_null(strstr(summary, ", max 100 units"));
	buf_done(&b);
}

/* --- SVG -------------------------------------------------------------------
 */

static size_t
count(const char *text, char c)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == c;
	return n;
}

static void
svg_escapes_what_it_shows(void **state)
{
	struct graph_request r = request("local/web1/wave");
	struct buf b;

	buf_init(&b, 1 << 24);
	r.format = GRAPH_SVG;
	render(&r, &b, NULL, NULL);
	assert_memory_equal(b.data, "<svg xmlns=", 11);
	assert_null(strstr(b.data, "<b>"));
	assert_null(strstr(b.data, "<i>"));
	assert_non_null(strstr(b.data, "&lt;b&gt;&amp;"));
	assert_non_null(strstr(b.data, "%s%n:STACK &lt;i&gt;\\"));
	assert_int_equal(count(b.data, '<'), count(b.data, '>'));
	assert_null(strstr(b.data, "nan"));
	assert_null(strstr(b.data, "style="));
	buf_done(&b);
}

/* --- several series --------------------------------------------------------
 */

static void
instances_are_the_top_twelve(void **state)
{
	struct graph_request r = request("local/web1/parts");
	static struct graph_data d;
	struct err err = {0};

	r.from_s = TO - 3600;
	assert_int_equal(graph_data_read(&q, &r, 300, &d, &err), 0);
	assert_int_equal(d.n, 12);
	assert_int_equal(d.n_more, 2);
	assert_string_equal(d.lines[0].label, "/p13");
	assert_string_equal(d.lines[11].label, "/p2");
	/* the lead's role adds up: wave and steady */
	assert_true(d.lines[0].min >= 5 * 14);
	graph_data_done(&d);
}

static void
hosts_share_a_picture(void **state)
{
	struct graph_request r = request("local/web0/plain");
	static struct graph_data d;
	struct err err = {0};
	char title[256];

	r.from_s = TO - 3600;
	r.n_hosts = 4;
	for (int i = 1; i < 4; i++) {
		r.paths[i] = r.paths[0];
		(void)snprintf(r.paths[i].host, sizeof r.paths[i].host, "web%d",
			       i == 2 ? 77 : i);
	}
	assert_int_equal(graph_data_read(&q, &r, 300, &d, &err), 0);
	assert_int_equal(d.n, 3); /* web77 does not exist */
	assert_string_equal(d.lines[2].label, "web3");
	graph_title(&d, &r, title, sizeof title);
	assert_string_equal(title,
			    "Plain · web0, web1, web77 and 1 more · last day");
	graph_data_done(&d);
}

static void
hosts_with_instances_share_the_top(void **state)
{
	struct graph_request r = request("local/web1/parts");
	static struct graph_data d;
	struct err err = {0};

	r.from_s = TO - 3600;
	r.n_hosts = 2;
	r.paths[1] = r.paths[0];
	(void)snprintf(r.paths[1].host, sizeof r.paths[1].host, "web9");
	assert_int_equal(graph_data_read(&q, &r, 300, &d, &err), 0);
	assert_int_equal(d.n, 12);
	assert_string_equal(d.lines[0].label, "web1 /p13");
	graph_data_done(&d);
}

static void
every_option_draws(void **state)
{
	static const char *const paths[] = {
	    "local/web1/wave", "local/web1/parts", "local/web1/plain"};
	struct buf b;

	buf_init(&b, 1 << 24);
	for (unsigned bits = 0; bits < 128; bits++) {
		struct graph_request r = request(paths[bits % COUNT(paths)]);

		r.stack = bits & 1;
		r.envelope = bits & 2;
		r.p95 = bits & 4;
		r.no_legend = bits & 8;
		r.dark = bits & 16;
		r.format = bits & 32 ? GRAPH_SVG : GRAPH_PNG;
		r.width = bits & 64 ? 90 : 500;
		r.height = bits & 64 ? 40 : 180;
		render(&r, &b, NULL, NULL);
		assert_in_range(b.len, 300, 400000);
	}
	buf_done(&b);
}

/* --- events and what is to come --------------------------------------------
 */

static struct graph_request
with_note(int64_t time_s, int64_t until_s)
{
	struct graph_request r = request("local/web1/plain");

	r.from_s = TO - 7200;
	r.notes = true;
	r.n_notes = 1;
	r.note[0] = (struct graph_note){.time_s = time_s,
					.until_s = until_s,
					.kind = GRAPH_NOTE_ALERT,
					.level = GRAPH_CRITICAL,
					.text = "<b>"};
	r.notes_in_all[GRAPH_NOTE_ALERT] = 1;
	return r;
}

static void
an_event_stands_where_it_happened(void **state)
{
	struct graph_geometry g = {0};
	cairo_surface_t *s;
	struct buf b;

	buf_init(&b, 1 << 24);
	for (int quarter = 1; quarter <= 3; quarter++) {
		struct graph_request r =
		    with_note(TO - 7200 + quarter * 1800, 0);

		for (r.scale = 1; r.scale <= 2; r.scale++) {
			unsigned x, y, found = 0;

			render(&r, &b, &g, NULL);
			s = decode(&b);
			y = (g.top + g.plot_height - 20) * r.scale;
			x = (g.left + g.plot_width * (unsigned)quarter / 4) *
			    r.scale;
			/* the one red column: b42318 over what is below */
			for (unsigned at = 0; at < r.width * r.scale; at++) {
				uint32_t ink = pixel(s, at, y);

				if ((ink >> 16) < 0x90 ||
				    (ink >> 8 & 255) > 0x48 ||
				    (ink & 255) > 0x48)
					continue;
				found++;
				assert_in_range(at, x - r.scale, x + r.scale);
			}
			assert_int_equal(found, r.scale);
			cairo_surface_destroy(s);
		}
	}
	buf_done(&b);
}

static void
what_lasts_tints_its_span(void **state)
{
	struct graph_request r = with_note(TO - 5400, TO - 1800), none = r;
	cairo_surface_t *with, *without;
	struct graph_geometry g = {0};
	struct buf b;
	unsigned y;

	buf_init(&b, 1 << 24);
	none.n_notes = 0;
	render(&r, &b, &g, NULL);
	with = decode(&b);
	render(&none, &b, NULL, NULL);
	without = decode(&b);
	y = g.top + g.plot_height - 4;
	for (unsigned part = 0; part < 8; part++) {
		unsigned x = g.left + g.plot_width * (2 * part + 1) / 16;

		if (part >= 2 && part < 6)
			assert_int_not_equal(pixel(with, x, y),
					     pixel(without, x, y));
		else
			assert_int_equal(pixel(with, x, y),
					 pixel(without, x, y));
	}
	cairo_surface_destroy(with);
	cairo_surface_destroy(without);
	buf_done(&b);
}

static void
events_are_said_in_words(void **state)
{
	struct graph_request r = with_note(TO - 3600, 0);
	char summary[256];
	struct buf b;

	buf_init(&b, 1 << 24);
	r.format = GRAPH_SVG;
	r.notes_in_all[GRAPH_NOTE_OTHER] = 2;
	render(&r, &b, NULL, summary);
	assert_non_null(strstr(summary, "; 1 alert, 2 notes"));
	assert_non_null(strstr(b.data, ">1 alert</text>"));
	assert_non_null(strstr(b.data, "▲"));
	assert_non_null(strstr(b.data, "&lt;b&gt;"));
	assert_null(strstr(b.data, "<b>"));
	r.n_notes = 0;
	memset(r.notes_in_all, 0, sizeof r.notes_in_all);
	render(&r, &b, NULL, summary);
	assert_non_null(strstr(b.data, "no events"));
	r.notes_lost = true;
	render(&r, &b, NULL, summary);
	assert_non_null(strstr(summary, "cannot be read"));
	buf_done(&b);
}

/* One that the scale does not reach is left out. */
static void
limits_are_lines_with_words(void **state)
{
	struct graph_request r = with_note(TO - 3600, 0);
	struct graph_geometry g;
	struct buf b;

	buf_init(&b, 1 << 24);
	r.format = GRAPH_SVG;
	render(&r, &b, &g, NULL);
	assert_null(strstr(b.data, ">high &amp; dry</text>"));
	r.n_limits = 1;
	r.limits[0] =
	    (struct graph_limit){.value = (g.value_min + g.value_max) / 2,
				 .level = GRAPH_WARNING,
				 .text = "high & dry"};
	render(&r, &b, &g, NULL);
	assert_non_null(strstr(b.data, ">high &amp; dry</text>"));
	r.limits[0].value = 2 * g.value_max + 1;
	render(&r, &b, &g, NULL);
	assert_null(strstr(b.data, ">high &amp; dry</text>"));
	buf_done(&b);
}

/* The points of the one dashed path, in pixels; how many. */
static size_t
dashes(const char *svg, double (*at)[2], size_t max)
{
	const char *end = strstr(svg, "stroke-dasharray"), *p = end;
	double x = 0, y = 0;
	size_t n = 0;

	assert_non_null(end);
	while (p > svg && strncmp(p, " d=\"M", 5) != 0)
		p--;
	for (p += 4; *p != '"' && n < max; n++) {
		int absolute = *p == 'M';
		char *next;
		double dx, dy;

		p += *p == 'M' || *p == 'l';
		dx = strtod(p, &next);
		dy = strtod(next, &next);
		x = absolute ? dx : x + dx;
		y = absolute ? dy : y + dy;
		at[n][0] = x;
		at[n][1] = y;
		p = next;
	}
	return n;
}

static void
a_forecast_goes_on_to_the_right(void **state)
{
	enum { ROWS = 32 };
	struct graph_request r = request("local/web1/plain");
	double median[ROWS], low[ROWS], high[ROWS], at[600][2];
	struct graph_geometry g = {0};
	char summary[256];
	struct buf b;
	size_t n;

	buf_init(&b, 1 << 24);
	for (int i = 0; i < ROWS; i++) {
		median[i] = 20 + 2 * i;
		low[i] = median[i] - 5;
		high[i] = median[i] + 5;
	}
	r.from_s = TO - 7200;
	r.format = GRAPH_SVG;
	r.forecast = true;
	r.until_s = TO + 1800;
	r.n_forecasts = 1;
	r.forecasts[0] = (struct graph_forecast){.start_s = TO,
						 .step_s = 60,
						 .n = ROWS,
						 .median = median,
						 .low = low,
						 .high = high};
	render(&r, &b, &g, summary);
	assert_true(g.to_s == TO + 1800);
	assert_non_null(strstr(summary, "expected 82"));
	n = dashes(b.data, at, 600);
	assert_in_range(n, 10, 599);
	/* it begins at the present and ends at the edge */
	assert_true(fabs(at[0][0] - (g.left + g.plot_width * 0.8)) < 3);
	assert_true(fabs(at[n - 1][0] - (g.left + g.plot_width)) < 2);
	for (size_t i = 0; i < n; i++) {
		double t = (double)r.from_s +
			   (at[i][0] - g.left) / g.plot_width * 9000;
		double v = g.value_max - (at[i][1] - g.top) / g.plot_height *
					     (g.value_max - g.value_min);

		/* row 0 stands in its middle, half a minute before */
		if (i > 1 && i + 1 < n)
			assert_true(fabs(v - (20 + (t - TO + 30) / 30)) < 0.7);
	}
	r.n_forecasts = 0;
	r.until_s = 0;
	r.forecast_why = "not enough history for a forecast";
	render(&r, &b, &g, summary);
	assert_true(g.to_s == TO);
	assert_non_null(strstr(summary, r.forecast_why));
	assert_non_null(strstr(b.data, r.forecast_why));
	buf_done(&b);
}

/* --- nothing to draw, and bounds -------------------------------------------
 */

/* A line of one value would not be seen. */
static void
a_single_value_is_a_dot(void **state)
{
	struct graph_request r = request("local/web1/lone");
	struct graph_geometry g;
	struct buf b;

	buf_init(&b, 1 << 24);
	r.format = GRAPH_SVG;
	r.envelope = true;
	render(&r, &b, &g, NULL);
	assert_non_null(strstr(b.data, "width=\"3\" height=\"3\""));
	/* and it does not stand on the edge */
	assert_true(g.value_max > 20);
	buf_reset(&b);
	memcpy(&r.paths[0], &request("local/web1/wave").paths[0],
	       sizeof(r.paths[0]));
	render(&r, &b, NULL, NULL);
	assert_null(strstr(b.data, "width=\"3\" height=\"3\""));
	buf_done(&b);
}

/* In a picture too small for the scale's numbers there are none. */
static void
a_small_picture_has_no_numbers(void **state)
{
	struct graph_request r = request("local/web1/wave");
	struct buf b;

	buf_init(&b, 1 << 24);
	r.format = GRAPH_SVG;
	r.width = 60;
	r.height = 30;
	render(&r, &b, NULL, NULL);
	assert_null(strstr(b.data, "<text"));
	buf_done(&b);
}

static void
says_that_there_is_no_data(void **state)
{
	struct graph_request r = request("local/web1/wave");
	char summary[256];
	struct buf b;

	buf_init(&b, 1 << 24);
	r.from_s = TO + 86400;
	r.to_s = TO + 90000;
	r.format = GRAPH_SVG;
	render(&r, &b, NULL, summary);
	assert_non_null(strstr(b.data, "no data in this range"));
	assert_non_null(strstr(b.data, "no data since"));
	assert_non_null(strstr(summary, "no data"));
	buf_done(&b);
}

static void
refuses_what_is_out_of_bounds(void **state)
{
	static const struct {
		unsigned width, height, scale;
	} bad[] = {{0, 200, 1},	     {600, 0, 1},    {15, 200, 1},
		   {8193, 20, 1},    {600, 200, 0},  {600, 200, 3},
		   {4000, 1001, 1},  {2000, 501, 2}, {UINT32_MAX, 16, 1},
		   {65536, 65536, 1}};
	struct graph_request r = request("local/web1/wave");
	struct err err = {0};
	struct buf b;

	buf_init(&b, 1 << 24);
	buf_str(&b, "before");
	for (size_t i = 0; i < COUNT(bad); i++) {
		r.width = bad[i].width;
		r.height = bad[i].height;
		r.scale = bad[i].scale;
		assert_int_equal(graph_render(&q, &r, &b, NULL, NULL, &err),
				 -1);
		assert_int_equal(err.code, ERR_INVALID);
	}
	r = request("local/web1/wave");
	r.to_s = r.from_s;
	assert_int_equal(graph_render(&q, &r, &b, NULL, NULL, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	r = request("local/web9/wave");
	assert_int_equal(graph_render(&q, &r, &b, NULL, NULL, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	r = request("local/web9/parts");
	assert_int_equal(graph_render(&q, &r, &b, NULL, NULL, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_string_equal(b.data, "before");
	buf_done(&b);
}

static void
an_error_is_a_picture_too(void **state)
{
	char why[2000];
	struct err err = {0};
	cairo_surface_t *s;
	struct buf b;

	memset(why, 'x', sizeof why - 1);
	why[sizeof why - 1] = '\0';
	why[300] = ' ';
	why[301] = '\n';
	why[302] = (char)0xff;
	buf_init(&b, 1 << 20);
	assert_int_equal(
	    graph_error_png("No such series", why, 400, 120, false, &b, &err),
	    0);
	s = decode(&b);
	assert_int_equal(cairo_image_surface_get_width(s), 400);
	assert_int_equal(pixel(s, 399, 0), 0xffffff);
	cairo_surface_destroy(s);
	buf_reset(&b);
	assert_int_equal(graph_error_png("", "", 0, 1u << 31, true, &b, &err),
			 0);
	s = decode(&b);
	assert_int_equal(cairo_image_surface_get_width(s), 160);
	assert_int_equal(cairo_image_surface_get_height(s), 600);
	cairo_surface_destroy(s);
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_legend_agrees_with_rrdtool),
	    cmocka_unit_test(a_peak_is_not_averaged_away),
	    cmocka_unit_test(p95_is_the_nearest_rank),
	    cmocka_unit_test(png_has_its_size_and_colours),
	    cmocka_unit_test(dark_is_dark),
	    cmocka_unit_test(png_says_what_it_is),
	    cmocka_unit_test(svg_escapes_what_it_shows),
	    cmocka_unit_test(instances_are_the_top_twelve),
	    cmocka_unit_test(hosts_share_a_picture),
	    cmocka_unit_test(hosts_with_instances_share_the_top),
	    cmocka_unit_test(every_option_draws),
	    cmocka_unit_test(an_event_stands_where_it_happened),
	    cmocka_unit_test(what_lasts_tints_its_span),
	    cmocka_unit_test(events_are_said_in_words),
	    cmocka_unit_test(limits_are_lines_with_words),
	    cmocka_unit_test(a_forecast_goes_on_to_the_right),
	    cmocka_unit_test(a_single_value_is_a_dot),
	    cmocka_unit_test(a_small_picture_has_no_numbers),
	    cmocka_unit_test(says_that_there_is_no_data),
	    cmocka_unit_test(refuses_what_is_out_of_bounds),
	    cmocka_unit_test(an_error_is_a_picture_too),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, setup, teardown);
}
