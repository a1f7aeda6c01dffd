/* SPDX-License-Identifier: MIT */
/*
 * What the alert engine sees now: firing before pending, the worst first,
 * each with its words, its graph, and what can be done about it.
 */
#include <string.h>

#include "core/html.h"
#include "core/json.h"
#include "www/draw.h"
#include "www/moment.h"
#include "www/put.h"
#include "www/site.h"
#include "www/text.h"

#define SHOWN	 200
#define PICTURED 6 /* more would be a wall of panels */

/* Why nobody is told of it, or what else is to be said in a word. */
static const struct {
	const char *flag, *word;
} flags[] = {
    {"acked", "acknowledged"},	   {"silenced", "silenced"},
    {"inhibited", "host is down"}, {"off_hours", "outside its hours"},
    {"flapping", "flapping"},
};

static void
put_tags(struct buf *b, const cJSON *j)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (cJSON_IsTrue(
			cJSON_GetObjectItemCaseSensitive(j, flags[i].flag)))
			put(b, " <span class=\"tag\">%s</span>", flags[i].word);
}

static enum health_state
state_of(const cJSON *j)
{
	return strcmp(json_get_text(j, "severity"), "critical") == 0
		   ? HEALTH_CRITICAL
		   : HEALTH_WARNING;
}

static void
put_facts(struct buf *b, const cJSON *j, const struct fleet *f)
{
	const char *value = json_get_text(j, "value_text");
	const char *runbook = json_get_text(j, "runbook");
	const char *source = json_get_text(
	    cJSON_GetObjectItemCaseSensitive(j, "labels"), "source");
	const char *url = json_get_text(j, "url");
	int64_t since_s = (int64_t)json_get_double(j, "since", 0);

	buf_str(b, "<p class=\"facts\">");
	moment_place(b, f, json_get_text(j, "cluster"),
		     json_get_text(j, "host"));
	put(b, " \xc2\xb7 rule <a href=\"/alerts/history/#rule-%u\">%t</a>",
	    json_get_text(j, "rule"), json_get_text(j, "rule"));
	if (*value != '\0')
		put(b, " \xc2\xb7 now %t", value);
	buf_str(b, " \xc2\xb7 for ");
	text_age(b, f->now_s - since_s);
	if (*source != '\0')
		put(b, " \xc2\xb7 from %t", source);
	if (*url != '\0')
		put(b, " \xc2\xb7 <a href=\"%t\">its page there</a>", url);
	if (strncmp(runbook, "http", 4) == 0)
		put(b, " \xc2\xb7 <a href=\"%t\"><b>What to do</b></a>",
		    runbook);
	else if (*runbook != '\0')
		put(b, " \xc2\xb7 <b>%t</b>", runbook);
	buf_str(b, "</p>\n");
}

/* By a button where the browser has a token, else by a line to copy. */
static void
put_ways(struct buf *b, const cJSON *j)
{
	bool acked = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "acked"));

	put(b,
	    "<details class=\"ways\"><summary>Acknowledge or silence"
	    "</summary>\n<p>Acknowledging ends repeats and escalation until it "
	    "resolves or gets worse:</p>\n"
	    "<pre><code>robin alert ack %s%t</code></pre>\n"
	    "<p>A silence tells nobody for a while:</p>\n"
	    "<pre><code>robin alert silence add ",
	    acked ? "--undo " : "", json_get_text(j, "id"));
	if (*json_get_text(j, "host") != '\0')
		put(b, "host=%t ", json_get_text(j, "host"));
	put(b,
	    "rule=%t --for 2h --comment \"\xe2\x80\xa6\"</code></pre>\n"
	    "<p class=\"live\" data-ack=\"%t\" data-acked=\"%s\"></p>\n"
	    "<p><a href=\"/alerts/silences/#rule=%u&amp;host=%u\">"
	    "Silence it by a form</a></p></details>\n",
	    json_get_text(j, "rule"), json_get_text(j, "id"), acked ? "1" : "",
	    json_get_text(j, "rule"), json_get_text(j, "host"));
}

