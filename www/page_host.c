/* SPDX-License-Identifier: MIT */
/*
 * A host's pages: every family by category, one page a range.  They carry no
 * values of their own (pictures and script do), so they are written when the
 * inventory changes and not each minute.
 */
#include <stdlib.h>
#include <string.h>

#include "www/category.h"
#include "www/figure.h"
#include "www/put.h"
#include "www/site.h"
#include "www/tiles.h"

#define PARTS_MAX   (1 << 20)
#define PARTS_APART 3 /* up to so many instances get a picture each */

struct host_page {
	const struct fleet_host *host;
	enum range range;
	/* the first series of each family, categories together */
	size_t n;
	size_t *first;
};

static const char *
category(const struct host_page *p, size_t i)
{
	return category_of(p->host->series[p->first[i]].family);
}

static int
by_category(const void *pa, const void *pb, void *arg)
{
	const struct fleet_host *h = arg;
	size_t a = *(const size_t *)pa, b = *(const size_t *)pb;
	const char *ca = category_of(h->series[a].family);
	const char *cb = category_of(h->series[b].family);
	int c = category_compare(&ca, &cb);

	return c != 0 ? c : (a > b) - (a < b);
}

static int
families_of(struct host_page *p, struct err *err)
{
	const struct fleet_host *h = p->host;

	p->n = 0;
	p->first = calloc(h->n_series + 1, sizeof(size_t));
	if (p->first == NULL)
		return err_set(err, ERR_NOMEM, "page of %.80s", h->name);
	for (size_t i = 0; i < h->n_series; i += fleet_family_count(h, i))
		p->first[p->n++] = i;
	qsort_r(p->first, p->n, sizeof(size_t), by_category, (void *)h);
	return 0;
}

static void
put_heading(struct site *s, const void *arg, struct buf *b)
{
	const struct host_page *p = arg;

	(void)s;
	put(b,
	    "<nav class=\"crumbs\" aria-label=\"Where\">"
	    "<a href=\"/hosts/\">Hosts</a> <a href=\"/hosts/#%u\">%p</a>"
	    "</nav>\n<h1 class=\"says\" data-host-state=\"%u/%u\"><span>%p"
	    "</span></h1>\n",
	    p->host->cluster, p->host->cluster, p->host->cluster, p->host->name,
	    p->host->name);
	put(b, "<p class=\"sub live\" data-host-note>\xc2\xa0</p>\n");
}

static void
put_gauges(struct site *s, const void *arg, struct buf *b)
{
	const struct host_page *p = arg;

	(void)s;
	tiles_put_empty(b, p->host);
}

static void
put_ranges(struct site *s, const void *arg, struct buf *b)
{
	const struct host_page *p = arg;
	struct buf base;

	buf_init(&base, 2048);
	put(&base, "/h/%u/%u/", p->host->cluster, p->host->name);
	buf_str(b, "<nav class=\"ranges\" aria-label=\"Time range\"");
	if (theme_asset(s->theme, "uplot.js") != NULL)
		put(b, " data-live=\"%t %t %t\"",
		    theme_asset(s->theme, "uplot.js"),
		    theme_asset(s->theme, "live.js"),
		    theme_asset(s->theme, "uplot.css"));
	buf_str(b, ">\n");
	figure_ranges(b, base.data, p->range);
	buf_str(b, "</nav>\n");
	buf_done(&base);
}

static void
put_toc(struct site *s, const void *arg, struct buf *b)
{
	const struct host_page *p = arg;

	(void)s;
	buf_str(b, "<nav class=\"toc\" aria-label=\"Sections\">\n");
	for (size_t i = 0; i < p->n; i++)
		if (i == 0 || strcmp(category(p, i), category(p, i - 1)) != 0)
			put(b, "<a href=\"#%u\">%t</a>\n", category(p, i),
			    category_title(category(p, i)));
	buf_str(b, "</nav>\n");
}

