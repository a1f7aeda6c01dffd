/* SPDX-License-Identifier: MIT */
/* Whole files: bounded reading, atomic writing, folders. */
#ifndef CORE_FILE_H
#define CORE_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"

struct buf;

/*
 * Appends a whole file to b, at most b->max bytes; /proc files (size 0) too.
 * Opens with O_NONBLOCK and refuses anything but a regular file.
 */
int file_read(const char *path, struct buf *b, struct err *err);
int file_read_at(int dirfd, const char *path, struct buf *b, struct err *err);

/*
 * Replaces path atomically: temporary name beside it, write, fsync, rename,
 * fsync of the folder.  A reader sees the old or the new bytes, never less.
 */
int file_write(const char *path, const void *data, size_t len, mode_t mode,
	       struct err *err);

/* The same, and does nothing when the file has these bytes already: returns 1
 * when it wrote, 0 when nothing changed, -1. */
int file_write_changed(const char *path, const void *data, size_t len,
		       mode_t mode, struct err *err);

/*
 * Names the temporary file that path is written under: beside it, ".tmp" and
 * random digits, because containers that share a volume number their
 * processes alike.  ERR_TOO_LARGE when it does not fit.
 */
int file_temporary(const char *path, char *out, size_t size, struct err *err);

/* mkdir -p; the mode applies to folders it makes. */
int file_mkdirs(const char *path, mode_t mode, struct err *err);

/* fsync of the folder that holds path, so a rename or create is durable. */
int file_sync_folder(const char *path, struct err *err);

/* write(2) until all is out, retrying EINTR; 0, or -1 with errno set. */
int file_write_all(int fd, const void *data, size_t len);

/* The same by pwrite(2), at an offset. */
int file_write_all_at(int fd, const void *data, size_t len, uint64_t offset);

#endif
