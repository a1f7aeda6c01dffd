/* SPDX-License-Identifier: MIT */
/*
 * What is known at this moment: every host with its series, newest values,
 * vital shares and state.  Read from the table of latest values and the
 * registry alone; one snapshot per pass, so all pages of a pass agree.
 */
#ifndef WWW_FLEET_H
#define WWW_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "core/path.h"
#include "rrd/query.h"
#include "www/alarms.h"
#include "www/health.h"

struct fleet_series {
	const struct family *family; /* borrowed from the registry */
	char *instance;		     /* slug; "" when there is none */
	int64_t time_s;
	double *rates; /* family->n_metrics drawn values */
	enum health_state state;
};

/* A used/free pair of roles and the series that speaks for the host; from is
 * set as soon as a series has the role, known or not. */
struct share {
	double used, free, ratio; /* NaN: not known */
	const struct fleet_series *from;
};

/* Host-wide numbers by role; NaN where nothing has the role. */
struct vitals {
	struct share cpu, memory, swap, disk, inodes;
	double network_in, network_out, load, pressure, uptime, temperature;
};

#define FLEET_FINDINGS_MAX 2 /* told; the rest is counted */

struct fleet_host {
	char cluster[SLUG_MAX + 1];
	char name[SLUG_MAX + 1];
	struct fleet_series *series; /* in path order */
	size_t n_series, cap;
	int64_t newest_s;
	int32_t step_s; /* the shortest step among its series */
	struct vitals v;
	enum health_state state;
	bool silent;	   /* its newest data are too old to be judged */
	size_t n_findings; /* kept, worst first */
	int n_total;	   /* all that were found */
	struct health_finding findings[FLEET_FINDINGS_MAX];
};

struct fleet {
	struct fleet_host *hosts; /* in path order */
	size_t n_hosts, cap;
	const struct fleet_host **worst; /* the same, worst first */
	int n_state[HEALTH__MAX];	 /* hosts in each state */
	int n_findings[HEALTH__MAX];
	int64_t
	    now_s; /* what is shown: the newest value's, while it is fresh */
	int64_t newest_s;
};

/*
 * Takes a snapshot; now_s is wall time.  alarms (NULL: none) take the place
 * of plain thresholds while they are alive.  No data yet is no failure: zero
 * hosts.  While values arrive f->now_s is the newest one's time, so that
 * the same values make the same bytes.  f must be zeroed or hold an earlier
 * snapshot, which is freed.
 */
int fleet_read(struct fleet *f, struct query *q, const struct alarms *alarms,
	       int64_t now_s, struct err *err);
void fleet_done(struct fleet *f);

/* Number of the host's series of the family of series[at], which is the
 * first of them (they are neighbours). */
size_t fleet_family_count(const struct fleet_host *h, size_t at);

/* The path of a host's series. */
void fleet_path(const struct fleet_host *h, const struct fleet_series *x,
		struct path *out);

/* Fills h->v from h->series (vitals.c). */
void vitals_of(struct fleet_host *h);

#endif