/* Links to each instance's own page, for below the picture of them all. */
static void
put_parts(const struct fleet_host *h, size_t at, size_t n, struct buf *b)
{
	put(b, "<p class=\"parts\">%t:",
	    h->series[at].family->instance_label != NULL
		? h->series[at].family->instance_label
		: "parts");
	for (size_t i = at; i < at + n; i++)
		if (h->series[i].instance[0] != '\0')
			put(b, " <a href=\"/h/%u/%u/%u.%u/\">%p</a>",
			    h->cluster, h->name, h->series[i].family->name,
			    h->series[i].instance, h->series[i].instance);
	buf_str(b, "</p>\n");
}

static void
put_family(const struct host_page *p, size_t at, bool eager, struct buf *b)
{
	const struct fleet_host *h = p->host;
	const struct fleet_series *x = &h->series[at];
	size_t n = fleet_family_count(h, at);
	struct figure f = {.cluster = h->cluster,
			   .host = h->name,
			   .family = x->family,
			   .instance = "",
			   .range = p->range,
			   .links = true,
			   .under = true,
			   .eager = eager};
	struct buf parts;

	if (x->instance[0] != '\0' && n <= PARTS_APART) {
		for (size_t i = at; i < at + n; i++) {
			f.instance = h->series[i].instance;
			figure_put(b, &f);
			f.eager = false;
		}
		return;
	}
	if (n == 1) {
		figure_put(b, &f);
		return;
	}
	buf_init(&parts, PARTS_MAX);
	put_parts(h, at, n, &parts);
	f.parts = buf_ok(&parts) ? &parts : NULL;
	figure_put(b, &f);
	buf_done(&parts);
}

static void
put_families(struct site *s, const void *arg, struct buf *b)
{
	const struct host_page *p = arg;

	(void)s;
	buf_str(b, "<div class=\"cats\">\n");
	for (size_t i = 0; i < p->n; i++) {
		const char *c = category(p, i);

		if (i == 0 || strcmp(c, category(p, i - 1)) != 0)
			put(b,
			    "%s<section aria-labelledby=\"%u\">"
			    "<h2 class=\"sec\" id=\"%u\">%t</h2>\n"
			    "<div class=\"figs\">\n",
			    i > 0 ? "</div></section>\n" : "", c, c,
			    category_title(c));
		put_family(p, p->first[i], i == 0, b);
	}
	if (p->n > 0)
		buf_str(b, "</div></section>\n");
	buf_str(b, "</div>\n");
}

static const struct slot slots[] = {
    {.name = "heading", .fn = put_heading},
    {.name = "gauges", .fn = put_gauges},
    {.name = "ranges", .fn = put_ranges},
    {.name = "sections", .fn = put_toc},
    {.name = "families", .fn = put_families},
};

static int
write_range(struct site *s, const struct host_page *p, struct err *err)
{
	struct framing frame = {.nav = "hosts", .class = "host"};
	struct buf file, title;
	int rc;

	buf_reset(&s->body);
	if (theme_fill(s->theme, "host.html", slots,
		       sizeof(slots) / sizeof(slots[0]), s, p, &s->body,
		       err) != 0)
		return -1;
	buf_init(&file, 1024);
	buf_init(&title, 1024);
	buf_fmt(&file, "h/%s/%s/", p->host->cluster, p->host->name);
	slug_text(&title, p->host->name);
	if (p->range != RANGE_DAY) {
		buf_fmt(&file, "last-%s/", range_name(p->range));
		buf_fmt(&title, ", last %s", range_name(p->range));
	}
	buf_str(&file, "index.html");
	frame.file = file.data;
	frame.title = title.data;
	rc = site_write(s, &frame, err);
	buf_done(&file);
	buf_done(&title);
	return rc;
}

static int
write_hosts(struct site *s, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s->fleet.n_hosts; i++) {
		struct host_page p = {.host = &s->fleet.hosts[i]};

		rc = families_of(&p, err);
		for (int r = 0; rc == 0 && r < RANGE__MAX; r++) {
			p.range = (enum range)r;
			rc = write_range(s, &p, err);
		}
		free(p.first);
	}
	return rc;
}

const struct page page_host = {
    .name = "host",
    .when = PAGE_INVENTORY,
    .write = write_hosts,
};
