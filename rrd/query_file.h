/* SPDX-License-Identifier: MIT */
/*
 * Reading one RRD file that Robin wrote: its header once, then rows of any
 * archive with pread.  librrd's rrd_fetch_r parses the header anew for each
 * call, takes a lock that fails under load, and picks an archive by its own
 * idea; on a damaged header it can crash or hang.  This reader trusts
 * nothing: every count is checked against the size of the file.
 * Format: rrd_format.h of librrd 1.7.2, versions 0003 to 0005, this
 * machine's byte order.  The caller holds the turnstile (gate.h).
 */
#ifndef RRD_QUERY_FILE_H
#define RRD_QUERY_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"
#include "core/family.h"
#include "core/metric.h"

#define QUERY_ARCHIVES_MAX 64

enum query_cf { QUERY_AVERAGE, QUERY_MIN, QUERY_MAX, QUERY_CF__MAX };

struct query_archive {
	int cf; /* enum query_cf, or -1 for what we do not read */
	int64_t step_s;
	int64_t n_rows;
	int64_t end_s;	 /* end of the newest row; may be 0 */
	int64_t cur_row; /* its place */
	int is_base;	 /* one primary point a row: serves every function */
	off_t offset;
};

struct query_file {
	int fd;
	int64_t last_s; /* last update; rows after it do not exist yet */
	int64_t step_s;
	size_t n_ds, n_archives;
	char ds[FAMILY_METRICS_MAX][METRIC_DS_SIZE];
	struct query_archive archives[QUERY_ARCHIVES_MAX];
};

/*
 * Opens and checks a file.  ERR_NOT_FOUND, ERR_CORRUPT (not an RRD file, cut
 * short, counts that cannot be) or ERR_IO; never blocks on a FIFO.
 */
int query_file_open(const char *name, struct query_file *out, struct err *err);

/* NULL-safe; the fd becomes -1. */
void query_file_close(struct query_file *f);

/* End of the oldest row that the archive can hold. */
int64_t query_archive_first_s(const struct query_archive *a);

/*
 * Reads the n rows that end at first_s, first_s + step_s, …, all of which
 * must lie in the archive, into out (n * n_ds values).
 */
int query_file_rows(const struct query_file *f, const struct query_archive *a,
		    int64_t first_s, int64_t n, double *out, struct err *err);

#endif
