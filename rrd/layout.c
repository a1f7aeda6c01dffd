/* SPDX-License-Identifier: MIT */
/* Family -> layout text of its RRD file: see layout.h.  Pure. */
#include "rrd/layout.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/number.h"

#define LAYOUT_RRA_MAX 64

enum { AVG = 1, MIN = 2, MAX = 4 };

/* One line of a profile: how fine, how long, which consolidations. */
struct archive_row {
	int32_t res_s;
	int32_t rows;
	int cfs;
};

#define DAY 86400

static const struct archive_row rows_default[] = {
    {10, 6 * 3600 / 10, AVG},
    {60, 36 * 60, AVG | MIN | MAX},
    {300, 9 * DAY / 300, AVG | MIN | MAX},
    {1800, 45 * DAY / 1800, AVG | MIN | MAX},
    {7200, 400 * DAY / 7200, AVG | MIN | MAX},
    {0, 0, 0},
};

static const struct archive_row rows_pod[] = {
    {60, 12 * 60, AVG},
    {300, 4 * DAY / 300, AVG | MAX},
    {3600, 40 * 24, AVG | MAX},
    {0, 0, 0},
};

static const struct archive_row rows_bench[] = {
    {10, 120, AVG},
    {60, 40, AVG | MIN | MAX},
    {300, 40, AVG | MIN | MAX},
    {1800, 40, AVG | MIN | MAX},
    {7200, 40, AVG | MIN | MAX},
    {0, 0, 0},
};

static const struct {
	const char *name;
	const struct archive_row *rows;
} profiles[] = {
    {"default", rows_default},
    {"pod", rows_pod},
    {"bench", rows_bench},
};

const char *const layout_profiles[] = {"default", "pod", "bench", NULL};

static const char *const cf_names[] = {"AVERAGE", "MIN", "MAX"};

static const struct archive_row *
profile_find(const char *name)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (strcmp(profiles[i].name, name) == 0)
			return profiles[i].rows;
	return NULL;
}

/* One archive of the layout under construction. */
struct rra {
	int cf;
	int64_t steps, rows;
};

/* Adds an archive; of two with the same consolidation and resolution the
 * longer one stays. */
static void
rra_add(struct rra *list, size_t *n, int cf, int64_t steps, int64_t rows)
{
	for (size_t i = 0; i < *n; i++) {
		if (list[i].cf != cf || list[i].steps != steps)
			continue;
		if (list[i].rows < rows)
			list[i].rows = rows;
		return;
	}
	if (*n < LAYOUT_RRA_MAX)
		list[(*n)++] = (struct rra){cf, steps, rows};
}

static size_t
rras_of(const struct archive_row *row, int64_t step_s, struct rra *list)
{
	size_t n = 0;

	/* a step finer than the finest archive gets one of its own */
	if (step_s < row->res_s)
		rra_add(list, &n, 0, 1, row->rows);
	for (; row->rows > 0; row++) {
		int64_t span_s = (int64_t)row->res_s * row->rows;
		int64_t steps = (row->res_s + step_s - 1) / step_s;
		int64_t res_s = steps * step_s;
		int64_t rows = (span_s + res_s - 1) / res_s;

		for (int cf = 0; cf < 3; cf++)
			if ((row->cfs & (1 << cf)) != 0)
				rra_add(list, &n, cf, steps, rows);
	}
	return n;
}

void
layout_ds(struct buf *out, const char *name, const char *kind,
	  int64_t heartbeat_s, double min, double max)
{
	buf_fmt(out, " DS:%s:%s:%lld:", name, kind, (long long)heartbeat_s);
	/* always bounded: an infinite rate must not reach a row */
	buf_fmt(out, "%.10g:%.10g", isnan(min) ? -LAYOUT_LIMIT : min,
		isnan(max) ? LAYOUT_LIMIT : max);
}

void
layout_rra(struct buf *out, const char *cf, double xff, int64_t steps,
	   int64_t rows)
{
	buf_fmt(out, " RRA:%s:%.10g:%lld:%lld", cf, xff, (long long)steps,
		(long long)rows);
}

