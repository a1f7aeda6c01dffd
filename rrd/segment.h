/* SPDX-License-Identifier: MIT */
/*
 * The log's files, STATE/log/NNNNNNNN.wal, each SEGMENT_BYTES long and fully
 * written at birth, so that appending needs no space.  A segment that is no
 * longer needed becomes NNNNNNNN.spare and is used again: the bytes left in
 * it carry another epoch and are never taken for records.
 */
#ifndef RRD_SEGMENT_H
#define RRD_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "rrd/record.h"

#define SEGMENT_SPARES 2 /* kept in reserve for a full disk */

struct segment {
	int fd; /* -1: closed */
	struct segment_head head;
};

/* Opens segment `number`; ERR_NOT_FOUND, ERR_CORRUPT. */
int segment_open(struct segment *s, const char *state, uint64_t number,
		 int writable, struct err *err);
void segment_close(struct segment *s);

/*
 * Makes segment `number`, durable before it returns: from a spare, or new
 * when there is none.  head says first_sequence, prev_end and flags.
 * ERR_FULL when there is no space.
 */
int segment_make(struct segment *s, const char *state,
		 const struct segment_head *head, struct err *err);

/*
 * The numbers of all segments in rising order; *numbers is malloc'ed and the
 * caller's.  No folder: none.
 */
int segment_list(const char *state, uint64_t **numbers, size_t *n,
		 struct err *err);

/* Turns a segment into a spare, or deletes it when there are enough. */
int segment_recycle(const char *state, uint64_t number, struct err *err);

/* Makes spares until there are `want`; ERR_FULL. */
int segment_reserve(const char *state, size_t want, struct err *err);

/* Number of spares and of segments in use. */
void segment_count(const char *state, size_t *in_use, size_t *spare);

#endif
