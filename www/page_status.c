/* SPDX-License-Identifier: MIT */
/*
 * The status page, for people who do not run the servers: is it up, and was
 * it.  Says no more than state and name; a strip shows the last day in half
 * hours: whether each host's data arrived, and what alerts there were.
 */
#include <math.h>
#include <string.h>

#include "core/clock.h"
#include "core/series.h"
#include "events/store.h"
#include "www/draw.h"
#include "www/put.h"
#include "www/site.h"
#include "www/text.h"

#define STRIP_S	    86400
#define STRIP_CELLS 48
#define CELL_S	    (STRIP_S / STRIP_CELLS)
#define STRIP_ROWS  (STRIP_CELLS * 2) /* what a query may answer with */

static const char *const words[HEALTH__MAX] = {
    [HEALTH_OK] = "Everything works",
    [HEALTH_WARNING] = "Everything works; somebody is looking after a detail",
    [HEALTH_CRITICAL] = "Something does not work as it should",
};

static const char *const host_words[HEALTH__MAX] = {
    [HEALTH_OK] = "works",
    [HEALTH_WARNING] = "works, with a warning",
    [HEALTH_CRITICAL] = "needs attention",
};

static bool
row_known(const struct series *rows, size_t i)
{
	for (size_t m = 0; m < rows->n_metrics; m++)
		if (!isnan(rows->values[i * rows->n_metrics + m]))
			return true;
	return false;
}

/* Fills cells with ok or unknown by the rows that fall into them; returns
 * the share of known cells since the first known one, NaN without any. */
static double
fill_cells(const struct series *rows, int64_t from_s, int cells[STRIP_CELLS])
{
	int known = 0, first = -1;

	for (int i = 0; i < STRIP_CELLS; i++)
		cells[i] = -1;
	for (size_t i = 0; i < rows->n_rows; i++) {
		int64_t end_s = rows->start_s + (int64_t)i * rows->step_s;
		int64_t at = (end_s - from_s - 1) * STRIP_CELLS / STRIP_S;

		if (at >= 0 && at < STRIP_CELLS && row_known(rows, i))
			cells[at] = HEALTH_OK;
	}
	for (int i = 0; i < STRIP_CELLS; i++) {
		if (cells[i] < 0)
			continue;
		if (first < 0)
			first = i;
		known++;
	}
	return first < 0 ? NAN : (double)known / (STRIP_CELLS - first);
}

struct strip {
	int64_t from_s, now_s;
	int *cells;
};

/* The cells that one alert touched; a worse one keeps its own. */
static int
mark_alert(const struct event *e, void *arg)
{
	const struct strip *strip = arg;
	int state = strcmp(e->severity, "critical") == 0  ? HEALTH_CRITICAL
		    : strcmp(e->severity, "warning") == 0 ? HEALTH_WARNING
							  : HEALTH_OK;
	int64_t until_s = e->until_s == EVENT_OPEN ? strip->now_s
			  : e->until_s > 0	   ? e->until_s
						   : e->time_s;

	if (e->host[0] == '\0')
		return 0; /* nobody's in particular */
	for (int i = 0; i < STRIP_CELLS; i++) {
		int64_t start_s = strip->from_s + i * (int64_t)CELL_S;

		if (e->time_s < start_s + CELL_S && until_s >= start_s &&
		    state > HEALTH_OK && state > strip->cells[i])
			strip->cells[i] = state;
	}
	return 0;
}

/* Without a history the strip shows what the data say. */
static void
mark_alerts(struct site *s, struct events *e, const struct fleet_host *h,
	    int64_t from_s, int cells[STRIP_CELLS])
{
	struct strip strip = {
	    .from_s = from_s, .now_s = s->fleet.now_s, .cells = cells};
	struct events_filter filter = {.from_s = from_s,
				       .to_s = s->fleet.now_s,
				       .kind = "alert",
				       .cluster = h->cluster,
				       .host = h->name};
	struct err none = {0};

	if (e != NULL)
		(void)events_each(e, &filter, mark_alert, &strip, &none);
}

static void
put_strip(struct site *s, struct events *e, const struct fleet_host *h,
	  struct buf *b)
{
	/* the CPU where there is one: nobody goes without */
	const struct fleet_series *x =
	    h->v.cpu.from != NULL ? h->v.cpu.from : &h->series[0];
	int64_t from_s = s->fleet.now_s - STRIP_S;
	struct series rows = {0};
	struct path p;
	int cells[STRIP_CELLS];
	double share = NAN;

