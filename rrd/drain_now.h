/* SPDX-License-Identifier: MIT */
/* Everything acknowledged into the files, whoever writes them. */
#ifndef RRD_DRAIN_NOW_H
#define RRD_DRAIN_NOW_H

#include <stdbool.h>

#include "core/err.h"

struct store;

/*
 * Has the running writer drain and, when asked, make all files durable; where
 * there is none, opens the store so that the caller can.  A run of another
 * robin-store --once is waited for.  1: done; 0: open, the caller closes it;
 * -1: neither; after 20 s of waiting, ERR_BUSY.
 */
int drain_or_open(struct store *s, const char *state, bool checkpoint,
		  struct err *err);

/*
 * Asks the running writer to drain; when there is none, opens the store and
 * does it here.  -1 when records are left that cannot be applied now.
 */
int drain_now(const char *state, struct err *err);

#endif
