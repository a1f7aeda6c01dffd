/* SPDX-License-Identifier: MIT */
/*
 * The one time grammar, for command lines, URLs and APIs.  Pure; all in UTC.
 *
 * Time: epoch seconds (digits alone, but eight digits YYYYMMDD are a date);
 * RFC 3339 ("2026-11-20T12:00:00Z", offsets too); YYYY-MM-DD (midnight) and
 * YYYY-MM-DDTHHMMSSZ; "today", "yesterday", "tomorrow" (midnight); else
 * rrdtool's at-style: now, -6h, now-6h, now+1d, end-1d, midnight, noon,
 * teatime, 12:30, 4pm, each with a day (today, yesterday, tomorrow, monday,
 * jan 5 2026, 20261120, 11/20/2026, 20.11.2026) and an offset.
 * Units: s sec, min, h hr, d, w wk, mon, y yr and their long forms.  "m" is
 * rrdtool's guess: after a day or a larger unit months, after an hour or a
 * smaller one minutes, else months below 6 and minutes from 6 on.  Months
 * and years follow the calendar.  Where rrdtool and this both accept a text
 * they mean the same second; what rrdtool takes by accident is refused here.
 */
#ifndef CORE_WHEN_H
#define CORE_WHEN_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define WHEN_TEXT_MAX	64			    /* bytes of one time */
#define WHEN_MAX_S	INT64_C(7258118400)	    /* 2200-01-01 */
#define WHEN_SPAN_MAX_S (INT64_C(20) * 366 * 86400) /* 20 years */

/*
 * The absolute time a text names, relative to now_s; in [0, WHEN_MAX_S).
 * "end" is now_s; "start" has no meaning here.  0 or -1, ERR_INVALID.
 */
int when_parse(const char *text, size_t len, int64_t now_s, int64_t *out,
	       struct err *err);

/*
 * A duration with a mandatory unit ("6h", "1d12h", "90min"), in seconds > 0
 * and at most WHEN_SPAN_MAX_S.  Here "m" is always minutes, a month is 31
 * days and a year 366, so a duration does not depend on the date.
 */
int when_duration(const char *text, size_t len, int64_t *out_s,
		  struct err *err);

/* A RANGE of DESIGN §5: hour day week month year, a duration, or T~T. */
struct when_range {
	int64_t from_s, to_s; /* 0 <= from_s < to_s, WHEN_SPAN_MAX_S apart */
	int64_t span_s;	      /* to_s - from_s; 0 when both ends are fixed */
	int absolute;	      /* both ends fixed: the picture never changes */
	/*
	 * The form the canonical URL carries: a named range or duration with
	 * short units ("6h"); T~T where each T is epoch digits, YYYY-MM-DD or
	 * YYYY-MM-DDTHHMMSSZ if it was written so, "now", "now-6h" with short
	 * units, and any other fixed time in the date form.
	 */
	char canonical[64];
};

/*
 * In T~T the first T may be relative to the second ("end-1d~now") or the
 * second to the first ("2026-11-20~start+6h").  0, or -1 with ERR_INVALID.
 */
int when_range_parse(const char *text, size_t len, int64_t now_s,
		     struct when_range *out, struct err *err);

#endif
