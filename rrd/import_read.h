/* SPDX-License-Identifier: MIT */
/*
 * Reading an RRD file that Robin did not write, in a child that can do
 * nothing but read it and answer on a pipe: no files, no network, no exec,
 * limits on memory and CPU, a deadline.  Whatever the bytes make of the
 * child, the parent gets whole numbers or an error for that file.
 */
#ifndef RRD_IMPORT_READ_H
#define RRD_IMPORT_READ_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "rrd/migrate_source.h"

/* What a file is, without its rows. */
struct import_head {
	int64_t last_s, step_s;
	size_t n_ds;
	struct {
		char name[METRIC_DS_SIZE], kind[METRIC_DS_SIZE];
		int64_t heartbeat_s;
		double min, max;
	} ds[FAMILY_METRICS_MAX];
};

int import_read_head(const char *name, struct import_head *out,
		     struct err *err);

/*
 * The rows that data source `ds` gives the archives of `to`, times scale:
 * archive after archive, newest row first, n values in all (the sum of
 * to's rows).
 */
int import_read_rows(const char *name, const char *ds, double scale,
		     const struct source *to, double *out, size_t n,
		     struct err *err);

#endif
