/* SPDX-License-Identifier: MIT */
/*
 * Robust statistics: medians stand half of the data being wrong.  Pure; NaN
 * values are the caller's to leave out.
 */
#ifndef DETECT_STATS_H
#define DETECT_STATS_H

#include <stddef.h>

/* 1.4826 makes the median absolute deviation a standard deviation where the
 * data is normal (Rousseeuw and Croux 1993). */
#define STATS_MAD_SCALE 1.4826

/* The median of n values, which are reordered; NaN when n is 0. */
double stats_median(double *v, size_t n);

/*
 * The median absolute deviation from centre, scaled as above; v is
 * overwritten.  NaN when n is 0.
 */
double stats_mad(double *v, size_t n, double centre);

/*
 * Mann-Kendall: whether y[0…n-1], in order of time, tends to rise or fall.
 * Returns the normal score of S, corrected for ties; 0 for n < 3.  Values
 * beyond ±3.3 happen by chance in one of 1,000 trendless series.  O(n²).
 */
double stats_mann_kendall(const double *y, size_t n);

/*
 * Theil-Sen: the median of all pairwise slopes of (x, y), and the bounds in
 * which it lies with 95 % confidence (Sen 1968).  x strictly rises; n in
 * [2, STATS_THEIL_MAX].  0, or -1 when out of memory or n is out of range.
 */
#define STATS_THEIL_MAX 512
int stats_theil_sen(const double *x, const double *y, size_t n, double *slope,
		    double *low, double *high);

#endif
