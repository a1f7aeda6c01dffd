/* SPDX-License-Identifier: MIT */
/* Titles and summaries: see graph_words.h. */
#include "rrd/graph_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/clock.h"
#include "rrd/font.h"

#define NAMES_MAX 3

static const char *
title_of(const struct family *f)
{
	return f->title != NULL ? f->title : f->name;
}

static void
put_hosts(struct buf *b, const struct graph_request *r)
{
	char name[GRAPH_LABEL_SIZE];

	for (size_t i = 0; i < r->n_hosts && i < NAMES_MAX; i++) {
		graph_slug(r->paths[i].host, name, sizeof name);
		buf_str(b, i == 0 ? "" : ", ");
		buf_str(b, name);
	}
	if (r->n_hosts > NAMES_MAX)
		buf_fmt(b, " and %zu more", r->n_hosts - NAMES_MAX);
}

static void
put_subject(struct buf *b, const struct graph_data *d,
	    const struct graph_request *r)
{
	char name[GRAPH_LABEL_SIZE];

	buf_str(b, title_of(d->family));
	if (r->paths[0].instance[0] != '\0') {
		graph_slug(r->paths[0].instance, name, sizeof name);
		buf_fmt(b, " %s", name);
	}
}

void
graph_title(const struct graph_data *d, const struct graph_request *r,
	    char *out, size_t size)
{
	struct buf b;

	buf_init(&b, 2048);
	put_subject(&b, d, r);
	buf_str(&b, " · ");
	put_hosts(&b, r);
	if (r->range_text[0] != '\0')
		buf_fmt(&b, " · %s", r->range_text);
	font_clean(b.data, out, size);
	buf_done(&b);
}

static void
put_line(struct buf *b, const struct graph_data *d, const struct graph_line *l)
{
	char now[UNIT_TEXT_SIZE], max[UNIT_TEXT_SIZE];
	const char *unit = d->family->unit;
	bool name_unit = unit != NULL && *d->unit->symbol == '\0';

	unit_value(d->unit, l->now, now);
	unit_value(d->unit, l->max, max);
	buf_fmt(b, "%s now %s, max %s%s%s", l->label, now, max,
		name_unit ? " " : "", name_unit ? unit : "");
}

/* "; expected 3.1 by then" of the first forecast, or why there is none. */
static void
put_forecast(struct buf *b, const struct graph_data *d,
	     const struct graph_request *r)
{
	const struct graph_forecast *f = &r->forecasts[0];
	char value[UNIT_TEXT_SIZE], by[CLOCK_RFC3339_SIZE];

	if (r->forecast && r->forecast_why != NULL)
		buf_fmt(b, "; %s", r->forecast_why);
	if (r->n_forecasts == 0 || f->n == 0)
		return;
	clock_rfc3339(f->start_s + (int64_t)(f->n - 1) * f->step_s, by);
	unit_value(d->unit, f->median[f->n - 1], value);
	buf_fmt(b, "; expected %s by %s", value, by);
}

static void
put_notes(struct buf *b, const struct graph_request *r)
{
	char text[GRAPH_NOTES_TEXT];

	if (!r->notes)
		return;
	graph_notes_words(r, text);
	buf_fmt(b, "; %s", text);
}

const char *
graph_note_word(enum graph_note_kind kind, bool one)
{
	static const char *const words[GRAPH_NOTE__MAX][2] = {
	    [GRAPH_NOTE_ALERT] = {"alerts", "alert"},
	    [GRAPH_NOTE_HEAL] = {"heals", "heal"},
	    [GRAPH_NOTE_CHAOS] = {"chaos runs", "chaos run"},
	    [GRAPH_NOTE_OTHER] = {"notes", "note"},
	};

	return words[kind][one ? 1 : 0];
}

void
graph_notes_words(const struct graph_request *r, char out[GRAPH_NOTES_TEXT])
{
	struct buf b;

	buf_init(&b, 1024);
	for (int i = 0; i < GRAPH_NOTE__MAX; i++) {
		size_t n = r->notes_in_all[i];

		if (n > 0)
			buf_fmt(
			    &b, "%s%zu %s", b.len > 0 ? ", " : "", n,
			    graph_note_word((enum graph_note_kind)i, n == 1));
	}
	(void)snprintf(out, GRAPH_NOTES_TEXT, "%s",
		       b.len > 0       ? b.data
		       : r->notes_lost ? "events cannot be read"
				       : "no events");
	buf_done(&b);
}

void
graph_summary(const struct graph_data *d, const struct graph_request *r,
	      char out[256])
{
	struct buf b;
	size_t named = 0;

	buf_init(&b, 4096);
	put_subject(&b, d, r);
	buf_str(&b, " of ");
	put_hosts(&b, r);
	if (r->range_text[0] != '\0')
		buf_fmt(&b, ", %s", r->range_text);
	buf_str(&b, d->known ? ": " : ": no data");
	for (size_t i = 0; i < d->n && d->known && named < 4; i++) {
		if (isnan(d->lines[i].now) || d->lines[i].max == 0)
			continue;
		buf_str(&b, named++ == 0 ? "" : "; ");
		put_line(&b, d, &d->lines[i]);
	}
	if (d->known && named == 0)
		buf_str(&b, "always 0");
	put_forecast(&b, d, r);
	put_notes(&b, r);
	font_clean(b.data, out, 256);
	buf_done(&b);
}

void
graph_range_words(const struct graph_request *r, char *out, size_t size)
{
	char from[CLOCK_RFC3339_SIZE], to[CLOCK_RFC3339_SIZE];

	clock_rfc3339(r->from_s, from);
	clock_rfc3339(r->to_s, to);
	(void)snprintf(out, size, "%s to %s", from, to);
}
