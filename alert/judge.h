/* SPDX-License-Identifier: MIT */
/*
 * Samples into the level of an alert: windows, lessons and lines.  What the
 * level then does to the alert is state.h's.
 */
#ifndef ALERT_JUDGE_H
#define ALERT_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/engine.h"

#define GAP_LOOKS 3 /* so many missed looks are a gap */

/* What one look carries along. */
struct look {
	struct engine *e;
	int64_t now_boot_ms, now_s;
	int64_t blind_ms; /* nobody looked for so long */
	int64_t learn_until_boot_ms;
	int weekday, minute;
	size_t at;  /* in e->series */
	bool stale; /* series came that the table does not have */
};

/* How long after a sample it still stands for now: the heartbeat, or three
 * looks. */
int64_t judge_patience_s(const struct look *k, const struct watched_series *s);

/* The level now (enum alert_level), or -1 when it is unknown; sets the
 * alert's value and reason.  May learn from the archives. */
int judge_alert(struct look *k, struct alert *a);

#endif
