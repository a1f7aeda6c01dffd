/* SPDX-License-Identifier: MIT */
/*
 * The overview: a sentence that says how things are, gauges over all hosts,
 * a row per host with the worst first, pictures of the worst host.
 */
#include <math.h>
#include <string.h>

#include "core/role.h"
#include "core/series.h"
#include "www/draw.h"
#include "www/figure.h"
#include "www/put.h"
#include "www/says.h"
#include "www/site.h"
#include "www/text.h"
#include "www/tiles.h"

#define SPARK_S	   28800 /* eight hours */
#define SPARK_ROWS 60
#define ROWS_WELL  25  /* rows after which hosts that are well are left out */
#define SPARK_TOP  0.2 /* a sleeping machine shall look like one */

static void
put_sentence(struct site *s, const void *arg, struct buf *b)
{
	const struct fleet *f = &s->fleet;

	(void)arg;
	buf_str(b, "<h1 class=\"says\">");
	if (f->n_hosts > 0)
		draw_state(b, f->worst[0]->state);
	buf_str(b, "<span>");
	says_sentence(b, f);
	put(b, "</span></h1>\n<p class=\"sub\">%d host%s", (int)f->n_hosts,
	    f->n_hosts == 1 ? "" : "s");
	for (int i = HEALTH__MAX - 1; i >= HEALTH_OK; i--)
		if (f->n_state[i] > 0)
			put(b, ", %d %s", f->n_state[i],
			    health_word((enum health_state)i));
	if (s->alarms.alive && s->alarms.n > 0)
		put(b, " \xc2\xb7 <a href=\"/alerts/\">%d alert%s</a>",
		    (int)s->alarms.n, s->alarms.n == 1 ? "" : "s");
	/* last, because script makes it longer and shorter */
	if (f->newest_s > 0) {
		put(b, " \xc2\xb7 newest value <span data-age=\"%l\">",
		    f->newest_s);
		if (f->now_s == f->newest_s)
			buf_str(b, "less than a minute");
		else
			text_age(b, f->now_s - f->newest_s);
		buf_str(b, "</span> old");
	}
	buf_str(b, "</p>\n");
}

static void
put_gauges(struct site *s, const void *arg, struct buf *b)
{
	(void)arg;
	if (s->fleet.n_hosts > 0)
		tiles_put(b, s->fleet.hosts, s->fleet.n_hosts);
}

static void
share_cell(struct buf *b, const char *class, const struct share *x, bool name)
{
	put(b, "<td class=\"%s\"><b class=\"pc\">", class);
	text_percent(b, x->ratio);
	buf_str(b, "</b>");
	if (x->from != NULL)
		draw_bar(b, x->ratio, x->from->state);
	if (name && x->from != NULL && x->from->instance[0] != '\0')
		put(b, "<small>%p</small>", x->from->instance);
	buf_str(b, "</td>\n");
}

/* The host's CPU share over eight hours; an empty picture when the files
 * cannot be read just now. */
static void
spark_cell(struct site *s, const struct fleet_host *h, struct buf *b)
{
	const struct fleet_series *from = h->v.cpu.from;
	double used[SPARK_ROWS * 2];
	struct series rows = {0};
	struct path p;
	size_t n = 0;

	buf_str(b, "<td class=\"c-spark\">");
	if (from != NULL) {
		fleet_path(h, from, &p);
		if (query_series(&s->q, &p, s->fleet.now_s - SPARK_S,
				 s->fleet.now_s, SPARK_ROWS, QUERY_AVERAGE,
				 &rows, NULL) == 0) {
			for (; n < rows.n_rows && n < SPARK_ROWS * 2; n++)
				used[n] = role_used_ratio(
				    from->family,
				    rows.values + n * rows.n_metrics,
				    ROLE_CPU_USED);
		}
		draw_spark(b, used, n, SPARK_TOP, "CPU, the last 8 hours");
	}
	buf_str(b, "</td>\n");
	series_done(&rows);
}

static void
network_cell(const struct fleet_host *h, struct buf *b)
{
	buf_str(b, "<td class=\"c-net n\"><span><i>\xe2\x86\x93</i>"
		   "<span class=\"vh\">in</span> ");
	text_rate(b, h->v.network_in);
	buf_str(b, "</span><span><i>\xe2\x86\x91</i>"
		   "<span class=\"vh\">out</span> ");
	text_rate(b, h->v.network_out);
	buf_str(b, "</span></td>\n");
}

static void
put_row(struct site *s, const struct fleet_host *h, struct buf *b)
{
	put(b, "<tr class=\"%s%s\" data-host=\"%u/%u\"><th scope=\"row\">",
	    health_class(h->state), h->silent ? " silent" : "", h->cluster,
	    h->name);
	draw_state(b, h->state);
	put(b, "<a href=\"/h/%u/%u/\">%p</a>", h->cluster, h->name, h->name);
	if (h->n_findings > 0) {
		buf_str(b, "<small>");
		says_host(b, h);
		buf_str(b, "</small>");
	}
	buf_str(b, "</th>\n");
	share_cell(b, "c-cpu", &h->v.cpu, false);
	spark_cell(s, h, b);
	share_cell(b, "c-memory", &h->v.memory, false);
	share_cell(b, "c-disk", &h->v.disk, true);
	network_cell(h, b);
	put(b, "<td class=\"c-age n\" data-age=\"%l\">", h->newest_s);
	text_age(b, s->fleet.now_s - h->newest_s);
	buf_str(b, "</td></tr>\n");
}

