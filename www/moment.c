/* SPDX-License-Identifier: MIT */
/* Alerts and their moments: see moment.h. */
#include "www/moment.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/path.h"
#include "www/put.h"

#define AROUND_S 3600 /* at least so much before and after */
#define LONG_S	 (300 * INT64_C(86400))
#define WIDE	 720
#define HEIGHT	 260
#define NARROW	 400
#define NARROW_H 240

static const struct {
	const char *href, *name;
} tabs[] = {
    {"/alerts/", "Active"},
    {"/alerts/history/", "History"},
    {"/alerts/silences/", "Silences"},
};

void
moment_tabs(struct buf *b, const char *here)
{
	buf_str(b, "<nav class=\"ranges tabs\" aria-label=\"Alerts\">\n");
	for (size_t i = 0; i < sizeof(tabs) / sizeof(tabs[0]); i++)
		put(b, "<a href=\"%s\"%s>%s</a>\n", tabs[i].href,
		    strcmp(here, tabs[i].name) == 0 ? " aria-current=\"page\""
						    : "",
		    tabs[i].name);
	buf_str(b, "</nav>\n");
}

/* The same address in every pass: minutes, not seconds. */
static int64_t
minute(int64_t t_s)
{
	return t_s - t_s % 60;
}

void
moment_source(struct buf *b, const char *prefix, const char *series,
	      int64_t from_s, int64_t to_s, int64_t now_s)
{
	int64_t around_s = AROUND_S;
	struct path p;

	if (path_parse(series, strlen(series), &p, NULL) != 0)
		return;
	put(b, "%t/g/%u/%u/%u", prefix, p.cluster, p.host, p.family);
	if (p.instance[0] != '\0')
		put(b, ".%u", p.instance);
	if (to_s - from_s > 2 * around_s)
		around_s = (to_s - from_s) / 2;
	from_s -= 2 * around_s;
	if (to_s == 0 && now_s - from_s <= MOMENT_LAST_S) {
		buf_str(b, "/6h");
		return;
	}
	if (to_s == 0 || to_s - from_s > LONG_S) {
		put(b, "/%l~now",
		    minute(from_s > now_s - LONG_S ? from_s : now_s - LONG_S));
		return;
	}
	put(b, "/%l~%l", minute(from_s), minute(to_s + around_s) + 60);
}

static void
source(struct buf *b, const struct buf *base, const char *media, int width,
       int height, const char *dark)
{
	put(b,
	    "<source media=\"%s\" srcset=\"%z,%dx%d%s,notes.png, "
	    "%z,%dx%d,2x%s,notes.png 2x\" width=\"%d\" height=\"%d\">",
	    media, base, width, height, dark, base, width, height, dark, width,
	    height);
}

void
moment_picture(struct buf *b, const char *series, int64_t from_s, int64_t to_s,
	       int64_t now_s)
{
	struct buf base;

	buf_init(&base, 4096);
	moment_source(&base, "", series, from_s, to_s, now_s);
	if (base.len > 0) {
		buf_str(b, "<picture class=\"moment\">");
		source(b, &base,
		       "(max-width: 480px) and (prefers-color-scheme: dark)",
		       NARROW, NARROW_H, ",dark");
		source(b, &base, "(max-width: 480px)", NARROW, NARROW_H, "");
		source(b, &base, "(prefers-color-scheme: dark)", WIDE, HEIGHT,
		       ",dark");
		put(b,
		    "<img src=\"%z,%dx%d,notes.png\" width=\"%d\" "
		    "height=\"%d\" loading=\"lazy\" decoding=\"async\" "
		    "alt=\"%p at that time\"></picture>\n",
		    &base, WIDE, HEIGHT, WIDE, HEIGHT, series);
	}
	buf_done(&base);
}

static bool
has_page(const struct fleet *f, const char *cluster, const char *host)
{
	for (size_t i = 0; i < f->n_hosts; i++)
		if (strcmp(f->hosts[i].name, host) == 0 &&
		    strcmp(f->hosts[i].cluster, cluster) == 0)
			return true;
	return false;
}

void
moment_day(struct buf *b, char day[11], const char *stamp)
{
	if (strncmp(day, stamp, 10) == 0)
		return;
	(void)snprintf(day, 11, "%.10s", stamp);
	put(b,
	    "<tr class=\"day\"><th colspan=\"5\" scope=\"rowgroup\">%t</th>"
	    "</tr>\n",
	    day);
}

void
moment_place(struct buf *b, const struct fleet *f, const char *cluster,
	     const char *host)
{
	if (host[0] == '\0')
		buf_str(b, "everywhere");
	else if (!has_page(f, cluster, host))
		put(b, "%p", host);
	else
		put(b, "<a href=\"/h/%u/%u/\">%p</a>", cluster, host, host);
}
