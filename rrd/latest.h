/* SPDX-License-Identifier: MIT */
/*
 * STATE/latest: a mapped table with the last two raw samples of every
 * series, published at append time, so gauges, /metrics and /api/v1/latest
 * need no drain and no RRD file.  It is also the list of all series.
 * Readers are lock-free (a sequence count per slot) and never block writers.
 * Does not use librrd.
 */
#ifndef RRD_LATEST_H
#define RRD_LATEST_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "core/path.h"

struct latest;

struct latest_entry {
	struct path path;
	int64_t time_s; /* newest sample */
	int64_t prev_s; /* the one before it; 0 when there is none */
	size_t n_values;
	double raw[FAMILY_METRICS_MAX]; /* NaN: unknown */
	double prev[FAMILY_METRICS_MAX];
};

/* Maps the table for reading.  ERR_NOT_FOUND when nothing was stored yet;
 * the caller may try again later. */
struct latest *latest_open(const char *state, struct err *err);
void latest_close(struct latest **l);

/* Copies the entry of one path ("local/web1/cpu").  0, or -1 NOT_FOUND. */
int latest_find(struct latest *l, const char *path, struct latest_entry *out,
		struct err *err);

/*
 * Calls fn for every series in path order (bytewise on the text); stops when
 * fn returns non-zero and returns that.  The entry is valid for the call.
 * Remaps by itself when the table has grown.
 */
int latest_each(struct latest *l,
		int (*fn)(const struct latest_entry *e, void *arg), void *arg);

/* Number of series, and a count that changes whenever a series is added. */
size_t latest_count(struct latest *l);
uint64_t latest_generation(struct latest *l);

/*
 * Counts since the table was made: samples by what became of them, indexed
 * by enum wal_verdict (WAL_STORED: accepted).
 */
uint64_t latest_counter(struct latest *l, unsigned which);

#endif
