/* SPDX-License-Identifier: MIT */
/*
 * An RRD file of any origin as bytes in memory: its data sources, archives
 * and rows, by time.  What a migration and an import read from.  Pure and
 * fuzzed: every count is checked against the size before it is used, nothing
 * is changed, and librrd is not involved.
 *
 * Format: rrd_format.h of librrd, versions 0003 to 0005 on 64-bit
 * little-endian machines.  Archives of other consolidations (Holt-Winters)
 * are stepped over.
 */
#ifndef RRD_MIGRATE_SOURCE_H
#define RRD_MIGRATE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "core/metric.h"

#define SOURCE_ARCHIVES_MAX 64
#define SOURCE_BYTES_MAX    (UINT64_C(256) << 20) /* of one file */
#define SOURCE_LAST_SIZE    30

enum source_cf {
	SOURCE_AVERAGE,
	SOURCE_MIN,
	SOURCE_MAX,
	SOURCE_LAST,
	SOURCE_OTHER, /* what we do not read */
	SOURCE_CF__MAX
};

struct source_ds {
	char name[METRIC_DS_SIZE];
	char kind[METRIC_DS_SIZE];   /* "GAUGE", "DERIVE", … */
	char last[SOURCE_LAST_SIZE]; /* last reading as text, "U" */
	int64_t heartbeat_s;
	double min, max;     /* NaN: unbounded */
	double pdp_value;    /* what the step in progress has, value * s */
	uint64_t pdp_unkn_s; /* unknown seconds of it */
};

struct source_archive {
	enum source_cf cf;
	int64_t step_s; /* of a row */
	int64_t n_rows;
	int64_t end_s; /* end of the newest row */
	int64_t cur_row;
	size_t rows_at; /* offset of its rows */
};

struct source {
	const unsigned char *bytes; /* borrowed */
	size_t n_bytes;
	int64_t last_s, step_s;
	size_t n_ds, n_archives;
	size_t cdp_at; /* offset of the cdp_prep array */
	struct source_ds ds[FAMILY_METRICS_MAX];
	struct source_archive archives[SOURCE_ARCHIVES_MAX];
};

/* What a row being collected holds so far. */
struct source_cdp {
	double value;	 /* sum, minimum or maximum; NaN: nothing yet */
	uint64_t n_unkn; /* unknown primary points */
};

/*
 * Reads the definitions; the bytes must stay while out is used.  ERR_CORRUPT
 * for what is not a whole RRD file, ERR_UNSUPPORTED for one of another kind
 * of machine or of an old version, ERR_TOO_LARGE for more data sources or
 * archives than are read here.
 */
int source_parse(struct source *out, const unsigned char *bytes, size_t n,
		 const char *name, struct err *err);

/* The index of a data source, or -1. */
int source_find_ds(const struct source *s, const char *name);

/* End of the oldest row; rows before it do not exist. */
int64_t source_first_s(const struct source_archive *a);

/* The row of archive a that ends at end_s (a multiple of its step); NaN when
 * there is none. */
double source_row(const struct source *s, const struct source_archive *a,
		  size_t ds, int64_t end_s);

struct source_cdp source_cdp(const struct source *s, size_t archive, size_t ds);

/*
 * What data source ds was in (end_s - step_s, end_s], from the best archive
 * that covers it: the same consolidation and resolution exactly, else the
 * finest of that consolidation (one point a row serves all) consolidated
 * anew, else the finest average.  NaN when it is not known for at least half
 * of the time, or when no archive covers it.
 */
double source_value(const struct source *s, size_t ds, enum source_cf cf,
		    int64_t step_s, int64_t end_s);

const char *source_cf_name(enum source_cf cf);

#endif
