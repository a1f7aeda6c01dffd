/* SPDX-License-Identifier: MIT */
/* Robust statistics: see stats.h. */
#include "detect/stats.h"

#include <math.h>
#include <stdlib.h>

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
swap(double *a, double *b)
{
	double t = *a;

	*a = *b;
	*b = t;
}

/* Hoare's selection: afterwards v[k] is in its sorted place, none before it
 * is larger and none after it is smaller. */
static void
place(double *v, size_t n, size_t k)
{
	size_t low = 0, high = n - 1;

	while (low < high) {
		double pivot = v[low + (high - low) / 2];
		size_t i = low, j = high;

		for (;;) {
			while (v[i] < pivot)
				i++;
			while (pivot < v[j])
				j--;
			if (i >= j)
				break;
			swap(&v[i++], &v[j--]);
		}
		if (k <= j)
			high = j;
		else
			low = j + 1;
	}
}

double
stats_median(double *v, size_t n)
{
	double upper, lower;

	if (n == 0)
		return NAN;
	place(v, n, n / 2);
	upper = v[n / 2];
	if (n % 2 == 1)
		return upper;
	lower = v[0];
	for (size_t i = 1; i < n / 2; i++)
		lower = fmax(lower, v[i]);
	return lower + (upper - lower) / 2;
}

double
stats_mad(double *v, size_t n, double centre)
{
	for (size_t i = 0; i < n; i++)
		v[i] = fabs(v[i] - centre);
	return STATS_MAD_SCALE * stats_median(v, n);
}

/* The sum over groups of equal values of t(t-1)(2t+5). */
static double
tie_term(const double *y, size_t n)
{
	double *sorted = malloc(n * sizeof(*sorted));
	double sum = 0;

	if (sorted == NULL)
		return 0;
	for (size_t i = 0; i < n; i++)
		sorted[i] = y[i];
	qsort(sorted, n, sizeof(*sorted), by_value);
	for (size_t i = 0, run; i < n; i += run) {
		double t;

		for (run = 1; i + run < n && !(sorted[i] < sorted[i + run]);
		     run++)
			;
		t = (double)run;
		sum += t * (t - 1) * (2 * t + 5);
	}
	free(sorted);
	return sum;
}

double
stats_mann_kendall(const double *y, size_t n)
{
	double s = 0, variance, count = (double)n;

	if (n < 3)
		return 0;
	for (size_t i = 0; i + 1 < n; i++)
		for (size_t j = i + 1; j < n; j++)
			s += (double)((y[j] > y[i]) - (y[j] < y[i]));
	variance =
	    (count * (count - 1) * (2 * count + 5) - tie_term(y, n)) / 18;
	if (variance <= 0)
		return 0;
	if (s > 0)
		return (s - 1) / sqrt(variance);
	return s < 0 ? (s + 1) / sqrt(variance) : 0;
}

int
stats_theil_sen(const double *x, const double *y, size_t n, double *slope,
		double *low, double *high)
{
	size_t n_slopes = n * (n - 1) / 2, k = 0;
	double count = (double)n, spread, *slopes;

	if (n < 2 || n > STATS_THEIL_MAX)
		return -1;
	slopes = malloc(n_slopes * sizeof(*slopes));
	if (slopes == NULL)
		return -1;
	for (size_t i = 0; i + 1 < n; i++)
		for (size_t j = i + 1; j < n; j++)
			slopes[k++] = (y[j] - y[i]) / (x[j] - x[i]);
	*slope = stats_median(slopes, n_slopes);
	/* Sen's ranks of the confidence bounds, N ± 1.96 sqrt(var S) */
	spread = 1.96 * sqrt(count * (count - 1) * (2 * count + 5) / 18);
	k = (size_t)fmax(0, ((double)n_slopes - spread) / 2);
	place(slopes, n_slopes, k);
	*low = slopes[k];
	k = (size_t)fmin((double)(n_slopes - 1),
			 ((double)n_slopes + spread) / 2);
	place(slopes, n_slopes, k);
	*high = slopes[k];
	free(slopes);
	return 0;
}
