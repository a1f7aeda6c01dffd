/* SPDX-License-Identifier: MIT */
/*
 * The write-ahead log of samples: lock, catching up, batches.  See wal.h;
 * what may enter a batch is wal_put.c, how it reaches the disk wal_write.c.
 */
#include "rrd/wal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/state.h"
#include "rrd/wal_impl.h"

#define LOCK_NAME "lock"

static const char *const verdict_texts[WAL_VERDICT__MAX] = {
    [WAL_STORED] = "ok",	   [WAL_OLD] = "older than last",
    [WAL_AHEAD] = "too far ahead", [WAL_TOO_EARLY] = "before 2010",
    [WAL_BAD_VALUE] = "bad value", [WAL_SCHEMA] = "wrong number of values",
    [WAL_FULL] = "full",	   [WAL_FAILED] = "disk failed",
    [WAL_BAD_PATH] = "bad path",
};

const char *
wal_verdict_text(enum wal_verdict v)
{
	return (unsigned)v < WAL_VERDICT__MAX ? verdict_texts[v] : "?";
}

struct wal *
wal_open(const char *state, struct registry *registry, struct err *err)
{
	char name[PATH_MAX];
	struct wal *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		err_set(err, ERR_NOMEM, "log: out of memory");
		return NULL;
	}
	w->lock_fd = -1;
	w->segment.fd = -1;
	w->table.fd = -1;
	w->registry = registry;
	buf_init(&w->batch, WAL_BATCH_MAX);
	buf_init(&w->text, 1u << 20);
	if (snprintf(w->state, sizeof(w->state), "%s", state) >=
	    (int)sizeof(w->state)) {
		err_set(err, ERR_TOO_LARGE, "%.60s…: state folder name", state);
		goto fail;
	}
	if (state_path(state, STATE_LOG, name, sizeof(name), err) != 0 ||
	    file_mkdirs(name, 0755, err) != 0)
		goto fail;
	if (state_path(state, STATE_LOG "/" LOCK_NAME, name, sizeof(name),
		       err) != 0)
		goto fail;
	w->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0664);
	if (w->lock_fd < 0) {
		err_sys(err, errno, "%s: open", name);
		goto fail;
	}
	return w;
fail:
	wal_close(&w);
	return NULL;
}

void
wal_close(struct wal **wp)
{
	struct wal *w = *wp;

	if (w == NULL)
		return;
	wal_abort(w);
	segment_close(&w->segment);
	table_close(&w->table);
	if (w->lock_fd >= 0)
		(void)close(w->lock_fd);
	buf_done(&w->batch);
	buf_done(&w->text);
	for (size_t i = 0; i < WAL_SCHEMA_CACHE; i++)
		free(w->schemas[i].layout);
	free(w->items);
	free(w->values);
	free(w);
	*wp = NULL;
}

int
wal_lock(struct wal *w, struct err *err)
{
	while (flock(w->lock_fd, LOCK_EX) != 0)
		if (errno != EINTR)
			return err_sys(err, errno, "log: lock");
	w->locked = true;
	return 0;
}

void
wal_unlock(struct wal *w)
{
	if (w->locked)
		(void)flock(w->lock_fd, LOCK_UN);
	w->locked = false;
}

/* Has the table mapped, of this boot and complete; rebuilds it if need be. */
static int
ensure_table(struct wal *w, struct err *err)
{
	struct err why = {0};

	if (!table_stale(&w->table))
		return 0;
	table_close(&w->table);
	if (table_open(&w->table, w->state, true, &why) == 0) {
		struct table_place place;

		table_place_get(&w->table, &place);
		if (place.at.segment != 0)
			return 0;
		table_close(&w->table); /* its rebuild was cut short */
	} else if (why.code != ERR_NOT_FOUND && why.code != ERR_CORRUPT) {
		if (err != NULL)
			*err = why;
		return -1;
	}
	segment_close(&w->segment);
	memset(&w->note, 0, sizeof(w->note));
	w->rebuilt = true;
	return rebuild_latest(w->state, &w->table, NULL, &w->note, err);
}

/*
 * An appender died between writing and publishing: shows what it wrote.  A
 * torn record ends the log; the next batch goes over it.
 */
static int
catch_up(struct wal *w, struct err *err)
{
	struct table_place place;
	struct cursor c;
	struct record r;
	int rc;

	table_place_get(&w->table, &place);
	if (cursor_init(&c, w->state, &place.at, err) != 0)
		return -1;
	while ((rc = cursor_next(&c, 0, &r, err)) > 0)
		if (rebuild_apply(&w->table, &r, err) != 0) {
			rc = -1;
			break;
		}
	if (rc == 0) {
		if (c.at.segment != place.at.segment)
			place.failed = 0;
		place.at = c.at;
		place.epoch = cursor_epoch(&c);
		table_place_set(&w->table, &place);
		atomic_store(&w->table.head->dirty, 0);
	}
	cursor_done(&c);
	return rc;
}

