/* SPDX-License-Identifier: MIT */
/* What the store_*.c files share; nobody else includes it. */
#ifndef RRD_STORE_IMPL_H
#define RRD_STORE_IMPL_H

#include "core/path.h"
#include "rrd/store.h"

/*
 * STATE/run/store.touch, mapped: which file librrd is working on, so that a
 * SIGBUS inside it names the culprit, and whether the last end was orderly.
 * Only meaningful within one boot.
 */
struct store_touch {
	char magic[8];
	unsigned char boot_id[16];
	uint64_t clean;	     /* 1: files are consistent as they are */
	uint64_t checkpoint; /* the one it was clean in */
	uint32_t in_update;  /* 1: path is being worked on */
	uint32_t sigbus;     /* 1: set by the signal handler */
	uint32_t deaths;     /* SIGBUS with this path so far */
	char path[PATH_SIZE];
};

int store_touch_open(struct store *s, struct err *err);
void store_touch_close(struct store *s);
void store_touch_begin(struct store *s, const struct store_file *f);
void store_touch_end(struct store *s);

int store_op_add(struct store *s, struct store_file *f,
		 const struct record_head *record, struct err *err);
/* Takes the first n of a file's records off; next is the one after them. */
void store_op_drop(struct store *s, struct store_file *f, uint32_t n,
		   uint32_t next);
void store_files_free(struct store *s);

/* Applies to the n files given, those with something pending. */
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

/* Puts a damaged file aside and says so once. */
int store_quarantine(struct store *s, struct store_file *f, const char *name,
		     const struct err *why, struct err *err);

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
