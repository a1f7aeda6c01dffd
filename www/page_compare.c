/* SPDX-License-Identifier: MIT */
/*
 * One family over all hosts, a page a range, and the list of families.
 * Written when the inventory changes.
 */
#include <string.h>

#include "www/figure.h"
#include "www/put.h"
#include "www/site.h"

#define TOGETHER_MAX 8 /* hosts one picture can hold */

struct compare_page {
	const struct family *family;
	enum range range;
};

/* The first of the host's series of that family, or NULL. */
static const struct fleet_series *
series_of(const struct fleet_host *h, const struct family *f)
{
	for (size_t i = 0; i < h->n_series; i++)
		if (h->series[i].family == f)
			return &h->series[i];
	return NULL;
}

static void
put_heading(struct site *s, const void *arg, struct buf *b)
{
	const struct compare_page *p = arg;
	struct buf base;

	(void)s;
	put(b,
	    "<nav class=\"crumbs\" aria-label=\"Where\">"
	    "<a href=\"/compare/\">Compare</a></nav>\n"
	    "<h1 class=\"says\"><span>%t <small>on all hosts</small></span>"
	    "</h1>\n<p class=\"sub\">%t.</p>\n",
	    p->family->title,
	    p->family->help != NULL ? p->family->help : p->family->title);
	buf_init(&base, 1024);
	put(&base, "/compare/%u/", p->family->name);
	buf_str(b, "<div class=\"bar-row\"><span class=\"toc\"></span>"
		   "<nav class=\"ranges\" aria-label=\"Time range\">\n");
	figure_ranges(b, base.data, p->range);
	buf_str(b, "</nav></div>\n");
	buf_done(&base);
}

/* Hosts of one cluster that have exactly this series, in one picture. */
static void
put_together(struct site *s, const struct compare_page *p, struct buf *b)
{
	const char *cluster = NULL;
	struct buf hosts;
	int n = 0;

	if (p->family->instance_label != NULL && !p->family->total_and_parts)
		return; /* instances differ from host to host */
	buf_init(&hosts, 2048);
	for (size_t i = 0; i < s->fleet.n_hosts && n < TOGETHER_MAX; i++) {
		const struct fleet_host *h = &s->fleet.hosts[i];

		if (series_of(h, p->family) == NULL ||
		    (cluster != NULL && strcmp(cluster, h->cluster) != 0))
			continue;
		cluster = h->cluster;
		buf_fmt(&hosts, "%s%s", n++ > 0 ? "," : "", h->name);
	}
	if (n > 1 && buf_ok(&hosts)) {
		struct figure f = {.cluster = cluster,
				   .host = hosts.data,
				   .family = p->family,
				   .instance = "",
				   .range = p->range,
				   .eager = true,
				   .n_hosts = n};

		figure_put(b, &f);
	}
	buf_done(&hosts);
}

static void
put_pictures(struct site *s, const void *arg, struct buf *b)
{
	const struct compare_page *p = arg;

	buf_str(b, "<div class=\"figs\">\n");
	put_together(s, p, b);
	for (size_t i = 0; i < s->fleet.n_hosts; i++) {
		const struct fleet_host *h = &s->fleet.hosts[i];
		const struct fleet_series *x = series_of(h, p->family);
		struct figure f = {.cluster = h->cluster,
				   .host = h->name,
				   .family = p->family,
				   .instance = "",
				   .range = p->range,
				   .links = true,
				   .caption = ""};

		if (x == NULL)
			continue;
		if (x->instance[0] != '\0' &&
		    fleet_family_count(h, (size_t)(x - h->series)) == 1)
			f.instance = x->instance;
		figure_put(b, &f);
	}
	buf_str(b, "</div>\n");
}

static int
write_one(struct site *s, const struct compare_page *p, struct err *err)
{
	static const struct slot slots[] = {
	    {.name = "heading", .fn = put_heading},
	    {.name = "pictures", .fn = put_pictures},
	};
	struct framing frame = {
	    .prose = true, .nav = "compare", .class = "compare"};
	char file[FAMILY_MAX + 64], title[256];

	buf_reset(&s->body);
	if (theme_fill(s->theme, "compare.html", slots,
		       sizeof(slots) / sizeof(slots[0]), s, p, &s->body,
		       err) != 0)
		return -1;
	if (p->range == RANGE_DAY)
		(void)snprintf(file, sizeof(file), "compare/%s/index.html",
			       p->family->name);
	else
		(void)snprintf(file, sizeof(file),
			       "compare/%s/last-%s/index.html", p->family->name,
			       range_name(p->range));
	(void)snprintf(title, sizeof(title), "%.180s on all hosts, last %s",
		       p->family->title, range_name(p->range));
	frame.file = file;
	frame.title = title;
	return site_write(s, &frame, err);
}

struct walk {
	struct site *s;
	struct err *err;
	struct buf *list;
};

static int
count_hosts(const struct fleet *f, const struct family *family)
{
	int n = 0;

	for (size_t i = 0; i < f->n_hosts; i++)
		n += series_of(&f->hosts[i], family) != NULL;
	return n;
}

static int
write_family(const struct family *f, void *arg)
{
	struct walk *w = arg;
	struct compare_page p = {.family = f};
	int n = count_hosts(&w->s->fleet, f);

	if (n == 0)
		return 0;
	for (int r = 0; r < RANGE__MAX; r++) {
		p.range = (enum range)r;
		if (write_one(w->s, &p, w->err) != 0)
			return -1;
	}
	put(w->list,
	    "<tr><th scope=\"row\"><a href=\"/compare/%u/\">%t</a></th>"
	    "<td>%t</td><td class=\"n\">%d</td></tr>\n",
	    f->name, f->title, f->help != NULL ? f->help : "", n);
	return 0;
}

static int
write_compare(struct site *s, struct err *err)
{
	struct framing frame = {.prose = true,
				.file = "compare/index.html",
				.title = "Compare hosts",
				.nav = "compare"};
	struct buf list;
	struct walk w = {.s = s, .err = err, .list = &list};
	int rc;

	buf_init(&list, 4 << 20);
	rc = registry_each(s->q.registry, write_family, &w);
	if (rc == 0) {
		if (list.len == 0)
			buf_str(&list, "<tr><td colspan=\"3\">Nothing is "
				       "measured yet.</td></tr>\n");
		buf_reset(&s->body);
		put(&s->body,
		    "<h1 class=\"says\"><span>Compare hosts</span></h1>\n"
		    "<p class=\"sub\">One measured thing over all hosts.</p>\n"
		    "<div class=\"card scroll\"><table class=\"plain "
		    "what\"><thead>"
		    "<tr><th scope=\"col\">Family</th><th scope=\"col\">What "
		    "it is</th><th scope=\"col\" class=\"n\">Hosts</th></tr>"
		    "</thead><tbody>\n%z</tbody></table></div>\n",
		    &list);
		rc = site_write(s, &frame, err);
	}
	buf_done(&list);
	return rc;
}

const struct page page_compare = {
    .name = "compare",
    .nav = "Compare",
    .href = "/compare/",
    .order = 30,
    .when = PAGE_INVENTORY,
    .write = write_compare,
};
