/* SPDX-License-Identifier: MIT */
/*
 * The list of what a backup holds, one line a file; made while copying, read
 * before anything of it is believed.  Pure text; fuzzed.
 *
 *   robin-backup 1
 *   created 1763668800
 *   file SUM BYTES HEAD NAME      SUM, HEAD: 16 hex digits
 *   end FILES SUM                 of all bytes before this line
 *
 * SUM is the XXH64 of the file; HEAD that of an RRD file's header, which
 * changes with every update, else 0.  NAME is relative, printable, without
 * "." and ".." components, and rising.
 */
#ifndef RRD_BACKUP_MANIFEST_H
#define RRD_BACKUP_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct buf;

#define MANIFEST_NAME	   "manifest"
#define MANIFEST_BYTES_MAX (512u << 20)

struct manifest_entry {
	uint64_t sum, bytes, head;
	char *name; /* in manifest.text */
};

struct manifest {
	int64_t created_s;
	struct manifest_entry *entries; /* by name */
	size_t n_entries;
	char *text; /* owned */
};

void manifest_begin(struct buf *out, int64_t created_s);
/* ERR_INVALID for a name that the reader would refuse. */
int manifest_add(struct buf *out, const struct manifest_entry *e,
		 struct err *err);
void manifest_end(struct buf *out, size_t n_files);

/* ERR_CORRUPT with the line; nothing is allocated then. */
int manifest_parse(struct manifest *out, const char *text, size_t len,
		   struct err *err);
void manifest_free(struct manifest *m);

/* The entry of that name, or NULL. */
const struct manifest_entry *manifest_find(const struct manifest *m,
					   const char *name);

#endif
