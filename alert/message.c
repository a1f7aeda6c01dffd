/* SPDX-License-Identifier: MIT */
/* The words of a message: see message.h. */
#include "alert/message.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/html.h"

#define TITLE_MAX 250

void
message_copy(char *out, size_t size, const char *text)
{
	size_t n = strlen(text);

	if (n >= size) {
		n = size - 1;
		while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
			n--;
	}
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		out[i] = c < 0x20 || c == 0x7f ? ' ' : text[i];
	}
	out[n] = '\0';
}

void
message_span(int64_t s, char out[24])
{
	if (s < 120)
		(void)snprintf(out, 24, "%lld s", (long long)s);
	else if (s < 7200)
		(void)snprintf(out, 24, "%lld min", (long long)(s / 60));
	else if (s < 2 * 86400)
		(void)snprintf(out, 24, "%lld h", (long long)(s / 3600));
	else
		(void)snprintf(out, 24, "%.1f days", (double)s / 86400);
}

enum alert_level
message_level(const struct message *m)
{
	enum alert_level worst = LEVEL_OK;

	for (size_t i = 0; i < m->n_alerts; i++)
		if (!m->alerts[i].resolved && m->alerts[i].level > worst)
			worst = m->alerts[i].level;
	return worst;
}

const char *
message_word(enum alert_level level)
{
	static const char *const words[LEVEL__MAX] = {"RESOLVED", "WARNING",
						      "CRITICAL"};

	return words[level];
}

void
message_title(const struct message *m, struct buf *out)
{
	int32_t others = (m->n_firing > 0 ? m->n_firing : m->n_resolved) - 1;
	char line[TITLE_MAX + 1], whole[512];

	(void)snprintf(whole, sizeof(whole), "[%s] %s",
		       message_word(message_level(m)), m->alerts[0].summary);
	message_copy(line, sizeof(line) - 24, whole);
	buf_str(out, line);
	if (others > 0)
		buf_fmt(out, " and %d more", (int)others);
}

void
message_page_url(const struct message *m, const struct message_alert *a,
		 struct buf *out)
{
	if (a->url[0] != '\0') {
		buf_str(out, a->url);
		return;
	}
	if (m->site[0] == '\0' || a->host[0] == '\0')
		return;
	buf_fmt(out, "%s/h/", m->site);
	html_url(out, a->cluster);
	buf_char(out, '/');
	html_url(out, a->host);
	buf_char(out, '/');
}

void
message_graph_url(const struct message *m, const struct message_alert *a,
		  struct buf *out)
{
	const char *leaf = strrchr(a->series, '/');

	if (m->site[0] == '\0' || leaf == NULL)
		return;
	buf_fmt(out, "%s/g/", m->site);
	html_url(out, a->cluster);
	buf_char(out, '/');
	html_url(out, a->host);
	buf_char(out, '/');
	html_url(out, leaf + 1);
	buf_str(out, "/6h.png");
}

void
message_times(const struct message_alert *a, struct buf *out)
{
	char when[CLOCK_RFC3339_SIZE], span[24];

	clock_rfc3339(a->since_s, when);
	if (!a->resolved) {
		buf_fmt(out, "since %s", when);
		return;
	}
	message_span(a->ended_s - a->since_s, span);
	buf_fmt(out, "began %s, lasted %s", when, span);
}

static void
put_alert_text(const struct message *m, const struct message_alert *a,
	       struct buf *out)
{
	struct buf url;

	buf_fmt(out, "%s: %s\n  ",
		a->resolved ? "RESOLVED" : message_word(a->level), a->summary);
	message_times(a, out);
	buf_char(out, '\n');
	if (a->reason[0] != '\0')
		buf_fmt(out, "  %s\n", a->reason);
	if (a->runbook[0] != '\0')
		buf_fmt(out, "  what to do: %s\n", a->runbook);
	buf_init(&url, 2048);
	message_page_url(m, a, &url);
	if (url.len > 0)
		buf_fmt(out, "  %s\n", url.data);
	buf_done(&url);
	buf_char(out, '\n');
}

int32_t
message_unlisted(const struct message *m)
{
	return m->n_firing + m->n_resolved - (int32_t)m->n_alerts;
}

void
message_text(const struct message *m, struct buf *out)
{
	if (m->note[0] != '\0')
		buf_fmt(out, "%s\n\n", m->note);
	for (size_t i = 0; i < m->n_alerts; i++)
		put_alert_text(m, &m->alerts[i], out);
	if (message_unlisted(m) > 0)
		buf_fmt(out, "… and %d more: %d firing, %d resolved in all\n",
			(int)message_unlisted(m), (int)m->n_firing,
			(int)m->n_resolved);
}
