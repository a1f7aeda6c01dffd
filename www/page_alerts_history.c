/* SPDX-License-Identifier: MIT */
/*
 * What fired before: by rule, so that a nuisance shows, and one by one with
 * the graph as it was at that moment.
 */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "events/store.h"
#include "www/draw.h"
#include "www/moment.h"
#include "www/put.h"
#include "www/site.h"
#include "www/text.h"

#define BACK_DAYS 90
#define LISTED	  200
#define COUNTED	  10000
#define RULES	  100
#define ROWS_MAX  (4 << 20) /* bytes of those listed */

struct by_rule {
	char name[64];
	int n;
	int64_t total_s, longest_s, last_s;
	bool open;
};

struct listing {
	struct buf rows; /* one by one, while the rules are counted */
	const struct fleet *fleet;
	int64_t now_s;
	int n;
	char day[11];
	struct by_rule rules[RULES];
	size_t n_rules;
};

static int64_t
lasted_s(const struct event *e, int64_t now_s)
{
	return (e->until_s == EVENT_OPEN ? now_s : e->until_s) - e->time_s;
}

static void
count_one(struct listing *l, const struct event *e)
{
	const char *name = e->n_tags > 0 ? e->tags[0] : "";
	struct by_rule *r = l->rules;
	int64_t s = lasted_s(e, l->now_s);

	/* a raise is a row of its own, and no incident */
	if (e->until_s == 0)
		return;
	while (r < l->rules + l->n_rules && strcmp(r->name, name) != 0)
		r++;
	if (r == l->rules + RULES)
		return;
	if (r == l->rules + l->n_rules) {
		l->n_rules++;
		(void)snprintf(r->name, sizeof(r->name), "%s", name);
	}
	r->n++;
	r->total_s += s;
	r->longest_s = s > r->longest_s ? s : r->longest_s;
	r->last_s = e->time_s > r->last_s ? e->time_s : r->last_s;
	r->open = r->open || e->until_s == EVENT_OPEN;
}

static int
most_first(const void *pa, const void *pb)
{
	const struct by_rule *a = pa, *b = pb;

	if (a->n != b->n)
		return (b->n > a->n) - (b->n < a->n);
	return strcmp(a->name, b->name);
}

static void
put_rules(struct listing *l, struct buf *b)
{
	if (l->n_rules == 0)
		return;
	qsort(l->rules, l->n_rules, sizeof(l->rules[0]), most_first);
	put(b,
	    "<div class=\"card scroll\"><table class=\"plain small\"><caption "
	    "class=\"vh\">By rule, the last %d days</caption><thead><tr>"
	    "<th scope=\"col\">Rule</th><th scope=\"col\" class=\"n\">Fired"
	    "</th><th scope=\"col\" class=\"n\">In all</th><th scope=\"col\" "
	    "class=\"n\">Longest</th><th scope=\"col\" class=\"n\">Last</th>"
	    "</tr></thead><tbody>\n",
	    BACK_DAYS);
	for (size_t i = 0; i < l->n_rules; i++) {
		const struct by_rule *r = &l->rules[i];

		put(b,
		    "<tr id=\"rule-%u\"><th scope=\"row\">%t%s</th>"
		    "<td class=\"n\">%d\xc3\x97</td><td class=\"n\">",
		    r->name, r->name,
		    r->open ? " <span class=\"tag\">now</span>" : "", r->n);
		text_age(b, r->total_s);
		buf_str(b, "</td><td class=\"n\">");
		text_age(b, r->longest_s);
		buf_str(b, "</td><td class=\"n\">");
		text_age(b, l->now_s - r->last_s);
		buf_str(b, " ago</td></tr>\n");
	}
	buf_str(b, "</tbody></table></div>\n");
}

static enum health_state
severity_state(const char *severity)
{
	return strcmp(severity, "critical") == 0 ? HEALTH_CRITICAL
						 : HEALTH_WARNING;
}

static void
put_span(struct buf *b, const struct event *e, int64_t now_s)
{
	if (e->until_s == 0) {
		buf_str(b, "got worse");
		return;
	}
	text_age(b, lasted_s(e, now_s));
	if (e->until_s == EVENT_OPEN)
		buf_str(b, ", still");
}

