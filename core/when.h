/* SPDX-License-Identifier: MIT */
/*
 * The one time grammar, for command lines, URLs and APIs.  Pure.
 *
 * Time: epoch seconds; RFC 3339 ("2026-11-20T12:00:00Z", offsets too);
 * YYYY-MM-DD, YYYY-MM-DDTHHMMSSZ; now, now-6h, now+1d; -6h; rrdtool at-style
 * basics (end-1d, midnight, noon, today, yesterday, tomorrow, 12:30).
 * Units: s, min, h, d, w, mon, y and their long forms; "m" after a number is
 * minutes as in rrdtool's heuristics ("now-30m"); years and months are
 * calendar-aware, as rrdtool's.  All in UTC.
 */
#ifndef CORE_WHEN_H
#define CORE_WHEN_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* The absolute time a text names, relative to now_s.  0 or -1, ERR_INVALID. */
int when_parse(const char *text, size_t len, int64_t now_s, int64_t *out,
    struct err *err);

/* A duration with a mandatory unit ("6h", "1d12h", "90min"), in seconds > 0. */
int when_duration(const char *text, size_t len, int64_t *out_s,
    struct err *err);

/* A RANGE of DESIGN §5: hour day week month year, a duration, or T~T. */
struct when_range {
	int64_t from_s, to_s; /* from_s < to_s */
	int64_t span_s;	      /* 0 when both ends are absolute */
	int absolute;	      /* both ends fixed: the picture never changes */
	char canonical[64];   /* the form the canonical URL carries */
};
int when_range_parse(const char *text, size_t len, int64_t now_s,
    struct when_range *out, struct err *err);

#endif