static void
put_alert(struct buf *b, const cJSON *j, int n, const struct fleet *f)
{
	bool firing = strcmp(json_get_text(j, "state"), "firing") == 0;
	const char *series = json_get_text(j, "series");
	int64_t since_s = (int64_t)json_get_double(j, "since", 0);
	int64_t now_s = f->now_s;

	put(b, "<li class=\"card alert%s%s\" id=\"a-%t\"><h2>",
	    firing ? " " : "", firing ? health_class(state_of(j)) : "",
	    json_get_text(j, "id"));
	if (firing)
		draw_state(b, state_of(j));
	put(b, "<span>%t", json_get_text(j, "summary"));
	if (!firing)
		buf_str(b, " <span class=\"tag\">pending</span>");
	put_tags(b, j);
	buf_str(b, "</span></h2>\n");
	if (*json_get_text(j, "reason") != '\0')
		put(b, "<p>%t</p>\n", json_get_text(j, "reason"));
	put_facts(b, j, f);
	if (firing && n < PICTURED) {
		moment_picture(b, series, since_s, 0, now_s);
	} else if (*series != '\0') {
		buf_str(b, "<details><summary>Graph</summary>\n");
		moment_picture(b, series, since_s, 0, now_s);
		buf_str(b, "</details>\n");
	}
	if (firing)
		put_ways(b, j);
	buf_str(b, "</li>\n");
}

static int
count(const cJSON *doc, const char *name)
{
	return (int)json_get_double(
	    cJSON_GetObjectItemCaseSensitive(doc, "counts"), name, 0);
}

static void
put_sentence(struct buf *b, const struct alarms *a)
{
	int critical = count(a->doc, "critical");
	int warning = count(a->doc, "warning"), n = critical + warning;

	buf_str(b, "<h1 class=\"says\">");
	if (a->alive)
		draw_state(b, critical > 0  ? HEALTH_CRITICAL
			      : warning > 0 ? HEALTH_WARNING
					    : HEALTH_OK);
	buf_str(b, "<span>");
	if (!a->alive) {
		buf_str(b, "Nobody is watching");
	} else if (n == 0) {
		buf_str(b, "No alert needs you");
	} else {
		put(b, "%d alert%s need%s you", n, n == 1 ? "" : "s",
		    n == 1 ? "s" : "");
		if (critical > 0 && warning > 0)
			put(b, ", %d critical", critical);
	}
	buf_str(b, "</span></h1>\n<p class=\"sub\">");
	if (!a->alive)
		buf_str(b, "robin-alert does not run, or has not looked for "
			   "minutes: <code>robin doctor</code> says why");
	else
		put(b, "%d rules watch %d things \xc2\xb7 %d pending, %d muted",
		    (int)json_get_double(a->doc, "rules", 0),
		    (int)json_get_double(a->doc, "watched", 0),
		    count(a->doc, "pending"), count(a->doc, "muted"));
	buf_str(b, " \xc2\xb7 <a href=\"/alerts/feed.atom\">feed</a> "
		   "\xc2\xb7 <a href=\"/api/v1/alerts\">JSON</a></p>\n");
}

static int
write_alerts(struct site *s, struct err *err)
{
	struct framing frame = {.prose = true,
				.file = "alerts/index.html",
				.title = "Alerts",
				.nav = "alerts",
				.script = "alerts.js",
				.stamped = true};
	const cJSON *list = json_get_array(s->alarms.doc, "alerts"), *j;
	struct buf *b = &s->body;
	int n = 0;

	buf_reset(b);
	put_sentence(b, &s->alarms);
	moment_tabs(b, "Active");
	buf_str(b, "<div id=\"active\">\n");
	if (cJSON_GetArraySize(list) > 0)
		buf_str(b, "<ul class=\"alerts\">\n");
	cJSON_ArrayForEach (j, list) {
		if (n == SHOWN)
			break;
		put_alert(b, j, n++, &s->fleet);
	}
	if (n > 0)
		buf_str(b, "</ul>\n");
	if (cJSON_GetArraySize(list) > n)
		put(b,
		    "<p class=\"sub\">and %d more: <a href=\"/api/v1/alerts\">"
		    "all of them as JSON</a></p>\n",
		    cJSON_GetArraySize(list) - n);
	if (s->alarms.alive && n == 0)
		buf_str(b, "<p class=\"card prose\">All is well. What happened "
			   "before stands in the <a href=\"/alerts/history/\">"
			   "history</a>.</p>\n");
	buf_str(b, "</div>\n");
	return site_write(s, &frame, err);
}

const struct page page_alerts = {
    .name = "alerts",
    .nav = "Alerts",
    .href = "/alerts/",
    .order = 52,
    .when = PAGE_ALWAYS,
    .write = write_alerts,
};
