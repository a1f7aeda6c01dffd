/* SPDX-License-Identifier: MIT */
/* Files of a backup: copying, summing, removing. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/file.h"
#include "rrd/backup.h"

#define CHUNK 65536

/* Copies and sums until the end; dst -1: only sums. */
static int
pump(int src, int dst, uint64_t *sum, uint64_t *bytes)
{
	static unsigned char chunk[CHUNK];
	XXH64_state_t h;
	off_t at = 0;

	(void)XXH64_reset(&h, 0);
	for (;;) {
		ssize_t n = pread(src, chunk, sizeof(chunk), at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		(void)XXH64_update(&h, chunk, (size_t)n);
		if (dst >= 0 && file_write_all(dst, chunk, (size_t)n) != 0)
			return -1;
		at += n;
	}
	if (sum != NULL)
		*sum = XXH64_digest(&h);
	if (bytes != NULL)
		*bytes = (uint64_t)at;
	return 0;
}

int
backup_copy(int src_fd, const char *dst, uint64_t *sum, uint64_t *bytes,
	    struct err *err)
{
	int fd, rc = 0;

	if (dst == NULL)
		return pump(src_fd, -1, sum, bytes) == 0
			   ? 0
			   : err_sys(err, errno, "read");
	fd = open(dst, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_sys(err, errno, "%s: create", dst);
	if (pump(src_fd, fd, sum, bytes) != 0)
		rc = err_sys(err, errno, "%s: copy", dst);
	if (close(fd) != 0 && rc == 0)
		rc = err_sys(err, errno, "%s: close", dst);
	if (rc != 0)
		(void)unlink(dst);
	return rc;
}

int
backup_write(const char *dst, const void *data, size_t len, struct err *err)
{
	int fd = open(dst, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int rc = 0;

	if (fd < 0)
		return err_sys(err, errno, "%s: create", dst);
	if (file_write_all(fd, data, len) != 0)
		rc = err_sys(err, errno, "%s: write", dst);
	if (close(fd) != 0 && rc == 0)
		rc = err_sys(err, errno, "%s: close", dst);
	if (rc != 0)
		(void)unlink(dst);
	return rc;
}

int
backup_remove(const char *name, struct err *err)
{
	char *roots[] = {(char *)(uintptr_t)name, NULL};
	FTSENT *e;
	FTS *fts;
	int rc = 0;

	if (access(name, F_OK) != 0 && errno == ENOENT)
		return 0;
	fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (fts == NULL)
		return err_sys(err, errno, "%s: open", name);
	while (rc == 0 && (e = fts_read(fts)) != NULL) {
		if (e->fts_info == FTS_D)
			continue;
		if (e->fts_info == FTS_DP ? rmdir(e->fts_path)
					  : unlink(e->fts_path))
			rc = err_sys(err, errno, "%s: remove", e->fts_path);
	}
	(void)fts_close(fts);
	return rc;
}
