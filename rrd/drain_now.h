/* SPDX-License-Identifier: MIT */
/* Everything acknowledged into the files, whoever writes them. */
#ifndef RRD_DRAIN_NOW_H
#define RRD_DRAIN_NOW_H

#include "core/err.h"

/*
 * Asks the running writer to drain; when there is none, opens the store and
 * does it here.  -1 when records are left that cannot be applied now.
 */
int drain_now(const char *state, struct err *err);

#endif
