/* SPDX-License-Identifier: MIT */
/*
 * What the alert engine says is firing (STATE/alerts.json).  While it is
 * alive its word stands in place of plain thresholds: it knows history,
 * forecasts, silences.
 */
#ifndef WWW_ALARMS_H
#define WWW_ALARMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "www/health.h"

struct alarm {
	char *host;   /* "cluster/host" */
	char *series; /* path, or "" when it is the host's */
	int64_t since_s;
	bool pending; /* not long enough yet */
	bool muted;   /* silenced, or another one says it already */
	bool acked;   /* somebody has it */
	struct health_finding finding;
};

struct alarms {
	bool alive; /* the engine wrote within its own few intervals */
	size_t n;
	struct alarm *list; /* firing before pending, worst first */
	struct cJSON *doc;  /* docs/alerts.md; NULL while not alive */
};

/*
 * Reads the file.  Never fails: what is not there, too old or damaged is
 * not alive.  a must be zeroed or read before.
 */
void alarms_read(struct alarms *a, const char *state, int64_t now_s);

/* Parses the document's bytes (what alarms_read does); fuzzed. */
void alarms_parse(struct alarms *a, const char *text, size_t len,
		  int64_t now_s);

void alarms_done(struct alarms *a);

#endif