/*
 * Whether the file system is still there: asked of the lock, which is empty,
 * before mapped files are written to, which would be SIGBUS.  Once a second
 * whether another one is mounted at the state folder; then the log is that
 * one's.
 */
static int
follow_state(struct wal *w, struct err *err)
{
	int64_t now_s = clock_wall_s();
	struct stat ours, there;
	char name[PATH_MAX], c;
	int fd;

	if (w->looked_s != now_s &&
	    state_path(w->state, STATE_LOG "/" LOCK_NAME, name, sizeof(name),
		       NULL) == 0 &&
	    stat(name, &there) == 0 &&
	    (fstat(w->lock_fd, &ours) != 0 || ours.st_dev != there.st_dev ||
	     ours.st_ino != there.st_ino)) {
		fd = open(name, O_RDWR | O_CLOEXEC);
		/* the number stays: children know it (wal_lock_fd) */
		if (fd < 0 || dup3(fd, w->lock_fd, O_CLOEXEC) < 0)
			return err_sys(err, errno, "%s: open", name);
		(void)close(fd);
		table_close(&w->table);
		segment_close(&w->segment);
	}
	w->looked_s = now_s;
	if (pread(w->lock_fd, &c, 1, 0) < 0)
		return err_sys(err, errno, "log: state folder");
	return 0;
}

int
wal_begin(struct wal *w, struct err *err)
{
	if (follow_state(w, err) != 0 || wal_lock(w, err) != 0)
		return -1;
	if (ensure_table(w, err) != 0)
		goto fail;
	if (atomic_load(&w->table.head->dirty) != 0 && catch_up(w, err) != 0)
		goto fail;
	if (wal_open_segment(w, err) != 0)
		goto fail;
	w->table.head->batch++;
	w->now_s = clock_wall_s();
	w->n_items = 0;
	w->n_values = 0;
	w->space_known = false;
	buf_reset(&w->batch);
	return 0;
fail:
	wal_unlock(w);
	return -1;
}

void
wal_abort(struct wal *w)
{
	if (!w->locked)
		return;
	buf_reset(&w->batch);
	w->n_items = 0;
	wal_unlock(w);
}

int
wal_commit(struct wal *w, struct err *err)
{
	size_t written = 0;
	int rc;

	if (!w->locked)
		return err_set(err, ERR_INTERNAL, "log: commit without begin");
	if (w->batch.len == 0) {
		wal_abort(w);
		return 0;
	}
	atomic_store(&w->table.head->dirty, 1);
	rc = wal_write_batch(w, &written, err);
	wal_publish(w, written);
	atomic_store(&w->table.head->dirty, 0);
	wal_unlock(w);
	if (rc == 0)
		rc = wal_sync_batch(w, err);
	return rc;
}

int
wal_note(struct wal *w, int type, int64_t time_s, const char *path,
	 const void *body, size_t body_bytes, struct err *err)
{
	size_t len = strlen(path);

	if (record_bytes(len, body_bytes) >
	    SEGMENT_BYTES - sizeof(struct segment_head))
		return err_set(err, ERR_TOO_LARGE,
			       "log: a record of %zu bytes for %s", body_bytes,
			       path);
	record_put(&w->batch, (enum record_type)type, time_s, path, len, body,
		   body_bytes);
	if (!buf_ok(&w->batch))
		return err_set(err, ERR_NOMEM, "log: batch too large");
	return 0;
}

int
wal_rebuild(struct wal *w, struct err *err)
{
	struct table next;
	int rc;

	if (wal_begin(w, err) != 0)
		return -1;
	rc = rebuild_latest(w->state, &next, &w->table, &w->note, err);
	if (rc == 0) {
		table_close(&w->table);
		w->table = next;
	}
	wal_abort(w);
	return rc;
}

int
wal_end(struct wal *w, struct wal_pos *out, struct err *err)
{
	struct table_place place;

	/* the published end is only wrong while an appender is at work or
	 * after one was killed; begin mends both */
	if (table_stale(&w->table) || atomic_load(&w->table.head->dirty) != 0) {
		if (wal_begin(w, err) != 0)
			return -1;
		wal_abort(w);
	}
	table_place_get(&w->table, &place);
	*out = place.at;
	return 0;
}

void
wal_be_writer(struct wal *w)
{
	w->writer = true;
}

int
wal_lock_fd(const struct wal *w)
{
	return w->lock_fd;
}

struct table *
wal_table(struct wal *w)
{
	return &w->table;
}

const struct rebuild_note *
wal_rebuilt(const struct wal *w)
{
	return w->rebuilt ? &w->note : NULL;
}
