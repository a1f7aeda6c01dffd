/* SPDX-License-Identifier: MIT */
/* What the store_*.c files share; nobody else includes it. */
#ifndef RRD_STORE_IMPL_H
#define RRD_STORE_IMPL_H

#include "rrd/store.h"
#include "rrd/touch.h"

int store_touch_open(struct store *s, struct err *err);
void store_touch_close(struct store *s);
void store_touch_begin(struct store *s, const struct store_file *f);
void store_touch_end(struct store *s);

/* Whether the state's file system still answers: -1 with why.  Asked before
 * mapped files are written to, which would be SIGBUS. */
int store_alive(const struct store *s, struct err *err);

/* Leaves in store.touch, for /healthz, why the last tick failed; NULL: it did
 * not. */
void store_trouble(struct store *s, const struct err *err);

int store_op_add(struct store *s, struct store_file *f,
		 const struct record_head *record, struct err *err);
/* Takes the first n of a file's records off; next is the one after them. */
void store_op_drop(struct store *s, struct store_file *f, uint32_t n,
		   uint32_t next);
void store_files_free(struct store *s);

/* Applies to the n files given, those with something pending; 1 when the time
 * was over before the last. */
int store_apply_files(struct store *s, struct store_file *const *files,
		      size_t n, int64_t until_boot_ms, struct err *err);

/* From where on the log is still needed. */
struct wal_pos store_needed_from(const struct store *s);

/* Drops pending records with sequences in [mark, to) newer than limit_s. */
void store_discard(struct store *s, const struct record_mark *mark, uint64_t to,
		   int64_t limit_s);

/* Drops an event for people into the inbox; path may be NULL. */
void store_event(struct store *s, const char *kind, const char *severity,
		 const char *path, const char *title, const char *text);

/* Gives up a checkpoint under way, on the way out. */
void store_checkpoint_drop(struct store *s);

/* The log is durable up to its end. */
int store_sync_log(struct store *s, struct err *err);

/* Says once per file what keeps it from taking its samples; when many fail at
 * once, as on a full disk, the first few stand for all. */
void store_report(struct store *s, struct store_file *f, const struct err *why,
		  const char *what);

/*
 * Looks at the file and notes, in the batch that wal_begin started, what the
 * log must know before it is touched: 1 when it may be applied to, 0 when it
 * must wait, -1 when the log failed.
 */
int store_prepare(struct store *s, struct store_file *f, struct err *err);

/* Makes a missing file; 0, or -1 when it must wait. */
int store_make_file(struct store *s, struct store_file *f, struct err *err);

/* Has the file take all that the log holds for it since the last checkpoint;
 * on failure only what it still had to take. */
int store_replay(struct store *s, struct store_file *f, struct err *err);

/* Puts a damaged file aside and says so once. */
int store_quarantine(struct store *s, struct store_file *f, const char *name,
		     const struct err *why, struct err *err);

/* The record in the log that was decoded. */
static inline const struct record_head *
record_head_of(const struct record *r)
{
	return (
	    const struct record_head *)(const void *)(r->path -
						      sizeof(
							  struct record_head));
}

static inline const char *
store_op_path(const struct record_head *r)
{
	return (const char *)(r + 1);
}

static inline const char *
store_op_body(const struct record_head *r)
{
	return store_op_path(r) + r->path_bytes + 1;
}

#endif
