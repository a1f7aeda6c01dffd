/* SPDX-License-Identifier: MIT */
/*
 * A consistent copy of a state folder while everything runs, and back.
 *
 * DIR/current holds one whole backup: families/, rrd/, events.db, heal.db
 * and the manifest.  A new one grows in DIR/next, where files that have not
 * changed are links to the ones before, and takes its place in one rename: a
 * backup that is cut off leaves the one before as it was.
 *
 * Consistent means: the log is drained first, so everything acknowledged
 * before is in the files; each file is read under the turnstile, so it is a
 * file between two updates; the databases are read under SQLite's own shared
 * lock.  Secrets (tokens, keys) are not part of it, nor what is made again
 * (latest, the log, pages).
 */
#ifndef RRD_BACKUP_H
#define RRD_BACKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define BACKUP_CURRENT "current"
#define BACKUP_NEXT    "next"

struct backup_count {
	size_t n_files, n_linked;
	uint64_t bytes; /* written */
};

/* Called after each file; for a line of progress.  May be NULL. */
typedef void backup_progress(const struct backup_count *c, size_t total);

/*
 * Copies the state into DIR, made when it is missing.  The log must have been
 * drained before.  full: nothing is linked.  ERR_BUSY when another backup
 * works on DIR; ERR_EXISTS when DIR holds something else.
 */
int backup_make(const char *state, const char *dir, bool full,
		backup_progress *progress, struct backup_count *out,
		struct err *err);

/* Reads every file of a backup and compares it with the manifest; ERR_CORRUPT
 * names the first that differs. */
int backup_verify(const char *dir, backup_progress *progress,
		  struct backup_count *out, struct err *err);

/*
 * Copies an open file to dst (made new, 0644; NULL: only reads) and computes
 * its XXH64; sum and bytes may be NULL.  Not synced.
 */
int backup_copy(int src_fd, const char *dst, uint64_t *sum, uint64_t *bytes,
		struct err *err);

/* Makes dst with these bytes; not synced. */
int backup_write(const char *dst, const void *data, size_t len,
		 struct err *err);

/* Removes a folder and all in it; nothing there is fine. */
int backup_remove(const char *name, struct err *err);

#endif
