/* SPDX-License-Identifier: MIT */
/*
 * Which archive, which rows, and the turn at the gate: see query.h.  The
 * gate is held while the header and the rows are read, not while they are
 * consolidated.
 */
#include "rrd/query.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "rrd/archive_name.h"
#include "rrd/drain.h"
#include "rrd/query_plan.h"

#define DRAIN_TIMEOUT_MS 3000
#define DRAIN_PAUSE_MS	 5000

int
query_open(struct query *q, const char *state, struct err *err)
{
	struct query new = {.gate = {.fd = -1}};
	int n = snprintf(new.state, sizeof new.state, "%s", state);

	if (n < 0 || (size_t)n >= sizeof new.state)
		return err_set(err, ERR_TOO_LARGE,
			       "%.60s…: state folder name too long", state);
	new.registry = registry_new(state, err);
	if (new.registry == NULL)
		return -1;
	*q = new;
	return 0;
}

void
query_close(struct query *q)
{
	if (q == NULL)
		return;
	registry_free(&q->registry);
	if (q->latest != NULL)
		latest_close(&q->latest);
	gate_close(&q->gate);
}

struct latest *
query_latest(struct query *q, struct err *err)
{
	if (q->latest == NULL)
		q->latest = latest_open(q->state, err);
	return q->latest;
}

/* Time of the newest sample the log knows of; 0 when it knows none. */
static int64_t
logged_s(struct query *q, const char *path)
{
	struct latest_entry e;
	struct err err;

	if (query_latest(q, &err) == NULL ||
	    latest_find(q->latest, path, &e, &err) != 0)
		return 0;
	return e.time_s;
}

static int
enter(struct query *q, const char *path, struct err *err)
{
	if (q->gate.fd < 0 && gate_open(&q->gate, q->state, err) != 0)
		return -1;
	return gate_enter_read(&q->gate, path, err);
}

/* --- reading ------------------------------------------------------------ */

static void
drop_plans(struct query_plan plans[QUERY_CF__MAX])
{
	for (int cf = 0; cf < QUERY_CF__MAX; cf++) {
		free(plans[cf].rows);
		plans[cf].rows = NULL;
	}
}

/* Header and rows, for everything wanted, in one turn at the gate. */
static int
read_file(struct query *q, const char *path, const char *name,
	  const struct query_want *w, size_t n_metrics, struct query_file *f,
	  struct query_plan plans[QUERY_CF__MAX], struct err *err)
{
	int rc;

	if (enter(q, path, err) != 0)
		return -1;
	f->fd = -1;
	rc = query_file_open(name, f, err);
	for (int cf = 0; rc == 0 && cf < QUERY_CF__MAX; cf++) {
		if ((w->cfs & 1u << cf) == 0)
			continue;
		rc = query_plan_make(f, cf, w, n_metrics, &plans[cf], err);
		if (rc == 0)
			rc = query_plan_read(f, &plans[cf], err);
		if (rc != 0)
			err_prefix(err, "%s", path);
	}
	gate_leave(&q->gate, path);
	query_file_close(f);
	if (rc != 0)
		drop_plans(plans);
	return rc;
}

/* Whether a drain would bring rows that the plans lack. */
static bool
stale(const struct query_want *w, const struct query_plan plans[QUERY_CF__MAX],
      int64_t newest_s)
{
	for (int cf = 0; cf < QUERY_CF__MAX; cf++) {
		const struct query_archive *a = &plans[cf].archive;

		if ((w->cfs & 1u << cf) != 0 && a->end_s < w->to_s &&
		    newest_s - newest_s % a->step_s > a->end_s)
			return true;
	}
	return false;
}

/* Asks for a drain unless the last request failed a moment ago. */
static bool
drained(struct query *q, const char *path)
{
	struct err err = {0};

	if (q->no_drain || clock_boot_ms() < q->drain_after_boot_ms)
		return false;
	if (drain_request(q->state, path, DRAIN_TIMEOUT_MS, &err) == 0)
		return true;
	if (err.code != ERR_NOT_FOUND)
		q->drain_after_boot_ms = clock_boot_ms() + DRAIN_PAUSE_MS;
	return false;
}

/* read_file, again after a drain when the log knows more than the file. */
static int
read_fresh(struct query *q, const char *path, const struct query_want *w,
	   size_t n_metrics, struct query_file *f,
	   struct query_plan plans[QUERY_CF__MAX], struct err *err)
{
	char name[PATH_MAX];
	int64_t newest_s;
	int rc;

