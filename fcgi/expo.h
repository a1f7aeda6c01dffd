/* SPDX-License-Identifier: MIT */
/*
 * The Prometheus exposition, text format 0.0.4 and OpenMetrics 1.0: names
 * and the blocks of one metric family.  Families are not interleaved: open
 * one with expo_family, give its samples, then open the next.
 */
#ifndef FCGI_EXPO_H
#define FCGI_EXPO_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/family.h"

#define EXPO_NAME_SIZE 192

enum expo_type { EXPO_GAUGE, EXPO_COUNTER };

struct expo {
	struct buf *out;
	bool open_metrics;
	enum expo_type type;
	char name[EXPO_NAME_SIZE]; /* of the family that is open */
	const char *unit;
};

/*
 * The name of a metric: robin_<family>_<metric>[_unit], without _total.  The
 * unit is the raw one, when it can be part of a name; *unit points at it or
 * is NULL.  Endings that would mean something else to Prometheus (_total,
 * _count, _sum, _bucket, _info, _created) get "_value" behind them.
 */
void expo_name(const struct family *f, const struct metric *m,
	       char out[EXPO_NAME_SIZE], const char **unit);

/* Counter for whole and floating-point counters, else gauge. */
enum expo_type expo_type_of(const struct metric *m);

/* HELP, TYPE and (OpenMetrics) UNIT lines. */
void expo_family(struct expo *e, const char *name, const char *unit,
		 enum expo_type type, const char *help);

/* One sample: labels is "cluster=\"a\",…" as expo_label wrote it, or "". */
void expo_sample(struct expo *e, const char *labels, double value);

/* Appends name="value" with the value escaped; a comma before all but the
 * first. */
void expo_label(struct buf *b, const char *name, const char *value);

/* "# EOF" where the format wants it. */
void expo_end(struct expo *e);

/* Whether an Accept header prefers OpenMetrics over the text format. */
bool expo_wants_open_metrics(const char *accept);

#endif
