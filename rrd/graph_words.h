/* SPDX-License-Identifier: MIT */
/* A picture in words: its title, and one line that stands for it. */
#ifndef RRD_GRAPH_WORDS_H
#define RRD_GRAPH_WORDS_H

#include <stddef.h>

#include "rrd/graph.h"
#include "rrd/graph_data.h"

/* "CPU time · web1 · last day"; the instance follows the family's title. */
void graph_title(const struct graph_data *d, const struct graph_request *r,
		 char *out, size_t size);

/* "CPU time of web1, last day: user now 0.31, max 2.4 cores; …" */
void graph_summary(const struct graph_data *d, const struct graph_request *r,
		   char out[256]);

#define GRAPH_NOTES_TEXT 128

/* "alerts", or of one "alert". */
const char *graph_note_word(enum graph_note_kind kind, bool one);

/* "2 alerts, 1 note"; "no events" */
void graph_notes_words(const struct graph_request *r,
		       char out[GRAPH_NOTES_TEXT]);

/* "2026-11-20T12:00:00Z to 2026-11-21T12:00:00Z" */
void graph_range_words(const struct graph_request *r, char *out, size_t size);

#endif
