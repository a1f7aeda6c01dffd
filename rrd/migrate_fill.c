/* SPDX-License-Identifier: MIT */
/* The bytes of a new file from those of an old one: see migrate.h.  Pure. */
#include <math.h>
#include <string.h>

#include "rrd/migrate.h"
#include "rrd/migrate_source.h"

#define STAT_BYTES 128
#define DEF_BYTES  120
#define LIVE_BYTES 16
#define PDP_BYTES  112
#define CDP_BYTES  80

struct fill {
	unsigned char *bytes;
	struct source to;
	const struct source *from, *more;
	int from_ds[FAMILY_METRICS_MAX], more_ds[FAMILY_METRICS_MAX];
};

static void
put_double(unsigned char *p, double v)
{
	memcpy(p, &v, sizeof(v));
}

static void
put_u64(unsigned char *p, uint64_t v)
{
	memcpy(p, &v, sizeof(v));
}

/* A value of the new file; what an import brings must be inside the limits.
 */
static double
value(const struct fill *w, size_t ds, enum source_cf cf, int64_t step_s,
      int64_t end_s)
{
	const struct source_ds *d = &w->to.ds[ds];
	double v = NAN;

	if (w->from_ds[ds] >= 0)
		v = source_value(w->from, (size_t)w->from_ds[ds], cf, step_s,
				 end_s);
	if (isfinite(v))
		return v;
	if (w->more == NULL || w->more_ds[ds] < 0)
		return NAN;
	v = source_value(w->more, (size_t)w->more_ds[ds], cf, step_s, end_s);
	if (!isfinite(v) || v < d->min || v > d->max)
		return NAN;
	return v;
}

static void
fill_rows(struct fill *w, const struct source_archive *a)
{
	for (int64_t k = 0; k < a->n_rows; k++) {
		size_t row = (size_t)((a->cur_row - k + a->n_rows) % a->n_rows);
		unsigned char *p = w->bytes + a->rows_at + 8 * row * w->to.n_ds;

		for (size_t ds = 0; ds < w->to.n_ds; ds++)
			put_double(p + 8 * ds, value(w, ds, a->cf, a->step_s,
						     a->end_s - k * a->step_s));
	}
}

/* The archive of `from` that goes on unchanged, or -1. */
static int
same_archive(const struct fill *w, const struct source_archive *a)
{
	if (w->from->step_s != w->to.step_s)
		return -1;
	for (size_t i = 0; i < w->from->n_archives; i++)
		if (w->from->archives[i].cf == a->cf &&
		    w->from->archives[i].step_s == a->step_s)
			return (int)i;
	return -1;
}

/* What the row in progress has collected, from the primary points so far:
 * librrd keeps the sum, the minimum, the maximum or the last one, and the
 * number of unknown ones. */
static struct source_cdp
collect(const struct fill *w, const struct source_archive *a, size_t ds)
{
	struct source_cdp c = {.value = NAN};
	int64_t step_s = w->to.step_s;

	for (int64_t t = a->end_s + step_s; t <= w->to.last_s; t += step_s) {
		double v = value(w, ds, SOURCE_AVERAGE, step_s, t);

		if (isnan(v))
			c.n_unkn++;
		else if (isnan(c.value))
			c.value = v;
		else
			c.value = a->cf == SOURCE_MIN	 ? fmin(c.value, v)
				  : a->cf == SOURCE_MAX	 ? fmax(c.value, v)
				  : a->cf == SOURCE_LAST ? v
							 : c.value + v;
	}
	return c;
}

