/* SPDX-License-Identifier: MIT */
/*
 * A request target, split first and decoded once.  "%2f" therefore never
 * makes a new segment and "%252e" never becomes a dot.  Empty and "."
 * segments are dropped, so //x, /./x and /x are one resource; ".." is
 * refused, as are control bytes and bytes that are not ASCII.
 */
#ifndef FCGI_URI_H
#define FCGI_URI_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

#define URI_MAX		 4096
#define URI_SEGMENTS_MAX 12
#define URI_QUERY_MAX	 24

struct uri_pair {
	const char *name, *value; /* value is "" when there is no '=' */
};

struct uri {
	size_t n_segments, n_query;
	const char *segments[URI_SEGMENTS_MAX]; /* decoded, never empty */
	struct uri_pair query[URI_QUERY_MAX];
	bool slash;		/* the path ends in '/' */
	bool has_query;		/* there is a '?' */
	char text[URI_MAX + 1]; /* what the pointers point into */
};

/*
 * Parses raw ("/g/a/b?x=1", not decoded).  Pure; fuzzed.  0, or -1 with
 * ERR_INVALID or ERR_TOO_LARGE.
 */
int uri_parse(const char *raw, size_t len, struct uri *out, struct err *err);

/* Cuts ext (".svg") off the last segment; false when it is not there or when
 * nothing else would be left. */
bool uri_cut(struct uri *u, const char *ext);

#endif