	if (archive_name(q->state, path, name, err) != 0)
		return -1;
	newest_s = logged_s(q, path);
	rc = read_file(q, path, name, w, n_metrics, f, plans, err);
	if (rc != 0 && (err->code != ERR_NOT_FOUND || newest_s == 0))
		return -1;
	if (rc == 0 && !stale(w, plans, newest_s))
		return 0;
	if (!drained(q, path)) {
		q->behind = true;
		return rc;
	}
	drop_plans(plans);
	return read_file(q, path, name, w, n_metrics, f, plans, err);
}

/* The plan for a series that the log knows but no file holds yet. */
static int
plan_nothing(const struct family *family, const struct query_want *w,
	     struct query_plan plans[QUERY_CF__MAX], struct err *err)
{
	struct query_file f = {.n_archives = 1};

	f.archives[0] = (struct query_archive){
	    .step_s = family->step_s, .n_rows = 1, .is_base = 1};
	for (int cf = 0; cf < QUERY_CF__MAX; cf++)
		if (query_plan_make(&f, cf, w, family->n_metrics, &plans[cf],
				    err) != 0)
			return -1;
	for (int cf = 0; cf < QUERY_CF__MAX; cf++)
		plans[cf].n_read = 0;
	return 0;
}

int
query_series_set(struct query *q, const struct path *p, int64_t from_s,
		 int64_t to_s, size_t max_rows, unsigned cfs,
		 struct series out[QUERY_CF__MAX], struct err *err)
{
	const struct query_want w = {from_s, to_s, max_rows, cfs};
	struct query_plan plans[QUERY_CF__MAX] = {0};
	struct series made[QUERY_CF__MAX] = {0};
	int columns[FAMILY_METRICS_MAX];
	const struct family *family;
	struct query_file f = {0};
	struct err local = {0};
	char path[PATH_SIZE];
	int rc = 0;

	if (from_s < 0 || from_s >= to_s)
		return err_set(err, ERR_INVALID,
			       "a range must end after it begins");
	family = registry_find(q->registry, p->family, err);
	if (family == NULL)
		return -1;
	(void)path_format(p, path);
	if (read_fresh(q, path, &w, family->n_metrics, &f, plans, &local) !=
	    0) {
		if (local.code != ERR_NOT_FOUND || logged_s(q, path) == 0)
			return err_set(err, local.code, "%s", local.msg);
		rc = plan_nothing(family, &w, plans, err);
	}
	query_plan_columns(family, &f, columns);
	for (int cf = 0; rc == 0 && cf < QUERY_CF__MAX; cf++) {
		if ((cfs & 1u << cf) == 0)
			continue;
		rc = query_plan_blank(&plans[cf], family->n_metrics, &made[cf],
				      err);
		for (size_t m = 0; rc == 0 && m < family->n_metrics; m++)
			if (columns[m] >= 0)
				query_plan_bring_down(&plans[cf], &f,
						      columns[m], cf, &made[cf],
						      m);
	}
	drop_plans(plans);
	for (int cf = 0; cf < QUERY_CF__MAX; cf++) {
		if (rc != 0)
			series_done(&made[cf]);
		else if ((cfs & 1u << cf) != 0)
			out[cf] = made[cf];
	}
	return rc;
}

int
query_series(struct query *q, const struct path *p, int64_t from_s,
	     int64_t to_s, size_t max_rows, enum query_cf cf,
	     struct series *out, struct err *err)
{
	struct series set[QUERY_CF__MAX] = {0};

	if (query_series_set(q, p, from_s, to_s, max_rows, 1u << cf, set,
			     err) != 0)
		return -1;
	*out = set[cf];
	return 0;
}

int64_t
query_filed_s(struct query *q, const struct path *p)
{
	struct query_file f = {.fd = -1};
	char path[PATH_SIZE], name[PATH_MAX];
	int64_t last_s = 0;
	struct err err;

	(void)path_format(p, path);
	if (archive_name(q->state, path, name, &err) != 0 ||
	    enter(q, path, &err) != 0)
		return 0;
	if (query_file_open(name, &f, &err) == 0)
		last_s = f.last_s;
	gate_leave(&q->gate, path);
	query_file_close(&f);
	return last_s;
}

int64_t
query_last_s(struct query *q, const struct path *p)
{
	char path[PATH_SIZE];
	int64_t last_s;

	(void)path_format(p, path);
	last_s = logged_s(q, path);
	return last_s > 0 ? last_s : query_filed_s(q, p);
}
