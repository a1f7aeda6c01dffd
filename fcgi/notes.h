/* SPDX-License-Identifier: MIT */
/* The events that a picture marks: those of its hosts (or of all) that touch
 * its range, read from events.db. */
#ifndef FCGI_NOTES_H
#define FCGI_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fcgi/target.h"
#include "rrd/graph.h"

struct notes {
	size_t n; /* the newest, in order of time */
	struct graph_note list[GRAPH_NOTES_MAX];
	size_t in_all[GRAPH_NOTE__MAX]; /* of each kind, drawn or not */
	uint64_t mark; /* a hash of all of them, for the ETag */
	bool lost;     /* events.db is there and cannot be read */
};

/* Reads; to_s is the picture's right edge.  What lasts still ends now_s. */
void notes_read(const char *state, const struct target *t, int64_t to_s,
		int64_t now_s, struct notes *out);

#endif
