/* SPDX-License-Identifier: MIT */
/*
 * From parsed lines to the log: finds the path and family of a line (both are
 * cached by the path's text, so a repeated path costs a hash and a compare),
 * makes families that nobody declared, and groups lines into one batch.
 */
#ifndef CLI_PUT_STORE_H
#define CLI_PUT_STORE_H

#include <stddef.h>

#include "cli/put_line.h"
#include "core/err.h"

struct put_store;

/* Opens the log of a state folder; NULL on failure. */
struct put_store *put_store_new(const char *state, struct err *err);
void put_store_free(struct put_store **s);

/* Begins a batch: takes the log's lock (blocking). */
int put_store_begin(struct put_store *s, struct err *err);

/*
 * Adds a line to the batch.  0, or -1 with the reason for `no` in err->msg;
 * a refused line leaves the batch as it was.
 */
int put_store_add(struct put_store *s, const struct put_line *line,
		  struct err *err);

/* Ends the batch; 0 when everything added is on stable storage. */
int put_store_commit(struct put_store *s, struct err *err);

#endif
