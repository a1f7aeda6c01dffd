/* SPDX-License-Identifier: MIT */
/* From series to lines: see graph_data.h. */
#include "rrd/graph_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/path.h"
#include "rrd/graph_list.h"

#define ALL_CFS ((1u << QUERY_CF__MAX) - 1)

void
graph_slug(const char *slug, char *out, size_t size)
{
	struct buf b;

	buf_init(&b, 1024);
	slug_text(&b, slug);
	(void)snprintf(out, size, "%s", b.data);
	buf_done(&b);
}

static const char *
label_of(const struct metric *m)
{
	return m->label != NULL ? m->label : m->name;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The 95th percentile of the known rows, by the nearest rank. */
static double
percentile95(const double *rows, size_t n)
{
	double *sorted = malloc((n + 1) * sizeof *sorted), v = NAN;
	size_t known = 0;

	if (sorted == NULL)
		return NAN;
	for (size_t i = 0; i < n; i++)
		if (!isnan(rows[i]))
			sorted[known++] = rows[i];
	qsort(sorted, known, sizeof *sorted, by_value);
	if (known > 0)
		v = sorted[(known * 95 + 99) / 100 - 1];
	free(sorted);
	return v;
}

/* --- one line out of a set of series --------------------------------------
 */

/* Which metrics a line adds up, as a bit each. */
typedef uint64_t mask;

_Static_assert(FAMILY_METRICS_MAX <= 64, "a mask has a bit a metric");

static double
add_up(const struct series *s, size_t row, mask which)
{
	double sum = NAN;

	for (size_t m = 0; m < s->n_metrics; m++) {
		double v = (which >> m & 1) != 0 ? series_at(s, row, m) : NAN;

		if (!isnan(v))
			sum = isnan(sum) ? v : sum + v;
	}
	return sum;
}

static double *
column(const struct series *s, mask which)
{
	double *rows = malloc((s->n_rows + 1) * sizeof *rows);

	for (size_t i = 0; rows != NULL && i < s->n_rows; i++)
		rows[i] = add_up(s, i, which);
	return rows;
}

static bool
same_grid(const struct series *a, const struct series *b)
{
	return a->start_s == b->start_s && a->step_s == b->step_s &&
	       a->n_rows == b->n_rows;
}

/* The legend's numbers; extremes from the archives that keep them, except
 * for a sum, whose parts need not peak at the same time. */
static void
describe(struct graph_line *l, const struct series set[QUERY_CF__MAX],
	 mask which)
{
	bool sum = (which & (which - 1)) != 0;
	const struct series *low = &set[sum ? QUERY_AVERAGE : QUERY_MIN];
	const struct series *high = &set[sum ? QUERY_AVERAGE : QUERY_MAX];
	size_t known = 0;
	double total = 0;

	l->now = l->min = l->max = NAN;
	for (size_t i = 0; i < low->n_rows; i++)
		l->min = fmin(l->min, add_up(low, i, which));
	for (size_t i = 0; i < high->n_rows; i++)
		l->max = fmax(l->max, add_up(high, i, which));
	for (size_t i = 0; i < l->n; i++) {
		double v = l->rows[QUERY_AVERAGE][i];

		if (isnan(v))
			continue;
		l->now = v;
		total += v;
		known++;
	}
	l->avg = known > 0 ? total / (double)known : NAN;
}

static int
add_line(struct graph_data *d, const struct series set[QUERY_CF__MAX],
	 mask which, enum metric_draw draw, int colour, const char *label,
	 const struct graph_request *r, struct err *err)
{
	const struct series *avg = &set[QUERY_AVERAGE];
	struct graph_line *l = &d->lines[d->n];

	if (d->n == GRAPH_SERIES_MAX)
		return 0;
	*l = (struct graph_line){.colour = colour,
				 .draw = draw,
				 .start_s = avg->start_s,
				 .step_s = avg->step_s,
				 .n = avg->n_rows};
	(void)snprintf(l->label, sizeof l->label, "%s", label);
	d->n++;
	for (int cf = 0; cf < QUERY_CF__MAX; cf++) {
		if (cf != QUERY_AVERAGE &&
		    (!r->envelope || !same_grid(avg, &set[cf])))
			continue;
		l->rows[cf] = column(&set[cf], which);
		if (l->rows[cf] == NULL)
			return err_set(err, ERR_NOMEM,
				       "picture: out of memory");
	}
	describe(l, set, which);
	l->p95 = NAN;
	if (r->p95)
		l->p95 = percentile95(l->rows[QUERY_AVERAGE], l->n);
	d->known = d->known || !isnan(l->now);
	return 0;
}

/* --- one host: a line for each metric --------------------------------------
 */

static int
add_metrics(struct graph_data *d, const struct series set[QUERY_CF__MAX],
	    const struct graph_request *r, struct err *err)
{
	const struct family *f = d->family;

	for (size_t m = 0; m < f->n_metrics; m++) {
		const struct metric *metric = &f->metrics[m];

		if (metric->draw == DRAW_HIDDEN)
			continue;
		if (add_line(d, set, (mask)1 << m, metric->draw,
			     metric->colour > 0 ? metric->colour - 1
						: (int)d->n,
			     label_of(metric), r, err) != 0)
			return -1;
	}
	return 0;
}

/* --- several series: the lead of each --------------------------------------
 */

static mask
lead_mask(const struct family *f)
{
	enum metric_role role = f->metrics[f->lead].role;
	mask which = (mask)1 << f->lead;

	for (size_t m = 0; role != ROLE_NONE && m < f->n_metrics; m++)
		if (f->metrics[m].role == role &&
		    f->metrics[m].draw != DRAW_HIDDEN &&
		    f->metrics[m].draw != DRAW_MIRROR)
			which |= (mask)1 << m;
	return which;
}

/* The first metric that is drawn downwards, or -1. */
static int
mirror_of(const struct family *f)
{
	for (size_t m = 0; m < f->n_metrics; m++)
		if (f->metrics[m].draw == DRAW_MIRROR)
			return (int)m;
	return -1;
}

static int
add_lead(struct graph_data *d, const struct series set[QUERY_CF__MAX],
	 const char *name, int colour, const struct graph_request *r,
	 struct err *err)
{
	const struct family *f = d->family;
	enum metric_draw draw = r->stack ? DRAW_STACK : DRAW_LINE;
	int mirror = mirror_of(f);
	char label[GRAPH_LABEL_SIZE];

	(void)snprintf(label, sizeof label, "%.80s%s%.40s", name,
		       mirror >= 0 ? " " : "",
		       mirror >= 0 ? label_of(&f->metrics[f->lead]) : "");
	if (add_line(d, set, lead_mask(f), draw, colour, label, r, err) != 0)
		return -1;
	if (mirror < 0)
		return 0;
	(void)snprintf(label, sizeof label, "%.80s %.40s", name,
		       label_of(&f->metrics[mirror]));
	return add_line(d, set, (mask)1 << mirror, DRAW_MIRROR, colour, label,
			r, err);
}

struct part {
	struct path path;
	char name[GRAPH_LABEL_SIZE];
	struct series set[QUERY_CF__MAX];
	double mean;
	bool there;
};

static void
drop_parts(struct part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (int cf = 0; cf < QUERY_CF__MAX; cf++)
			series_done(&parts[i].set[cf]);
	free(parts);
}

static int
by_mean(const void *a, const void *b)
{
	double x = ((const struct part *)a)->mean;
	double y = ((const struct part *)b)->mean;

	if (isnan(x) || isnan(y))
		return isnan(x) - isnan(y);
	return (x < y) - (x > y);
}

static double
mean_of(const struct series *s, mask which)
{
	double sum = 0;
	size_t known = 0;

	for (size_t i = 0; i < s->n_rows; i++) {
		double v = add_up(s, i, which);

		if (isnan(v))
			continue;
		sum += v;
		known++;
	}
	return known > 0 ? sum / (double)known : NAN;
}

/* Reads each part; one that does not exist is left out, unless all do. */
static int
read_parts(struct query *q, const struct graph_request *r, size_t max_rows,
	   struct graph_data *d, struct part *parts, size_t n, struct err *err)
{
	size_t there = 0;

	for (size_t i = 0; i < n; i++) {
		struct part *p = &parts[i];
		int64_t last_s;

		p->mean = NAN;
		if (query_series_set(q, &p->path, r->from_s, r->to_s, max_rows,
				     ALL_CFS, p->set, err) != 0) {
			if (err->code == ERR_NOT_FOUND)
				continue;
			return -1;
		}
		p->there = true;
		there++;
		p->mean = mean_of(&p->set[QUERY_AVERAGE], lead_mask(d->family));
		last_s = query_last_s(q, &p->path);
		if (last_s > d->last_s)
			d->last_s = last_s;
	}
	return there > 0 ? 0 : -1;
}

static int
read_hosts(struct query *q, const struct graph_request *r, size_t max_rows,
	   struct graph_data *d, struct err *err)
{
	struct part *parts = calloc(r->n_hosts, sizeof *parts);
	int rc;

	if (parts == NULL)
		return err_set(err, ERR_NOMEM, "picture: out of memory");
	for (size_t i = 0; i < r->n_hosts; i++) {
		parts[i].path = r->paths[i];
		graph_slug(r->paths[i].host, parts[i].name,
			   sizeof parts[i].name);
	}
	rc = read_parts(q, r, max_rows, d, parts, r->n_hosts, err);
	for (size_t i = 0; rc == 0 && i < r->n_hosts; i++)
		if (parts[i].there)
			rc = add_lead(d, parts[i].set, parts[i].name, (int)i, r,
				      err);
	drop_parts(parts, r->n_hosts);
	return rc;
}

static int
read_instances(struct query *q, const struct graph_request *r, size_t max_rows,
	       struct graph_data *d, struct err *err)
{
	struct part *parts = calloc(GRAPH_SERIES_MAX, sizeof *parts);
	char(*names)[SLUG_MAX + 1] = calloc(GRAPH_SERIES_MAX, sizeof *names);
	size_t n = 0, all = 0;
	int rc = -1;

	if (parts == NULL || names == NULL) {
		err_set(err, ERR_NOMEM, "picture: out of memory");
		goto out;
	}
	n = graph_list(q, &r->paths[0], names, GRAPH_SERIES_MAX, &all);
	if (n == 0) {
		err_set(err, ERR_NOT_FOUND, "%s/%s/%s: no such series",
			r->paths[0].cluster, r->paths[0].host,
			r->paths[0].family);
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		parts[i].path = r->paths[0];
		memcpy(parts[i].path.instance, names[i], sizeof *names);
		graph_slug(names[i], parts[i].name, sizeof parts[i].name);
	}
	rc = read_parts(q, r, max_rows, d, parts, n, err);
	if (rc == 0)
		qsort(parts, n, sizeof *parts, by_mean);
	for (size_t i = 0; rc == 0 && i < n && i < GRAPH_TOP; i++)
		if (parts[i].there)
			rc = add_lead(d, parts[i].set, parts[i].name, (int)i, r,
				      err);
	d->n_more = all > GRAPH_TOP ? all - GRAPH_TOP : 0;
out:
	if (parts != NULL)
		drop_parts(parts, n);
	free(names);
	return rc;
}

static int
read_one(struct query *q, const struct graph_request *r, size_t max_rows,
	 struct graph_data *d, struct err *err)
{
	struct series set[QUERY_CF__MAX] = {0};
	int rc = query_series_set(q, &r->paths[0], r->from_s, r->to_s, max_rows,
				  ALL_CFS, set, err);

	if (rc == 0)
		rc = add_metrics(d, set, r, err);
	d->last_s = query_last_s(q, &r->paths[0]);
	for (int cf = 0; cf < QUERY_CF__MAX; cf++)
		series_done(&set[cf]);
	return rc;
}

int
graph_data_read(struct query *q, const struct graph_request *r, size_t max_rows,
		struct graph_data *out, struct err *err)
{
	struct err local = {0};
	int rc;

	*out = (struct graph_data){0};
	out->family = registry_find(q->registry, r->paths[0].family, err);
	if (out->family == NULL)
		return -1;
	out->unit = unit_style(out->family->unit);
	if (r->n_hosts > 1)
		return read_hosts(q, r, max_rows, out, err);
	rc = read_one(q, r, max_rows, out, &local);
	if (rc == 0)
		return 0;
	if (local.code == ERR_NOT_FOUND && r->paths[0].instance[0] == '\0' &&
	    out->family->instance_label != NULL)
		return read_instances(q, r, max_rows, out, err);
	return err_set(err, local.code, "%s", local.msg);
}

void
graph_data_done(struct graph_data *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->n; i++)
		for (int cf = 0; cf < QUERY_CF__MAX; cf++)
			free(d->lines[i].rows[cf]);
	d->n = 0;
}
