/* SPDX-License-Identifier: MIT */
/*
 * Reading series back from RRD files, under the turnstile.  Asks the writer
 * for a drain first when latest knows samples that would complete a row which
 * the file does not have yet.
 */
#ifndef RRD_QUERY_H
#define RRD_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "core/path.h"
#include "core/registry.h"
#include "core/series.h"
#include "rrd/gate.h"
#include "rrd/latest.h"
#include "rrd/query_file.h"

#define QUERY_CELLS_MAX (16 * 1024 * 1024) /* values in one series */

/* What a reader process keeps open; all parts may be used directly. */
struct query {
	char state[256];
	struct registry *registry;
	struct latest *latest; /* NULL until something was stored */
	struct gate gate;
	bool no_drain; /* set by callers that accept rows up to drain_s old */
	/* set when an answer lacks rows that the log has, because a drain
	 * failed or was not wanted; cleared by the caller */
	bool behind;
	int64_t
	    drain_after_boot_ms; /* no request before: the last one failed */
};

/* Opens what is there; a state folder without data is no error. */
int query_open(struct query *q, const char *state, struct err *err);
void query_close(struct query *q);

/* q->latest, opened on first use; NULL (ERR_NOT_FOUND) before any sample. */
struct latest *query_latest(struct query *q, struct err *err);

/*
 * One series, all metrics in the family's order, from the finest archive
 * that covers from_s (when none does, the one that reaches back furthest),
 * or, when max_rows > 0, the coarsest that still gives at least max_rows
 * rows, then brought down by whole rows to at most max_rows on a grid of
 * whole steps (AVERAGE: the mean of known rows; MIN and MAX keep extremes).
 * A file without MIN (or MAX) archives answers with averages.
 * from_s < to_s.  The caller frees out with series_done.  Without data in
 * range: rows of NaN.  ERR_NOT_FOUND when the series does not exist;
 * ERR_TOO_LARGE over QUERY_CELLS_MAX values; ERR_CORRUPT.
 */
int query_series(struct query *q, const struct path *p, int64_t from_s,
		 int64_t to_s, size_t max_rows, enum query_cf cf,
		 struct series *out, struct err *err);

/*
 * The same for several consolidations at once, read from the file in one
 * turn: out[cf] is filled for every cf whose bit (1 << cf) is in cfs.  All
 * outputs are untouched on failure.  Where the archives allow, and those of
 * Robin's profiles do, all have the same start and step.
 */
int query_series_set(struct query *q, const struct path *p, int64_t from_s,
		     int64_t to_s, size_t max_rows, unsigned cfs,
		     struct series out[QUERY_CF__MAX], struct err *err);

/* The time of the newest sample known (latest, else the file); 0: none. */
int64_t query_last_s(struct query *q, const struct path *p);

/* The same of its file alone, without what only the log has; 0: no file. */
int64_t query_filed_s(struct query *q, const struct path *p);

/* `robin get`: argv[0] is the program's name.  Returns the exit code. */
int query_get_main(int argc, char **argv);

#endif
