/* SPDX-License-Identifier: MIT */
/* The newest values of series: see live.h. */
#include "fcgi/live.h"

#include <math.h>

#include "core/json.h"
#include "core/role.h"
#include "fcgi/numbers.h"

void
live_values(const struct family *f, const struct latest_entry *e,
	    double values[FAMILY_METRICS_MAX])
{
	if (e->n_values == f->n_metrics) {
		family_rates(f, e->prev_s, e->prev, e->time_s, e->raw, values);
		return;
	}
	for (size_t i = 0; i < f->n_metrics; i++)
		values[i] = NAN;
}

void
live_path_json(struct buf *b, const struct path *p)
{
	char text[PATH_SIZE];

	(void)path_format(p, text);
	json_key(b, "path");
	json_string(b, text);
	json_key(b, "cluster");
	json_string(b, p->cluster);
	json_key(b, "host");
	json_string(b, p->host);
	json_key(b, "family");
	json_string(b, p->family);
	json_key(b, "instance");
	json_string(b, p->instance);
}

static void
put_values(struct buf *b, const char *key, const struct family *f,
	   const double *values, size_t n)
{
	json_key(b, key);
	buf_char(b, '{');
	for (size_t i = 0; i < f->n_metrics && i < n; i++) {
		json_key(b, f->metrics[i].name);
		numbers_put(b, values[i], "null");
	}
	buf_char(b, '}');
}

void
live_json(struct buf *b, const struct family *f, const struct latest_entry *e,
	  int64_t now_s)
{
	double values[FAMILY_METRICS_MAX];

	live_values(f, e, values);
	buf_char(b, '{');
	live_path_json(b, &e->path);
	json_key(b, "time");
	buf_i64(b, e->time_s);
	json_key(b, "age");
	buf_i64(b, now_s - e->time_s);
	json_key(b, "stale");
	buf_str(b, now_s - e->time_s > f->heartbeat_s ? "true" : "false");
	put_values(b, "values", f, values, f->n_metrics);
	put_values(b, "raw", f, e->raw, e->n_values);
	buf_char(b, '}');
}
