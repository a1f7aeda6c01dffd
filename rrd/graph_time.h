/* SPDX-License-Identifier: MIT */
/* Ticks of a time axis, in UTC and along the calendar.  Pure. */
#ifndef RRD_GRAPH_TIME_H
#define RRD_GRAPH_TIME_H

#include <stddef.h>
#include <stdint.h>

#define TIME_TICKS_MAX 512

struct time_tick {
	int64_t t_s;
	int major;  /* has a label */
	int strong; /* a new day, month or year begins */
	char label[16];
};

/*
 * Fills ticks for (from_s, to_s) drawn over width pixels, in order; returns
 * how many.  A label has at least 22 pixels to itself beside its own width
 * of about 6 pixels a character.
 */
size_t time_ticks(int64_t from_s, int64_t to_s, double width,
		  struct time_tick out[TIME_TICKS_MAX]);

#endif
