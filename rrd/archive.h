/* SPDX-License-Identifier: MIT */
/*
 * One RRD file on disk, as the writer changes it: made, updated, mended, put
 * aside.  Of Robin's writing side only this file's .c calls librrd.
 */
#ifndef RRD_ARCHIVE_H
#define RRD_ARCHIVE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "rrd/archive_name.h"

/*
 * Makes the file of a series from its layout, every byte allocated, last
 * updated at start_s, under a temporary name in STATE/rrd/.new first.  The
 * same path, layout and start give the same bytes (librrd's random first
 * rows are replaced by the path's hash).  Replaces what is there.  Not
 * synced: the log makes it again after a power loss.  ERR_FULL when there is
 * no space; the file is then not there.
 */
int archive_create(const char *state, const char *path, const char *layout,
		   int64_t start_s, struct err *err);

/*
 * Feeds n arguments "TIME:V1:V2…" in rising time; those not newer than the
 * file are skipped.  ERR_BUSY while another program holds librrd's lock,
 * ERR_INVALID when it refuses an argument, ERR_FULL or ERR_IO when the file
 * cannot be worked on.
 */
int archive_update(const char *name, int n, const char **args, struct err *err);

/* Allocates the holes of a sparse file; ERR_FULL. */
int archive_densify(const char *name, struct err *err);

/*
 * Moves a damaged file (or whatever stands in its place) to NAME.bad-TIME;
 * the new name goes to out (of PATH_MAX) unless it is NULL.
 */
int archive_quarantine(const char *name, char *out, struct err *err);

/* Empties STATE/rrd/.new, where a kill may have left files. */
void archive_tidy(const char *state);

#endif
