/* SPDX-License-Identifier: MIT */
/*
 * Two copies of a random RRD file take the same random samples, one from
 * librrd and one from rrd/update: not one byte may differ.  Where the random
 * numbers come from is the caller's: a seed in the unit test, the fuzzer's
 * bytes in the fuzz target.
 */
#ifndef TESTS_UNIT_RRD_UPDATE_PEER_H
#define TESTS_UNIT_RRD_UPDATE_PEER_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rrd.h>

#include "core/err.h"
#include "rrd/update.h"

#define PEER_ARGS 40
#define PEER_DS	  6
#define PEER_RRA  8

struct peer {
	uint32_t (*next)(void *arg, uint32_t below);
	void *arg;
	char name[2][64]; /* librrd's, ours */
	int n_ds, step_s, heartbeat_s;
	int kind[PEER_DS];
	uint64_t counter[PEER_DS];
	int64_t now_s;
	unsigned n_batches, n_declined;
	char why[256]; /* of the first difference; empty: none */
};

static const char *const peer_kinds[] = {"GAUGE", "DERIVE", "DDERIVE",
					 "ABSOLUTE"};

static inline uint32_t
peer_pick(struct peer *p, uint32_t below)
{
	return p->next(p->arg, below);
}

static inline int
peer_copy(const char *from, const char *to)
{
	static char data[1 << 20];
	FILE *f = fopen(from, "rb"), *g;
	size_t n;

	if (f == NULL)
		return -1;
	n = fread(data, 1, sizeof(data), f);
	(void)fclose(f);
	g = fopen(to, "wb");
	if (g == NULL)
		return -1;
	(void)fwrite(data, 1, n, g);
	return fclose(g);
}

/* A file of a random layout, twice. */
static inline int
peer_create(struct peer *p)
{
	static const char *const cfs[] = {"AVERAGE", "MIN", "MAX", "LAST"};
	static const int steps[] = {1, 10, 60, 300, 7};
	static const double xffs[] = {0, 0.1, 0.5, 0.99};
	char words[PEER_DS + PEER_RRA][96], min[16], max[16];
	const char *args[PEER_DS + PEER_RRA];
	int n = 0, n_rra = 1 + (int)peer_pick(p, PEER_RRA);

	p->step_s = steps[peer_pick(p, 5)];
	p->n_ds = 1 + (int)peer_pick(p, PEER_DS);
	p->heartbeat_s = p->step_s * (1 + (int)peer_pick(p, 8));
	p->now_s = 1700000000 + peer_pick(p, 7200);
	for (int i = 0; i < p->n_ds; i++) {
		p->kind[i] = (int)peer_pick(p, 4);
		p->counter[i] = peer_pick(p, 1000);
		(void)snprintf(min, sizeof(min), "%s",
			       peer_pick(p, 2) != 0 ? "U" : "0");
		(void)snprintf(max, sizeof(max), "%s",
			       peer_pick(p, 2) != 0 ? "U" : "500");
		(void)snprintf(words[n], sizeof(words[n]),
			       "DS:d%d:%s:%d:%s:%s", i, peer_kinds[p->kind[i]],
			       p->heartbeat_s, min, max);
		args[n] = words[n];
		n++;
	}
	for (int i = 0; i < n_rra; i++) {
		(void)snprintf(words[n], sizeof(words[n]), "RRA:%s:%g:%u:%u",
			       cfs[peer_pick(p, 4)], xffs[peer_pick(p, 4)],
			       peer_pick(p, 3) == 0 ? 1 : 1 + peer_pick(p, 40),
			       3 + peer_pick(p, 60));
		args[n] = words[n];
		n++;
	}
	rrd_clear_error();
	if (rrd_create_r(p->name[0], (unsigned long)p->step_s,
			 (time_t)p->now_s, n, args) != 0)
		return -1;
	return peer_copy(p->name[0], p->name[1]);
}

/* Sixty-four bits' worth, few of them most of the time. */
static inline uint64_t
peer_big(struct peer *p)
{
	uint64_t v = (uint64_t)peer_pick(p, 65536) << 48 |
		     (uint64_t)peer_pick(p, 65536) << 32 |
		     (uint64_t)peer_pick(p, 65536) << 16 | peer_pick(p, 65536);

	return v >> peer_pick(p, 64);
}

