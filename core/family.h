/* SPDX-License-Identifier: MIT */
/*
 * A family: one measured thing and its metrics; one RRD file per host and
 * instance.  It is the single source of truth: RRD layout, graph, JSON
 * fields, HELP and TYPE lines, pages and reference docs are read from it.
 * Families exist as const tables (collectors) and at run time (registry).
 */
#ifndef CORE_FAMILY_H
#define CORE_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/metric.h"
#include "core/path.h"

struct buf;

#define FAMILY_METRICS_MAX 64
#define FAMILY_JSON_MAX	   65536

/* A default alert; alert/ reads it, nobody else.  Value is the metric's, or
 * the used share in percent when role names a *_USED role. */
struct family_alert {
	enum metric_role role;
	const char *metric; /* when role is ROLE_NONE */
	double warning, critical;
	int32_t for_s;
};

struct family {
	const char *name;     /* [a-z][a-z0-9_]{0,47} */
	const char *title;    /* "CPU time" */
	const char *unit;     /* axis unit of the picture */
	const char *help;     /* one sentence */
	const char *category; /* page section: "cpu", "memory", "disk", … */
	const char *instance_label; /* "device", "interface"; NULL: none */
	const char *profile;	    /* archive profile; NULL: "default" */
	int32_t step_s;		    /* base step of the RRD */
	int32_t heartbeat_s;	    /* >= 2 * step_s */
	bool total_and_parts; /* exists both without and with an instance */
	bool declared;	      /* false: made up by `robin put` (v1…vn) */
	/* Axis limits a picture keeps: NaN = free.  upper is soft. */
	double lower_limit, upper_limit;
	size_t n_metrics;
	const struct metric *metrics; /* the first is the lead metric unless
				       * one is marked by lead */
	size_t lead;
	size_t n_alerts;
	const struct family_alert *alerts;
};

/* Index of a metric by name, or -1. */
int family_metric(const struct family *f, const char *name);

/* Whether f obeys the rules above (names, bounds, heartbeat, units). */
int family_check(const struct family *f, struct err *err);

/* Appends the registry's JSON form: docs/format.md, "Family". */
void family_to_json(const struct family *f, struct buf *b);

/*
 * Parses the registry's JSON form into one heap block; the caller frees it
 * with family_free.  NULL with ERR_INVALID.
 */
struct family *family_from_json(const char *text, size_t len, struct err *err);

/* An undeclared family: GAUGE v1…vn, step 10, heartbeat 120, "default". */
struct family *family_undeclared(const char *name, size_t n_values,
				 struct err *err);

/* A deep copy in one heap block; NULL when out of memory. */
struct family *family_copy(const struct family *f);

void family_free(struct family **f);

/* Whether both store the same way: step, heartbeat, profile, and each
 * metric's name, kind, min and max (what the RRD file depends on). */
bool family_same_schema(const struct family *a, const struct family *b);

#endif
