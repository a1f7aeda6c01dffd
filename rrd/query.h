/* SPDX-License-Identifier: MIT */
/*
 * Reading series back from RRD files, under the turnstile.  Asks the writer
 * for a drain first when latest knows newer samples than the file holds.
 */
#ifndef RRD_QUERY_H
#define RRD_QUERY_H

#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "core/path.h"
#include "core/registry.h"
#include "core/series.h"
#include "rrd/gate.h"
#include "rrd/latest.h"

enum query_cf { QUERY_AVERAGE, QUERY_MIN, QUERY_MAX, QUERY_CF__MAX };

/* What a reader process keeps open; all parts may be used directly. */
struct query {
	char state[256];
	struct registry *registry;
	struct latest *latest; /* NULL until something was stored */
	struct gate gate;
	bool no_drain; /* set by callers that accept rows up to drain_s old */
};

int query_open(struct query *q, const char *state, struct err *err);
void query_close(struct query *q);

/* q->latest, opened on first use; NULL (ERR_NOT_FOUND) before any sample. */
struct latest *query_latest(struct query *q, struct err *err);

/*
 * One series, all metrics in the family's order, from the finest archive
 * that covers from_s, or, when max_rows > 0, the coarsest that still gives at
 * least max_rows rows (then averaged down by whole rows to at most max_rows;
 * MIN and MAX keep extremes).  from_s < to_s.  The caller frees out with
 * series_done.  Without data in range: rows of NaN.  ERR_NOT_FOUND when the
 * series does not exist.
 */
int query_series(struct query *q, const struct path *p, int64_t from_s,
    int64_t to_s, size_t max_rows, enum query_cf cf, struct series *out,
    struct err *err);

/* The time of the newest sample known (latest, else the file); 0: none. */
int64_t query_last_s(struct query *q, const struct path *p);

#endif
