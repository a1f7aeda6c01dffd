/* SPDX-License-Identifier: MIT */
/*
 * A series' file gets another layout, and keeps its rows.
 *
 * A REPLACE in the log says at which place the family became another one.
 * When the writer comes to it, everything before is in the file; then:
 *
 *   1. STATE/rrd/.swap/HASH.rrd is made with the new layout and filled from
 *      the file (migrate_fill), and from STATE/rrd/.graft/HASH.rrd when an
 *      import put one there; fsync of it and of its folder;
 *   2. a SWAP record with its header goes into the log, synced;
 *   3. under the turnstile it is renamed over the file.
 *
 * Killed before 2, the file is the old one and all of it happens again;
 * after 2, recovery finishes 3 (migrate_redo) and treats SWAP as the file's
 * HEADER.  Samples after the REPLACE wait in the log meanwhile, so none is
 * lost at any point.
 */
#ifndef RRD_MIGRATE_H
#define RRD_MIGRATE_H

#include <limits.h>
#include <stdint.h>

#include "core/err.h"
#include "rrd/record.h"

#define MIGRATE_SWAP  ".swap"
#define MIGRATE_GRAFT ".graft"

struct store;
struct store_file;
struct source;
struct buf;

/* STATE/rrd/FOLDER/HASH.rrd of a series; ERR_TOO_LARGE. */
int migrate_name(const char *state, const char *folder, const char *path,
		 char out[PATH_MAX], struct err *err);

/*
 * Fills a new file's bytes (as archive_create makes them, with the last
 * update of `from`): rows of data sources of the same name at every
 * resolution, best archive first (source_value); what `from` does not know
 * from `more`, when it is not NULL and inside the limits; and what the row
 * and step in progress hold, so that the next sample goes on as if nothing
 * had been.  Pure.  ERR_CORRUPT when the bytes are not such a file.
 */
int migrate_fill(unsigned char *bytes, size_t n, const struct source *from,
		 const struct source *more, struct err *err);

/*
 * Makes the file of a series below `folder` with a layout, filled from `from`
 * and `more`, last updated at last_s, and durable; from NULL: an empty one,
 * not synced.
 */
int migrate_build(const char *state, const char *folder, const char *path,
		  const char *layout, int64_t last_s, const struct source *from,
		  const struct source *more, struct err *err);

/* Writes bytes over an existing file of that size; durable after it. */
int migrate_overwrite(const char *name, const struct buf *b, struct err *err);

/*
 * For the writer, at a REPLACE whose predecessors are all applied: gives the
 * file the record's layout, or removes it when the record is empty.  0, also
 * when there is nothing to do; -1: it is to be tried again.
 */
int migrate_apply(struct store *s, struct store_file *f,
		  const struct record_head *r, struct err *err);

/* For the writer, reading a SWAP: it is the file's header from there on, and
 * what it covers is no longer pending. */
int migrate_take(struct store *s, const struct record *r, struct err *err);

/* For recovery: the rename that a SWAP announced, unless it is done. */
int migrate_redo(struct store *s, const struct store_file *f, struct err *err);

/* Removes what a kill left in .swap; after recovery. */
void migrate_tidy(const char *state);

#endif
