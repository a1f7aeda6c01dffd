/* SPDX-License-Identifier: MIT */
/*
 * /healthz: this process answers.  It stays 200 on a full or failing disk, so
 * that no supervisor kills what still serves, but says so; /readyz and
 * /health say how the rest is.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/state.h"
#include "fcgi/serve.h"
#include "rrd/touch.h"

#define TROUBLE_SIZE 256

static void
warn(struct exchange *x, const char *what)
{
	buf_fmt(&x->reply->body, "warning: %s\n", what);
}

/* Whether the file system still gives what it holds: its errno, or 0. */
static int
read_error(const char *state)
{
	char name[PATH_MAX], c;
	int fd, e;

	if (state_path(state, STATE_STORE_LOCK, name, sizeof(name), NULL) != 0)
		return 0;
	fd = open(name, O_RDONLY | O_CLOEXEC);
	/* there is none, or it is not for us: no news */
	if (fd < 0)
		return errno == EIO ? EIO : 0;
	e = pread(fd, &c, 1, 0) < 0 ? errno : 0;
	(void)close(fd);
	return e;
}

static int
answer(struct exchange *x, struct err *err)
{
	const char *state = x->serve->state;
	char trouble[TROUBLE_SIZE];
	struct statvfs disk;
	int e;

	(void)err;
	buf_str(&x->reply->body, "ok\n");
	if (statvfs(state, &disk) == 0) {
		if (disk.f_bavail == 0 ||
		    (disk.f_files > 0 && disk.f_favail == 0))
			warn(x, "the state folder's disk is full");
		if ((disk.f_flag & ST_RDONLY) != 0)
			warn(x, "the state folder's disk is read-only");
	}
	e = read_error(state);
	if (e != 0)
		buf_fmt(&x->reply->body,
			"warning: the state folder cannot be read: %s\n",
			strerror(e));
	touch_trouble(state, trouble, sizeof(trouble));
	if (trouble[0] != '\0')
		buf_fmt(&x->reply->body, "warning: the writer: %s\n", trouble);
	return 0;
}

const struct route route_healthz = {
    .name = "healthz",
    .path = "/healthz",
    .methods = HTTP_READ,
    .pools = POOL_ANY,
    .answer = answer,
    .summary = "whether the server is alive",
    .media = "text/plain",
};
