/* SPDX-License-Identifier: MIT */
/*
 * From raw values to what they mean: rates of counters, sums over a role,
 * the used share of a used/free pair.  Pure; no metric is ever named.
 */
#ifndef CORE_ROLE_H
#define CORE_ROLE_H

#include <stdint.h>

#include "core/family.h"

/*
 * Turns two consecutive raw samples into drawn values: a GAUGE is the newer
 * one, a DERIVE the change per second.  NaN where either is unknown, a
 * counter went backwards, the result is outside min/max, or the gap is over
 * the heartbeat.  out, raw0 and raw1 hold f->n_metrics values.
 */
void family_rates(const struct family *f, int64_t t0_s, const double *raw0,
		  int64_t t1_s, const double *raw1, double *out);

/* The sum over the metrics of that role; NaN when none is known. */
double role_sum(const struct family *f, const double *values,
		enum metric_role role);

/* Whether the family has a metric of that role. */
int role_in(const struct family *f, enum metric_role role);

/*
 * The used share of a *_USED role, 0..1: used / (used + free); what df and
 * free show.  NaN when unknown or when the family has no such pair.
 */
double role_used_ratio(const struct family *f, const double *values,
		       enum metric_role used);

#endif
