/* SPDX-License-Identifier: MIT */
/* Whole files: see file.h. */
#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"

static int
read_fd(int fd, const char *path, struct buf *b, struct err *err)
{
	for (;;) {
		ssize_t n;
		size_t room = b->max - b->len;

		/* one byte past the ceiling tells "full" from "larger" */
		if (room > 65536)
			room = 65536;
		if (room > 0 && !buf_room(b, room < 4096 ? room : 4096))
			return err_set(err, ERR_NOMEM, "%s: out of memory",
				       path);
		if (room == 0) {
			char extra;

			n = read(fd, &extra, 1);
			if (n > 0)
				return err_set(err, ERR_TOO_LARGE,
					       "%s: has over %zu bytes", path,
					       b->max);
		} else {
			size_t space = b->cap - 1 - b->len;

			n = read(fd, b->data + b->len,
				 space < b->max - b->len ? space
							 : b->max - b->len);
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "%s: read", path);
		if (n == 0)
			return 0;
		b->len += (size_t)n;
		b->data[b->len] = '\0';
	}
}

int
file_read_at(int dirfd, const char *path, struct buf *b, struct err *err)
{
	struct stat st;
	int fd, rc;

	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", path);
	if (fstat(fd, &st) != 0)
		rc = err_sys(err, errno, "%s: stat", path);
	else if (!S_ISREG(st.st_mode))
		rc = err_set(err, ERR_INVALID, "%s: not a regular file", path);
	else
		rc = read_fd(fd, path, b, err);
	(void)close(fd);
	return rc;
}

int
file_read(const char *path, struct buf *b, struct err *err)
{
	return file_read_at(AT_FDCWD, path, b, err);
}

/* Writes all of it: from *at on, which moves, or where the file stands. */
static int
write_out(int fd, const char *p, size_t len, off_t *at)
{
	while (len > 0) {
		ssize_t n =
		    at != NULL ? pwrite(fd, p, len, *at) : write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = ENOSPC;
			return -1;
		}
		p += n;
		len -= (size_t)n;
		if (at != NULL)
			*at += n;
	}
	return 0;
}

int
file_write_all(int fd, const void *data, size_t len)
{
	return write_out(fd, data, len, NULL);
}

int
file_write_all_at(int fd, const void *data, size_t len, uint64_t offset)
{
	off_t at = (off_t)offset;

	return write_out(fd, data, len, &at);
}

int
file_sync_folder(const char *path, struct err *err)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int fd, rc = 0;

	if (slash == NULL)
		(void)snprintf(folder, sizeof(folder), ".");
	else
		(void)snprintf(folder, sizeof(folder), "%.*s",
			       slash == path ? 1 : (int)(slash - path), path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", folder);
	if (fsync(fd) != 0)
		rc = err_sys(err, errno, "%s: fsync", folder);
	(void)close(fd);
	return rc;
}

int
file_temporary(const char *path, char *out, size_t size, struct err *err)
{
	static uint64_t random; /* of this process, counted up */
	static pid_t owner;
	int n;

	if (owner != getpid()) { /* the first time, or after a fork */
		owner = getpid();
		if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
			random = (uint64_t)owner << 32;
	}
	n = snprintf(out, size, "%s.tmp%016llx", path,
		     (unsigned long long)random++);
	if (n < 0 || (size_t)n >= size)
		return err_set(err, ERR_TOO_LARGE, "%.80s…: name too long",
			       path);
	return 0;
}

int
file_write(const char *path, const void *data, size_t len, mode_t mode,
	   struct err *err)
{
	char tmp[PATH_MAX];
	int fd, rc = -1;

	if (file_temporary(path, tmp, sizeof(tmp), err) != 0)
		return -1;
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		  mode);
	if (fd < 0)
		return err_sys(err, errno, "%s: create", tmp);
	if (file_write_all(fd, data, len) != 0)
		err_sys(err, errno, "%s: write", tmp);
	else if (fsync(fd) != 0)
		err_sys(err, errno, "%s: fsync", tmp);
	else
		rc = 0;
	(void)close(fd);
	if (rc == 0 && rename(tmp, path) != 0)
		rc = err_sys(err, errno, "%s: rename", path);
	if (rc != 0) {
		(void)unlink(tmp);
		return -1;
	}
	return file_sync_folder(path, err);
}

int
file_write_changed(const char *path, const void *data, size_t len, mode_t mode,
		   struct err *err)
{
	struct buf old;
	bool same;

	buf_init(&old, len);
	same = file_read(path, &old, NULL) == 0 && old.len == len &&
	       memcmp(old.data, data, len) == 0;
	buf_done(&old);
	if (same)
		return 0;
	return file_write(path, data, len, mode, err) == 0 ? 1 : -1;
}

int
file_mkdirs(const char *path, mode_t mode, struct err *err)
{
	char part[PATH_MAX];
	size_t len = strlen(path);
	struct stat st;

	if (len == 0 || len >= sizeof(part))
		return err_set(err, ERR_INVALID, "folder name \"%.60s\"", path);
	memcpy(part, path, len + 1);
	for (size_t i = 1; i <= len; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, mode) != 0 && errno != EEXIST)
			return err_sys(err, errno, "%s: mkdir", part);
		part[i] = i < len ? '/' : '\0';
	}
	if (stat(path, &st) != 0)
		return err_sys(err, errno, "%s: stat", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(err, ERR_EXISTS, "%s: not a folder", path);
	return 0;
}