static inline int
peer_value(struct peer *p, int ds, char *out, size_t size)
{
	uint32_t how = peer_pick(p, 16);

	if (how == 0)
		return snprintf(out, size, "U");
	if (p->kind[ds] == 1) {
		if (how == 1) /* anything, or starting over */
			p->counter[ds] = peer_big(p);
		else
			p->counter[ds] += peer_pick(p, 5000);
		return snprintf(out, size, "%llu",
				(unsigned long long)p->counter[ds]);
	}
	if (how == 1)
		return snprintf(out, size, "%s%llu",
				peer_pick(p, 2) != 0 ? "-" : "",
				(unsigned long long)peer_big(p));
	if (how == 2)
		return snprintf(out, size, "%s%u.%ue%s%u",
				peer_pick(p, 2) != 0 ? "-" : "",
				peer_pick(p, 10), peer_pick(p, 65536),
				peer_pick(p, 2) != 0 ? "-" : "+",
				peer_pick(p, 130));
	if (how == 3)
		return snprintf(out, size, "%.17g",
				(double)peer_big(p) / 1e7);
	if (how < 8)
		return snprintf(out, size, "%u", peer_pick(p, 1000));
	return snprintf(out, size, "%u.%u", peer_pick(p, 300),
			peer_pick(p, 1000));
}

/* Seconds to the next sample: mostly steps, some jitter, gaps, the past. */
static inline int64_t
peer_ahead(struct peer *p)
{
	uint32_t how = peer_pick(p, 16), step = (uint32_t)p->step_s;

	if (how < 8)
		return step;
	if (how < 12)
		return peer_pick(p, 2 * step + 2);
	if (how < 14)
		return (int64_t)step * peer_pick(p, 12) + peer_pick(p, step);
	if (how == 14)
		return (int64_t)step * peer_pick(p, 3000) + peer_pick(p, step);
	return -(int64_t)peer_pick(p, 3);
}

static inline int
peer_same(struct peer *p)
{
	static char data[2][1 << 20];
	size_t n[2];

	for (int i = 0; i < 2; i++) {
		FILE *f = fopen(p->name[i], "rb");

		if (f == NULL)
			return 0;
		n[i] = fread(data[i], 1, sizeof(data[i]), f);
		(void)fclose(f);
	}
	return n[0] == n[1] && memcmp(data[0], data[1], n[0]) == 0;
}

/* One batch for both; 0, or -1 with why. */
static inline int
peer_batch(struct peer *p)
{
	static char text[PEER_ARGS][PEER_DS * 32 + 24];
	const char *args[PEER_ARGS];
	int n = 1 + (int)peer_pick(p, PEER_ARGS), rc;
	struct err err = {0};

	for (int k = 0; k < n; k++) {
		int64_t ahead_s = peer_ahead(p);
		int at;

		at = snprintf(text[k], sizeof(text[k]), "%lld",
			      (long long)(p->now_s + ahead_s));
		if (ahead_s > 0)
			p->now_s += ahead_s;
		for (int i = 0; i < p->n_ds; i++) {
			text[k][at++] = ':';
			at += peer_value(p, i, text[k] + at,
					 sizeof(text[k]) - (size_t)at);
		}
		args[k] = text[k];
	}
	p->n_batches++;
	rc = update_file(p->name[1], n, args, &err);
	rrd_clear_error();
	if (rrd_updatex_r(p->name[0], NULL, RRD_SKIP_PAST_UPDATES, n, args) !=
	    0) {
		(void)snprintf(p->why, sizeof(p->why), "librrd: %.200s",
			       rrd_get_error());
		return -1;
	}
	if (rc > 0) {
		p->n_declined++;
		return peer_copy(p->name[0], p->name[1]);
	}
	if (rc == 0 && peer_same(p))
		return 0;
	(void)snprintf(p->why, sizeof(p->why), "batch %u of %d differs: %.180s",
		       p->n_batches, n, rc < 0 ? err.msg : args[n - 1]);
	return -1;
}

#endif
