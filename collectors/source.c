/* SPDX-License-Identifier: MIT */
/* Kernel files below a root, kept open: see source.h. */
#include "collectors/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/number.h"

#define SOURCE_MAX_BYTES                                                       \
	(8u << 20) /* a node's mountinfo can have megabytes                    \
		    */
#define SOURCE_CHUNK 8192

/* One for all: collectors run one after the other in one thread. */
static struct buf shared = {.data = (char[1]){""}, .max = SOURCE_MAX_BYTES};

bool
source_is_live(const char *root)
{
	return strcmp(root, "/") == 0;
}

bool
source_path(const char *root, const char *path, char *out)
{
	size_t n = strlen(root);
	int len;

	while (n > 0 && root[n - 1] == '/')
		n--;
	while (path[0] == '/')
		path++;
	len = snprintf(out, SOURCE_PATH_MAX, "%.*s/%s", (int)n, root, path);
	return len > 0 && len < SOURCE_PATH_MAX;
}

bool
source_exists(const char *root, const char *path)
{
	char full[SOURCE_PATH_MAX];

	return source_path(root, path, full) && access(full, F_OK) == 0;
}

static int
open_regular(const char *full, struct err *err)
{
	struct stat st;
	int fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return err_sys(err, errno, "%s: open", full);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return err_set(err, ERR_INVALID, "%s: not a regular file",
			       full);
	}
	return fd;
}

/* Everything fd has, from its start, into the shared buffer. */
static int
read_whole(int fd, const char *name, struct text *out, struct err *err)
{
	buf_reset(&shared);
	for (;;) {
		size_t room = shared.max - shared.len;
		ssize_t n;

		if (room == 0)
			return err_set(err, ERR_TOO_LARGE,
				       "%s: has over %zu bytes", name,
				       shared.max);
		if (!buf_room(&shared,
			      room < SOURCE_CHUNK ? room : SOURCE_CHUNK))
			return err_set(err, ERR_NOMEM, "%s: out of memory",
				       name);
		if (room > shared.cap - 1 - shared.len)
			room = shared.cap - 1 - shared.len;
		n = pread(fd, shared.data + shared.len, room,
			  (off_t)shared.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "%s: read", name);
		if (n == 0)
			break;
		shared.len += (size_t)n;
		shared.data[shared.len] = '\0';
	}
	*out = (struct text){.at = shared.data, .len = shared.len};
	return 0;
}

int
source_read_path(const char *root, const char *path, struct text *out,
		 struct err *err)
{
	char full[SOURCE_PATH_MAX];
	int fd, rc;

	if (!source_path(root, path, full))
		return err_set(err, ERR_TOO_LARGE, "%.60s…: name too long",
			       path);
	fd = open_regular(full, err);
	if (fd < 0)
		return -1;
	rc = read_whole(fd, full, out, err);
	(void)close(fd);
	return rc;
}

int
source_read(struct source *s, const char *root, struct text *out,
	    struct err *err)
{
	char full[SOURCE_PATH_MAX];

	if (!source_is_live(root)) {
		const char *p = s->path;

		if (s->other != NULL && source_exists(root, s->other))
			p = s->other;
		return source_read_path(root, p, out, err);
	}
	if (s->fd > 0 && read_whole(s->fd - 1, s->path, out, err) == 0)
		return 0;
	/* first use, or the thing behind the descriptor went away */
	if (s->fd > 0)
		(void)close(s->fd - 1);
	s->fd = 0;
	if (!source_path(root, s->path, full))
		return err_set(err, ERR_TOO_LARGE, "%.60s…: name too long",
			       s->path);
	s->fd = open_regular(full, err) + 1;
	if (s->fd <= 0)
		return -1;
	return read_whole(s->fd - 1, full, out, err);
}

bool
source_u64(const char *root, const char *path, uint64_t *out)
{
	struct text t, word;

	if (source_read_path(root, path, &t, NULL) != 0 ||
	    !text_line(&t, &word))
		return false;
	if (text_is(word, "max")) {
		*out = UINT64_MAX;
		return true;
	}
	return number_u64(word.at, word.len, out);
}
