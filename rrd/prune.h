/* SPDX-License-Identifier: MIT */
/*
 * Removing a series: a REPLACE with an empty body in the log.  Whoever
 * appends it takes the series out of the table; the writer, having applied
 * what came before, removes the file and folders that are empty then.  A
 * later sample makes the series anew.
 */
#ifndef RRD_PRUNE_H
#define RRD_PRUNE_H

#include <stdbool.h>

#include "core/err.h"
#include "rrd/record.h"

struct store;
struct store_file;

/* Whether a record removes its series. */
bool prune_is(const struct record_head *r);

/* For the writer: removes the file; 0, also when there is none. */
int prune_apply(struct store *s, struct store_file *f, struct err *err);

/* For the writer, when there is no file: takes removals off the front of
 * what it waits for; true when nothing is left. */
bool prune_skip(struct store *s, struct store_file *f);

#endif
