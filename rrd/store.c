/* SPDX-License-Identifier: MIT */
/* The one writer: opening, reading the log, checkpoints.  See store.h. */
#include "rrd/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/state.h"
#include "rrd/archive.h"
#include "rrd/migrate.h"
#include "rrd/restore.h"
#include "rrd/segment.h"
#include "rrd/store_impl.h"
#include "rrd/table.h"

#define CHECKPOINT_BYTES (UINT64_C(64) << 20)
#define CHECKPOINT_MS	 (10 * 60 * 1000)
#define TIGHT_BYTES	 (UINT64_C(64) << 20) /* free space that is little */

static int
take_lock(struct store *s, struct err *err)
{
	char name[PATH_MAX];

	if (state_path(s->state, STATE_STORE_LOCK, name, sizeof(name), err) !=
	    0)
		return -1;
	s->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0664);
	if (s->lock_fd < 0)
		return err_sys(err, errno, "%s: open", name);
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK
			   ? err_set(err, ERR_BUSY,
				     "%s: another robin-store is writing here",
				     s->state)
			   : err_sys(err, errno, "%s: lock", name);
	return 0;
}

int
store_open(struct store *s, const char *state, struct err *err)
{
	void (*note)(enum log_level, const struct err *, const char *,
		     const char *) = s->note;

	memset(s, 0, sizeof(*s));
	s->note = note;
	s->lock_fd = s->touch_fd = s->gate.fd = -1;
	if (snprintf(s->state, sizeof(s->state), "%s", state) >=
	    (int)sizeof(s->state))
		return err_set(err, ERR_TOO_LARGE, "state folder name");
	if (state_init(state, err) != 0 || take_lock(s, err) != 0 ||
	    restore_resume(state, err) < 0)
		goto fail;
	s->registry = registry_new(state, err);
	if (s->registry == NULL || gate_open(&s->gate, state, err) != 0 ||
	    store_touch_open(s, err) != 0 ||
	    timeguard_load(&s->guard, state, err) != 0)
		goto fail;
	s->wal = wal_open(state, s->registry, err);
	if (s->wal != NULL)
		wal_be_writer(s->wal);
	/* begin has the table and the log's tail put right */
	if (s->wal == NULL || wal_begin(s->wal, err) != 0)
		goto fail;
	wal_abort(s->wal);
	if (store_recover(s, err) != 0)
		goto fail;
	s->checkpoint_boot_ms = clock_boot_ms();
	(void)segment_reserve(state, SEGMENT_SPARES, NULL);
	return 0;
fail:
	store_close(s);
	return -1;
}

void
store_close(struct store *s)
{
	cursor_done(&s->cursor);
	wal_close(&s->wal);
	gate_close(&s->gate);
	store_touch_close(s);
	store_files_free(s);
	registry_free(&s->registry);
	if (s->lock_fd >= 0)
		(void)close(s->lock_fd);
	s->lock_fd = -1;
}

/* The first header logged in this checkpoint is the file's state at it. */
static int
take_header(struct store *s, const struct record *r,
	    const struct record_head *head, struct err *err)
{
	struct record_image image;
	struct store_file *f;

	if (record_image_get(r, &image) != 0 ||
	    image.checkpoint != s->checkpoint)
		return 0;
	f = store_find(s, r->path, r->path_bytes, err);
	if (f == NULL)
		return -1;
	if (f->touched == s->checkpoint || f->restore != NULL)
		return 0; /* ours, or a later one */
	f->restore = head;
	f->remake = image.file_bytes == 0;
	return 0;
}

static int
take_record(struct store *s, const struct record *r, struct err *err)
{
	const struct record_head *head =
	    (const struct record_head *)(const void *)(r->path - sizeof(*head));
	struct record_mark mark;
	struct store_file *f;

	switch (r->type) {
	case RECORD_HEADER:
		return take_header(s, r, head, err);
	case RECORD_SWAP:
		return migrate_take(s, r, err);
	case RECORD_CREATE:
	case RECORD_REPLACE:
	case RECORD_SAMPLE:
		f = store_find(s, r->path, r->path_bytes, err);
		return f != NULL ? store_op_add(s, f, head, err) : -1;
	case RECORD_MARK:
		if (record_mark_get(r, &mark) == 0 && mark.kind == MARK_CLOCK)
			store_discard(s, &mark, r->sequence, r->time_s);
		return 0;
	default:
		return 0;
	}
}

int
store_read(struct store *s, struct err *err)
{
	struct wal_pos end;
	struct record r;
	int rc;

	if (wal_end(s->wal, &end, err) != 0)
		return -1;
	while ((rc = cursor_next(&s->cursor, end.sequence, &r, err)) > 0)
		if (take_record(s, &r, err) != 0)
			return -1;
	if (rc == 0 && s->n_pending == 0)
		cursor_release(&s->cursor, s->cursor.at.segment);
	return rc;
}

struct wal_pos
store_needed_from(const struct store *s)
{
	struct wal_pos at = s->cursor.at;

	for (size_t i = 0; i < s->n_files && s->n_pending > 0; i++) {
		const struct store_file *f = s->files[i];
		const struct record_head *r;

		if (f->first == STORE_NONE)
			continue;
		r = s->ops[f->first].record;
		if (r->sequence < at.sequence)
			at = cursor_place(&s->cursor, r);
	}
	return at;
}

static int
sync_files(const struct store *s, struct err *err)
{
	char name[PATH_MAX];
	int fd, rc = 0;

	if (state_path(s->state, STATE_RRD, name, sizeof(name), err) != 0)
		return -1;
	fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", name);
	if (syncfs(fd) != 0)
		rc = err_sys(err, errno, "%s: syncfs", name);
	(void)close(fd);
	return rc;
}

static int
put_mark(struct store *s, const struct wal_pos *at, struct err *err)
{
	struct record_mark m = {
	    .kind = MARK_CHECKPOINT,
	    .checkpoint = s->checkpoint + 1,
	    .segment = at->segment,
	    .offset = at->offset,
	    .sequence = at->sequence,
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

int
store_checkpoint(struct store *s, struct err *err)
{
	struct wal_pos at = store_needed_from(s);

	if (s->n_touched + s->n_made > 0 && sync_files(s, err) != 0)
		return -1;
	if (put_mark(s, &at, err) != 0)
		return -1;
	s->checkpoint++;
	s->checkpoint_at = at;
	s->checkpoint_boot_ms = clock_boot_ms();
	s->n_touched = s->n_made = 0;
	s->header_bytes = 0;
	recycle(s, at.segment);
	return 0;
}

bool
store_checkpoint_due(const struct store *s)
{
	uint64_t bytes =
	    (s->cursor.at.segment - s->checkpoint_at.segment) * SEGMENT_BYTES +
	    s->cursor.at.offset - s->checkpoint_at.offset;
	uint64_t limit = CHECKPOINT_BYTES;
	struct statvfs v;

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
