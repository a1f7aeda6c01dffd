/* SPDX-License-Identifier: MIT */
/*
 * Making STATE/latest again: from the headers of the RRD files (last update
 * and last readings) and then the records of the log.  Needed on the first
 * start, after a reboot, and when the table was lost.  No librrd.
 */
#ifndef RRD_REBUILD_H
#define RRD_REBUILD_H

#include "core/err.h"
#include "rrd/cursor.h"
#include "rrd/table.h"

/* What rebuild_latest came across, for a log line; all may be 0. */
struct rebuild_note {
	uint64_t files, damaged, records, gaps;
	struct err gap;
};

/*
 * Builds and installs a new table in t and starts a fresh log segment, so
 * that bytes a power loss left behind the end can never join the log.  The
 * caller holds the log's lock.  note may be NULL.
 */
int rebuild_latest(const char *state, struct table *t, struct table *old,
		   struct rebuild_note *note, struct err *err);

/* Shows one record of the log in the table (SAMPLE, CREATE, REPLACE); grows
 * the table when it must. */
int rebuild_apply(struct table *t, const struct record *r, struct err *err);

#endif
