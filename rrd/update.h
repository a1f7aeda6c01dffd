/* SPDX-License-Identifier: MIT */
/*
 * Feeding samples to an RRD file with librrd's arithmetic, operation for
 * operation, so that the bytes are those that rrd_updatex_r leaves (tested
 * against it with random files, and fuzzed).  Only the way differs: a batch
 * is worked out in memory, archive by archive, and then written by a pwrite
 * for every run of rows and one for the header, where librrd maps the file
 * and writes value by value.  That is several times faster, and a disk that
 * fails is an error instead of a SIGBUS.
 *
 * What Robin's files and log do not hold (COUNTER and COMPUTE sources, times
 * with fractions, numbers that are not plain) is declined, untouched, and
 * left to librrd.
 */
#ifndef RRD_UPDATE_H
#define RRD_UPDATE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct rrdhead;

/*
 * Feeds n arguments "TIME:V1:V2…" to the file; those not newer than it are
 * skipped.  1: declined, the file is as it was.  -1: ERR_BUSY while another
 * program holds librrd's lock; ERR_CORRUPT when it is no RRD file; ERR_IO,
 * ERR_FULL when it cannot be written, and its header is as it was.
 */
int update_file(const char *name, int n, const char *const *args,
		struct err *err);

/* Takes n values to be written at an offset of the file; -1 with errno. */
typedef int update_row_fn(uint64_t offset, const double *values, size_t n,
			  void *arg);

/*
 * The arithmetic alone: changes the header at h->bytes and hands out the
 * rows.  1: declined, the header is then of no use; -1: put_rows failed, or
 * no memory (errno).
 */
int update_head(struct rrdhead *h, int n, const char *const *args,
		update_row_fn *put_rows, void *arg);

#endif
