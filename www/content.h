/* SPDX-License-Identifier: MIT */
/* The user's own files: DIR/content/NAME.md and DIR/dashboards/NAME.yml. */
#ifndef WWW_CONTENT_H
#define WWW_CONTENT_H

#include "core/err.h"

struct buf;
struct site;

#define CONTENT_FILE_MAX  (512 * 1024)
#define CONTENT_FILES_MAX 500

/*
 * Calls fn for every file DIR/sub/NAME.suffix in name order; NAME is of
 * a-z, 0-9, "-" and "_" (others are refused: it becomes an address).  Goes on
 * after a failure and returns -1 with the first one.
 */
int content_each(struct site *s, const char *sub, const char *suffix,
		 int (*fn)(struct site *s, const char *name, const char *file,
			   const struct buf *text, void *arg, struct err *err),
		 void *arg, struct err *err);

#endif
