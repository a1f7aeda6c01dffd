/* SPDX-License-Identifier: MIT */
/*
 * How a family becomes an RRD file: data sources from its metrics, archives
 * from its profile.  Pure text; does not use librrd.
 *
 * Profiles (a step coarser than an archive's resolution takes its place; a
 * step finer than the finest adds an archive with as many rows as that):
 *   default  10s:6h AVERAGE, and AVERAGE MIN MAX of 1m:36h 5m:9d 30m:45d
 *            2h:400d; 291 KiB a metric
 *   pod      60s:12h AVERAGE, and AVERAGE MAX of 5m:4d 1h:40d
 *   bench    10s:120 rows AVERAGE + 12 archives of 40 rows
 */
#ifndef RRD_LAYOUT_H
#define RRD_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"

struct buf;

/*
 * Appends the layout as one line of text, fields separated by a blank:
 * "step=10 DS:user:DDERIVE:120:0:U … RRA:AVERAGE:0.5:1:2160 …".  This text
 * is what a CREATE record carries and what a file's schema is compared with.
 * ERR_INVALID for an unknown profile.
 */
int layout_text(const struct family *f, struct buf *out, struct err *err);

/* The size in bytes of the file that layout makes; 0 when it is not one. */
size_t layout_bytes(const char *layout);

/* Values and limits stay inside +-LAYOUT_LIMIT, so that no sum over a row
 * can overflow to infinity. */
#define LAYOUT_LIMIT 1e290

/* What a layout text comes to. */
struct layout {
	int64_t step_s, heartbeat_s;
	size_t n_ds, n_rra;
	uint64_t rows; /* of all archives together */
};

/* 0, or -1 when the text is not a layout. */
int layout_parse(const char *layout, struct layout *out);

/* The pieces of the text, for whoever reads a layout back from a file.  NaN
 * limits are written as +-LAYOUT_LIMIT. */
void layout_ds(struct buf *out, const char *name, const char *kind,
	       int64_t heartbeat_s, double min, double max);
void layout_rra(struct buf *out, const char *cf, double xff, int64_t steps,
		int64_t rows);

/* Names of the known profiles, NULL-terminated. */
extern const char *const layout_profiles[];

#endif
