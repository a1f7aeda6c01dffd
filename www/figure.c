/* SPDX-License-Identifier: MIT */
/* A picture in a page: see figure.h. */
#include "www/figure.h"

#include "core/buf.h"
#include "core/html.h"
#include "www/put.h"

#define WIDE	    720	 /* pixels of the whole picture */
#define FULL	    1240 /* in a row of its own, where there is room */
#define HEIGHT	    300	 /* the same for all: rows of pictures line up */
#define TALL	    350	 /* for a legend of many lines */
#define NARROW	    400
#define NARROW_H    200 /* without the legend */
#define LEGEND_H    14
#define LEGEND_MAX  12 /* lines of a picture of instances */
#define LEGEND_TALL 6

static const char *const names[RANGE__MAX] = {"hour", "day", "week", "month",
					      "year"};

static const char *const titles[RANGE__MAX] = {
    "Last hour", "Last day", "Last week", "Last month", "Last year"};

const char *
range_name(enum range r)
{
	return names[r];
}

const char *
range_title(enum range r)
{
	return titles[r];
}

/* One slug, or several with commas between them. */
static void
host_url(struct buf *b, const struct figure *f)
{
	if (f->n_hosts > 1)
		html_attr(b,
			  f->host); /* slugs and commas stand for themselves */
	else
		html_url(b, f->host);
}

static void
leaf(struct buf *b, const struct figure *f)
{
	put(b, "%u", f->family->name);
	if (f->instance[0] != '\0')
		put(b, ".%u", f->instance);
}

void
figure_href(struct buf *b, const struct figure *f)
{
	if (f->n_hosts > 1) {
		put(b, "/compare/%u/", f->family->name);
		return;
	}
	put(b, "/h/%u/%u/", f->cluster, f->host);
	leaf(b, f);
	buf_char(b, '/');
}

void
figure_source(struct buf *b, const struct figure *f)
{
	put(b, "/g/%u/", f->cluster);
	host_url(b, f);
	buf_char(b, '/');
	leaf(b, f);
	put(b, "/%s", names[f->range]);
}

void
figure_ranges(struct buf *b, const char *base, enum range now)
{
	for (int r = 0; r < RANGE__MAX; r++) {
		put(b, "<a href=\"%t", base);
		if (r != RANGE_DAY)
			put(b, "last-%s/", names[r]);
		put(b, "\" data-range=\"%s\"%s>%s</a>\n", names[r],
		    r == (int)now ? " aria-current=\"true\"" : "", names[r]);
	}
}

/* Rows the legend will have: the metrics that are drawn, or the instances. */
static int
legend_rows(const struct figure *f)
{
	int n = 0;

	if (f->n_hosts > 1)
		return f->n_hosts;
	if (f->instance[0] == '\0' && f->family->instance_label != NULL &&
	    !f->family->total_and_parts)
		return LEGEND_MAX / 2;
	for (size_t i = 0; i < f->family->n_metrics; i++)
		n += f->family->metrics[i].draw != DRAW_HIDDEN;
	return n > LEGEND_MAX ? LEGEND_MAX : n;
}

static void
source(struct buf *b, const struct buf *base, const char *media, int width,
       int height, const char *option)
{
	put(b, "<source media=\"%s\" srcset=\"%z,%dx%d%s.png", media, base,
	    width, height, option);
	put(b, ", %z,%dx%d,2x%s.png 2x\" width=\"%d\" height=\"%d\">", base,
	    width, height, option, width, height);
}

static void
picture(struct buf *b, const struct figure *f, const struct buf *base)
{
	int rows = legend_rows(f), wide = f->wide ? FULL : WIDE;
	int height = rows > LEGEND_TALL ? TALL : HEIGHT;
	int narrow = NARROW_H + LEGEND_H * (rows + 1);

	buf_str(b, "<picture>");
	source(b, base, "(max-width: 480px) and (prefers-color-scheme: dark)",
	       NARROW, narrow, ",dark");
	source(b, base, "(max-width: 480px)", NARROW, narrow, "");
	if (f->wide) {
		source(b, base,
		       "(max-width: 800px) and (prefers-color-scheme: dark)",
		       WIDE, height, ",dark");
		source(b, base, "(max-width: 800px)", WIDE, height, "");
	}
	source(b, base, "(prefers-color-scheme: dark)", wide, height, ",dark");
	put(b,
	    "<img src=\"%z,%dx%d.png\" srcset=\"%z,%dx%d.png, "
	    "%z,%dx%d,2x.png 2x\" width=\"%d\" height=\"%d\" ",
	    base, wide, height, base, wide, height, base, wide, height, wide,
	    height);
	put(b, "%s decoding=\"async\" alt=\"%t of ",
	    f->eager ? "fetchpriority=\"high\"" : "loading=\"lazy\"",
	    f->family->title);
	put(b, f->n_hosts > 1 ? "%t" : "%p", f->host);
	if (f->instance[0] != '\0')
		put(b, ", %p", f->instance);
	put(b, ", last %s\"></picture>", names[f->range]);
}

static void
embed_menu(struct buf *b, const struct buf *base)
{
	put(b,
	    "<details class=\"emb\"><summary>Embed</summary><p>"
	    "<a href=\"%z.png\">PNG</a> <a href=\"%z.svg\">SVG</a> "
	    "<a href=\"%z.json\">JSON</a> <a href=\"%z.csv\">CSV</a> "
	    "<a href=\"/embed/\">in a wiki\xe2\x80\xa6</a></p></details>",
	    base, base, base, base);
}

/* What stands below it: a link and ways to take it elsewhere.  The table of
 * its numbers is script's, which asks for them when it is opened. */
static void
caption(struct buf *b, const struct figure *f, const struct buf *base,
	const struct buf *href)
{
	put(b, "<figcaption><a href=\"%z\">", href);
	if (f->caption == NULL) {
		put(b, "%t", f->family->title);
		if (f->instance[0] != '\0')
			put(b, " <b>%p</b>", f->instance);
	} else if (f->caption[0] == '\0') {
		put(b, "%p", f->host);
	} else {
		put(b, "%t", f->caption);
	}
	buf_str(b, "</a>"
		   "<details class=\"nums live\"><summary>Numbers</summary>"
		   "</details>");
	embed_menu(b, base);
	if (f->parts != NULL)
		put(b, "%z", f->parts);
	buf_str(b, "</figcaption>");
}

void
figure_put(struct buf *b, const struct figure *f)
{
	struct buf base, href;

	buf_init(&base, 4096);
	buf_init(&href, 4096);
	figure_source(&base, f);
	figure_href(&href, f);
	put(b,
	    "<figure class=\"card fig%s\" data-g=\"%z\">\n"
	    "<h%d class=\"vh\">%t",
	    f->wide ? " widefig" : "", &base, f->under ? 3 : 2,
	    f->family->title);
	if (f->instance[0] != '\0')
		put(b, " %p", f->instance);
	put(b, "</h%d><a class=\"pic\" href=\"%z\">", f->under ? 3 : 2, &href);
	picture(b, f, &base);
	buf_str(b, "</a>");
	if (f->links)
		caption(b, f, &base, &href);
	buf_str(b, "</figure>\n");
	buf_done(&base);
	buf_done(&href);
}
