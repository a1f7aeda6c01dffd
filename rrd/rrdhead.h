/* SPDX-License-Identifier: MIT */
/*
 * The header of an RRD file (versions 0003 to 0005, 64-bit little-endian: what
 * librrd 1.7.2 writes on our machines), read by offsets, without librrd:
 *
 *   stat_head 128, ds_def 120 each, rra_def 120 each   static
 *   live_head 16, pdp_prep 112 each DS, cdp_prep 80 each DS and RRA,
 *   rra_ptr 8 each RRA                                 volatile
 *   rows, 8 bytes a value
 *
 * Every count and size is checked against the file's size first, so a
 * damaged file is told from a good one before librrd sees it.
 */
#ifndef RRD_RRDHEAD_H
#define RRD_RRDHEAD_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct buf;

#define RRDHEAD_MAX (1u << 20) /* a header larger than this is not ours */

struct rrdhead {
	uint64_t n_ds, n_rra, step_s;
	uint64_t file_bytes;	 /* what the definitions come to */
	uint64_t volatile_at;	 /* offset of live_head */
	uint64_t volatile_bytes; /* live_head … rra_ptr */
	uint64_t static_hash;	 /* XXH64 of the bytes before it */
	int64_t last_up_s;
	unsigned char *bytes; /* the file's first bytes, owned: the header */
	size_t n_bytes;	      /* and what was read with it */
};

/*
 * Reads the header of an open file and checks it, and the file's size and
 * allocation.  ERR_CORRUPT says what is wrong; a file with holes is not
 * corrupt but sets *sparse (which may be NULL).
 */
int rrdhead_read(struct rrdhead *h, int fd, const char *name, int *sparse,
		 struct err *err);

/* The same for a file by name; opens without following links or blocking.
 * ERR_NOT_FOUND; a folder, FIFO or link is ERR_CORRUPT. */
int rrdhead_load(struct rrdhead *h, const char *name, int *sparse,
		 struct err *err);

/* Checks len bytes that begin a file of file_bytes; pure, fuzzed.  h->bytes
 * then points into p. */
int rrdhead_parse(struct rrdhead *h, const unsigned char *p, size_t len,
		  uint64_t file_bytes, const char *name, struct err *err);

/* Whether an open file has file_bytes bytes and its first `len` hash to
 * `hash`; ERR_CORRUPT when not. */
int rrdhead_static(int fd, const char *name, uint64_t len, uint64_t file_bytes,
		   uint64_t hash, struct err *err);

void rrdhead_done(struct rrdhead *h);

/* Appends the layout text as layout_text would for such a file. */
void rrdhead_layout(const struct rrdhead *h, struct buf *out);

/* The last reading of a data source as text ("U", "123", "1.5"). */
const char *rrdhead_last_ds(const struct rrdhead *h, size_t ds);

#endif
