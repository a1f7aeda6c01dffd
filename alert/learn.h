/* SPDX-License-Identifier: MIT */
/*
 * What rules need of the past: a baseline, a forecast or a filled window,
 * read from the archives a few at a time so that a look stays short.
 */
#ifndef ALERT_LEARN_H
#define ALERT_LEARN_H

#include <stdint.h>

#include "alert/rule.h"
#include "alert/window.h"
#include "core/series.h"
#include "detect/baseline.h"
#include "detect/forecast.h"
#include "rrd/query.h"

struct learned {
	int64_t next_boot_ms; /* learn again */
	int64_t at_s;	      /* wall time of the lesson */
	union {
		struct baseline baseline; /* RULE_UNUSUAL */
		struct forecast forecast; /* RULE_REACHES */
	};
};

/*
 * Reads one series as the rule judges it: one column of values.  ERR_* of
 * query_series.
 */
int learn_series(struct query *q, const struct rule *r, const struct path *p,
		 const struct family *f, int64_t from_s, int64_t to_s,
		 size_t max_rows, struct series *out, struct err *err);

/* Learns anew; sets when to come again, also when it fails. */
int learn_rule(struct learned *l, struct query *q, const struct rule *r,
	       const struct path *p, const struct family *f, int64_t now_s,
	       int64_t now_boot_ms, struct err *err);

/* Fills a window with the rows of its last over_s seconds. */
int learn_window(struct window *w, struct query *q, const struct rule *r,
		 const struct path *p, const struct family *f, int64_t now_s,
		 struct err *err);

#endif
