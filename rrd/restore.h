/* SPDX-License-Identifier: MIT */
/*
 * Putting a backup in a state folder's place.  Everything is copied beside it
 * first (STATE/.restore) and verified there; then what is there moves to
 * STATE/.before and the copies move in, each by rename, under the writer's
 * and the log's lock.  A marker makes that sequence one: interrupted, it is
 * finished by the next restore or start of the writer.
 */
#ifndef RRD_RESTORE_H
#define RRD_RESTORE_H

#include <stdbool.h>

#include "core/err.h"
#include "rrd/backup.h"

/*
 * Restores the backup in dir.  ERR_EXISTS when the state has series already
 * and force is not set; ERR_BUSY while a writer runs there.
 */
int restore_run(const char *dir, const char *state, bool force,
		backup_progress *progress, struct backup_count *out,
		struct err *err);

/* Finishes an interrupted restore, if there is one: 1 when there was, 0, -1.
 * The caller holds the writer's lock. */
int restore_resume(const char *state, struct err *err);

/*
 * In a state that has seen no time yet the clock is what it is, as at a first
 * start: old rows that come from elsewhere must not make it look as if it had
 * jumped.  Does nothing when the state knows a time.
 */
void restore_trust_clock(const char *state);

#endif
