/* SPDX-License-Identifier: MIT */
/*
 * A message as HTML for mail: a card an alert.  Colours stand in the elements,
 * since many readers drop a style sheet; the sheet only serves those that
 * know dark mode.
 */
#include <string.h>

#include "alert/message.h"
#include "core/buf.h"
#include "core/html.h"

static const struct {
	const char *ink, *ground;
} colours[LEVEL__MAX] = {
    {"#1a7f4b", "#eef7f1"}, {"#8a5a00", "#fdf7e8"}, {"#b3261e", "#fdf1f0"}};

static const char head[] =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\">"
    "<meta name=\"color-scheme\" content=\"light dark\"><style>"
    "@media (prefers-color-scheme: dark) { .page { background: #0c0f13 "
    "!important } .card { background: #171c23 !important; color: #d9e0e8 "
    "!important } .mute { color: #97a3b2 !important } .button { color: "
    "#d9e0e8 !important; border-color: #3a4552 !important } .tag1 { "
    "background: #3a2f10 !important; color: #e3b341 !important } .tag2 { "
    "background: #451a18 !important; color: #ff8a80 !important } .tag0 { "
    "background: #12351f !important; color: #5bc98c !important } }"
    "</style></head>\n";

static void
put_button(struct buf *out, const char *href, const char *text)
{
	buf_str(out, "<a class=\"button\" style=\"display:inline-block;margin:"
		     "12px 8px 0 0;padding:7px 14px;border:1px solid #cfd6de;"
		     "border-radius:7px;color:#1c2530;text-decoration:none;"
		     "font-size:14px\" href=\"");
	html_attr(out, href);
	buf_fmt(out, "\">%s</a>", text);
}

static bool
is_link(const char *text)
{
	return strncmp(text, "https://", 8) == 0 ||
	       strncmp(text, "http://", 7) == 0;
}

static void
put_ways(const struct message *m, const struct message_alert *a,
	 struct buf *out)
{
	struct buf url;

	buf_init(&url, 8192);
	message_page_url(m, a, &url);
	if (url.len > 0)
		put_button(out, url.data,
			   a->url[0] != '\0' ? "Where it comes from"
					     : "Graphs of the host");
	if (is_link(a->runbook))
		put_button(out, a->runbook, "What to do");
	if (m->site[0] != '\0' && !a->resolved) {
		buf_reset(&url);
		buf_fmt(&url, "%s/alerts/#a-%s", m->site, a->fingerprint);
		put_button(out, url.data, "Acknowledge or silence");
	}
	buf_done(&url);
}

static void
put_small(struct buf *out, const char *text)
{
	buf_str(out, "<div class=\"mute\" style=\"margin-top:4px;color:#5b6775;"
		     "font-size:14px\">");
	html_text(out, text);
	buf_str(out, "</div>\n");
}

static void
put_alert(const struct message *m, const struct message_alert *a, bool png,
	  struct buf *out)
{
	enum alert_level level = a->resolved ? LEVEL_OK : a->level;
	struct buf times;

	buf_init(&times, 512);
	message_times(a, &times);
	buf_fmt(out,
		"<div class=\"card\" style=\"margin:0 0 14px;padding:18px 20px;"
		"background:#fff;color:#1c2530;border-radius:10px;border-left:"
		"4px solid %s\">\n<span class=\"tag%d\" style=\"display:"
		"inline-block;padding:2px 9px;border-radius:9px;background:%s;"
		"color:%s;font-size:12px;font-weight:600;letter-spacing:.03em"
		"\">%s</span>\n<div style=\"margin-top:8px;font-size:18px;"
		"font-weight:600;line-height:1.35\">",
		colours[level].ink, (int)level, colours[level].ground,
		colours[level].ink, message_word(level));
	html_text(out, a->summary);
	buf_str(out, "</div>\n");
	if (a->reason[0] != '\0')
		put_small(out, a->reason);
	put_small(out, times.data);
	if (a->runbook[0] != '\0' && !is_link(a->runbook))
		put_small(out, a->runbook);
	if (png) {
		buf_str(out, "<img src=\"cid:g1\" width=\"600\" style=\""
			     "display:block;width:100%;max-width:720px;height:"
			     "auto;margin-top:12px;border-radius:6px\" alt=\""
			     "Graph: ");
		html_attr(out, a->series);
		buf_str(out, "\">\n");
	}
	put_ways(m, a, out);
	buf_str(out, "</div>\n");
	buf_done(&times);
}

void
message_html(const struct message *m, bool png, struct buf *out)
{
	buf_str(out, head);
	buf_str(out, "<body class=\"page\" style=\"margin:0;background:#f5f6f8;"
		     "font:15px/1.5 system-ui,-apple-system,'Segoe UI',sans-"
		     "serif\"><div class=\"page\" style=\"padding:20px 12px;"
		     "background:#f5f6f8\"><div style=\"max-width:660px;margin:"
		     "0 auto\">\n");
	if (m->note[0] != '\0') {
		buf_str(out, "<p class=\"mute\" style=\"margin:0 0 12px 4px;"
			     "color:#5b6775\">");
		html_text(out, m->note);
		buf_str(out, "</p>\n");
	}
	for (size_t i = 0; i < m->n_alerts; i++)
		put_alert(m, &m->alerts[i], png && i == 0, out);
	if (message_unlisted(m) > 0)
		buf_fmt(out,
			"<p class=\"mute\" style=\"margin:0 0 12px 4px;color:"
			"#5b6775\">and %d more: %d firing, %d resolved in all"
			"</p>\n",
			(int)message_unlisted(m), (int)m->n_firing,
			(int)m->n_resolved);
	buf_str(out, "</div></div></body></html>\n");
}
