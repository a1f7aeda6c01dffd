/* SPDX-License-Identifier: MIT */
/*
 * How a family becomes an RRD file: data sources from its metrics, archives
 * from its profile.  Pure text; does not use librrd.
 *
 * Profiles (rows at the family's step unless they are coarser; a step over
 * an archive's own makes the archive start at the step):
 *   default  10s:6h AVERAGE, and AVERAGE MIN MAX of 1m:36h 5m:9d 30m:45d
 *            2h:400d; 291 KiB a metric
 *   pod      60s:12h AVERAGE, and AVERAGE MAX of 5m:4d 1h:40d
 *   bench    10s:120 rows AVERAGE + 12 archives of 40 rows
 */
#ifndef RRD_LAYOUT_H
#define RRD_LAYOUT_H

#include <stddef.h>

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

/* Names of the known profiles, NULL-terminated. */
extern const char *const layout_profiles[];

#endif