static void
fill_cdp(struct fill *w, size_t archive)
{
	const struct source_archive *a = &w->to.archives[archive];
	int same = same_archive(w, a);

	for (size_t ds = 0; ds < w->to.n_ds; ds++) {
		unsigned char *p = w->bytes + w->to.cdp_at +
				   CDP_BYTES * (archive * w->to.n_ds + ds);
		struct source_cdp c;

		if (same >= 0 && w->from_ds[ds] >= 0) {
			memcpy(p,
			       w->from->bytes + w->from->cdp_at +
				   CDP_BYTES * ((size_t)same * w->from->n_ds +
						(size_t)w->from_ds[ds]),
			       CDP_BYTES);
			continue;
		}
		/* one point a row: nothing is ever in progress */
		if (a->step_s == w->to.step_s)
			continue;
		c = collect(w, a, ds);
		put_double(p, c.value);
		put_u64(p + 8, c.n_unkn);
	}
}

/*
 * The step in progress, value times seconds: carried over, or, when the step
 * is another one, put together from the finest rows since it began.
 */
static void
fill_pdp(struct fill *w, size_t ds)
{
	unsigned char *p = w->bytes + STAT_BYTES +
			   DEF_BYTES * (w->to.n_ds + w->to.n_archives) +
			   LIVE_BYTES + PDP_BYTES * ds;
	const struct source *s = w->from;
	const struct source_ds *d;
	double sum = 0;
	uint64_t unkn_s;
	int64_t t;

	if (w->from_ds[ds] < 0)
		return;
	d = &s->ds[w->from_ds[ds]];
	/* a reading of another kind says nothing about the next one */
	if (strcmp(d->kind, w->to.ds[ds].kind) != 0)
		return;
	memset(p, 0, SOURCE_LAST_SIZE);
	memcpy(p, d->last, strlen(d->last));
	if (s->step_s > w->to.step_s)
		return;
	sum = isnan(d->pdp_value) ? 0 : d->pdp_value;
	unkn_s = d->pdp_unkn_s;
	t = s->last_s - s->last_s % w->to.step_s + s->step_s;
	for (; t <= s->last_s - s->last_s % s->step_s; t += s->step_s) {
		double v = source_value(s, (size_t)w->from_ds[ds],
					SOURCE_AVERAGE, s->step_s, t);

		if (isnan(v))
			unkn_s += (uint64_t)s->step_s;
		else
			sum += v * (double)s->step_s;
	}
	put_u64(p + 32, unkn_s);
	put_double(p + 40, s->step_s == w->to.step_s ? d->pdp_value : sum);
}

/* A file that an import began knows no reading: the imported one's. */
static void
fill_reading(struct fill *w, size_t ds)
{
	unsigned char *p = w->bytes + STAT_BYTES +
			   DEF_BYTES * (w->to.n_ds + w->to.n_archives) +
			   LIVE_BYTES + PDP_BYTES * ds;
	const struct source_ds *d;

	if (w->more == NULL || w->more_ds[ds] < 0 ||
	    strcmp((char *)p, "U") != 0 || w->more->last_s != w->to.last_s)
		return;
	d = &w->more->ds[w->more_ds[ds]];
	if (strcmp(d->kind, w->to.ds[ds].kind) != 0)
		return;
	memset(p, 0, SOURCE_LAST_SIZE);
	memcpy(p, d->last, strlen(d->last));
}

int
migrate_fill(unsigned char *bytes, size_t n, const struct source *from,
	     const struct source *more, struct err *err)
{
	static struct fill w; /* 30 KB; one process, one thread */

	if (source_parse(&w.to, bytes, n, "new file", err) != 0)
		return -1;
	w.bytes = bytes;
	w.from = from;
	w.more = more;
	for (size_t ds = 0; ds < w.to.n_ds; ds++) {
		w.from_ds[ds] = source_find_ds(from, w.to.ds[ds].name);
		w.more_ds[ds] =
		    more != NULL ? source_find_ds(more, w.to.ds[ds].name) : -1;
		fill_pdp(&w, ds);
		fill_reading(&w, ds);
	}
	for (size_t i = 0; i < w.to.n_archives; i++) {
		fill_rows(&w, &w.to.archives[i]);
		fill_cdp(&w, i);
	}
	return 0;
}
