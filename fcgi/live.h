/* SPDX-License-Identifier: MIT */
/* The newest values of series: drawn values, ages, and their JSON. */
#ifndef FCGI_LIVE_H
#define FCGI_LIVE_H

#include <stdint.h>

#include "core/buf.h"
#include "core/family.h"
#include "rrd/latest.h"

/*
 * The drawn values (rates of counters) of an entry, in the family's order;
 * all NaN when the entry was stored under another schema.
 */
void live_values(const struct family *f, const struct latest_entry *e,
		 double values[FAMILY_METRICS_MAX]);

/*
 * Appends one object: path and its parts, time, age, "stale" (older than the
 * heartbeat), "values" (drawn, null when unknown) and "raw".
 */
void live_json(struct buf *b, const struct family *f,
	       const struct latest_entry *e, int64_t now_s);

/* Appends "path","cluster","host","family","instance" members. */
void live_path_json(struct buf *b, const struct path *p);

#endif
