/* SPDX-License-Identifier: MIT */
/* Running another of Robin's programs from the folder this one lies in. */
#ifndef COLLECTORS_SIBLING_H
#define COLLECTORS_SIBLING_H

#include "core/err.h"

/*
 * Runs name with argv (argv[0] included, NULL-terminated) and waits for its
 * end.  -1 when it could not be run or did not end with 0.
 */
int sibling_run(const char *name, const char *const *argv, struct err *err);

#endif
