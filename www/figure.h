/* SPDX-License-Identifier: MIT */
/*
 * A picture in a page: the PNG of a series and a range with its size, its
 * words, a dark and a narrow variant, and the links that belong to it.
 */
#ifndef WWW_FIGURE_H
#define WWW_FIGURE_H

#include <stdbool.h>

#include "www/fleet.h"

struct buf;

enum range {
	RANGE_HOUR,
	RANGE_DAY,
	RANGE_WEEK,
	RANGE_MONTH,
	RANGE_YEAR,
	RANGE__MAX
};

/* "day" and "Last day"; never NULL. */
const char *range_name(enum range r);
const char *range_title(enum range r);

struct figure {
	const char *cluster, *host; /* slugs */
	const struct family *family;
	const char *instance; /* slug; "" */
	enum range range;
	bool eager; /* the first one of a page: not lazy */
	bool wide;  /* the whole row */
	bool under; /* a heading of its section stands above */
	bool links; /* ranges, numbers and the embed menu below it */
	/* What the link below says: NULL the family's title and instance, ""
	 * the host's name. */
	const char *caption;
	const struct buf *parts; /* HTML below the links; may be NULL */
	int n_hosts;		 /* over 1: host is a list of slugs, "a,b" */
};

/* <figure> with everything in it. */
void figure_put(struct buf *b, const struct figure *f);

/* The path of the series' page: /h/C/H/FAMILY[.INSTANCE]/ */
void figure_href(struct buf *b, const struct figure *f);

/* The picture's path without extension: /g/C/H/FAMILY[.I]/RANGE */
void figure_source(struct buf *b, const struct figure *f);

/* A row of links to the ranges; `base` gets "" for the day and
 * "last-week/" and so on for the others. */
void figure_ranges(struct buf *b, const char *base, enum range now);

#endif
