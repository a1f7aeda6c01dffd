/* SPDX-License-Identifier: MIT */
/*
 * A file system's figures as samples: what the collectors of local and of
 * remote file systems share.
 */
#ifndef COLLECTORS_DISK_H
#define COLLECTORS_DISK_H

#include <stddef.h>
#include <sys/statvfs.h>

#include "collectors/mounts.h"
#include "core/family.h"
#include "core/sample.h"

/* `disk` and `disk_inodes`, NULL-terminated. */
extern const struct family *const disk_families[];

/*
 * Samples of the file system at a mount point.  Nothing for one without
 * blocks; no inodes for one that does not count them.
 */
int disk_put(struct sample_sink *sink, const char *point,
	     const struct statvfs *v, struct err *err);

/*
 * Reads the chosen file systems below a root (see mounts_choose); the list
 * is valid until the next source_read.  -1, or how many.
 */
int disk_mounts(const char *root, struct mount *list, struct err *err);

/*
 * statvfs of a mount point below root; may hang when it is remote.  1 when it
 * did, 0 when the point is no folder, else -1.
 */
int disk_ask(const char *root, const char *point, struct statvfs *out,
	     struct err *err);

#endif
