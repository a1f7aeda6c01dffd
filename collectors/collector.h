/* SPDX-License-Identifier: MIT */
/*
 * A collector: something that measures one source and gives samples.  One
 * file each: collect_NAME.c defines `const struct collector collect_NAME`,
 * and the build makes the table from the folder listing.
 */
#ifndef COLLECTORS_COLLECTOR_H
#define COLLECTORS_COLLECTOR_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "core/sample.h"

/*
 * What every family states here.  The scheduler gives a family the step it
 * really runs at; the heartbeat lets cron's minutes through.
 */
#define COLLECT_STEP_S	    10
#define COLLECT_HEARTBEAT_S 120

/* The fields that nearly all families state alike. */
#define COLLECT_FAMILY                                                         \
	.step_s = COLLECT_STEP_S, .heartbeat_s = COLLECT_HEARTBEAT_S,          \
	.declared = true, .lower_limit = 0, .upper_limit = (double)NAN
#define COLLECT_METRICS(table)                                                 \
	.n_metrics = sizeof(table) / sizeof((table)[0]), .metrics = (table)
#define COLLECT_ALERTS(table)                                                  \
	.n_alerts = sizeof(table) / sizeof((table)[0]), .alerts = (table)

struct collector {
	const char *name; /* a family name's rules; "collect_" is not in it */
	const char *help; /* one sentence, no final full stop */
	int32_t step_s;	  /* 0: the configuration's default */
	/* All families it may give samples of, NULL-terminated. */
	const struct family *const *families;
	/*
	 * It can hang on something outside (a network mount, a sensor): it
	 * then runs in a child that is killed at its deadline.  One that does
	 * not say so reads kernel memory only.
	 */
	bool blocks;
	unsigned needs; /* COLLECT_NEEDS_… of rights.h */
	/* Whether this machine has its source; cheap, never blocks. */
	bool (*available)(const char *root);
	/*
	 * One pass.  root is "/" in life, another machine's root below a
	 * mount point, or a fixture folder.  -1 with err when some of it could
	 * not be read; samples already put stay good.
	 */
	int (*collect)(const char *root, struct sample_sink *sink,
		       struct err *err);
};

/* Every collector that was built, in name order, NULL-terminated. */
extern const struct collector *const collectors[];

/* The collector of that name, or NULL. */
const struct collector *collector_find(const char *name);

/* Checks what a collector states (names, families); tests and --list use it. */
int collector_check(const struct collector *c, struct err *err);

#endif
