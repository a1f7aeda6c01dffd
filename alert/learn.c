/* SPDX-License-Identifier: MIT */
/* Lessons from the archives: see learn.h. */
#include "alert/learn.h"

#include <stdlib.h>

#define BASELINE_AGAIN_MS INT64_C(6 * 3600 * 1000)
#define FORECAST_AGAIN_MS INT64_C(10 * 60 * 1000)
#define BASELINE_ROWS	  4032 /* 28 days of 10 minutes */
#define FORECAST_ROWS	  288

int
learn_series(struct query *q, const struct rule *r, const struct path *p,
	     const struct family *f, int64_t from_s, int64_t to_s,
	     size_t max_rows, struct series *out, struct err *err)
{
	struct series all = {0};

	if (query_series(q, p, from_s, to_s, max_rows, QUERY_AVERAGE, &all,
			 err) != 0)
		return -1;
	if (all.n_metrics != f->n_metrics) {
		series_done(&all);
		return err_set(err, ERR_INVALID,
			       "%s: file and family have different metrics",
			       f->name);
	}
	/* in place: row i's value is never behind its own first cell */
	for (size_t i = 0; i < all.n_rows; i++)
		all.values[i] =
		    rule_value(r, f, all.values + i * all.n_metrics);
	all.n_metrics = 1;
	*out = all;
	return 0;
}

int
learn_rule(struct learned *l, struct query *q, const struct rule *r,
	   const struct path *p, const struct family *f, int64_t now_s,
	   int64_t now_boot_ms, struct err *err)
{
	bool unusual = r->condition == RULE_UNUSUAL;
	struct series s;
	int rc;

	l->next_boot_ms =
	    now_boot_ms + (unusual ? BASELINE_AGAIN_MS : FORECAST_AGAIN_MS);
	if (learn_series(q, r, p, f, now_s - r->history_s, now_s,
			 unusual ? BASELINE_ROWS : FORECAST_ROWS, &s, err) != 0)
		return -1;
	rc = unusual ? baseline_learn(&l->baseline, &s, 0, err)
		     : forecast_fit(&l->forecast, &s, 0, err);
	l->at_s = now_s;
	series_done(&s);
	return rc;
}

int
learn_window(struct window *w, struct query *q, const struct rule *r,
	     const struct path *p, const struct family *f, int64_t now_s,
	     struct err *err)
{
	struct series s;

	if (learn_series(q, r, p, f, now_s - r->over_s, now_s, 0, &s, err) != 0)
		return -1;
	for (size_t i = 0; i < s.n_rows; i++)
		window_add(w, s.start_s + (int64_t)i * s.step_s, s.values[i]);
	series_done(&s);
	return 0;
}
