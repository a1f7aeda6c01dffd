/* SPDX-License-Identifier: MIT */
/*
 * How new the data behind an answer is, and how long the answer stays true:
 * what ETag, max-age and "immutable" are made from, before anything is read
 * from an archive or drawn.
 */
#ifndef FCGI_FRESH_H
#define FCGI_FRESH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/family.h"
#include "core/when.h"
#include "fcgi/target.h"
#include "rrd/query.h"

#define FRESH_ROW_MAX_S	    300 /* a picture is never older than this */
#define FRESH_INSTANCES_MAX 64

struct fresh {
	int64_t last_s;	 /* newest sample of any of the series; 0: none */
	int64_t filed_s; /* what every file holds up to; 0 where that cannot
			    close a range */
	int64_t row_s;	 /* the answer can change once in so many seconds */
	uint64_t marks;	 /* a hash of every series' newest sample */
	size_t n_series; /* series that exist */
};

/*
 * Looks at the series of a target, and, where a family with instances is
 * asked for without one, at all its instances.  ERR_NOT_FOUND names the
 * first host without the series.
 */
int fresh_look(struct query *q, const struct target *t,
	       const struct family *family, struct fresh *out, struct err *err);

/*
 * A hash of all that a family says, for the ETag of what is drawn from it.
 * The registry's pointers stay valid and stand for one wording, so it is
 * worked out once for each.
 */
uint64_t fresh_family(const struct family *f);

/*
 * Moves the open ends of a range back to a row boundary, so that all requests
 * within a row get the same answer.
 */
int fresh_align(struct target *t, int64_t row_s, int64_t now_s,
		struct err *err);

/* Seconds until the answer can change, at least 1. */
int64_t fresh_max_age(const struct fresh *f, int64_t now_s);

/*
 * Whether the range is fixed and its data complete: every series has newer
 * rows in its file, so that none can come in late or waits in the log.
 */
bool fresh_closed(const struct fresh *f, const struct target *t, int64_t now_s);

/*
 * The instances of cluster/host/family, in name order: calls fn for each
 * (that of an empty instance too) until it returns non-zero.
 */
int fresh_instances(struct query *q, const struct path *p,
		    int (*fn)(const struct latest_entry *e, void *arg),
		    void *arg, struct err *err);

#endif
