/* SPDX-License-Identifier: MIT */
/*
 * Reading the kernel's files below a root.  A source of "/" stays open
 * between passes, so a pass costs one pread and no path walk.
 */
#ifndef COLLECTORS_SOURCE_H
#define COLLECTORS_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "collectors/text.h"
#include "core/err.h"

#define SOURCE_PATH_MAX 4096

struct source {
	const char *path; /* below the root, no leading slash: "proc/stat" */
	/*
	 * Below another root than "/", when that differs: "proc/self" there is
	 * not us but nobody, so the first process stands for the machine.
	 */
	const char *other;
	int fd; /* one more than the open descriptor; 0: closed */
};

/*
 * The whole text of a source.  It lies in one buffer that all sources share:
 * valid until the next source_read or source_read_path.  Empty is not an
 * error.  ERR_NOT_FOUND when there is no such file.
 */
int source_read(struct source *s, const char *root, struct text *out,
		struct err *err);

/* The same for a name made at run time ("sys/class/hwmon/hwmon0/name"). */
int source_read_path(const char *root, const char *path, struct text *out,
		     struct err *err);

/* Reads a file that holds one whole number (or "max": UINT64_MAX). */
bool source_u64(const char *root, const char *path, uint64_t *out);

/* Whether a path exists below root. */
bool source_exists(const char *root, const char *path);

/* Joins root and path into out of SOURCE_PATH_MAX bytes; false: too long. */
bool source_path(const char *root, const char *path, char *out);

/* Whether root is the machine itself. */
bool source_is_live(const char *root);

#endif