/* The worst stand first, so those that are well are the last ones. */
static size_t
rows_shown(const struct fleet *f, bool all)
{
	size_t n = 0;

	while (n < f->n_hosts &&
	       (all || n < ROWS_WELL || f->worst[n]->state != HEALTH_OK))
		n++;
	return n;
}

/* arg: the framing; a screen on a wall has all of them. */
static void
put_hosts(struct site *s, const void *arg, struct buf *b)
{
	const struct framing *frame = arg;
	const struct fleet *f = &s->fleet;
	size_t n;

	static const char head[] =
	    "<table class=\"card hosts\"><caption class=\"vh\">Hosts, worst "
	    "first</caption>\n<thead><tr><th scope=\"col\">Host</th>"
	    "<th scope=\"col\">CPU</th><th scope=\"col\">last 8 h</th>"
	    "<th scope=\"col\">Memory</th><th scope=\"col\">Fullest disk</th>"
	    "<th scope=\"col\" class=\"n\">Network</th>"
	    "<th scope=\"col\" class=\"n\">Age</th></tr></thead>\n<tbody>\n";

	if (f->n_hosts == 0)
		return;
	n = rows_shown(f, strcmp(frame->file, "index.html") != 0);
	buf_str(b, head);
	for (size_t i = 0; i < n; i++)
		put_row(s, f->worst[i], b);
	buf_str(b, "</tbody></table>\n");
	if (n < f->n_hosts)
		put(b,
		    "<p class=\"sub rest\"><a href=\"/hosts/\">%d more host%s, "
		    "all well</a></p>\n",
		    (int)(f->n_hosts - n), f->n_hosts - n == 1 ? "" : "s");
}

/* A day, or an hour where the first samples are younger than a few hours. */
static enum range
range_worth(struct site *s, const struct fleet_host *h)
{
	struct series rows = {0};
	enum range range = RANGE_HOUR;
	struct path p;

	fleet_path(h, h->v.cpu.from != NULL ? h->v.cpu.from : &h->series[0],
		   &p);
	if (query_series(&s->q, &p, s->fleet.now_s - SPARK_S,
			 s->fleet.now_s - SPARK_S / 4, SPARK_ROWS,
			 QUERY_AVERAGE, &rows, NULL) == 0)
		for (size_t m = 0; m < rows.n_metrics; m++)
			if (!isnan(series_max(&rows, m)))
				range = RANGE_DAY;
	series_done(&rows);
	return range;
}

/* What the worst host's day looked like, by what the series mean. */
static void
put_pictures(struct site *s, const void *arg, struct buf *b)
{
	enum range range;

	static const enum metric_role roles[] = {
	    ROLE_CPU_USED, ROLE_MEMORY_USED, ROLE_NETWORK_IN, ROLE_LOAD};
	const struct fleet_host *h;

	(void)arg;
	if (s->fleet.n_hosts == 0)
		return;
	h = s->fleet.worst[0];
	range = range_worth(s, h);
	put(b,
	    "<h2 class=\"sec\"><a href=\"/h/%u/%u/\">%p</a>"
	    "<small>the last %s</small></h2>\n<div class=\"figs\">\n",
	    h->cluster, h->name, h->name, range_name(range));
	for (size_t r = 0; r < sizeof(roles) / sizeof(roles[0]); r++) {
		for (size_t i = 0; i < h->n_series; i++) {
			const struct fleet_series *x = &h->series[i];
			struct figure f = {.cluster = h->cluster,
					   .host = h->name,
					   .family = x->family,
					   .instance = "",
					   .range = range,
					   .under = true};

			if (!role_in(x->family, roles[r]))
				continue;
			if (!x->family->total_and_parts &&
			    fleet_family_count(h, i) == 1)
				f.instance = x->instance;
			figure_put(b, &f);
			break;
		}
	}
	buf_str(b, "</div>\n");
}

static const struct slot slots[] = {
    {.name = "sentence", .fn = put_sentence},
    {.name = "gauges", .fn = put_gauges},
    {.name = "hosts", .fn = put_hosts},
    {.name = "pictures", .fn = put_pictures},
};

static int
write_as(struct site *s, const char *template, struct framing *frame,
	 struct err *err)
{
	struct buf title;
	int rc;

	buf_reset(&s->body);
	if (theme_fill(s->theme, template, slots,
		       sizeof(slots) / sizeof(slots[0]), s, frame, &s->body,
		       err) != 0)
		return -1;
	buf_init(&title, 1024);
	says_title(&title, &s->fleet);
	frame->title = title.data;
	rc = site_write(s, frame, err);
	buf_done(&title);
	return rc;
}

/* The overview, and the same for a screen on a wall. */
static int
write_overview(struct site *s, struct err *err)
{
	struct framing overview = {.file = "index.html",
				   .nav = "overview",
				   .class = "overview",
				   .stamped = true};
	struct framing kiosk = {.file = "kiosk/index.html",
				.class = "overview kiosk",
				.prose = true,
				.stamped = true};

	if (write_as(s, "overview.html", &overview, err) != 0)
		return -1;
	return write_as(s, "kiosk.html", &kiosk, err);
}

const struct page page_overview = {
    .name = "overview",
    .nav = "Overview",
    .href = "/",
    .order = 10,
    .when = PAGE_ALWAYS,
    .write = write_overview,
};
