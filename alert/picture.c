/* SPDX-License-Identifier: MIT */
/* The graph in a message: see picture.h. */
#include "alert/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "rrd/graph.h"
#include "rrd/query.h"

#define WIDTH	   720
#define HEIGHT	   280
#define SPAN_S	   (6 * INT64_C(3600))
#define SPAN_MAX_S (14 * INT64_C(86400))

static const enum graph_level levels[LEVEL__MAX] = {GRAPH_INFO, GRAPH_WARNING,
						    GRAPH_CRITICAL};

static void
set_range(struct graph_request *r, const struct message *m)
{
	int64_t age_s = m->time_s - m->alerts[0].since_s;
	int64_t span_s = SPAN_S;
	char span[24];

	if (age_s + age_s / 4 > span_s)
		span_s = age_s + age_s / 4;
	if (span_s > SPAN_MAX_S)
		span_s = SPAN_MAX_S;
	r->to_s = m->time_s;
	r->from_s = m->time_s - span_s;
	message_span(span_s, span);
	(void)snprintf(r->range_text, sizeof(r->range_text), "last %s", span);
}

/* Where it fired, and how long that lasted. */
static void
set_mark(struct graph_request *r, const struct message_alert *a)
{
	struct graph_note *n = &r->note[0];

	r->notes = true;
	r->n_notes = r->notes_in_all[GRAPH_NOTE_ALERT] = 1;
	n->kind = GRAPH_NOTE_ALERT;
	n->level = levels[a->level];
	n->time_s = a->since_s;
	n->until_s = a->resolved ? a->ended_s : r->to_s;
	(void)snprintf(n->text, sizeof(n->text), "fired");
}

static void
set_limits(struct graph_request *r, const struct message_alert *a)
{
	for (int i = LEVEL_WARNING; i < LEVEL__MAX; i++) {
		struct graph_limit *l = &r->limits[r->n_limits];

		if (a->line[i] == 0)
			continue;
		l->value = a->line[i];
		l->level = levels[i];
		(void)snprintf(l->text, sizeof(l->text), "%s",
			       alert_level_name((enum alert_level)i));
		r->n_limits++;
	}
}

void
picture_draw(const char *state, const struct message *m, struct buf *png)
{
	struct graph_request *r = calloc(1, sizeof(*r));
	const char *series = m->alerts[0].series;
	struct query q;

	if (r == NULL)
		return;
	r->n_hosts = 1;
	r->width = WIDTH;
	r->height = HEIGHT;
	r->scale = 2;
	r->format = GRAPH_PNG;
	set_range(r, m);
	set_mark(r, &m->alerts[0]);
	set_limits(r, &m->alerts[0]);
	if (*series != '\0' &&
	    path_parse(series, strlen(series), &r->paths[0], NULL) == 0 &&
	    query_open(&q, state, NULL) == 0) {
		if (graph_render(&q, r, png, NULL, NULL, NULL) != 0 ||
		    !buf_ok(png))
			buf_reset(png);
		query_close(&q);
	}
	free(r);
}
