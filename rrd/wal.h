/* SPDX-License-Identifier: MIT */
/*
 * The write-ahead log of samples: what an acknowledgement rests on.  Many
 * processes append (collectors, `robin put`), one applies (robin-store).
 * A batch is validated, appended under one lock, shown in STATE/latest and
 * synced with fdatasync; only when wal_commit returns 0 is it acknowledged.
 * Does not use librrd.  The format is in docs/format.md.
 */
#ifndef RRD_WAL_H
#define RRD_WAL_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "core/number.h"
#include "core/path.h"
#include "core/registry.h"
#include "rrd/record.h"

struct wal;
struct table;
struct rebuild_note;

/* What became of one sample; the words are wal_verdict_text's. */
enum wal_verdict {
	WAL_STORED,
	WAL_OLD,       /* not newer than the last sample of its series */
	WAL_AHEAD,     /* over 10 minutes in the future */
	WAL_TOO_EARLY, /* before 2010 */
	WAL_BAD_VALUE, /* not a number, or outside what the metric allows */
	WAL_SCHEMA,    /* another number of values than the family has */
	WAL_FULL,      /* no room for a new series or for the log */
	WAL_FAILED,    /* the disk failed; see err */
	WAL_BAD_PATH,  /* not a valid path */
	WAL_VERDICT__MAX
};
const char *wal_verdict_text(enum wal_verdict v);

/*
 * Opens the log of a state folder for appending, making what is missing.
 * registry is borrowed for the handle's life.  NULL on failure.
 */
struct wal *wal_open(const char *state, struct registry *registry,
		     struct err *err);
void wal_close(struct wal **w);

/*
 * One batch: begin takes the lock (blocking) and catches up with what other
 * processes appended; put validates and buffers; commit writes, publishes to
 * latest, releases the lock, syncs.  abort releases without writing.
 *
 * A GAUGE outside its metric's min/max and any non-finite value is
 * WAL_BAD_VALUE when strict, else stored as unknown (collectors pass
 * strict = false: one odd value must not cost the others).
 */
int wal_begin(struct wal *w, struct err *err);
enum wal_verdict wal_put(struct wal *w, const struct path *path,
			 const struct family *family, int64_t time_s,
			 const struct value *values, size_t n_values,
			 int strict, struct err *err);
int wal_commit(struct wal *w, struct err *err);
void wal_abort(struct wal *w);

/*
 * For the writer: adds a record of another kind (enum record_type) to the
 * batch that begin started.  -1 with ERR_TOO_LARGE or ERR_NOMEM.
 */
int wal_note(struct wal *w, int type, int64_t time_s, const char *path,
	     const void *body, size_t body_bytes, struct err *err);

/*
 * Says that this handle is the writer's.  Others leave the last spare segment
 * to it: on a full disk it is what a checkpoint, and so the way out, needs.
 */
void wal_be_writer(struct wal *w);

/* The end of the log as everybody sees it; what is before it may still be
 * unsynced until wal_sync returned 0. */
int wal_end(struct wal *w, struct wal_pos *out, struct err *err);
int wal_sync(struct wal *w, struct err *err);

/* Makes the table of last values anew from the files and the log, without
 * what a MARK_CLOCK discarded. */
int wal_rebuild(struct wal *w, struct err *err);

/* The lock's descriptor, for children to close: one that lives on with it
 * would hold a lock that its dead parent held. */
int wal_lock_fd(const struct wal *w);

/* The table of last values; valid between begin and commit or abort. */
struct table *wal_table(struct wal *w);

/* What the last rebuild of the table came across; NULL when none was done
 * since the handle was opened. */
const struct rebuild_note *wal_rebuilt(const struct wal *w);

#endif
