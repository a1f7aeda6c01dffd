/* SPDX-License-Identifier: MIT */
/*
 * A metric: one data source of a family, with all that anyone who stores,
 * draws, exports or judges it needs to know.  Pure data.
 */
#ifndef CORE_METRIC_H
#define CORE_METRIC_H

#include <stddef.h>

/* How a raw value becomes a rate.  Names are RRDtool's. */
enum metric_kind {
	METRIC_GAUGE,	 /* the value itself */
	METRIC_DERIVE,	 /* whole-number counter: change per second, min 0 */
	METRIC_DDERIVE,	 /* the same for a floating-point counter */
	METRIC_ABSOLUTE, /* a count since the last sample, per second */
	METRIC_KIND__MAX
};

/* How a picture shows it. */
enum metric_draw {
	DRAW_LINE,
	DRAW_AREA,   /* filled from zero */
	DRAW_STACK,  /* filled on top of the metric before it */
	DRAW_MIRROR, /* filled downwards, below zero: the other direction */
	DRAW_HIDDEN, /* stored and exported, not drawn */
	METRIC_DRAW__MAX
};

/*
 * What the value means to gauges, alerts, healing and questions, so that
 * none of them names a metric.  *_USED and *_FREE come in pairs whose sum is
 * the whole; several metrics of a family may carry the same role and add up.
 */
enum metric_role {
	ROLE_NONE,
	ROLE_CPU_USED, /* CPU time spent working */
	ROLE_CPU_FREE, /* CPU time idle or waiting for disks */
	ROLE_MEMORY_USED,
	ROLE_MEMORY_FREE, /* what programs can still get, caches included */
	ROLE_SWAP_USED,
	ROLE_SWAP_FREE,
	ROLE_DISK_USED,
	ROLE_DISK_FREE, /* what an unprivileged user can still write */
	ROLE_INODES_USED,
	ROLE_INODES_FREE,
	ROLE_NETWORK_IN, /* bytes, counted from outside to this host */
	ROLE_NETWORK_OUT,
	ROLE_NETWORK_ERRORS,
	ROLE_LOAD,	  /* runnable processes, 1 minute */
	ROLE_PRESSURE,	  /* share of time some task was stalled, percent */
	ROLE_UPTIME,	  /* seconds since boot */
	ROLE_TEMPERATURE, /* degrees Celsius */
	ROLE_UP,	  /* 1 when the target answered, 0 when not */
	ROLE_REQUESTS,
	ROLE_FAILURES,
	ROLE_EXCEPTIONS,
	METRIC_ROLE__MAX
};

#define METRIC_NAME_MAX 63

struct metric {
	const char *name;  /* [a-z][a-z0-9_]{0,62}, unique in its family */
	const char *label; /* for people; NULL: the name */
	const char *unit;  /* of the drawn value: "bytes", "cores", "percent" */
	const char *help;  /* one sentence, no final full stop */
	/* Unit of the raw counter for the exposition ("seconds", "bytes"), as
	 * OpenMetrics spells base units; NULL: unit when it is a GAUGE. */
	const char *raw_unit;
	enum metric_kind kind;
	enum metric_draw draw;
	enum metric_role role;
	double min, max; /* of the rate; NaN: unbounded.  DERIVE: min 0 */
	int colour;	 /* 1-based palette index; 0: its place in the family */
};

/* Stable lower-case words for the enums ("dderive", "cpu_used"); never NULL. */
const char *metric_kind_name(enum metric_kind kind);
const char *metric_draw_name(enum metric_draw draw);
const char *metric_role_name(enum metric_role role);

/* The inverse; -1 when there is no such word. */
int metric_kind_find(const char *name);
int metric_draw_find(const char *name);
int metric_role_find(const char *name);

#define METRIC_DS_SIZE 20

/*
 * The name of its RRD data source: the metric's own when it has at most 19
 * characters, else its first 12, '_' and 6 hex digits of its XXH64.
 */
void metric_ds_name(const char *name, char out[METRIC_DS_SIZE]);

#endif