static const char *
ds_kind(enum metric_kind kind)
{
	static const char *const names[METRIC_KIND__MAX] = {
	    [METRIC_GAUGE] = "GAUGE",
	    [METRIC_DERIVE] = "DERIVE",
	    [METRIC_DDERIVE] = "DDERIVE",
	    [METRIC_ABSOLUTE] = "ABSOLUTE",
	};

	return (unsigned)kind < METRIC_KIND__MAX ? names[kind] : NULL;
}

int
layout_text(const struct family *f, struct buf *out, struct err *err)
{
	const char *profile = f->profile != NULL ? f->profile : "default";
	const struct archive_row *row = profile_find(profile);
	struct rra list[LAYOUT_RRA_MAX];
	size_t n, before = out->len;

	if (row == NULL)
		return err_set(err, ERR_INVALID,
			       "family %s: unknown profile \"%.60s\"", f->name,
			       profile);
	if (f->step_s < 1 || f->n_metrics < 1 ||
	    f->n_metrics > FAMILY_METRICS_MAX)
		return err_set(
		    err, ERR_INVALID,
		    "family %s: step or number of metrics out of range",
		    f->name);
	buf_fmt(out, "step=%d", f->step_s);
	for (size_t i = 0; i < f->n_metrics; i++) {
		const struct metric *m = &f->metrics[i];
		const char *kind = ds_kind(m->kind);
		double min = m->min;
		char name[METRIC_DS_SIZE];

		if (kind == NULL) {
			buf_cut(out, before);
			return err_set(err, ERR_INVALID,
				       "family %s: metric %s has no kind",
				       f->name, m->name);
		}
		/* a counter's reset must not show as a huge negative rate */
		if (m->kind != METRIC_GAUGE && isnan(min))
			min = 0;
		metric_ds_name(m->name, name);
		layout_ds(out, name, kind, f->heartbeat_s, min, m->max);
	}
	n = rras_of(row, f->step_s, list);
	for (size_t i = 0; i < n; i++)
		layout_rra(out, cf_names[list[i].cf], 0.5, list[i].steps,
			   list[i].rows);
	if (!buf_ok(out))
		return err_set(err, ERR_NOMEM, "family %s: layout", f->name);
	return 0;
}

/* The number in the k-th ':'-separated field of one token, or 0. */
static int64_t
field(const char *token, size_t len, int k)
{
	const char *p = token, *end = token + len, *colon;
	int64_t v;

	for (; k > 0; k--) {
		p = memchr(p, ':', (size_t)(end - p));
		if (p == NULL)
			return 0;
		p++;
	}
	colon = memchr(p, ':', (size_t)(end - p));
	if (colon != NULL)
		end = colon;
	return number_i64(p, (size_t)(end - p), &v) ? v : 0;
}

int
layout_parse(const char *layout, struct layout *out)
{
	struct layout l = {0};

	if (strncmp(layout, "step=", 5) != 0)
		return -1;
	for (const char *p = layout; *p != '\0';) {
		size_t len = strcspn(p, " ");

		if (strncmp(p, "step=", 5) == 0) {
			if (!number_i64(p + 5, len - 5, &l.step_s))
				return -1;
		} else if (strncmp(p, "DS:", 3) == 0) {
			l.n_ds++;
			l.heartbeat_s = field(p, len, 3);
		} else if (strncmp(p, "RRA:", 4) == 0) {
			int64_t rows = field(p, len, 4);

			if (rows < 1 || rows > 100000000)
				return -1;
			l.n_rra++;
			l.rows += (uint64_t)rows;
		} else {
			return -1;
		}
		p += len;
		p += strspn(p, " ");
	}
	if (l.step_s < 1 || l.heartbeat_s < 1 || l.n_ds < 1 || l.n_rra < 1 ||
	    l.n_ds > FAMILY_METRICS_MAX || l.n_rra > LAYOUT_RRA_MAX)
		return -1;
	*out = l;
	return 0;
}

size_t
layout_bytes(const char *layout)
{
	struct layout l;

	if (layout_parse(layout, &l) != 0)
		return 0;
	return 128 + 120 * l.n_ds + 120 * l.n_rra + 16 + 112 * l.n_ds +
	       80 * l.n_ds * l.n_rra + 8 * l.n_rra +
	       8 * l.n_ds * (size_t)l.rows;
}
