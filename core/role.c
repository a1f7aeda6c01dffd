/* SPDX-License-Identifier: MIT */
/* Rates, role sums and used shares: see role.h. */
#include "core/role.h"

#include <math.h>

static double
rate(const struct metric *m, double dt_s, double raw0, double raw1)
{
	double v;

	switch (m->kind) {
	case METRIC_GAUGE:
		v = raw1;
		break;
	case METRIC_ABSOLUTE:
		v = raw1 / dt_s;
		break;
	default:
		v = (raw1 - raw0) / dt_s;
	}
	if (v < m->min || v > m->max)
		return NAN;
	return v;
}

void
family_rates(const struct family *f, int64_t t0_s, const double *raw0,
	     int64_t t1_s, const double *raw1, double *out)
{
	int64_t dt_s = t1_s - t0_s;
	bool gap = dt_s <= 0 || dt_s > f->heartbeat_s;

	for (size_t i = 0; i < f->n_metrics; i++) {
		if (gap && f->metrics[i].kind != METRIC_GAUGE)
			out[i] = NAN;
		else
			out[i] = rate(&f->metrics[i], (double)dt_s, raw0[i],
				      raw1[i]);
	}
}

double
role_sum(const struct family *f, const double *values, enum metric_role role)
{
	double sum = NAN;

	for (size_t i = 0; i < f->n_metrics; i++) {
		if (f->metrics[i].role != role || isnan(values[i]))
			continue;
		sum = isnan(sum) ? values[i] : sum + values[i];
	}
	return sum;
}

int
role_in(const struct family *f, enum metric_role role)
{
	for (size_t i = 0; i < f->n_metrics; i++)
		if (f->metrics[i].role == role)
			return 1;
	return 0;
}

static enum metric_role
free_of(enum metric_role used)
{
	switch (used) {
	case ROLE_CPU_USED:
		return ROLE_CPU_FREE;
	case ROLE_MEMORY_USED:
		return ROLE_MEMORY_FREE;
	case ROLE_SWAP_USED:
		return ROLE_SWAP_FREE;
	case ROLE_DISK_USED:
		return ROLE_DISK_FREE;
	case ROLE_INODES_USED:
		return ROLE_INODES_FREE;
	default:
		return ROLE_NONE;
	}
}

double
role_used_ratio(const struct family *f, const double *values,
		enum metric_role used)
{
	enum metric_role rest = free_of(used);
	double u = role_sum(f, values, used);
	double v = rest == ROLE_NONE ? NAN : role_sum(f, values, rest);

	if (isnan(u) || isnan(v) || u + v <= 0)
		return NAN;
	return u / (u + v);
}
