/* SPDX-License-Identifier: MIT */
/* Judging one RRD file: see check.h. */
#include "rrd/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "rrd/gate.h"
#include "rrd/latest.h"
#include "rrd/layout.h"
#include "rrd/migrate_source.h"
#include "rrd/rrdhead.h"

static const struct {
	const char *word, *fix;
} faults[CHECK_FAULT__MAX] = {
    [CHECK_DAMAGED] = {"damaged",
		       "the writer puts it aside at its next sample; "
		       "robin restore brings back a copy"},
    [CHECK_SPARSE] = {"sparse", "the writer fills it at its next sample"},
    [CHECK_ORPHAN] = {"orphan", "store a sample of its family, or "
				"robin rrd prune"},
    [CHECK_SCHEMA] = {"schema", "robin rrd migrate PATH"},
    [CHECK_SHIFTED] = {"shifted", "robin restore; something else than "
				  "robin-store wrote this file"},
    [CHECK_DISAGREE] = {"disagree", "robin restore; something else than "
				    "robin-store wrote this file"},
    [CHECK_BEHIND] = {"behind", "start robin-store, or robin store --once"},
    [CHECK_AHEAD] = {"ahead", "remove STATE/latest while nothing runs; it is "
			      "made again"},
    [CHECK_MISSING] = {"missing", "start robin-store, or robin store --once"},
};

const char *
check_word(enum check_fault fault)
{
	return (unsigned)fault < CHECK_FAULT__MAX ? faults[fault].word : "?";
}

const char *
check_fix(enum check_fault fault)
{
	return (unsigned)fault < CHECK_FAULT__MAX ? faults[fault].fix : "?";
}

/* Whether a known row is what the finest rows come to; 0 when it cannot be
 * told, 1 yes, -1 no. */
static int
compare_row(const struct source *s, const struct source_archive *base,
	    const struct source_archive *a, size_t ds, int64_t end_s)
{
	double want = source_row(s, a, ds, end_s), sum = 0, v = NAN;
	double low = INFINITY, high = -INFINITY, got;
	int64_t n = a->step_s / base->step_s;

	if (isnan(want) ||
	    end_s - a->step_s < source_first_s(base) - base->step_s)
		return 0;
	for (int64_t t = end_s - a->step_s + base->step_s; t <= end_s;
	     t += base->step_s) {
		v = source_row(s, base, ds, t);
		if (isnan(v))
			return 0;
		sum += v;
		low = fmin(low, v);
		high = fmax(high, v);
	}
	got = a->cf == SOURCE_MIN    ? low
	      : a->cf == SOURCE_MAX  ? high
	      : a->cf == SOURCE_LAST ? v
				     : sum / (double)n;
	if (fabs(got - want) <=
	    1e-6 * (fabs(got) + fabs(want) + fabs(low) + fabs(high)))
		return low == high ? 0 : 1;
	return -1;
}

static const struct source_archive *
finest(const struct source *s)
{
	for (size_t i = 0; i < s->n_archives; i++)
		if (s->archives[i].step_s == s->step_s &&
		    s->archives[i].cf == SOURCE_AVERAGE)
			return &s->archives[i];
	return NULL;
}

size_t
check_rows(const struct source *s, size_t *n)
{
	const struct source_archive *base = finest(s);
	size_t bad = 0;

	*n = 0;
	for (size_t i = 0; base != NULL && i < s->n_archives; i++) {
		const struct source_archive *a = &s->archives[i];
		int64_t first_s = source_first_s(a);

		if (a == base || a->cf == SOURCE_OTHER)
			continue;
		if (first_s < source_first_s(base))
			first_s = source_first_s(base);
		first_s += a->step_s - first_s % a->step_s;
		for (int64_t t = first_s; t <= a->end_s; t += a->step_s)
			for (size_t ds = 0; ds < s->n_ds; ds++) {
				int rc = compare_row(s, base, a, ds, t);

				*n += rc != 0;
				bad += rc < 0;
			}
	}
	return bad;
}

static int
found(const struct check *c, const struct tree_file *f, enum check_fault fault,
      const char *text)
{
	c->found(f->path, fault, text, c->arg);
	return 1;
}