	fleet_path(h, x, &p);
	(void)query_series(&s->q, &p, from_s, s->fleet.now_s, STRIP_ROWS,
			   QUERY_AVERAGE, &rows, NULL);
	share = fill_cells(&rows, from_s, cells);
	series_done(&rows);
	mark_alerts(s, e, h, from_s, cells);
	if (h->state != HEALTH_OK)
		cells[STRIP_CELLS - 1] = (int)h->state;
	draw_strip(b, cells, STRIP_CELLS,
		   "data and alerts of the last 24 hours");
	buf_str(b, "</td><td class=\"n\">");
	if (!isnan(share)) {
		text_percent(b, share);
		buf_str(b, " <small>seen</small>");
	}
}

static void
put_hosts(struct site *s, const void *arg, struct buf *b)
{
	struct err none = {0};
	struct events *e = events_open_ro(s->state, &none);

	(void)arg;
	buf_str(b, "<table class=\"card plain board\"><caption class=\"vh\">"
		   "Hosts</caption><thead><tr><th scope=\"col\">Host</th>"
		   "<th scope=\"col\">Now</th><th scope=\"col\">Last 24 hours"
		   "</th><th scope=\"col\" class=\"n\">Data</th></tr></thead>"
		   "<tbody>\n");
	if (s->fleet.n_hosts == 0)
		buf_str(b, "<tr><td colspan=\"4\">No host has sent values yet."
			   "</td></tr>\n");
	for (size_t i = 0; i < s->fleet.n_hosts; i++) {
		const struct fleet_host *h = s->fleet.worst[i];

		put(b, "<tr data-host=\"%u/%u\"><th scope=\"row\">", h->cluster,
		    h->name);
		draw_state(b, h->state);
		put(b, " %p</th><td>%s</td><td class=\"wide\">", h->name,
		    h->silent ? "no data" : host_words[h->state]);
		put_strip(s, e, h, b);
		buf_str(b, "</td></tr>\n");
	}
	events_close(&e);
	buf_str(b, "</tbody></table>\n");
}

/* Nobody can say that a host works which is not heard of. */
static void
put_words(const struct fleet *f, struct buf *b)
{
	int n = (int)f->n_hosts, silent = 0, sick = 0;

	for (int i = 0; i < n; i++) {
		silent += f->hosts[i].silent;
		sick +=
		    !f->hosts[i].silent && f->hosts[i].state == HEALTH_CRITICAL;
	}
	if (n == 0)
		buf_str(b, "No data yet");
	else if (silent == n)
		put(b, "No data from any of %d host%s", n, n == 1 ? "" : "s");
	else if (silent > 0)
		put(b, "No data from %d of %d hosts", silent, n);
	else
		buf_str(b, words[f->worst[0]->state]);
	if (silent > 0 && sick > 0)
		put(b, ", and %d need%s attention", sick, sick == 1 ? "s" : "");
}

static void
put_sentence(struct site *s, const void *arg, struct buf *b)
{
	const struct fleet *f = &s->fleet;
	char stamp[CLOCK_RFC3339_SIZE];

	(void)arg;
	buf_str(b, "<h1 class=\"says\">");
	if (f->n_hosts > 0)
		draw_state(b, f->worst[0]->state);
	buf_str(b, "<span>");
	put_words(f, b);
	put(b, ".</span></h1>\n<p class=\"sub\">%d host%s \xc2\xb7 ",
	    (int)f->n_hosts, f->n_hosts == 1 ? "" : "s");
	clock_rfc3339(f->now_s, stamp);
	put(b, "<time datetime=\"%s\">", stamp);
	text_clock(b, f->now_s);
	buf_str(b, "</time></p>\n");
}

static int
write_status(struct site *s, struct err *err)
{
	static const struct slot slots[] = {
	    {.name = "sentence", .fn = put_sentence},
	    {.name = "hosts", .fn = put_hosts},
	};
	struct framing frame = {.prose = true,
				.file = "status/index.html",
				.title = "Status",
				.nav = "status",
				.class = "status",
				.stamped = true};

	buf_reset(&s->body);
	if (theme_fill(s->theme, "status.html", slots,
		       sizeof(slots) / sizeof(slots[0]), s, NULL, &s->body,
		       err) != 0)
		return -1;
	return site_write(s, &frame, err);
}

const struct page page_status = {
    .name = "status",
    .nav = "Status",
    .href = "/status/",
    .order = 60,
    .when = PAGE_ALWAYS,
    .write = write_status,
};
