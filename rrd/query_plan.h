/* SPDX-License-Identifier: MIT */
/*
 * Which archive of a file answers a question, which of its rows, and how
 * they are brought down to the rows of the answer.  Arithmetic on a header
 * that was read; only query_plan_read touches the file.
 */
#ifndef RRD_QUERY_PLAN_H
#define RRD_QUERY_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "core/series.h"
#include "rrd/query_file.h"

/* What a caller asks for. */
struct query_want {
	int64_t from_s, to_s;
	size_t max_rows;
	unsigned cfs;
};

/* What is read for one consolidation function, and how it is brought down. */
struct query_plan {
	struct query_archive archive;
	int64_t step_s;	 /* of the result, a multiple of the archive's */
	int64_t start_s; /* end of the result's first row */
	size_t n_rows;
	int64_t first_s; /* the archive's rows that are read, and their end */
	int64_t n_read;
	double *rows; /* n_read * n_ds, as in the file */
};

/* Chooses; query.h says by what rule.  ERR_CORRUPT, ERR_TOO_LARGE. */
int query_plan_make(const struct query_file *f, int cf,
		    const struct query_want *w, size_t n_metrics,
		    struct query_plan *out, struct err *err);

/* Reads p->rows; the caller frees them. */
int query_plan_read(const struct query_file *f, struct query_plan *p,
		    struct err *err);

/* Which column of the file each metric is; -1: the file does not have it. */
void query_plan_columns(const struct family *family, const struct query_file *f,
			int columns[FAMILY_METRICS_MAX]);

/* A series of NaN on the plan's grid. */
int query_plan_blank(const struct query_plan *p, size_t n_metrics,
		     struct series *s, struct err *err);

/* One column: every row of the file into the row of the result it is in. */
void query_plan_bring_down(const struct query_plan *p,
			   const struct query_file *f, int column, int cf,
			   struct series *s, size_t metric);

#endif
