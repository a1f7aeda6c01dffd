/* SPDX-License-Identifier: MIT */
/*
 * All hosts by cluster, a column a category: where a category's families are
 * one click away.  Written when the inventory changes.
 */
#include <stdlib.h>
#include <string.h>

#include "www/category.h"
#include "www/put.h"
#include "www/site.h"

#define COLUMNS_MAX 24

static size_t
columns_of(const struct fleet *f, const char *columns[COLUMNS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_hosts; i++)
		for (size_t k = 0; k < f->hosts[i].n_series; k++) {
			const char *c =
			    category_of(f->hosts[i].series[k].family);
			size_t at = 0;

			while (at < n && strcmp(columns[at], c) != 0)
				at++;
			if (at == n && n < COLUMNS_MAX)
				columns[n++] = c;
		}
	qsort(columns, n, sizeof(columns[0]), category_compare);
	return n;
}

static void
put_cell(const struct fleet_host *h, const char *column, struct buf *b)
{
	const struct family *last = NULL;

	buf_str(b, "<td>");
	for (size_t i = 0; i < h->n_series; i++) {
		const struct family *f = h->series[i].family;

		if (f == last || strcmp(category_of(f), column) != 0)
			continue;
		put(b, "<a href=\"/h/%u/%u/%u/\">%t</a>", h->cluster, h->name,
		    f->name, f->title);
		last = f;
	}
	buf_str(b, "</td>");
}

static void
put_cluster(const struct fleet *f, size_t from, size_t to,
	    const char *const *columns, size_t n, struct buf *b)
{
	put(b,
	    "<h2 class=\"sec\" id=\"%u\"><a href=\"#%u\">%p</a></h2>\n"
	    "<div class=\"card scroll\"><table class=\"plain matrix\"><thead>"
	    "<tr><th scope=\"col\">Host</th>",
	    f->hosts[from].cluster, f->hosts[from].cluster,
	    f->hosts[from].cluster);
	for (size_t i = 0; i < n; i++)
		put(b, "<th scope=\"col\">%t</th>", category_title(columns[i]));
	buf_str(b, "</tr></thead><tbody>\n");
	for (size_t i = from; i < to; i++) {
		const struct fleet_host *h = &f->hosts[i];

		put(b,
		    "<tr><th scope=\"row\"><a href=\"/h/%u/%u/\">%p</a>"
		    "</th>",
		    h->cluster, h->name, h->name);
		for (size_t k = 0; k < n; k++)
			put_cell(h, columns[k], b);
		buf_str(b, "</tr>\n");
	}
	buf_str(b, "</tbody></table></div>\n");
}

static int
write_hosts(struct site *s, struct err *err)
{
	struct framing frame = {.prose = true,
				.file = "hosts/index.html",
				.title = "Hosts",
				.nav = "hosts"};
	const struct fleet *f = &s->fleet;
	const char *columns[COLUMNS_MAX];
	size_t n = columns_of(f, columns), from = 0;
	struct buf *b = &s->body;

	buf_reset(b);
	put(b,
	    "<h1 class=\"says\"><span>Hosts</span></h1>\n<p class=\"sub\">"
	    "%d host%s and what is measured on them</p>\n",
	    (int)f->n_hosts, f->n_hosts == 1 ? "" : "s");
	for (size_t i = 1; i <= f->n_hosts; i++) {
		if (i < f->n_hosts &&
		    strcmp(f->hosts[i].cluster, f->hosts[from].cluster) == 0)
			continue;
		put_cluster(f, from, i, columns, n, b);
		from = i;
	}
	if (f->n_hosts == 0)
		buf_str(b, "<p class=\"card nothing\">No host has sent values "
			   "yet. Each stands here as soon as it does.</p>\n");
	return site_write(s, &frame, err);
}

const struct page page_hosts = {
    .name = "hosts",
    .nav = "Hosts",
    .href = "/hosts/",
    .order = 20,
    .when = PAGE_INVENTORY,
    .write = write_hosts,
};
