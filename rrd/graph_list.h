/* SPDX-License-Identifier: MIT */
/* Which instances of a host's family there are. */
#ifndef RRD_GRAPH_LIST_H
#define RRD_GRAPH_LIST_H

#include <stddef.h>

#include "core/path.h"
#include "rrd/query.h"

/*
 * The instance slugs of p's cluster, host and family, from latest, or from
 * the files when there is no such table.  Returns how many were written, at
 * most max; *all is how many there are.
 */
size_t graph_list(struct query *q, const struct path *p,
		  char (*names)[SLUG_MAX + 1], size_t max, size_t *all);

#endif
