/* SPDX-License-Identifier: MIT */
/*
 * Which file systems of /proc/PID/mountinfo (proc(5)) are worth measuring.
 * Text in, a list out: pure, nothing on a disk is touched.
 *
 * Each file system once (bind mounts and subvolumes share a device number),
 * where it is mounted most plainly; not those that live in memory or stand
 * for kernel data, not read-only images, not the layers and volumes of
 * containers, which come and go.
 */
#ifndef COLLECTORS_MOUNTS_H
#define COLLECTORS_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "collectors/text.h"

#define MOUNTS_MAX	 256
#define MOUNT_POINT_SIZE 1024

/* A line of mountinfo; the texts lie in the input and are still escaped. */
struct mount_line {
	struct text device; /* "254:0" */
	struct text top;    /* what of the file system is mounted: "/" */
	struct text point;  /* where */
	struct text type;   /* "ext4" */
};

/* Takes lines off *in until one is well-formed; false at the end. */
bool mounts_parse(struct text *in, struct mount_line *out);

struct mount {
	struct mount_line line;
	/*
	 * It, or a file system its path leads through, is served from
	 * elsewhere: asking may hang.
	 */
	bool remote;
};

/*
 * Fills list (MOUNTS_MAX entries) with the chosen ones in the input's order;
 * returns how many.  More than fit are left out.
 */
size_t mounts_choose(struct text in, struct mount *list);

/* Undoes the kernel's escapes (\040 …); false when it does not fit. */
bool mounts_point(struct text escaped, char out[MOUNT_POINT_SIZE]);

#endif
