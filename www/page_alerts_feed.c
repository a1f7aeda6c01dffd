/* SPDX-License-Identifier: MIT */
/*
 * The newest alerts as an Atom feed (RFC 4287).  An incident is one entry
 * for ever: its id comes from its event, and its end only changes it.
 */
#include <string.h>

#include <xxhash.h>

#include "core/clock.h"
#include "core/html.h"
#include "core/version.h"
#include "events/store.h"
#include "www/moment.h"
#include "www/put.h"
#include "www/site.h"
#include "www/text.h"

#define ENTRIES 50

struct feed {
	struct buf *b;
	const char *site;
	int64_t now_s, newest_s;
};

/* A name-based UUID (version 8: by a hash of our own). */
static void
put_id(struct buf *b, const char *name)
{
	XXH128_hash_t h = XXH3_128bits(name, strlen(name));
	char text[48];

	(void)snprintf(text, sizeof(text), "%08x-%04x-8%03x-%04x-%012llx",
		       (unsigned)(h.high64 >> 32),
		       (unsigned)(h.high64 >> 16 & 0xffff),
		       (unsigned)(h.high64 & 0xfff),
		       (unsigned)(h.low64 >> 48 & 0x3fff) | 0x8000,
		       (unsigned long long)(h.low64 & 0xffffffffffff));
	put(b, "<id>urn:uuid:%s</id>", text);
}

static void
put_time(struct buf *b, const char *tag, int64_t t_s)
{
	char stamp[CLOCK_RFC3339_SIZE];

	clock_rfc3339(t_s, stamp);
	put(b, "<%s>%s</%s>", tag, stamp, tag);
}

static int64_t
changed_s(const struct event *e)
{
	return e->until_s > e->time_s ? e->until_s : e->time_s;
}

/* HTML, which the feed then holds as text. */
static void
put_content(struct feed *f, const struct event *e)
{
	int64_t end_s = e->until_s == EVENT_OPEN ? 0
			: e->until_s == 0	 ? e->time_s
						 : e->until_s;
	struct buf html, source;

	buf_init(&html, 16384);
	buf_init(&source, 4096);
	if (e->text[0] != '\0')
		put(&html, "<p>%t</p>", e->text);
	if (e->until_s > e->time_s) {
		buf_str(&html, "<p>It lasted ");
		text_age(&html, e->until_s - e->time_s);
		buf_str(&html, ".</p>");
	}
	moment_source(&source, f->site, e->series, e->time_s, end_s, f->now_s);
	if (source.len > 0)
		put(&html,
		    "<p><img src=\"%z,720x260,notes.png\" alt=\"%p\">"
		    "</p>",
		    &source, e->series);
	buf_str(f->b, "<content type=\"html\">");
	html_text(f->b, html.data);
	buf_str(f->b, "</content>");
	buf_done(&html);
	buf_done(&source);
}

static int
put_entry(const struct event *e, void *arg)
{
	struct feed *f = arg;
	const char *word = e->until_s > e->time_s ? "resolved" : e->severity;

	buf_str(f->b, "<entry>");
	put_id(f->b, e->uid);
	put(f->b, "<title>[%t] %t</title>", word, e->title);
	put_time(f->b, "published", e->time_s);
	put_time(f->b, "updated", changed_s(e));
	put(f->b,
	    "<link rel=\"alternate\" type=\"text/html\" "
	    "href=\"%t/alerts/history/#e%l\"/>",
	    f->site, e->id);
	for (size_t i = 0; i < e->n_tags; i++)
		put(f->b, "<category term=\"%t\"/>", e->tags[i]);
	put_content(f, e);
	buf_str(f->b, "</entry>\n");
	return 0;
}

static int
note_newest(const struct event *e, void *arg)
{
	struct feed *f = arg;

	if (changed_s(e) > f->newest_s)
		f->newest_s = changed_s(e);
	return 0;
}

static void
put_head(struct feed *f, const char *title)
{
	char name[256];

	(void)snprintf(name, sizeof(name), "feed %s %s", f->site, title);
	put(f->b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		  "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
	put_id(f->b, name);
	put(f->b,
	    "<title>%t: alerts</title><author><name>%t</name></author>"
	    "<link rel=\"self\" type=\"application/atom+xml\" "
	    "href=\"%t/alerts/feed.atom\"/>"
	    "<link rel=\"alternate\" type=\"text/html\" href=\"%t/alerts/\"/>"
	    "<generator version=\"%s\">Robin</generator>",
	    title, title, f->site, f->site, ROBIN_VERSION);
	put_time(f->b, "updated", f->newest_s);
	buf_char(f->b, '\n');
}

static int
write_feed(struct site *s, struct err *err)
{
	struct events_filter filter = {.kind = "alert", .limit = ENTRIES};
	const char *title =
	    s->conf.site_title[0] != '\0' ? s->conf.site_title : "Robin";
	/* before anything happened the feed is as old as time */
	struct feed f = {.b = &s->body,
			 .site = s->conf.site_url,
			 .now_s = s->fleet.now_s,
			 .newest_s = CLOCK_MIN_S};
	struct events *e = events_open_ro(s->state, err);
	int rc = 0;

	if (e == NULL && err->code != ERR_NOT_FOUND)
		return -1;
	buf_reset(&s->body);
	if (e != NULL)
		rc = events_each(e, &filter, note_newest, &f, err);
	put_head(&f, title);
	if (e != NULL && rc == 0)
		rc = events_each(e, &filter, put_entry, &f, err);
	events_close(&e);
	buf_str(&s->body, "</feed>\n");
	if (rc != 0)
		return -1;
	return out_write(&s->out, "alerts/feed.atom", &s->body, err) < 0 ? -1
									 : 0;
}

const struct page page_alerts_feed = {
    .name = "alerts_feed",
    .when = PAGE_ALWAYS,
    .write = write_feed,
};
