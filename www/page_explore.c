/* SPDX-License-Identifier: MIT */
/*
 * The explorer: any series together in one live chart, made by script from
 * /index.json.  The address after # says what is shown, so it can be shared.
 */
#include "www/put.h"
#include "www/site.h"

static const char body[] =
    "<h1 class=\"says\"><span>Explore</span></h1>\n"
    "<p class=\"sub\">Any series together. Drag to zoom, double click to go "
    "back; the address keeps what you see.</p>\n"
    "<noscript><p class=\"card prose\">This page needs scripts. Without them "
    "the same curves are under <a href=\"/hosts/\">Hosts</a> and <a "
    "href=\"/compare/\">Compare</a>, and a picture of any range has an "
    "address of its own: <a href=\"/embed/\">how it is put together</a>.</p>"
    "</noscript>\n"
    "<div class=\"live\" id=\"explore\" data-uplot=\"%t\"></div>\n";

static int
write_explore(struct site *s, struct err *err)
{
	struct framing frame = {.prose = true,
				.file = "explore/index.html",
				.title = "Explore",
				.nav = "explore",
				.class = "explore",
				.script = "explore.js",
				.style = "uplot.css"};
	const char *uplot = theme_asset(s->theme, "uplot.js");

	buf_reset(&s->body);
	put(&s->body, body, uplot != NULL ? uplot : "");
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
