/* SPDX-License-Identifier: MIT */
/* From series to lines: see graph_data.h. */
#include "rrd/graph_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/path.h"
#include "rrd/graph_line.h"
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
		if (graph_line_add(d, set, (line_mask)1 << m, metric->draw,
				   metric->colour > 0 ? metric->colour - 1
						      : (int)d->n,
				   label_of(metric), r, err) != 0)
			return -1;
	}
	return 0;
}

/* --- several series: the lead of each --------------------------------------
 */

static line_mask
lead_mask(const struct family *f)
{
	enum metric_role role = f->metrics[f->lead].role;
	line_mask which = (line_mask)1 << f->lead;

	for (size_t m = 0; role != ROLE_NONE && m < f->n_metrics; m++)
		if (f->metrics[m].role == role &&
		    f->metrics[m].draw != DRAW_HIDDEN &&
		    f->metrics[m].draw != DRAW_MIRROR)
			which |= (line_mask)1 << m;
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

/* One that is alone has room for areas and the colours of its metrics. */
static int
add_lead(struct graph_data *d, const struct series set[QUERY_CF__MAX],
	 const char *name, int colour, bool alone,
	 const struct graph_request *r, struct err *err)
{
	const struct family *f = d->family;
	int mirror = mirror_of(f);
	enum metric_draw draw = r->stack	       ? DRAW_STACK
				: alone && mirror >= 0 ? DRAW_AREA
						       : DRAW_LINE;
	char label[GRAPH_LABEL_SIZE];

	(void)snprintf(label, sizeof label, "%.80s%s%.40s", name,
		       mirror >= 0 ? " " : "",
		       mirror >= 0 ? label_of(&f->metrics[f->lead]) : "");
	if (graph_line_add(d, set, lead_mask(f), draw, colour, label, r, err) !=
	    0)
		return -1;
	if (mirror < 0)
		return 0;
	(void)snprintf(label, sizeof label, "%.80s %.40s", name,
		       label_of(&f->metrics[mirror]));
	if (graph_line_add(d, set, (line_mask)1 << mirror, DRAW_MIRROR,
			   alone ? colour + 1 : colour, label, r, err) != 0)
		return -1;
	d->lines[d->n - 1].thin = !alone && !r->stack;
	return 0;
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
mean_of(const struct series *s, line_mask which)
{
	double sum = 0;
	size_t known = 0;

	for (size_t i = 0; i < s->n_rows; i++) {
		double v = graph_line_sum(s, i, which);

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
			rc = add_lead(d, parts[i].set, parts[i].name, (int)i,
				      false, r, err);
	drop_parts(parts, r->n_hosts);
	return rc;
}

/* All instances of one host, to the end of parts; how many there are. */
static size_t
list_instances(struct query *q, const struct graph_request *r, size_t host,
	       struct part *parts, size_t *n)
{
	char(*names)[SLUG_MAX + 1] = calloc(GRAPH_SERIES_MAX, sizeof *names);
	size_t all = 0, found = 0;

	if (names != NULL)
		found = graph_list(q, &r->paths[host], names,
				   GRAPH_SERIES_MAX - *n, &all);
	for (size_t i = 0; i < found; i++) {
		struct part *p = &parts[(*n)++];
		char instance[GRAPH_LABEL_SIZE], name[GRAPH_LABEL_SIZE];

		p->path = r->paths[host];
		memcpy(p->path.instance, names[i], sizeof *names);
		graph_slug(names[i], instance, sizeof instance);
		graph_slug(p->path.host, name, sizeof name);
		(void)snprintf(p->name, sizeof p->name, "%.50s%s%.75s",
			       r->n_hosts > 1 ? name : "",
			       r->n_hosts > 1 ? " " : "", instance);
	}
	free(names);
	return all;
}

static int
read_instances(struct query *q, const struct graph_request *r, size_t max_rows,
	       struct graph_data *d, struct err *err)
{
	struct part *parts = calloc(GRAPH_SERIES_MAX, sizeof *parts);
	size_t n = 0, all = 0;
	int rc;

	if (parts == NULL)
		return err_set(err, ERR_NOMEM, "picture: out of memory");
	for (size_t i = 0; i < r->n_hosts; i++)
		all += list_instances(q, r, i, parts, &n);
	rc = n > 0 ? read_parts(q, r, max_rows, d, parts, n, err)
		   : err_set(err, ERR_NOT_FOUND, "%s/%s/%s: no such series",
			     r->paths[0].cluster, r->paths[0].host,
			     r->paths[0].family);
	if (rc == 0)
		qsort(parts, n, sizeof *parts, by_mean);
	for (size_t i = 0; rc == 0 && i < n && i < GRAPH_TOP; i++)
		if (parts[i].there)
			rc = add_lead(d, parts[i].set, parts[i].name, (int)i,
				      n == 1, r, err);
	d->n_more = all > GRAPH_TOP ? all - GRAPH_TOP : 0;
	drop_parts(parts, n);
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

/* The largest value of any line, whatever its sign; 0: none. */
static double
size_of(const struct graph_data *d)
{
	double most = 0;

	for (size_t i = 0; i < d->n; i++)
		most = fmax(most,
			    fmax(fabs(d->lines[i].min), fabs(d->lines[i].max)));
	return most;
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
	rc = r->n_hosts > 1 ? read_hosts(q, r, max_rows, out, &local)
			    : read_one(q, r, max_rows, out, &local);
	if (rc != 0 && local.code == ERR_NOT_FOUND &&
	    r->paths[0].instance[0] == '\0')
		rc = read_instances(q, r, max_rows, out, &local);
	if (rc != 0)
		return err_set(err, local.code, "%s", local.msg);
	out->unit = unit_style_for(out->unit, size_of(out));
	return 0;
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
