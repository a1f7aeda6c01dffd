/* SPDX-License-Identifier: MIT */
/*
 * A series: rows read back from an archive.  rows[i] covers
 * (start_s + (i-1)*step_s, start_s + i*step_s]; NaN is unknown.
 */
#ifndef CORE_SERIES_H
#define CORE_SERIES_H

#include <stddef.h>
#include <stdint.h>

struct series {
	int64_t start_s; /* end of row 0, UTC epoch, a multiple of step_s */
	int64_t step_s;
	size_t n_rows;
	size_t n_metrics; /* columns, in the family's order */
	double *values;	  /* n_rows * n_metrics, row by row; owned */
};

/* Frees the values and zeroes it; NULL is accepted. */
void series_done(struct series *s);

/* The value of one cell; no bounds check beyond assert. */
double series_at(const struct series *s, size_t row, size_t metric);

/* Over one column, NaN skipped; NaN when no row is known. */
double series_min(const struct series *s, size_t metric);
double series_max(const struct series *s, size_t metric);
double series_avg(const struct series *s, size_t metric);
double series_last(const struct series *s, size_t metric);

#endif
