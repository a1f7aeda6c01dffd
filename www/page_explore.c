/* SPDX-License-Identifier: MIT */
/*
 * The explorer: any series together in one live chart, made by script from
 * /index.json.  The address after # says what is shown, so it can be shared.
 * What it begins with is a picture, so there is something to see at once and
 * without scripts; the chart takes its place when somebody touches it.
 */
#include "core/path.h"
#include "core/role.h"
#include "www/figure.h"
#include "www/put.h"
#include "www/site.h"

#define FIRST_MAX 4 /* lines to begin with */

static const char head[] =
    "<h1 class=\"says\"><span>Explore</span></h1>\n"
    "<p class=\"sub\">Any series together. Drag to zoom, double click to go "
    "back; the address keeps what you see.</p>\n"
    "<noscript><p class=\"card prose\">To choose, this page needs scripts. "
    "Without them the same curves are under <a href=\"/hosts/\">Hosts</a> and "
    "<a href=\"/compare/\">Compare</a>, and a picture of any range has an "
    "address of its own: <a href=\"/embed/\">how it is put together</a>.</p>"
    "</noscript>\n";

static const char times[] =
    "</div><div class=\"times\"><input type=\"datetime-local\" "
    "aria-label=\"From\"><span>to</span><input type=\"datetime-local\" "
    "aria-label=\"To\"><button type=\"button\">Show</button></div></div>\n";

static const char *const ranges[] = {"15min", "hour",  "6h",  "day",
				     "week",  "month", "year"};

/* The first series with that role, or any when it is ROLE_NONE. */
static const struct fleet_series *
first_with(const struct fleet *f, enum metric_role role,
	   const struct fleet_host **host)
{
	for (size_t i = 0; i < f->n_hosts; i++)
		for (size_t j = 0; j < f->hosts[i].n_series; j++) {
			*host = &f->hosts[i];
			if (role == ROLE_NONE ||
			    role_in(f->hosts[i].series[j].family, role))
				return &f->hosts[i].series[j];
		}
	return NULL;
}

static const struct fleet_series *
first_of(const struct fleet *f, const struct fleet_host **host)
{
	static const enum metric_role wanted[] = {ROLE_LOAD, ROLE_CPU_USED,
						  ROLE_NONE};
	const struct fleet_series *x = NULL;

	for (size_t i = 0; x == NULL && i < sizeof(wanted) / sizeof(wanted[0]);
	     i++)
		x = first_with(f, wanted[i], host);
	return x;
}

static void
put_controls(struct buf *b)
{
	buf_str(b,
		"<div class=\"bar-row live\"><div class=\"adder\">"
		"<input type=\"search\" placeholder=\"add a series: cpu web1 "
		"user\xe2\x80\xa6\" aria-label=\"Add a series\">"
		"<ul class=\"suggest\"></ul></div>"
		"<div class=\"ranges\" role=\"group\" "
		"aria-label=\"Time range\">");
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		put(b,
		    "<button type=\"button\" data-range=\"%s\" "
		    "aria-pressed=\"%s\">%s</button>",
		    ranges[i], i == 1 ? "true" : "false", ranges[i]);
	buf_str(b, times);
}

/* As explore.js writes them again once it knows the index. */
static void
put_chips(const struct fleet_host *h, const struct fleet_series *x,
	  struct buf *b)
{
	struct path p;
	int n = 0;

	buf_str(b, "<ul class=\"chips live\">");
	if (x != NULL)
		fleet_path(h, x, &p);
	for (size_t i = 0;
	     x != NULL && i < x->family->n_metrics && n < FIRST_MAX; i++) {
		const struct metric *m = &x->family->metrics[i];

		if (m->draw == DRAW_HIDDEN)
			continue;
		n++;
		put(b, "<li data-s=\"%t/%t/%t", p.cluster, p.host,
		    x->family->name);
		if (x->instance[0] != '\0')
			put(b, ".%t", x->instance);
		put(b, "/%t\"><i></i>%p \xc2\xb7 %t", m->name, h->name,
		    x->family->title);
		if (x->instance[0] != '\0')
			put(b, " %p", x->instance);
		put(b,
		    " \xc2\xb7 %t<b></b><button type=\"button\" "
		    "aria-label=\"Remove\">\xc3\x97</button></li>",
		    m->label != NULL ? m->label : m->name);
	}
	buf_str(b, "</ul>\n");
}

static int
write_explore(struct site *s, struct err *err)
{
	struct framing frame = {.prose = true,
				.file = "explore/index.html",
				.title = "Explore",
				.nav = "explore",
				.class = "explore",
				.script = "explore.js"};
	const struct fleet_host *h = NULL;
	const struct fleet_series *x = first_of(&s->fleet, &h);

	buf_reset(&s->body);
	put(&s->body, "%s<div id=\"explore\"", head);
	if (theme_asset(s->theme, "uplot.js") != NULL)
		put(&s->body, " data-uplot=\"%t %t\"",
		    theme_asset(s->theme, "uplot.js"),
		    theme_asset(s->theme, "uplot.css"));
	buf_str(&s->body, ">\n");
	put_controls(&s->body);
	put_chips(h, x, &s->body);
	if (x != NULL)
		figure_put(&s->body, &(struct figure){.cluster = h->cluster,
						      .host = h->name,
						      .family = x->family,
						      .instance = x->instance,
						      .range = RANGE_HOUR,
						      .eager = true,
						      .wide = true});
	buf_str(&s->body, "</div>\n");
	return site_write(s, &frame, err);
}

const struct page page_explore = {
    .name = "explore",
    .nav = "Explore",
    .href = "/explore/",
    .order = 40,
    .when = PAGE_INVENTORY,
    .write = write_explore,
};
