/* SPDX-License-Identifier: MIT */
/*
 * Checkpoints: cut, sync, MARK, segments given back.  See store.h.  syncfs
 * takes as long as the disk wants, so the daemon leaves it to a child.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "rrd/segment.h"
#include "rrd/store_impl.h"
#include "rrd/table.h"

#define CHECKPOINT_BYTES (UINT64_C(64) << 20)
#define CHECKPOINT_MS	 (10 * 60 * 1000)
#define TIGHT_BYTES	 (UINT64_C(64) << 20) /* free space that is little */

static void
cut(struct store *s)
{
	s->cut.at = store_needed_from(s);
	s->cut.n_touched = s->n_touched;
	s->cut.n_made = s->n_made;
	s->cut.header_bytes = s->header_bytes;
	s->n_touched = s->n_made = s->header_bytes = 0;
	s->checkpoint++;
}

/* It came to nothing: what was to be synced still is. */
static void
uncut(struct store *s)
{
	s->n_touched += s->cut.n_touched;
	s->n_made += s->cut.n_made;
	s->header_bytes += s->cut.header_bytes;
}

static int
put_mark(struct store *s, struct err *err)
{
	struct record_mark m = {
	    .kind = MARK_CHECKPOINT,
	    .checkpoint = s->checkpoint,
	    .segment = s->cut.at.segment,
	    .offset = s->cut.at.offset,
	    .sequence = s->cut.at.sequence,
	};

	table_boot_id(m.boot_id);
	if (wal_begin(s->wal, err) != 0)
		return -1;
	if (wal_note(s->wal, RECORD_MARK, clock_wall_s(), "", &m, sizeof(m),
		     err) != 0) {
		wal_abort(s->wal);
		return -1;
	}
	return wal_commit(s->wal, err);
}

static void
recycle(struct store *s, uint64_t before)
{
	uint64_t *v = NULL;
	size_t n = 0;

	cursor_release(&s->cursor, before);
	if (segment_list(s->state, &v, &n, NULL) != 0)
		return;
	for (size_t i = 0; i < n && v[i] < before; i++)
		(void)segment_recycle(s->state, v[i], NULL);
	free(v);
	(void)segment_reserve(s->state, SEGMENT_SPARES, NULL);
}

/* All before the cut is durable. */
static int
finish(struct store *s, struct err *err)
{
	if (put_mark(s, err) != 0) {
		uncut(s);
		return -1;
	}
	s->marked = s->checkpoint;
	s->checkpoint_at = s->cut.at;
	s->checkpoint_boot_ms = clock_boot_ms();
	recycle(s, s->cut.at.segment);
	return 0;
}

static int
failed(struct store *s, int error, struct err *err)
{
	uncut(s);
	s->unsure = true;
	return err_sys(err, error, "%s: syncfs", s->state);
}

int
store_checkpoint(struct store *s, struct err *err)
{
	if (s->cut.child != 0 && store_checkpoint_end(s, err) != 0)
		return -1;
	cut(s);
	if (s->cut.n_touched + s->cut.n_made > 0 && syncfs(s->sync_fd) != 0)
		return failed(s, errno, err);
	return finish(s, err);
}

/* The child: tells how it went, and holds no lock of ours meanwhile. */
static void
sync_and_exit(int files_fd, int answer_fd)
{
	int files = dup2(files_fd, STDIN_FILENO);
	int answer = dup2(answer_fd, STDOUT_FILENO);
	int result = EIO;

	closefrom(STDERR_FILENO + 1);
	if (files >= 0 && answer >= 0)
		result = syncfs(files) == 0 ? 0 : errno;
	(void)!write(STDOUT_FILENO, &result, sizeof(result));
	_exit(0);
}

int
store_checkpoint_begin(struct store *s, struct err *err)
{
	int fds[2];

	if (s->cut.child != 0)
		return err_set(err, ERR_BUSY, "a checkpoint is under way");
	if (s->n_touched + s->n_made == 0)
		return store_checkpoint(s, err);
	if (pipe2(fds, O_CLOEXEC) != 0)
		return err_sys(err, errno, "checkpoint: pipe");
	cut(s);
	s->cut.child = fork();
	if (s->cut.child == 0)
		sync_and_exit(s->sync_fd, fds[1]);
	(void)close(fds[1]);
	if (s->cut.child < 0) {
		err_sys(err, errno, "checkpoint: fork");
		s->cut.child = 0;
		(void)close(fds[0]);
		uncut(s);
		return -1;
	}
	s->cut.fd = fds[0];
	return 0;
}

static void
reap(struct store *s)
{
	while (waitpid(s->cut.child, NULL, 0) < 0 && errno == EINTR)
		;
	(void)close(s->cut.fd);
	s->cut.child = 0;
	s->cut.fd = -1;
}

int
store_checkpoint_end(struct store *s, struct err *err)
{
	int result = EIO;
	ssize_t n;

	do
		n = read(s->cut.fd, &result, sizeof(result));
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(result))
		result = EIO; /* it was killed */
	reap(s);
	return result == 0 ? finish(s, err) : failed(s, result, err);
}

void
store_checkpoint_drop(struct store *s)
{
	if (s->cut.child == 0)
		return;
	/* in the kernel it cannot be killed before it is done: init reaps it */
	(void)kill(s->cut.child, SIGKILL);
	(void)close(s->cut.fd);
	s->cut.child = 0;
	s->cut.fd = -1;
}

bool
store_checkpoint_due(const struct store *s)
{
	uint64_t bytes =
	    (s->cursor.at.segment - s->checkpoint_at.segment) * SEGMENT_BYTES +
	    s->cursor.at.offset - s->checkpoint_at.offset;
	uint64_t limit = CHECKPOINT_BYTES;
	struct statvfs v;

	if (s->cut.child != 0)
		return false;
	if (s->n_touched + s->n_made == 0 && bytes < SEGMENT_BYTES)
		return false;
	if (limit < 4 * s->header_bytes)
		limit = 4 * s->header_bytes;
	if (bytes >= limit ||
	    clock_boot_ms() - s->checkpoint_boot_ms >= CHECKPOINT_MS)
		return true;
	/* a small disk: give segments back early */
	return bytes >= 2 * SEGMENT_BYTES && statvfs(s->state, &v) == 0 &&
	       (uint64_t)v.f_bavail * v.f_frsize < TIGHT_BYTES;
}
