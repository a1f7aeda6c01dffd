/* SPDX-License-Identifier: MIT */
/*
 * A page per series: the same thing over an hour, a day, a week, a month and
 * a year, and where else to look.  Written when the inventory changes.
 */
#include "www/figure.h"
#include "www/put.h"
#include "www/site.h"

struct family_page {
	const struct fleet_host *host;
	const struct family *family;
	const char *instance; /* "" also for the picture of all instances */
	size_t at, n;	      /* the family's series of this host */
};

static void
put_heading(struct site *s, const void *arg, struct buf *b)
{
	const struct family_page *p = arg;
	const char *c = p->host->cluster, *h = p->host->name;

	(void)s;
	put(b,
	    "<nav class=\"crumbs\" aria-label=\"Where\"><a href=\"/hosts/\">"
	    "Hosts</a> <a href=\"/hosts/#%u\">%p</a> "
	    "<a href=\"/h/%u/%u/\">%p</a>",
	    c, c, c, h, h);
	if (p->instance[0] != '\0')
		put(b, " <a href=\"/h/%u/%u/%u/\">%t</a>", c, h,
		    p->family->name, p->family->title);
	put(b, "</nav>\n<h1 class=\"says\"><span>%t", p->family->title);
	if (p->instance[0] != '\0')
		put(b, " %p", p->instance);
	put(b, " <small>on %p</small></span></h1>\n<p class=\"sub\">%t.</p>\n",
	    h, p->family->help != NULL ? p->family->help : p->family->title);
}

static void
put_pictures(struct site *s, const void *arg, struct buf *b)
{
	const struct family_page *p = arg;
	struct figure f = {.cluster = p->host->cluster,
			   .host = p->host->name,
			   .family = p->family,
			   .instance = p->instance,
			   .links = true};

	(void)s;
	buf_str(b, "<div class=\"figs\">\n");
	for (int r = 0; r < RANGE__MAX; r++) {
		f.range = (enum range)r;
		f.eager = r == 0;
		f.caption = range_title(f.range);
		figure_put(b, &f);
	}
}

static void
put_metrics(struct site *s, const void *arg, struct buf *b)
{
	const struct family_page *p = arg;

	(void)s;
	buf_str(b,
		"<div class=\"card scroll\"><table class=\"plain small\">"
		"<thead><tr><th scope=\"col\">Metric</th><th scope=\"col\">Unit"
		"</th><th scope=\"col\">Meaning</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < p->family->n_metrics; i++) {
		const struct metric *m = &p->family->metrics[i];

		put(b,
		    "<tr><th scope=\"row\">%t</th><td>%t</td><td>%t</td>"
		    "</tr>\n",
		    m->label != NULL ? m->label : m->name,
		    m->unit != NULL ? m->unit : "",
		    m->help != NULL ? m->help : "");
	}
	buf_str(b, "</tbody></table></div>\n</div>\n");
}

/* Brothers of an instance, and the same thing elsewhere. */
static void
put_elsewhere(struct site *s, const void *arg, struct buf *b)
{
	const struct family_page *p = arg;
	const struct fleet_host *h = p->host;

	(void)s;
	buf_str(b, "<p class=\"parts\">");
	if (p->n > 1 && p->family->instance_label != NULL)
		put(b, "%t: ", p->family->instance_label);
	for (size_t i = p->at; p->n > 1 && i < p->at + p->n; i++)
		if (h->series[i].instance[0] != '\0')
			put(b, "<a href=\"/h/%u/%u/%u.%u/\">%p</a> ",
			    h->cluster, h->name, p->family->name,
			    h->series[i].instance, h->series[i].instance);
	put(b, "<a href=\"/compare/%u/\">on all hosts</a></p>\n",
	    p->family->name);
}

static int
write_page(struct site *s, const struct family_page *p, struct err *err)
{
	static const struct slot slots[] = {
	    {.name = "heading", .fn = put_heading},
	    {.name = "elsewhere", .fn = put_elsewhere},
	    {.name = "pictures", .fn = put_pictures},
	    {.name = "metrics", .fn = put_metrics},
	};
	struct framing frame = {
	    .prose = true, .nav = "hosts", .class = "family"};
	struct buf file, title;
	int rc;

	buf_reset(&s->body);
	if (theme_fill(s->theme, "family.html", slots,
		       sizeof(slots) / sizeof(slots[0]), s, p, &s->body,
		       err) != 0)
		return -1;
	buf_init(&file, 1024);
	buf_init(&title, 1024);
	buf_fmt(&title, "%s ", p->family->title);
	buf_fmt(&file, "h/%s/%s/%s", p->host->cluster, p->host->name,
		p->family->name);
	if (p->instance[0] != '\0') {
		buf_fmt(&file, ".%s", p->instance);
		slug_text(&title, p->instance);
		buf_char(&title, ' ');
	}
	buf_str(&file, "/index.html");
	buf_str(&title, "on ");
	slug_text(&title, p->host->name);
	frame.file = file.data;
	frame.title = title.data;
	rc = site_write(s, &frame, err);
	buf_done(&file);
	buf_done(&title);
	return rc;
}

static int
write_family(struct site *s, const struct fleet_host *h, size_t at, size_t n,
	     struct err *err)
{
	struct family_page p = {.host = h,
				.family = h->series[at].family,
				.instance = "",
				.at = at,
				.n = n};

	/* the page without an instance is there for every family */
	if (write_page(s, &p, err) != 0)
		return -1;
	for (size_t i = at; i < at + n; i++) {
		p.instance = h->series[i].instance;
		if (p.instance[0] != '\0' && write_page(s, &p, err) != 0)
			return -1;
	}
	return 0;
}

static int
write_families(struct site *s, struct err *err)
{
	for (size_t i = 0; i < s->fleet.n_hosts; i++) {
		const struct fleet_host *h = &s->fleet.hosts[i];
		size_t n;

		for (size_t k = 0; k < h->n_series; k += n) {
			n = fleet_family_count(h, k);
			if (write_family(s, h, k, n, err) != 0)
				return -1;
		}
	}
	return 0;
}

const struct page page_family = {
    .name = "family",
    .when = PAGE_INVENTORY,
    .write = write_families,
};
