/* SPDX-License-Identifier: MIT */
/*
 * How Robin itself and its own host are: what /health and /api/v1/status
 * tell.  Values come from roles and counters; no metric is named.
 */
#ifndef FCGI_VITALS_H
#define FCGI_VITALS_H

#include <stdint.h>

#include "fcgi/serve.h"

enum vitals_state { VITALS_OK, VITALS_DEGRADED, VITALS_FAILING, VITALS__MAX };

struct vitals {
	enum vitals_state state;
	char reason[160];      /* "" when ok */
	double cpu_ratio;      /* of the own host; NaN: unknown */
	double memory_ratio;   /* likewise */
	double disk_ratio;     /* of the file system that holds the state */
	int64_t host_uptime_s; /* -1: unknown */
	int64_t uptime_s;      /* of this pool */
	int64_t newest_s;      /* newest sample of all; 0: none */
	int64_t age_s;	       /* now - newest; -1: none */
	uint64_t errors;       /* 5xx answers of all pools since they started */
	size_t n_series;
};

/* Looks.  Cannot fail: what cannot be read is part of the answer. */
void vitals_look(struct serve *s, int64_t now_s, struct vitals *v);

/* "ok", "degraded", "failing" */
const char *vitals_word(enum vitals_state state);

#endif
