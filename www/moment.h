/* SPDX-License-Identifier: MIT */
/* What the pages about alerts share: their tabs, and a series as it was at
 * one moment. */
#ifndef WWW_MOMENT_H
#define WWW_MOMENT_H

#include <stdint.h>

#include "www/fleet.h"

struct buf;

#define MOMENT_LAST_S 21600 /* of what still goes on: the last six hours */

/* Links between the alerts, their history and the silences; here: which. */
void moment_tabs(struct buf *b, const char *here);

/*
 * Appends the address of the picture without its options: the series from
 * well before from_s until well after to_s (0: it is not over, the last six
 * hours), at whole minutes, so a moment that has passed is one address for
 * ever.  Nothing when series is no path.  prefix stands before it.
 */
void moment_source(struct buf *b, const char *prefix, const char *series,
		   int64_t from_s, int64_t to_s, int64_t now_s);

/* The picture itself, light or dark, with the marks of what happened. */
void moment_picture(struct buf *b, const char *series, int64_t from_s,
		    int64_t to_s, int64_t now_s);

/* A row that begins a day, when stamp (RFC 3339) is of another one than day,
 * which it becomes. */
void moment_day(struct buf *b, char day[11], const char *stamp);

/* A host (slugs), as a link where it has a page, or "everywhere". */
void moment_place(struct buf *b, const struct fleet *f, const char *cluster,
		  const char *host);

#endif
