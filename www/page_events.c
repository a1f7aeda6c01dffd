/* SPDX-License-Identifier: MIT */
/*
 * What happened: alerts, annotations, deployments, decisions to heal, newest
 * first, with the hosts they belong to.
 */
#include <string.h>

#include "core/clock.h"
#include "events/store.h"
#include "www/moment.h"
#include "www/put.h"
#include "www/site.h"
#include "www/text.h"

#define EVENTS_SHOWN  200
#define EVENTS_BACK_S (30 * INT64_C(86400))

struct listing {
	struct buf *b;
	const struct fleet *fleet;
	int64_t now_s;
	int n;
	char day[11]; /* of the row before */
};

static enum health_state
severity_state(const char *severity)
{
	if (strcmp(severity, "critical") == 0)
		return HEALTH_CRITICAL;
	return strcmp(severity, "warning") == 0 ? HEALTH_WARNING : HEALTH_OK;
}

static void
put_span(struct buf *b, const struct event *e, int64_t now_s)
{
	if (e->until_s == EVENT_OPEN) {
		buf_str(b, "for ");
		text_age(b, now_s - e->time_s);
		buf_str(b, ", still");
	} else if (e->until_s > e->time_s) {
		text_age(b, e->until_s - e->time_s);
	}
}

static int
put_event(const struct event *e, void *arg)
{
	struct listing *l = arg;
	char stamp[CLOCK_RFC3339_SIZE];
	struct buf *b = l->b;

	clock_rfc3339(e->time_s, stamp);
	moment_day(b, l->day, stamp);
	put(b, "<tr><td><time datetime=\"%s\">", stamp);
	buf_put(b, stamp + 11, 5);
	put(b,
	    "</time></td><td><span class=\"tag %s\">%t</span></td>"
	    "<th scope=\"row\">%t",
	    health_class(severity_state(e->severity)), e->kind, e->title);
	if (e->text[0] != '\0')
		put(b, "<small>%t</small>", e->text);
	buf_str(b, "</th><td>");
	moment_place(b, l->fleet, e->cluster, e->host);
	buf_str(b, "</td><td class=\"n\">");
	put_span(b, e, l->now_s);
	buf_str(b, "</td></tr>\n");
	l->n++;
	return 0;
}

static int
read_events(struct site *s, struct listing *l, struct err *err)
{
	struct events_filter filter = {.from_s = s->fleet.now_s - EVENTS_BACK_S,
				       .limit = EVENTS_SHOWN};
	struct err why = {0};
	struct events *e = events_open_ro(s->state, &why);
	int rc;

	if (e == NULL) {
		if (why.code == ERR_NOT_FOUND)
			return 0; /* nothing has happened yet */
		*err = why;
		return -1;
	}
	rc = events_each(e, &filter, put_event, l, err);
	events_close(&e);
	return rc;
}

static int
write_events(struct site *s, struct err *err)
{
	struct framing frame = {.prose = true,
				.file = "events/index.html",
				.title = "Events",
				.nav = "events",
				.stamped = true};
	struct listing l = {
	    .b = &s->body, .fleet = &s->fleet, .now_s = s->fleet.now_s};

	buf_reset(&s->body);
	buf_str(&s->body, "<h1 class=\"says\"><span>Events</span></h1>\n");
	buf_str(
	    &s->body,
	    "<p class=\"sub\">"
	    "What happened in the last 30 days, newest first \xc2\xb7 what is "
	    "wrong now stands under <a href=\"/alerts/\">Alerts</a></p>\n"
	    "<div class=\"card scroll\" id=\"events\"><table class=\"plain "
	    "events\"><thead><tr><th scope=\"col\" data-utc>Time (UTC)</th><th "
	    "scope=\"col\">Kind</th><th scope=\"col\">What</th><th "
	    "scope=\"col\">Where</th><th scope=\"col\" class=\"n\">How long"
	    "</th></tr></thead><tbody>\n");
	if (read_events(s, &l, err) != 0)
		return -1;
	if (l.n == 0)
		buf_str(&s->body, "<tr><td colspan=\"5\">Nothing happened. "
				  "Alerts, annotations and deployments will "
				  "stand here.</td></tr>\n");
	buf_str(&s->body, "</tbody></table></div>\n");
	return site_write(s, &frame, err);
}

const struct page page_events = {
    .name = "events",
    .nav = "Events",
    .href = "/events/",
    .order = 55,
    .when = PAGE_ALWAYS,
    .write = write_events,
};
