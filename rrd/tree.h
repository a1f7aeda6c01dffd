/* SPDX-License-Identifier: MIT */
/*
 * The RRD files below STATE/rrd as series: walking them in path order,
 * matching their paths, reading one whole under the turnstile.  For the
 * commands that look after archives.  Does not use librrd.
 */
#ifndef RRD_TREE_H
#define RRD_TREE_H

#include <stddef.h>

#include "core/err.h"
#include "core/path.h"

struct buf;
struct gate;

struct tree_file {
	const char *name; /* the file */
	char path[PATH_SIZE];
	struct path parts;
};

/*
 * Calls fn for each series file whose path matches the pattern (fnmatch, *
 * also over slashes; NULL: all), in path order; stops when fn returns
 * non-zero and returns that.  Files that are not named as a series are
 * skipped.  -1 when the folder cannot be read; no folder: no files.
 */
int tree_each(const char *state, const char *pattern,
	      int (*fn)(const struct tree_file *f, void *arg), void *arg,
	      struct err *err);

/* Whether a path matches a pattern as above. */
int tree_match(const char *pattern, const char *path);

/*
 * Appends a file's bytes as they are between two updates: the turnstile is
 * held for the read alone.  gate may be NULL when nobody writes.
 */
int tree_read(struct gate *gate, const struct tree_file *f, struct buf *out,
	      struct err *err);

#endif