/* The layout against the registry. */
static int
check_schema(const struct check *c, const struct tree_file *f,
	     const struct rrdhead *h)
{
	const struct family *family;
	struct buf have, want;
	struct err why = {0};
	int n = 0;

	family = registry_find(c->registry, f->parts.family, &why);
	if (family == NULL)
		return found(c, f, CHECK_ORPHAN, why.msg);
	buf_init(&have, 65536);
	buf_init(&want, 65536);
	rrdhead_layout(h, &have);
	if (layout_text(family, &want, &why) != 0)
		n = found(c, f, CHECK_SCHEMA, why.msg);
	else if (strcmp(have.data, want.data) != 0)
		n = found(c, f, CHECK_SCHEMA,
			  "its layout is not the one its family has now");
	buf_done(&have);
	buf_done(&want);
	return n;
}

/* cur_row = cur_row then + rows that time has since completed. */
static int
check_pointers(const struct check *c, const struct tree_file *f,
	       const struct rrdhead *h, const struct source *s)
{
	const struct check_base *b =
	    c->base != NULL ? c->base(f->path, c->base_arg) : NULL;
	char text[160];

	if (b == NULL || b->static_hash != h->static_hash ||
	    b->n_rra != s->n_archives || b->last_s > s->last_s)
		return 0;
	for (size_t i = 0; i < s->n_archives; i++) {
		const struct source_archive *a = &s->archives[i];
		int64_t rows = s->last_s / a->step_s - b->last_s / a->step_s;
		int64_t want = ((int64_t)b->cur_row[i] + rows) % a->n_rows;

		/* over a gap longer than the archive librrd goes round once
		 * only; which it was cannot be told any more */
		if (want == a->cur_row || rows > a->n_rows)
			continue;
		(void)snprintf(text, sizeof(text),
			       "archive %zu: row %lld instead of %lld", i,
			       (long long)a->cur_row, (long long)want);
		return found(c, f, CHECK_SHIFTED, text);
	}
	return 0;
}

static int
check_agreement(const struct check *c, const struct tree_file *f,
		const struct source *s)
{
	size_t n, bad = check_rows(s, &n);
	char text[160];

	/* a shift contradicts nearly everywhere; a few rows may differ where
	 * an import brought two resolutions of different origin */
	if (n < 10 || bad * 2 < n)
		return 0;
	(void)snprintf(text, sizeof(text),
		       "%zu of %zu rows differ from the finer ones", bad, n);
	return found(c, f, CHECK_DISAGREE, text);
}

/* The last update against the table of last values. */
static int
check_age(const struct check *c, const struct tree_file *f, int64_t last_s)
{
	struct latest_entry e;
	char text[160];

	if (c->latest == NULL || latest_find(c->latest, f->path, &e, NULL) != 0)
		return 0;
	(void)snprintf(text, sizeof(text),
		       "last update %lld, newest sample %lld",
		       (long long)last_s, (long long)e.time_s);
	if (e.time_s > last_s && c->now_s - e.time_s > 2 * c->drain_s)
		return found(c, f, CHECK_BEHIND, text);
	if (e.time_s < last_s)
		return found(c, f, CHECK_AHEAD, text);
	return 0;
}

/* Everything that needs the whole file in memory. */
static int
check_bytes(const struct check *c, const struct tree_file *f,
	    const struct buf *b)
{
	static struct source s; /* 14 KB; one process, one thread */
	struct err why = {0};
	struct rrdhead h;
	int n = 0;

	if (rrdhead_parse(&h, (const unsigned char *)b->data, b->len, b->len,
			  f->path, &why) != 0 ||
	    source_parse(&s, (const unsigned char *)b->data, b->len, f->path,
			 &why) != 0)
		return found(c, f, CHECK_DAMAGED, why.msg);
	n += check_schema(c, f, &h);
	n += check_pointers(c, f, &h, &s);
	n += check_agreement(c, f, &s);
	n += check_age(c, f, s.last_s);
	return n;
}

int
check_file(const struct check *c, const struct tree_file *f)
{
	struct err why = {0};
	struct rrdhead h;
	struct buf b;
	int sparse = 0, n = 0;

	if (rrdhead_load(&h, f->name, &sparse, &why) != 0)
		return found(c, f, CHECK_DAMAGED, why.msg);
	rrdhead_done(&h);
	if (sparse)
		n += found(c, f, CHECK_SPARSE, "the file has holes");
	buf_init(&b, SOURCE_BYTES_MAX);
	if (tree_read(c->gate, f, &b, &why) != 0)
		n += found(c, f, CHECK_DAMAGED, why.msg);
	else
		n += check_bytes(c, f, &b);
	buf_done(&b);
	return n;
}
