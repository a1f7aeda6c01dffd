/* SPDX-License-Identifier: MIT */
/*
 * A host's few vital numbers, found by role.  Comes in: its series with
 * their newest rates.  Goes out: struct vitals.  Where a family has a total
 * and parts, the total speaks; among several series with a pair of roles the
 * larger whole speaks for the machine (its memory, not a container's), and
 * of disks the fullest does.
 */
#include <math.h>
#include <stddef.h>

#include "core/role.h"
#include "www/fleet.h"

static const struct {
	enum metric_role used, free;
	size_t at;
	int fullest; /* else: the largest whole */
} pairs[] = {
    {ROLE_CPU_USED, ROLE_CPU_FREE, offsetof(struct vitals, cpu), 0},
    {ROLE_MEMORY_USED, ROLE_MEMORY_FREE, offsetof(struct vitals, memory), 0},
    {ROLE_SWAP_USED, ROLE_SWAP_FREE, offsetof(struct vitals, swap), 0},
    {ROLE_DISK_USED, ROLE_DISK_FREE, offsetof(struct vitals, disk), 1},
    {ROLE_INODES_USED, ROLE_INODES_FREE, offsetof(struct vitals, inodes), 1},
};

static const struct {
	enum metric_role role;
	size_t at;
	int add; /* else: the highest */
} singles[] = {
    {ROLE_NETWORK_IN, offsetof(struct vitals, network_in), 1},
    {ROLE_NETWORK_OUT, offsetof(struct vitals, network_out), 1},
    {ROLE_LOAD, offsetof(struct vitals, load), 0},
    {ROLE_PRESSURE, offsetof(struct vitals, pressure), 0},
    {ROLE_UPTIME, offsetof(struct vitals, uptime), 0},
    {ROLE_TEMPERATURE, offsetof(struct vitals, temperature), 0},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int
better(const struct share *a, const struct share *b, int fullest)
{
	if (isnan(b->ratio))
		return 1;
	return fullest ? a->ratio > b->ratio
		       : a->used + a->free > b->used + b->free;
}

static void
take_pairs(struct vitals *v, const struct fleet_series *s)
{
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct share *best = (struct share *)((char *)v + pairs[i].at);
		struct share x = {.from = s};

		x.ratio = role_used_ratio(s->family, s->rates, pairs[i].used);
		if (isnan(x.ratio)) {
			/* not known yet is not the same as not there */
			if (best->from == NULL &&
			    role_in(s->family, pairs[i].used))
				best->from = s;
			continue;
		}
		x.used = role_sum(s->family, s->rates, pairs[i].used);
		x.free = role_sum(s->family, s->rates, pairs[i].free);
		if (better(&x, best, pairs[i].fullest))
			*best = x;
	}
}

static void
take_singles(struct vitals *v, const struct fleet_series *s)
{
	for (size_t i = 0; i < COUNT(singles); i++) {
		double *best = (double *)(void *)((char *)v + singles[i].at);
		double x = role_sum(s->family, s->rates, singles[i].role);

		if (isnan(x))
			continue;
		if (isnan(*best))
			*best = x;
		else if (singles[i].add)
			*best += x;
		else if (x > *best)
			*best = x;
	}
}

void
vitals_of(struct fleet_host *h)
{
	static const struct share none = {NAN, NAN, NAN, NULL};

	h->v = (struct vitals){none, none, none, none, none, NAN,
			       NAN,  NAN,  NAN,	 NAN,  NAN};
	for (size_t i = 0; i < h->n_series; i++) {
		const struct fleet_series *s = &h->series[i];

		/* parts of a total would count twice */
		if (s->family->total_and_parts && s->instance[0] != '\0')
			continue;
		take_pairs(&h->v, s);
		take_singles(&h->v, s);
	}
}
