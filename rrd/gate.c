/* SPDX-License-Identifier: MIT */
/* The turnstile between readers and the writer: see gate.h. */
#include "rrd/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/clock.h"
#include "core/state.h"

#define GATE_PAIRS 1024
#define RUN_MS	   2

int
gate_open(struct gate *g, const char *state, struct err *err)
{
	char name[PATH_MAX];
	int fd;

	if (state_path(state, STATE_GATE, name, sizeof(name), err) != 0)
		return -1;
	fd = open(name, O_RDWR | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0664);
	if (fd < 0 && (errno == EACCES || errno == EROFS))
		fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", name);
	g->fd = fd;
	return 0;
}

void
gate_close(struct gate *g)
{
	if (g->fd >= 0)
		(void)close(g->fd);
	g->fd = -1;
}

unsigned
gate_pair(uint64_t path_hash)
{
	return (unsigned)(path_hash % GATE_PAIRS);
}

static unsigned
pair_of(const char *path)
{
	return gate_pair(XXH64(path, strlen(path), 0));
}

static bool
in_run(const struct gate *g, unsigned pair)
{
	return pair >= g->from && pair < g->to;
}

static int
set_lock(int fd, int cmd, short type, off_t at, off_t len)
{
	struct flock lock = {
	    .l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = len};
	int rc;

	do
		rc = fcntl(fd, cmd, &lock);
	while (rc != 0 && errno == EINTR);
	/* a reader that may only read the gate file cannot lock it for
	 * itself; a shared turn is correct, only less fair to the writer */
	if (rc != 0 && errno == EBADF && type == F_WRLCK) {
		lock.l_type = F_RDLCK;
		rc = fcntl(fd, cmd, &lock);
	}
	return rc;
}

static int
enter(struct gate *g, const char *path, short room, struct err *err)
{
	off_t turn = (off_t)pair_of(path) * 2;

	if (set_lock(g->fd, F_OFD_SETLKW, F_WRLCK, turn, 1) != 0)
		return err_sys(err, errno, "gate: turn for %s", path);
	if (set_lock(g->fd, F_OFD_SETLKW, room, turn + 1, 1) != 0) {
		err_sys(err, errno, "gate: room for %s", path);
		(void)set_lock(g->fd, F_OFD_SETLK, F_UNLCK, turn, 2);
		return -1;
	}
	if (room == F_RDLCK)
		(void)set_lock(g->fd, F_OFD_SETLK, F_UNLCK, turn, 1);
	return 0;
}

int
gate_enter_read(struct gate *g, const char *path, struct err *err)
{
	off_t turn = (off_t)pair_of(path) * 2;

	/* no writer there, the usual case: both at once, and the turn back */
	if (set_lock(g->fd, F_OFD_SETLK, F_RDLCK, turn, 2) == 0) {
		(void)set_lock(g->fd, F_OFD_SETLK, F_UNLCK, turn, 1);
		return 0;
	}
	return enter(g, path, F_RDLCK, err);
}

int
gate_enter_write(struct gate *g, const char *path, struct err *err)
{
	unsigned pair = pair_of(path);

	if (in_run(g, pair)) {
		if (clock_boot_ms() - g->since_ms <= RUN_MS)
			return 0;
		gate_run_end(g);
	}
	/* nobody there, the usual case: both at once */
	if (set_lock(g->fd, F_OFD_SETLK, F_WRLCK, (off_t)pair * 2, 2) == 0)
		return 0;
	return enter(g, path, F_WRLCK, err);
}

void
gate_leave(struct gate *g, const char *path)
{
	unsigned pair = pair_of(path);

	if (!in_run(g, pair))
		(void)set_lock(g->fd, F_OFD_SETLK, F_UNLCK, (off_t)pair * 2, 2);
}

void
gate_run(struct gate *g, unsigned first, unsigned last)
{
	gate_run_end(g);
	if (set_lock(g->fd, F_OFD_SETLK, F_WRLCK, (off_t)first * 2,
		     (off_t)(last + 1 - first) * 2) != 0)
		return;
	g->from = first;
	g->to = last + 1;
	g->since_ms = clock_boot_ms();
}

void
gate_run_end(struct gate *g)
{
	if (g->from < g->to)
		(void)set_lock(g->fd, F_OFD_SETLK, F_UNLCK, (off_t)g->from * 2,
			       (off_t)(g->to - g->from) * 2);
	g->from = g->to = 0;
}
