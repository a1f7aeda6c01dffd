/* SPDX-License-Identifier: MIT */
/* What the files of the time grammar share; nobody else includes it. */
#ifndef CORE_WHEN_IMPL_H
#define CORE_WHEN_IMPL_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

/* A broken-down UTC time; fields may lie outside their range, as mktime's. */
struct civil {
	int64_t year, mon, mday; /* mon 0..11, mday 1..31 */
	int64_t hour, min, sec;
};

/* Epoch seconds of a civil time, fields normalised first; and the inverse. */
int64_t civil_epoch(const struct civil *c);
void civil_of(int64_t t_s, struct civil *out);

/* Units, by the word that follows a number. */
enum when_unit {
	UNIT_SECOND,
	UNIT_MINUTE,
	UNIT_HOUR,
	UNIT_DAY,
	UNIT_WEEK,
	UNIT_MONTH,
	UNIT_YEAR,
	UNIT_M, /* rrdtool's bare "m": months or minutes */
	UNIT__MAX
};

/* The unit a word of n letters names, case ignored, or -1. */
int when_unit_find(const char *word, size_t n);

/* Its canonical short form ("s", "min", "h", …), and its fixed length. */
const char *when_unit_name(enum when_unit unit);
int64_t when_unit_s(enum when_unit unit);

/*
 * at-style: like when_parse for everything but the fixed forms.  start_s and
 * end_s are what the words stand for; -1: the word may not be used.
 */
struct when_at {
	int64_t now_s, start_s, end_s;
	int64_t out_s;
	int plain_now;	    /* "now", or only an offset from now */
	struct buf *offset; /* NULL, or gets "-6h+5min" in short units */
};
int when_at_parse(const char *text, size_t len, struct when_at *at,
		  struct err *err);

/* Epoch, RFC 3339 and date forms of a terminated text: 1 parsed, 0 not such a
 * form, -1 invalid. *url is 1 when the form may stand in a canonical URL as it
 * is. */
int when_fixed_parse(const char *text, size_t len, int64_t *out, int *url,
		     struct err *err);

#endif
