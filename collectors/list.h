/* SPDX-License-Identifier: MIT */
/* The list of collectors for people and programs (--list). */
#ifndef COLLECTORS_LIST_H
#define COLLECTORS_LIST_H

#include <stdbool.h>

#include "collectors/plan.h"

/* Prints the jobs of a plan on standard output; returns an exit code. */
int list_print(const struct plan *p, const char *root, bool json);

#endif