static void
put_one(struct listing *l, const struct event *e)
{
	char stamp[CLOCK_RFC3339_SIZE];
	struct buf *b = &l->rows;
	int64_t end_s = e->until_s == EVENT_OPEN ? 0
			: e->until_s == 0	 ? e->time_s
						 : e->until_s;

	clock_rfc3339(e->time_s, stamp);
	moment_day(b, l->day, stamp);
	put(b, "<tr id=\"e%l\"><td><time datetime=\"%s\">", e->id, stamp);
	buf_put(b, stamp + 11, 5);
	buf_str(b, "</time></td><td>");
	draw_state(b, severity_state(e->severity));
	put(b, "</td><th scope=\"row\">%t", e->title);
	if (e->text[0] != '\0')
		put(b, "<small>%t</small>", e->text);
	if (e->series[0] != '\0') {
		buf_str(b,
			"<details><summary>Graph at that moment</summary>\n");
		moment_picture(b, e->series, e->time_s, end_s, l->now_s);
		buf_str(b, "</details>");
	}
	buf_str(b, "</th><td>");
	moment_place(b, l->fleet, e->cluster, e->host);
	buf_str(b, "</td><td class=\"n\">");
	put_span(b, e, l->now_s);
	buf_str(b, "</td></tr>\n");
}

static int
take_one(const struct event *e, void *arg)
{
	struct listing *l = arg;

	count_one(l, e);
	if (l->n < LISTED)
		put_one(l, e);
	l->n++;
	return 0;
}

static void
put_table(struct buf *b)
{
	buf_str(b,
		"<h2 class=\"sec\">One by one</h2>\n"
		"<div class=\"card scroll\"><table class=\"plain events\">"
		"<caption class=\"vh\">One by one, newest first</caption>"
		"<thead><tr><th scope=\"col\" data-utc>Time (UTC)</th>"
		"<th scope=\"col\">State</th><th scope=\"col\">What</th>"
		"<th scope=\"col\">Where</th><th scope=\"col\" class=\"n\">How "
		"long</th></tr></thead><tbody>\n");
}

static int
read_all(struct site *s, struct listing *l, struct err *err)
{
	const struct events_filter filter = {
	    .from_s = s->fleet.now_s - BACK_DAYS * INT64_C(86400),
	    .kind = "alert",
	    .limit = COUNTED};
	struct events *e = events_open_ro(s->state, err);
	int rc;

	if (e == NULL)
		return err->code == ERR_NOT_FOUND ? 0 : -1;
	rc = events_each(e, &filter, take_one, l, err);
	events_close(&e);
	return rc;
}

static int
write_history(struct site *s, struct err *err)
{
	struct framing frame = {.prose = true,
				.file = "alerts/history/index.html",
				.title = "Alert history",
				.nav = "alerts",
				.stamped = true};
	struct listing *l = calloc(1, sizeof(*l));
	int rc;

	if (l == NULL)
		return err_set(err, ERR_NOMEM, "history: out of memory");
	buf_init(&l->rows, ROWS_MAX);
	l->fleet = &s->fleet;
	l->now_s = s->fleet.now_s;
	buf_reset(&s->body);
	put(&s->body,
	    "<h1 class=\"says\"><span>Alert history</span></h1>\n<p "
	    "class=\"sub\">The last %d days \xc2\xb7 "
	    "<a href=\"/alerts/feed.atom\">feed</a> "
	    "\xc2\xb7 <a "
	    "href=\"/api/v1/annotations?kind=alert\">JSON</a></p>\n",
	    BACK_DAYS);
	moment_tabs(&s->body, "History");
	rc = read_all(s, l, err);
	if (rc == 0 && !buf_ok(&l->rows))
		rc = err_set(err, ERR_TOO_LARGE, "alert history: its rows");
	put_rules(l, &s->body);
	put_table(&s->body);
	put(&s->body, "%z", &l->rows);
	if (l->n == 0)
		buf_str(&s->body, "<tr><td colspan=\"5\">Nothing fired."
				  "</td></tr>\n");
	buf_str(&s->body, "</tbody></table></div>\n");
	buf_done(&l->rows);
	free(l);
	return rc == 0 ? site_write(s, &frame, err) : -1;
}

const struct page page_alerts_history = {
    .name = "alerts_history",
    .when = PAGE_ALWAYS,
    .write = write_history,
};
