/* SPDX-License-Identifier: MIT */
/* What wal.c (lock and batch), wal_put.c (validation) and wal_write.c (the
 * disk) share; nobody else includes it. */
#ifndef RRD_WAL_IMPL_H
#define RRD_WAL_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "rrd/rebuild.h"
#include "rrd/segment.h"
#include "rrd/table.h"
#include "rrd/wal.h"

#define WAL_BATCH_MAX	 (64u << 20) /* bytes of one batch */
#define WAL_SCHEMA_CACHE 64

/* The layout of a family the handle has seen. */
struct wal_schema {
	const struct family *family;
	uint64_t fingerprint;
	uint64_t batch; /* in which the fingerprint was taken */
	uint64_t hash;	/* of layout; 0: unusable */
	char *layout;	/* owned */
	size_t bytes;	/* of the file it makes */
	bool announced; /* FAMILY record written by this handle */
};

/* A sample of the batch, to be published once it is in the log. */
struct wal_item {
	size_t record_at; /* in batch */
	size_t values_at; /* in values */
	size_t n_values;
	uint64_t hash, schema;
	uint64_t new_bytes;	 /* of the file it promises; 0: exists */
	struct table_slot *slot; /* as long as the table is mapped there */
	const void *slot_map;
};

struct wal {
	char state[256];
	struct registry *registry;
	int lock_fd;
	bool locked;
	bool writer; /* robin-store: may use the last spare segment */
	struct table table;
	struct segment segment; /* the one appended to */
	int64_t now_s;
	int64_t looked_s; /* when the state folder was looked for */
	struct buf batch; /* encoded records, unsealed */
	struct wal_item *items;
	size_t n_items, cap_items;
	double *values;
	size_t n_values, cap_values;
	uint64_t space_bytes; /* free for new files; valid if space_known */
	uint64_t space_files;
	bool space_known;
	struct wal_schema schemas[WAL_SCHEMA_CACHE];
	struct buf text; /* scratch */
	bool rebuilt;
	struct rebuild_note note;
};

/*
 * Seals and writes the batch at the end of the log, rotating as needed.
 * *written is how many bytes of it (whole records) are in the log and part of
 * it even when it fails.
 */
int wal_write_batch(struct wal *w, size_t *written, struct err *err);

/* fdatasync; after a failure the batch is written again to a new segment. */
int wal_sync_batch(struct wal *w, struct err *err);

/* Opens the segment that the table says is appended to. */
int wal_open_segment(struct wal *w, struct err *err);

/* Shows the first `written` bytes of the batch in the table. */
void wal_publish(struct wal *w, size_t written);

int wal_lock(struct wal *w, struct err *err);
void wal_unlock(struct wal *w);

#endif
