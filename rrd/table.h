/* SPDX-License-Identifier: MIT */
/*
 * The bytes of STATE/latest and what writers do with them (readers: see
 * latest.h).  A header page, an index of 64-bit cells (open addressing on
 * the XXH64 of the path) and an arena of entries.  Only the holder of the
 * log's lock changes anything; readers use the sequence counts.
 *
 * The file is fully allocated, so that a store into the mapping cannot raise
 * SIGBUS on a full disk.  A table that is too small is replaced by a new
 * file under the same name, and marked, so that whoever has it mapped looks
 * again.  It reflects the log up to `at`; after a reboot or power loss its
 * bytes are arbitrary, so it carries the boot id and is rebuilt (rebuild.h).
 */
#ifndef RRD_TABLE_H
#define RRD_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"
#include "rrd/record.h"

#define TABLE_MAGIC    "RobinLT1"
#define TABLE_HEAD     4096
#define TABLE_COUNTERS 16

struct table_head {
	char magic[8];
	unsigned char boot_id[16];
	uint64_t file_bytes;
	uint64_t n_cells;	     /* a power of two */
	uint64_t arena_at;	     /* file offset of the first entry */
	uint64_t arena_used;	     /* bytes */
	uint64_t n_used;	     /* cells in use */
	_Atomic uint64_t replaced;   /* 1: open the file again */
	_Atomic uint64_t n_series;   /* entries that have a sample */
	_Atomic uint64_t generation; /* grows when a series is added */
	/* End of the log as published: place[at_seq & 1].  The other one is
	 * written, then at_seq counts up; a kill between leaves it valid. */
	_Atomic uint64_t at_seq;
	struct table_place {
		struct wal_pos at;
		uint32_t epoch;	 /* of at.segment */
		uint32_t failed; /* 1: do not append to at.segment */
	} place[2];
	_Atomic uint64_t dirty; /* 1: the log may be ahead of it */
	uint64_t batch;		/* number of the batch under way */
	uint64_t wanted_bytes;	/* of files promised and not yet made */
	uint64_t wanted_files;
	_Atomic uint64_t counters[TABLE_COUNTERS];
};

enum { SLOT_REMOVED = 1 };

/* One series.  Two banks: the newest sample and the one before. */
struct table_slot {
	_Atomic uint32_t seq; /* odd while it changes */
	uint16_t path_bytes;
	uint16_t n_values;
	uint64_t hash;
	uint64_t schema; /* XXH64 of the layout text; 0: not known */
	int64_t time_s[2];
	uint32_t newest; /* which bank */
	uint32_t flags;
	int64_t pending_s; /* newest time put in batch pending_batch */
	uint64_t pending_schema;
	uint64_t pending_batch;
	/* then double values[2][n_values], then the path and its NUL */
};

struct table {
	int fd;
	bool writable;
	unsigned char *map;
	size_t map_bytes;
	struct table_head *head;
	_Atomic uint64_t *cells;
	char name[512]; /* STATE/latest */
	ino_t inode;
};

/* Reads this boot's id; all zero where the kernel does not tell. */
void table_boot_id(unsigned char out[16]);

/*
 * Maps an existing table.  ERR_NOT_FOUND when there is none, ERR_CORRUPT
 * when it is not usable (wrong magic, sizes that lie, another boot).
 */
int table_open(struct table *t, const char *state, bool writable,
	       struct err *err);

/* Unmaps and closes; safe on a zeroed struct and twice. */
void table_close(struct table *t);

/*
 * Makes a new empty table for about n series of about n_bytes entries and
 * maps it under a temporary name; table_install gives it its real name and
 * marks the table it replaces (old may be NULL).
 */
int table_make(struct table *t, const char *state, size_t n, size_t n_bytes,
	       struct err *err);
int table_install(struct table *t, struct table *old, struct err *err);

/* Replaces t by a table with room for more; entries keep their content. */
int table_grow(struct table *t, struct err *err);

/* The bytes of an entry. */
size_t table_slot_bytes(size_t n_values, size_t path_bytes);

/* XXH64 of a path, as the index uses it. */
uint64_t table_hash(const char *path, size_t len);

/* The entry of a path, or NULL. */
struct table_slot *table_find(const struct table *t, uint64_t hash,
			      const char *path, size_t len);

/*
 * The entry of a path with room for n_values, made when it is missing (its
 * times are then 0) or had another number of values.  NULL with ERR_FULL when
 * the table is full: table_grow and look again.
 */
struct table_slot *table_add(struct table *t, uint64_t hash, const char *path,
			     size_t len, size_t n_values, struct err *err);

double *table_values(struct table_slot *s, unsigned bank);
const char *table_path(const struct table_slot *s);
int64_t table_newest_s(const struct table_slot *s);

/*
 * Shows a sample to readers: the older bank becomes the newest.  A sample of
 * the newest time replaces it; an older one is ignored.  values holds
 * s->n_values.
 */
void table_publish(struct table *t, struct table_slot *s, int64_t time_s,
		   const double *values);

/* Takes a series out of sight; a later sample brings it back. */
void table_remove(struct table *t, struct table_slot *s);

/* The published end of the log, consistent; and its change. */
void table_place_get(const struct table *t, struct table_place *out);
void table_place_set(struct table *t, const struct table_place *place);

/* Whether one more entry of that size fits. */
bool table_has_room(const struct table *t, size_t n_values, size_t path_bytes);

/* Whether somebody replaced the table since it was mapped. */
bool table_stale(const struct table *t);

/* Entry at a cell, or NULL; for walks over all cells. */
struct table_slot *table_cell(const struct table *t, size_t cell);

#endif
