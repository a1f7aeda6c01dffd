/* SPDX-License-Identifier: MIT */
/*
 * How to put a live graph into a wiki, a README or a page: the forms for one
 * real series of this installation.  Script lets people choose another.
 */
#include "www/figure.h"
#include "www/put.h"
#include "www/site.h"

/* %s is the picture's address, %l the page's: filled in below. */
struct form {
	const char *name, *note;
	const char *before, *between, *after; /* around picture and page */
	bool page;			      /* has both */
};

static const struct form forms[] = {
    {"Plain address", "For anything that takes a picture by its address.", "",
     "", "", false},
    {"HTML", "Shows the picture, leads to its page.", "<a href=\"",
     "\"><img src=\"", "\" alt=\"graph\"></a>", true},
    {"Markdown", "GitHub, GitLab, Gitea, BookStack, Wiki.js, Outline.",
     "[![graph](", ")](", ")", true},
    {"MediaWiki",
     "A bare address ending in .png; allow it once with "
     "$wgAllowExternalImagesFrom.",
     "", "", "", false},
    {"DokuWiki", "nocache keeps it fresh, nolink leaves the link away.", "{{",
     "", "?nolink&nocache}}", false},
    {"Confluence",
     "Wiki markup; in the editor use Insert, Image, From the "
     "web.",
     "!", "", "!", false},
    {"AsciiDoc", "", "image::", "", "[graph]", false},
    {"reStructuredText", "", ".. image:: ", "", "", false},
};

static void
put_form(struct buf *b, const struct form *f, const char *site,
	 const struct buf *picture, const struct buf *page)
{
	bool page_first = f->page && f->name[0] == 'H';

	put(b, "<section class=\"card form\"><h2>%t</h2>", f->name);
	if (f->note[0] != '\0')
		put(b, "<p>%t</p>", f->note);
	put(b, "<pre><code>%t", f->before);
	if (!f->page)
		put(b, "<span data-at=\"picture\">%t%z.png</span>", site,
		    picture);
	else if (page_first)
		put(b,
		    "<span data-at=\"page\">%t%z</span>%t"
		    "<span data-at=\"picture\">%t%z.png</span>",
		    site, page, f->between, site, picture);
	else
		put(b,
		    "<span data-at=\"picture\">%t%z.png</span>%t"
		    "<span data-at=\"page\">%t%z</span>",
		    site, picture, f->between, site, page);
	put(b, "%t</code></pre></section>\n", f->after);
}

static void
put_forms(struct site *s, const struct figure *f, struct buf *b)
{
	const char *site =
	    s->conf.site_url[0] != '\0' ? s->conf.site_url : "https://HOST";
	struct buf picture, page;

	buf_init(&picture, 4096);
	buf_init(&page, 4096);
	figure_source(&picture, f);
	figure_href(&page, f);
	buf_str(b, "<div class=\"figs forms\">\n");
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		put_form(b, &forms[i], site, &picture, &page);
	buf_str(b, "</div>\n");
	buf_done(&picture);
	buf_done(&page);
}

static const char about[] =
    "<h1 class=\"says\"><span>Embed a graph</span></h1>\n"
    "<p class=\"sub\">Every graph is a plain picture at a plain address; "
    "nothing to install, no token, no script.</p>\n"
    "<div class=\"card prose\"><p>An address is put together like this:</p>"
    "<pre><code>/g/<b>CLUSTER</b>/<b>HOST</b>/<b>FAMILY</b>[.<b>INSTANCE</b>]/"
    "<b>RANGE</b>[,<b>OPTION</b>\xe2\x80\xa6].png</code></pre>\n"
    "<dl><dt>RANGE</dt><dd><code>hour</code> <code>day</code> "
    "<code>week</code> <code>month</code> <code>year</code>, a duration such "
    "as <code>6h</code>, or <code>2026-01-01~2026-01-08</code></dd>"
    "<dt>OPTION</dt><dd><code>800x300</code> sets the size, <code>2x</code> "
    "doubles the pixels, <code>dark</code> or <code>light</code>, "
    "<code>nolegend</code>, <code>envelope</code> shows the range between "
    "minimum and maximum, <code>p95</code> a line</dd>"
    "<dt>.png</dt><dd>or <code>.svg</code>, or the numbers as "
    "<code>.json</code> and <code>.csv</code></dd></dl></div>\n";

static int
write_embed(struct site *s, struct err *err)
{
	struct framing frame = {.prose = true,
				.file = "embed/index.html",
				.title = "Embed a graph",
				.nav = "embed",
				.class = "embed"};
	struct buf *b = &s->body;

	buf_reset(b);
	buf_str(b, about);
	if (s->fleet.n_hosts > 0) {
		const struct fleet_host *h = &s->fleet.hosts[0];
		const struct fleet_series *x =
		    h->v.cpu.from != NULL ? h->v.cpu.from : &h->series[0];
		struct figure f = {.cluster = h->cluster,
				   .host = h->name,
				   .family = x->family,
				   .instance = x->instance,
				   .range = RANGE_DAY};

		buf_str(b, "<div class=\"live picker\" id=\"picker\"></div>\n");
		figure_put(b, &f);
		put_forms(s, &f, b);
	}
	return site_write(s, &frame, err);
}

const struct page page_embed = {
    .name = "embed",
    .when = PAGE_INVENTORY,
    .write = write_embed,
};
