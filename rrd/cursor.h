/* SPDX-License-Identifier: MIT */
/*
 * Reading the log in order, across segments, from the mapped files: records
 * are handed out in place and stay valid until cursor_release or cursor_done.
 * Does not use librrd.
 */
#ifndef RRD_CURSOR_H
#define RRD_CURSOR_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "rrd/record.h"

struct cursor_map {
	uint64_t number;
	const unsigned char *p;
	size_t bytes;
	uint32_t epoch;
	int64_t created_s;
};

struct cursor {
	char state[256];
	struct wal_pos at; /* the next record */
	struct cursor_map *maps;
	size_t n_maps, cap_maps;
	uint64_t n_gaps; /* places where records are missing */
	struct err gap;	 /* what the last such place was */
};

/* Starts at a place; a segment of 0 means the oldest one there is. */
int cursor_init(struct cursor *c, const char *state, const struct wal_pos *at,
		struct err *err);
void cursor_done(struct cursor *c);

/*
 * The next record: 1, or 0 at the end (before sequence `limit` when it is
 * not 0), or -1 when a segment cannot be read.  Damage inside the log is
 * stepped over at the next segment and counted in n_gaps.
 */
int cursor_next(struct cursor *c, uint64_t limit, struct record *out,
		struct err *err);

/* The place of a record handed out before and not yet released. */
struct wal_pos cursor_place(const struct cursor *c,
			    const struct record_head *r);

/* The epoch of the segment `at` stands in; 0: none. */
uint32_t cursor_epoch(const struct cursor *c);

/* Takes over the segments that another cursor has mapped, and with them the
 * records it handed out; that one then has none. */
int cursor_adopt(struct cursor *c, struct cursor *from, struct err *err);

/* Unmaps the segments before `segment`. */
void cursor_release(struct cursor *c, uint64_t segment);

#endif
