/* SPDX-License-Identifier: MIT */
/* Gauges of the few numbers that have a natural full scale. */
#ifndef WWW_TILES_H
#define WWW_TILES_H

#include <stddef.h>

#include "www/fleet.h"

struct buf;

/*
 * A row of gauges over n hosts: what all use of what all have, or, for disks,
 * the fullest of any.  A gauge nobody has data for is left out.
 */
void tiles_put(struct buf *b, const struct fleet_host *hosts, size_t n);

/* The same without values, for a page that outlives them: script fills it. */
void tiles_put_empty(struct buf *b, const struct fleet_host *host);

#endif
