/* SPDX-License-Identifier: MIT */
/* The one writer: opening and reading the log.  See store.h. */
#include "rrd/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/state.h"
#include "rrd/archive.h"
#include "rrd/migrate.h"
#include "rrd/restore.h"
#include "rrd/segment.h"
#include "rrd/store_impl.h"
#include "rrd/table.h"

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

/*
 * STATE/rrd, for syncfs: it tells of what could not be written since the
 * descriptor was opened, so that must be before the first file is touched.
 */
static int
open_rrd(struct store *s, struct err *err)
{
	char name[PATH_MAX];

	if (state_path(s->state, STATE_RRD, name, sizeof(name), err) != 0)
		return -1;
	s->sync_fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->sync_fd < 0)
		return err_sys(err, errno, "%s: open", name);
	return 0;
}

int
store_open(struct store *s, const char *state, struct err *err)
{
	void (*note)(enum log_level, const struct err *, const char *,
		     const char *) = s->note;

	memset(s, 0, sizeof(*s));
	s->note = note;
	s->lock_fd = s->touch_fd = s->gate.fd = s->sync_fd = s->cut.fd = -1;
	if (snprintf(s->state, sizeof(s->state), "%s", state) >=
	    (int)sizeof(s->state))
		return err_set(err, ERR_TOO_LARGE, "state folder name");
	if (state_init(state, err) != 0 || take_lock(s, err) != 0 ||
	    restore_resume(state, err) < 0)
		goto fail;
	s->registry = registry_new(state, err);
	if (s->registry == NULL || open_rrd(s, err) != 0 ||
	    gate_open(&s->gate, state, err) != 0 ||
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
	store_checkpoint_drop(s);
	cursor_done(&s->cursor);
	wal_close(&s->wal);
	gate_close(&s->gate);
	store_touch_close(s);
	store_files_free(s);
	registry_free(&s->registry);
	if (s->sync_fd >= 0)
		(void)close(s->sync_fd);
	if (s->lock_fd >= 0)
		(void)close(s->lock_fd);
	s->lock_fd = s->sync_fd = -1;
}

/* The first header logged since a checkpoint is the file's state at it. */
static int
take_header(struct store *s, const struct record *r,
	    const struct record_head *head, struct err *err)
{
	struct record_image image;
	struct store_file *f;

	if (!s->starting || record_image_get(r, &image) != 0 ||
	    image.checkpoint < s->marked)
		return 0;
	/* a number is never used again */
	if (s->checkpoint < image.checkpoint)
		s->checkpoint = image.checkpoint;
	f = store_find(s, r->path, r->path_bytes, err);
	if (f == NULL)
		return -1;
	if (f->restore != NULL)
		return 0;
	f->restore = head;
	f->remake = image.file_bytes == 0;
	return 0;
}

static int
take_record(struct store *s, const struct record *r, struct err *err)
{
	const struct record_head *head = record_head_of(r);
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
