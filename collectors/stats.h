/* SPDX-License-Identifier: MIT */
/*
 * What robin-collect knows about itself, for the `robin` collector.  The
 * program fills it, the collector takes it; one process, one of them.
 */
#ifndef COLLECTORS_STATS_H
#define COLLECTORS_STATS_H

#include <stdint.h>

struct collect_stats {
	const char *state; /* state folder; NULL: nothing is stored */
	/* counts since they were last taken */
	uint64_t stored, refused, skipped;
	/* of the last whole pass, in seconds; negative: there was none */
	double pass_s, cpu_s;
};

extern struct collect_stats collect_stats;

#endif
