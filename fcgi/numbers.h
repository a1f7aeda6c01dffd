/* SPDX-License-Identifier: MIT */
/*
 * Series -> JSON and CSV, streamed: thousands of numbers an answer, so they
 * are written by hand and the body is spilled as it grows.
 */
#ifndef FCGI_NUMBERS_H
#define FCGI_NUMBERS_H

#include "core/family.h"
#include "core/path.h"
#include "core/series.h"
#include "fcgi/reply.h"

struct outlook;

/*
 * Appends a number with up to 12 significant digits, which is more than an
 * average of measurements carries; whole numbers below 1e15 exactly.
 * nothing is what stands for one that is not finite ("null", "").
 */
void numbers_put(struct buf *b, double v, const char *nothing);

/* The same as a member; null when it is not finite. */
void numbers_member(struct buf *b, const char *key, double v);

/*
 * Appends the members "path","start","step","metrics","rows" of one series,
 * without braces; rows[i] covers (start+(i-1)*step, start+i*step].  -1 when
 * the peer is gone.
 */
int numbers_json(struct reply *r, const struct path *p, const struct family *f,
		 const struct series *s);

/* Appends `"key":[[…],…]`, a row a time, as in rows. */
int numbers_rows(struct reply *r, const char *key, const struct series *s);

/*
 * Appends CSV (RFC 4180): a header line, then "time" (RFC 3339, the row's
 * end) and a column a metric.  Several series stand below each other, told
 * apart by their first column, the path.
 */
void numbers_csv_head(struct reply *r, const struct family *f);
int numbers_csv(struct reply *r, const struct path *p, const struct series *s);

/* ,"forecast":{"start","step","median","low","high"}, or null when there is
 * none.  -1 when the peer is gone. */
int numbers_forecast(struct reply *r, const struct outlook *o);

#endif
