/* SPDX-License-Identifier: MIT */
/*
 * How a series goes on: rows after its last known one, by the robust line of
 * detect/forecast.h, with the band that holds four of five rows (the line's
 * own uncertainty and the noise around it, added as squares).
 *
 * Of a family it is the lead metric (all metrics of the lead's role where
 * they are stacked), with the option `stack` all that is stacked.
 */
#ifndef FCGI_OUTLOOK_H
#define FCGI_OUTLOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "core/series.h"
#include "fcgi/target.h"

struct outlook {
	int64_t start_s, step_s; /* row 0 is the last known one */
	size_t n;		 /* 0: none */
	const char *why;	 /* there is none; NULL otherwise */
	double *block;		 /* owned: median, then low, then high */
	const double *median, *low, *high;
};

/* Where a forecast of that range ends, a quarter further; 0 when the range
 * does not end with the present. */
int64_t outlook_until(const struct target *t, const struct family *f,
		      int64_t now_s);

/*
 * Continues the sum of n series of that family.  Too little history, or none
 * of late, is no failure: out->why says so.  -1 with ERR_NOMEM.
 */
int outlook_make(const struct series *set, size_t n, const struct family *f,
		 bool stack, int64_t to_s, int64_t until_s, struct outlook *out,
		 struct err *err);

void outlook_done(struct outlook *o);

/* The colour of the line that is continued (graph.h); all of a stack has
 * none of its own and takes the last. */
int outlook_colour(const struct family *f, bool stack);

#endif
