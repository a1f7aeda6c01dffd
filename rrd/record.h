/* SPDX-License-Identifier: MIT */
/*
 * The bytes of the write-ahead log: segment headers and records.  Pure
 * encoding and decoding, no files; fuzzed.  All numbers are little-endian;
 * docs/format.md has the tables.
 */
#ifndef RRD_RECORD_H
#define RRD_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct buf;

#define SEGMENT_MAGIC	"RobinWAL"
#define SEGMENT_VERSION 1
#define SEGMENT_BYTES	(UINT64_C(4) << 20) /* every segment's size */

/* What a segment's flags may say. */
enum { SEGMENT_AFTER_FAILURE = 1 }; /* the one before could not be synced */

struct segment_head {
	char magic[8];
	uint32_t version;
	uint32_t head_bytes; /* 64 */
	uint64_t number;
	uint32_t epoch; /* random; every record of the segment carries it */
	uint32_t flags;
	uint64_t first_sequence;
	uint64_t prev_end; /* where the segment before ends; 0: none */
	int64_t created_s;
	uint64_t sum; /* XXH64 of the 56 bytes before */
};

enum record_type {
	RECORD_NONE,
	RECORD_FAMILY,	/* path: the name; body: registry JSON */
	RECORD_CREATE,	/* time: start of the file; body: layout */
	RECORD_HEADER,	/* body: struct record_image and the image */
	RECORD_SAMPLE,	/* body: the argument for librrd, "TIME:V1:V2…" */
	RECORD_REPLACE, /* body: the new layout; empty: series removed */
	RECORD_SLOT,	/* a numbered slot changed hands; body: JSON */
	RECORD_MARK,	/* body: struct record_mark */
	RECORD_SWAP,	/* like HEADER, of a file about to be renamed in; then
			 * the sequence up to which it has everything, u64 */
	RECORD_TYPE__MAX
};

/* Stands before every record; path, NUL, body, NUL and zeros to the next
 * multiple of 8 follow. */
struct record_head {
	uint64_t sum; /* XXH64, seed epoch, of all the bytes that follow it */
	uint64_t sequence;
	int64_t time_s;
	uint32_t body_bytes; /* without the NUL */
	uint32_t epoch;
	uint16_t type;
	uint16_t path_bytes; /* without the NUL */
	uint32_t n_values;   /* of a SAMPLE; else 0 */
};

/*
 * Front of a HEADER body; image_bytes bytes follow.  When file_bytes is 0 the
 * file was made in this checkpoint: the bytes are its layout, offset is its
 * start time, and recovery makes it anew.
 */
struct record_image {
	uint64_t checkpoint;
	uint64_t file_bytes;
	uint64_t static_hash; /* XXH64 of the header before offset */
	uint64_t offset;
	uint64_t image_bytes;
};

enum mark_kind {
	MARK_CHECKPOINT, /* files durable up to `at`; checkpoint begins */
	MARK_CLEAN,	 /* orderly exit: files hold all up to `at` */
	MARK_CLOCK,	 /* samples in [at, here) are discarded */
	MARK_KIND__MAX
};

struct record_mark {
	uint64_t kind;
	uint64_t checkpoint;
	uint64_t segment, offset, sequence; /* at */
	unsigned char boot_id[16];
};

/* A place in the log: before the record with that sequence. */
struct wal_pos {
	uint64_t segment, offset, sequence;
};

/* A decoded record; pointers go into the decoded bytes. */
struct record {
	enum record_type type;
	uint64_t sequence;
	int64_t time_s;
	const char *path; /* terminated */
	size_t path_bytes;
	const char *body; /* terminated */
	size_t body_bytes;
	size_t total_bytes; /* head to the next record */
};

/* The bytes a record takes in the log. */
size_t record_bytes(size_t path_bytes, size_t body_bytes);

/*
 * Appends a record whose sequence, epoch and sum are left 0 (record_seal
 * sets them when its place is known).  The caller asks buf_ok.
 */
void record_put(struct buf *b, enum record_type type, int64_t time_s,
		const char *path, size_t path_bytes, const void *body,
		size_t body_bytes);

/* Fills sequence, epoch and sum of the encoded record at p (8-aligned). */
void record_seal(void *p, uint64_t sequence, uint32_t epoch);

/* The size of the encoded record at p, trusting it (own buffer). */
size_t record_size(const void *p);

/*
 * Decodes the record at p (8-aligned) of at most len bytes.  0; or -1 when
 * there is none (zeros, torn, another epoch, another sequence, bad sum):
 * the end of what was written.  sequence 0 accepts any.
 */
int record_decode(const void *p, size_t len, uint32_t epoch, uint64_t sequence,
		  struct record *out);

/* Fills magic, version, size and sum. */
void segment_seal(struct segment_head *h);

/* 0, or -1 with ERR_CORRUPT when these 64 bytes are no segment header. */
int segment_decode(const void *p, size_t len, struct segment_head *out,
		   struct err *err);

/* Stable lower-case name of a type ("sample"). */
const char *record_type_name(enum record_type type);

/* The front of a HEADER, SWAP or MARK body; -1 when it is too short or lies.
 */
int record_image_get(const struct record *r, struct record_image *out);
int record_mark_get(const struct record *r, struct record_mark *out);

/* The next value of a SAMPLE body: *text moves on; NaN for U.  -1 at the
 * end.  The first call must stand after the first ':'. */
int record_value_next(const char **text, double *out);

#endif
