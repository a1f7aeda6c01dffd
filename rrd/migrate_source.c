/* SPDX-License-Identifier: MIT */
/* Bytes of an RRD file -> values by time: see migrate_source.h.  Pure. */
#include "rrd/migrate_source.h"

#include <math.h>
#include <string.h>

#define STAT_BYTES 128
#define DEF_BYTES  120 /* ds_def and rra_def alike */
#define LIVE_BYTES 16
#define PDP_BYTES  112
#define CDP_BYTES  80
#define ROWS_MAX   UINT64_C(10000000)
#define STEP_MAX_S INT64_C(31622400)

static const char *const cf_names[SOURCE_CF__MAX] = {
    [SOURCE_AVERAGE] = "AVERAGE", [SOURCE_MIN] = "MIN", [SOURCE_MAX] = "MAX",
    [SOURCE_LAST] = "LAST",	  [SOURCE_OTHER] = "?",
};

const char *
source_cf_name(enum source_cf cf)
{
	return (unsigned)cf < SOURCE_CF__MAX ? cf_names[cf] : "?";
}

static uint64_t
u64_at(const unsigned char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static double
f64_at(const unsigned char *p)
{
	double v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* A fixed field as text; false when it is empty, unterminated or unprintable.
 */
static bool
take_word(char *out, const unsigned char *p, size_t n)
{
	size_t len = strnlen((const char *)p, n);

	if (len == 0 || len == n)
		return false;
	for (size_t i = 0; i < len; i++)
		if (p[i] <= ' ' || p[i] > '~')
			return false;
	memcpy(out, p, len + 1);
	return true;
}

static enum source_cf
cf_of(const char *name)
{
	for (int i = 0; i < SOURCE_OTHER; i++)
		if (strcmp(name, cf_names[i]) == 0)
			return (enum source_cf)i;
	return SOURCE_OTHER;
}

static int
check_front(struct source *s, const unsigned char *p, size_t n,
	    const char *name, struct err *err)
{
	uint64_t n_ds, n_rra, step_s;

	if (n < STAT_BYTES || memcmp(p, "RRD", 4) != 0)
		return err_set(err, ERR_CORRUPT, "%s: not an RRD file", name);
	if (memcmp(p + 4, "000", 3) != 0 || p[7] < '3' || p[7] > '5' ||
	    p[8] != '\0')
		return err_set(err, ERR_UNSUPPORTED,
			       "%s: an old version (rrdtool dump and restore "
			       "make it a current one)",
			       name);
	if (f64_at(p + 16) != 8.642135E130)
		return err_set(err, ERR_UNSUPPORTED,
			       "%s: written on another kind of machine "
			       "(rrdtool dump there and restore here)",
			       name);
	n_ds = u64_at(p + 24);
	n_rra = u64_at(p + 32);
	step_s = u64_at(p + 40);
	if (n_ds < 1 || n_rra < 1 || step_s < 1 || step_s > STEP_MAX_S)
		return err_set(err, ERR_CORRUPT,
			       "%s: counts in the header are out of range",
			       name);
	if (n_ds > FAMILY_METRICS_MAX || n_rra > SOURCE_ARCHIVES_MAX)
		return err_set(err, ERR_TOO_LARGE,
			       "%s: over %d data sources or %d archives", name,
			       FAMILY_METRICS_MAX, SOURCE_ARCHIVES_MAX);
	s->n_ds = (size_t)n_ds;
	s->n_archives = (size_t)n_rra;
	s->step_s = (int64_t)step_s;
	return 0;
}

static bool
take_ds(struct source_ds *d, const unsigned char *def, const unsigned char *pdp)
{
	if (!take_word(d->name, def, METRIC_DS_SIZE) ||
	    !take_word(d->kind, def + 20, METRIC_DS_SIZE))
		return false;
	if (!take_word(d->last, pdp, SOURCE_LAST_SIZE))
		memcpy(d->last, "U", 2);
	d->heartbeat_s = (int64_t)(u64_at(def + 40) & INT32_MAX);
	d->min = f64_at(def + 48);
	d->max = f64_at(def + 56);
	d->pdp_unkn_s = u64_at(pdp + 32);
	d->pdp_value = f64_at(pdp + 40);
	return true;
}

/* One archive's definition; *at moves behind its rows. */
static bool
take_archive(struct source *s, size_t i, const unsigned char *def,
	     uint64_t cur_row, size_t *at)
{
	struct source_archive *a = &s->archives[i];
	uint64_t rows = u64_at(def + 24), per = u64_at(def + 32);
	char name[METRIC_DS_SIZE];

	if (!take_word(name, def, METRIC_DS_SIZE) || rows < 1 ||
	    rows > ROWS_MAX || per < 1 ||
	    per > (uint64_t)(STEP_MAX_S / s->step_s) || cur_row >= rows)
		return false;
	a->cf = cf_of(name);
	a->step_s = s->step_s * (int64_t)per;
	a->n_rows = (int64_t)rows;
	a->cur_row = (int64_t)cur_row;
	a->end_s = s->last_s - s->last_s % a->step_s;
	a->rows_at = *at;
	*at += (size_t)rows * s->n_ds * sizeof(double);
	return true;
}

int
source_parse(struct source *out, const unsigned char *bytes, size_t n,
	     const char *name, struct err *err)
{
	static const struct source none;
	size_t defs, live, pdp, ptr, at;

	*out = none;
	if (check_front(out, bytes, n, name, err) != 0)
		return -1;
	defs = STAT_BYTES + DEF_BYTES * out->n_ds;
	live = defs + DEF_BYTES * out->n_archives;
	pdp = live + LIVE_BYTES;
	out->cdp_at = pdp + PDP_BYTES * out->n_ds;
	ptr = out->cdp_at + CDP_BYTES * out->n_ds * out->n_archives;
	at = ptr + 8 * out->n_archives;
	if (at > n)
		return err_set(err, ERR_CORRUPT, "%s: header is cut off", name);
	out->last_s = (int64_t)u64_at(bytes + live);
	if (out->last_s < 0 || out->last_s > INT64_C(1) << 40)
		return err_set(err, ERR_CORRUPT, "%s: last update is no time",
			       name);
	for (size_t i = 0; i < out->n_ds; i++)
		if (!take_ds(&out->ds[i], bytes + STAT_BYTES + DEF_BYTES * i,
			     bytes + pdp + PDP_BYTES * i))
			return err_set(err, ERR_CORRUPT,
				       "%s: data source %zu is damaged", name,
				       i);
	for (size_t i = 0; i < out->n_archives; i++)
		if (!take_archive(out, i, bytes + defs + DEF_BYTES * i,
				  u64_at(bytes + ptr + 8 * i), &at))
			return err_set(err, ERR_CORRUPT,
				       "%s: archive %zu is damaged", name, i);
	if (at > n)
		return err_set(err, ERR_CORRUPT,
			       "%s: %zu bytes, %zu are needed", name, n, at);
	out->bytes = bytes;
	out->n_bytes = n;
	return 0;
}

int
source_find_ds(const struct source *s, const char *name)
{
	for (size_t i = 0; i < s->n_ds; i++)
		if (strcmp(s->ds[i].name, name) == 0)
			return (int)i;
	return -1;
}

int64_t
source_first_s(const struct source_archive *a)
{
	return a->end_s - (a->n_rows - 1) * a->step_s;
}

double
source_row(const struct source *s, const struct source_archive *a, size_t ds,
	   int64_t end_s)
{
	int64_t back = (a->end_s - end_s) / a->step_s;
	size_t row;

	if (end_s > a->end_s || back >= a->n_rows)
		return NAN;
	row = (size_t)((a->cur_row - back + a->n_rows) % a->n_rows);
	return f64_at(s->bytes + a->rows_at + 8 * (row * s->n_ds + ds));
}

struct source_cdp
source_cdp(const struct source *s, size_t archive, size_t ds)
{
	const unsigned char *p =
	    s->bytes + s->cdp_at + CDP_BYTES * (archive * s->n_ds + ds);

	return (struct source_cdp){.value = f64_at(p), .n_unkn = u64_at(p + 8)};
}

/* Several rows into one, each counting for the time it overlaps. */
static double
consolidate(const struct source *s, const struct source_archive *a, size_t ds,
	    enum source_cf cf, int64_t step_s, int64_t end_s)
{
	int64_t from_s = end_s - step_s, known_s = 0;
	int64_t t = from_s - from_s % a->step_s + a->step_s;
	double sum = 0, low = INFINITY, high = -INFINITY, last = NAN;

	for (; t - a->step_s < end_s; t += a->step_s) {
		double v = source_row(s, a, ds, t);
		int64_t begin_s = t - a->step_s, until_s = t;

		if (isnan(v))
			continue;
		if (begin_s < from_s)
			begin_s = from_s;
		if (until_s > end_s)
			until_s = end_s;
		known_s += until_s - begin_s;
		sum += v * (double)(until_s - begin_s);
		low = v < low ? v : low;
		high = v > high ? v : high;
		last = v;
	}
	if (known_s == 0 || known_s * 2 < step_s)
		return NAN;
	return cf == SOURCE_MIN	   ? low
	       : cf == SOURCE_MAX  ? high
	       : cf == SOURCE_LAST ? last
				   : sum / (double)known_s;
}

/*
 * How good an archive is for a row: 0 not at all (it does not reach back, or
 * is another consolidation); among equal ranks the finer one is better.
 */
static int
rank_of(const struct source *s, const struct source_archive *a,
	enum source_cf cf, int64_t step_s, int64_t end_s)
{
	bool same = a->cf == cf;
	/* one primary point a row: average, minimum and maximum alike */
	bool base = a->step_s == s->step_s && a->cf <= SOURCE_LAST;

	if (end_s - step_s < source_first_s(a) - a->step_s || end_s > a->end_s)
		return 0;
	if (same && a->step_s == step_s)
		return 5;
	if ((same || base) && a->step_s <= step_s)
		return 4;
	if (a->cf == SOURCE_AVERAGE && a->step_s <= step_s)
		return 3;
	return same ? 2 : a->cf == SOURCE_AVERAGE ? 1 : 0;
}

double
source_value(const struct source *s, size_t ds, enum source_cf cf,
	     int64_t step_s, int64_t end_s)
{
	const struct source_archive *best = NULL;
	int rank = 0;

	for (size_t i = 0; i < s->n_archives; i++) {
		const struct source_archive *a = &s->archives[i];
		int r = rank_of(s, a, cf, step_s, end_s);

		if (r > rank ||
		    (r == rank && r > 0 && a->step_s < best->step_s)) {
			best = a;
			rank = r;
		}
	}
	if (best == NULL)
		return NAN;
	if (rank == 5)
		return source_row(s, best, ds, end_s);
	return consolidate(s, best, ds, cf, step_s, end_s);
}
