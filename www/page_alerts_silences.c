/* SPDX-License-Identifier: MIT */
/*
 * Silences and maintenance windows: what is in force or planned, and a form
 * that makes one, by a token that the browser has or as a line to copy.
 */
#include <string.h>

#include "core/clock.h"
#include "core/json.h"
#include "www/moment.h"
#include "www/put.h"
#include "www/site.h"
#include "www/text.h"

static void
put_time(struct buf *b, int64_t t_s)
{
	char stamp[CLOCK_RFC3339_SIZE];

	clock_rfc3339(t_s, stamp);
	put(b, "<time data-date datetime=\"%s\">", stamp);
	buf_put(b, stamp, 10);
	buf_char(b, ' ');
	buf_put(b, stamp + 11, 5);
	buf_str(b, "</time>");
}

static void
put_silence(struct buf *b, const cJSON *j, int64_t now_s)
{
	int64_t from_s = (int64_t)json_get_double(j, "from", 0);
	int64_t until_s = (int64_t)json_get_double(j, "until", 0);
	const cJSON *m;

	put(b, "<tr><td><span class=\"tag\">%s</span></td><th scope=\"row\">",
	    from_s > now_s ? "planned" : "in force");
	cJSON_ArrayForEach (m, cJSON_GetObjectItemCaseSensitive(j, "matchers"))
		if (cJSON_IsString(m))
			put(b, "<code>%t=%t</code> ", m->string,
			    m->valuestring);
	put(b, "<small>%t</small></th><td>", json_get_text(j, "comment"));
	put_time(b, from_s);
	buf_str(b, " \xe2\x80\x93 ");
	put_time(b, until_s);
	buf_str(b, "</td><td class=\"n\">");
	text_age(b, from_s > now_s ? until_s - from_s : until_s - now_s);
	put(b,
	    "%s</td><td>%t</td><td data-end=\"%t\"><code>robin alert "
	    "silence end %t</code></td></tr>\n",
	    from_s > now_s ? "" : " left", json_get_text(j, "author"),
	    json_get_text(j, "id"), json_get_text(j, "id"));
}

static void
put_table(struct buf *b, const cJSON *list, int64_t now_s)
{
	const cJSON *j;

	if (cJSON_GetArraySize(list) == 0) {
		buf_str(b, "<p class=\"card prose\" id=\"active\">Nothing is "
			   "silenced, and nothing is planned.</p>\n");
		return;
	}
	buf_str(b, "<div class=\"card scroll\" id=\"active\"><table "
		   "class=\"plain events\"><caption class=\"vh\">Silences"
		   "</caption><thead><tr><th scope=\"col\">State</th>"
		   "<th scope=\"col\">What</th><th scope=\"col\" data-utc>When "
		   "(UTC)</th><th scope=\"col\" class=\"n\">How long</th>"
		   "<th scope=\"col\">By</th><th scope=\"col\">End it</th>"
		   "</tr></thead><tbody>\n");
	cJSON_ArrayForEach (j, list)
		put_silence(b, j, now_s);
	buf_str(b, "</tbody></table></div>\n");
}

/* Without scripts the lines alone; with them a form that writes them. */
static const char form[] =
    "<h2 class=\"sec\">Silence something</h2>\n"
    "<div class=\"card prose\"><p>Alerts go on and are shown, but nobody is "
    "told; whatever still fires at the end is told then. One that begins "
    "later is a maintenance window. Patterns have <code>*</code> and "
    "<code>?</code>.</p>\n"
    "<div class=\"live\" id=\"silence\"></div>\n"
    "<pre><code id=\"line\">robin alert silence add host=web1 rule=disk_* "
    "--for 2h --comment \"new disks\"</code></pre>\n"
    "<pre class=\"nojs\"><code>robin alert silence add cluster=prod "
    "--from 2026-12-01T22:00:00Z --for 4h --comment \"kernel update\"</code>"
    "</pre>\n"
    "<p>Or over HTTP, with a token of <code>robin token NAME</code>: POST to "
    "<code>/api/v1/silences</code>.</p></div>\n";

static int
write_silences(struct site *s, struct err *err)
{
	struct framing frame = {.prose = true,
				.file = "alerts/silences/index.html",
				.title = "Silences",
				.nav = "alerts",
				.script = "alerts.js",
				.stamped = true};
	struct buf *b = &s->body;

	buf_reset(b);
	buf_str(b, "<h1 class=\"says\"><span>Silences and maintenance"
		   "</span></h1>\n<p class=\"sub\">");
	buf_str(b, s->alarms.alive
		       ? "Who matches is not told of"
		       : "robin-alert does not run: <code>robin doctor</code> "
			 "says why");
	buf_str(b, " \xc2\xb7 <a href=\"/api/v1/silences\">JSON</a></p>\n");
	moment_tabs(b, "Silences");
	put_table(b, json_get_array(s->alarms.doc, "silences"), s->fleet.now_s);
	buf_str(b, form);
	return site_write(s, &frame, err);
}

const struct page page_alerts_silences = {
    .name = "alerts_silences",
    .when = PAGE_ALWAYS,
    .write = write_silences,
};
