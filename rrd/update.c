/* SPDX-License-Identifier: MIT */
/* Feeding samples to an RRD file: the file's side.  See update.h. */
#include "rrd/update.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "rrd/rrdhead.h"
#include "rrd/update_impl.h"

int
update_head(struct rrdhead *h, int n, const char *const *args,
	    update_row_fn *put_rows, void *arg)
{
	struct update u;
	size_t most = 2 * (size_t)n; /* steps */
	int rc = 1;

	if (!update_bind(&u, h))
		return 1;
	u.steps = malloc(most * (sizeof(*u.steps) + u.n_ds * sizeof(double)));
	if (u.steps == NULL)
		return -1;
	u.rates = (double *)(void *)(u.steps + most);
	for (int i = 0; i < n; i++)
		if (!update_sample(&u, args[i]))
			goto out;
	update_seal(&u);
	rc = update_rows(&u, put_rows, arg);
out:
	free(u.steps);
	return rc;
}

/* Where rows go: those within what was read of the file are put there and
 * written in one piece, which for a small file is all of them. */
struct rows_out {
	int fd;
	const struct rrdhead *h;
	uint64_t from, to; /* put into h->bytes and not written */
};

static int
put_rows(uint64_t offset, const double *values, size_t n, void *arg)
{
	struct rows_out *o = arg;
	size_t len = n * sizeof(*values);

	if (offset + len > o->h->n_bytes)
		return file_write_all_at(o->fd, values, len, offset);
	memcpy(o->h->bytes + offset, values, len);
	if (o->from == o->to)
		o->from = o->to = offset;
	if (o->from > offset)
		o->from = offset;
	if (o->to < offset + len)
		o->to = offset + len;
	return 0;
}

/* The lock that librrd's readers and writers look for; close gives it back. */
static int
lock(int fd, const char *name, struct err *err)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_SETLK, &l) == 0)
		return 0;
	if (errno == EACCES || errno == EAGAIN)
		return err_set(err, ERR_BUSY, "%s: locked by another program",
			       name);
	return err_sys(err, errno, "%s: lock", name);
}

static int
feed(int fd, struct rrdhead *h, const char *name, int n,
     const char *const *args, struct err *err)
{
	unsigned char *live = h->bytes + h->volatile_at;
	unsigned char *before = malloc(h->volatile_bytes);
	struct rows_out out = {.fd = fd, .h = h};
	int rc;

	if (before == NULL)
		return err_set(err, ERR_NOMEM, "%s: out of memory", name);
	memcpy(before, live, h->volatile_bytes);
	rc = update_head(h, n, args, put_rows, &out);
	if (rc == 0)
		rc = file_write_all_at(fd, h->bytes + out.from,
				       out.to - out.from, out.from);
	/* rows first: until the header counts them nobody looks at them */
	if (rc == 0 && memcmp(before, live, h->volatile_bytes) != 0) {
		rc = file_write_all_at(fd, live, h->volatile_bytes,
				       h->volatile_at);
		if (rc != 0) {
			int saved = errno;

			(void)file_write_all_at(fd, before, h->volatile_bytes,
						h->volatile_at);
			errno = saved;
		}
	}
	if (rc < 0)
		err_sys(err, errno, "%s: update", name);
	free(before);
	return rc;
}

int
update_file(const char *name, int n, const char *const *args, struct err *err)
{
	struct rrdhead h = {0};
	int rc = -1;
	int fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return err_sys(err, errno, "%s: open", name);
	if (lock(fd, name, err) == 0 &&
	    rrdhead_read(&h, fd, name, NULL, err) == 0)
		rc = feed(fd, &h, name, n, args, err);
	rrdhead_done(&h);
	(void)close(fd);
	return rc;
}
