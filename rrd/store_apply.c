/* SPDX-License-Identifier: MIT */
/*
 * Applying what is pending, in chunks of files: first every header that the
 * log does not have yet goes into it, with one sync for the chunk; then each
 * file takes its samples in one call to librrd.  See store.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/family.h"
#include "rrd/archive.h"
#include "rrd/layout.h"
#include "rrd/migrate.h"
#include "rrd/prune.h"
#include "rrd/rrdhead.h"
#include "rrd/store_impl.h"
#include "rrd/table.h"

#define CHUNK	     128 /* files between two syncs of headers */
#define ARGS_MAX     512 /* samples in one call */
#define UNKNOWNS_MAX 16
#define REPORTS_MAX  10
#define LAYOUT_MAX   16384

/* Says once per file what keeps it from taking its samples; when many fail at
 * once, as on a full disk, the first few stand for all. */
static void
report(struct store *s, struct store_file *f, const struct err *why,
       const char *what)
{
	if (!f->reported && s->note != NULL) {
		s->n_reported++;
		if (s->n_reported <= REPORTS_MAX)
			s->note(LOG_LEVEL_ERROR, why, f->path, what);
		if (s->n_reported == REPORTS_MAX)
			s->note(LOG_LEVEL_ERROR, NULL, NULL,
				"more files have trouble; not listed");
	}
	f->reported = true;
}

int
store_sync_log(struct store *s, struct err *err)
{
	if (s->synced >= s->cursor.at.sequence)
		return 0;
	if (wal_sync(s->wal, err) != 0)
		return -1;
	s->synced = s->cursor.at.sequence;
	return 0;
}

int
store_quarantine(struct store *s, struct store_file *f, const char *name,
		 const struct err *why, struct err *err)
{
	char bad[PATH_MAX];

	if (archive_quarantine(name, bad, err) != 0)
		return -1;
	f->state = FILE_MISSING;
	f->last_s = 0;
	f->touched = UINT64_MAX;
	if (s->note != NULL)
		s->note(LOG_LEVEL_ERROR, why, f->path,
			"damaged file put aside, a new one begins");
	store_event(s, "store", "warning", f->path,
		    "A damaged archive was put aside, a new one begins",
		    why->msg);
	return 0;
}

/* Step and heartbeat as the layout has them. */
static int
take_layout(struct store_file *f, const char *layout)
{
	struct layout l;

	if (layout_parse(layout, &l) != 0)
		return -1;
	f->step_s = (int32_t)l.step_s;
	f->heartbeat_s = (int32_t)l.heartbeat_s;
	f->n_ds = (uint16_t)l.n_ds;
	return 0;
}

/* The layout and start for a file to be made: from recovery, from CREATE, or
 * from the family as the registry has it. */
static int
plan_file(struct store *s, const struct store_file *f, struct buf *layout,
	  int64_t *start_s, struct err *err)
{
	const struct family *family;
	struct path p;

	if (f->remake && f->restore != NULL) {
		struct record_image image;

		memcpy(&image, store_op_body(f->restore), sizeof(image));
		buf_put(layout, store_op_body(f->restore) + sizeof(image),
			(size_t)image.image_bytes);
		*start_s = (int64_t)image.offset;
		return 0;
	}
	for (uint32_t k = f->first; k != STORE_NONE; k = s->ops[k].next) {
		const struct record_head *r = s->ops[k].record;

		if (r->type != RECORD_CREATE)
			continue;
		buf_str(layout, store_op_body(r));
		*start_s = r->time_s;
		return 0;
	}
	if (path_parse(f->path, f->path_bytes, &p, err) != 0)
		return -1;
	family = registry_find(s->registry, p.family, err);
	if (family == NULL || layout_text(family, layout, err) != 0)
		return -1;
	*start_s = s->ops[f->first].record->time_s - family->step_s;
	return 0;
}

/* Notes that the file is made in this checkpoint. */
static int
note_made(struct store *s, struct store_file *f, struct err *err)
{
	struct record_image image = {.checkpoint = s->checkpoint};
	struct buf layout, body;
	int64_t start_s;
	int rc = -1;

	buf_init(&layout, LAYOUT_MAX);
	buf_init(&body, LAYOUT_MAX + sizeof(image));
	if (plan_file(s, f, &layout, &start_s, err) == 0) {
		image.offset = (uint64_t)start_s;
		image.image_bytes = layout.len;
		buf_put(&body, &image, sizeof(image));
		buf_put(&body, layout.data, layout.len);
		rc = wal_note(s->wal, RECORD_HEADER, start_s, f->path,
			      body.data, body.len, err);
	}
	buf_done(&layout);
	buf_done(&body);
	return rc;
}

/* Notes the volatile header of a file as it stands. */
static int
note_header(struct store *s, const struct store_file *f,
	    const struct rrdhead *h, struct err *err)
{
	struct record_image image = {
	    .checkpoint = s->checkpoint,
	    .file_bytes = h->file_bytes,
	    .static_hash = h->static_hash,
	    .offset = h->volatile_at,
	    .image_bytes = h->volatile_bytes,
	};
	struct buf body;
	int rc;

	buf_init(&body, RRDHEAD_MAX);
	buf_put(&body, &image, sizeof(image));
	buf_put(&body, h->bytes + h->volatile_at, h->volatile_bytes);
	rc = wal_note(s->wal, RECORD_HEADER, h->last_up_s, f->path, body.data,
		      body.len, err);
	s->header_bytes += body.len;
	buf_done(&body);
	return rc;
}

/*
 * Looks at the file and notes what the log must know before it is touched:
 * 1 when it may be applied to, 0 when it must wait, -1 when the log failed.
 */
static int
prepare(struct store *s, struct store_file *f, struct err *err)
{
	char name[PATH_MAX];
	struct err why = {0};
	struct rrdhead h = {0};
	struct buf layout;
	int sparse = 0, rc;

	if (f->state == FILE_READY && f->touched == s->checkpoint)
		return 1;
	if (archive_name(s->state, f->path, name, &why) != 0)
		return 0;
	if (!f->remake && rrdhead_load(&h, name, &sparse, &why) != 0) {
		if (why.code == ERR_CORRUPT &&
		    store_quarantine(s, f, name, &why, &why) != 0)
			why.code = ERR_IO;
		if (why.code != ERR_CORRUPT && why.code != ERR_NOT_FOUND) {
			report(s, f, &why, "file cannot be read");
			return 0;
		}
		f->state = FILE_MISSING;
	}
	if (f->remake || h.bytes == NULL) {
		f->state = FILE_MISSING;
		if (prune_skip(s, f))
			return 0;
		if (note_made(s, f, &why) != 0) {
			report(s, f, &why, "no layout for a new file");
			return 0;
		}
		return 1;
	}
	if (sparse && archive_densify(name, &why) != 0 &&
	    why.code != ERR_UNSUPPORTED) {
		report(s, f, &why, "sparse file cannot be filled");
		rrdhead_done(&h);
		return 0;
	}
	buf_init(&layout, LAYOUT_MAX);
	rrdhead_layout(&h, &layout);
	rc = take_layout(f, layout.data);
	buf_done(&layout);
	f->state = FILE_READY;
	f->last_s = h.last_up_s;
	if (rc == 0 && f->touched != s->checkpoint)
		rc = note_header(s, f, &h, err);
	rrdhead_done(&h);
	return rc == 0 ? 1 : -1;
}

/* Makes the file; 0, or -1 when it must wait. */
static int
make_file(struct store *s, struct store_file *f, struct err *err)
{
	struct buf layout;
	int64_t start_s;
	int rc = -1;

	buf_init(&layout, LAYOUT_MAX);
	if (plan_file(s, f, &layout, &start_s, err) != 0 ||
	    take_layout(f, layout.data) != 0 ||
	    gate_enter_write(&s->gate, f->path, err) != 0)
		goto out;
	rc = archive_create(s->state, f->path, layout.data, start_s, err);
	gate_leave(&s->gate, f->path);
	if (rc != 0)
		goto out;
	f->state = FILE_READY;
	f->remake = false;
	f->restore = NULL;
	f->last_s = start_s;
	s->n_made++;
out:
	buf_done(&layout);
	return rc;
}

/* Arguments for one call to librrd. */
struct feed {
	const char *args[ARGS_MAX];
	int n;
	char unknown[UNKNOWNS_MAX][16 + 2 * FAMILY_METRICS_MAX + 1];
	int n_unknown;
	uint32_t n_ops; /* that the arguments come from */
	uint32_t next;	/* the record after them */
	int64_t last_s;
};

static int
flush(struct store *s, struct store_file *f, struct feed *feed,
      const char *name, struct err *err)
{
	int rc = 0;

	if (feed->n > 0) {
		if (gate_enter_write(&s->gate, f->path, err) != 0)
			return -1;
		store_touch_begin(s, f);
		rc = archive_update(name, feed->n, feed->args, err);
		store_touch_end(s);
		gate_leave(&s->gate, f->path);
	}
	if (rc == 0) {
		f->last_s = feed->last_s;
		if (s->guard.newest_s < feed->last_s)
			s->guard.newest_s = feed->last_s;
		store_op_drop(s, f, feed->n_ops, feed->next);
	}
	feed->n = 0;
	feed->n_unknown = 0;
	feed->n_ops = 0;
	return rc;
}

/*
 * Adds a sample.  After a gap over the heartbeat librrd takes the value for
 * unknown up to its time; an unknown one step earlier makes it count for one
 * step.
 */
static void
feed_sample(struct feed *feed, const struct store_file *f,
	    const struct record_head *r)
{
	int64_t before_s = r->time_s - f->step_s;

	if (r->time_s - feed->last_s > f->heartbeat_s &&
	    before_s > feed->last_s) {
		char *p = feed->unknown[feed->n_unknown++];
		int n = snprintf(p, 16, "%lld", (long long)before_s);

		for (uint16_t i = 0; i < f->n_ds; i++) {
			p[n++] = ':';
			p[n++] = 'U';
		}
		p[n] = '\0';
		feed->args[feed->n++] = p;
	}
	feed->args[feed->n++] = store_op_body(r);
	feed->last_s = r->time_s;
}

/* Takes a file's pending records; 0, or -1 with why some are left. */
static int
apply_ops(struct store *s, struct store_file *f, const char *name,
	  struct err *err)
{
	static struct feed feed; /* 12 KB; one process, one thread */
	uint32_t k = f->first;

	feed.n = feed.n_unknown = 0;
	feed.n_ops = 0;
	feed.next = k;
	feed.last_s = f->last_s;
	while (k != STORE_NONE) {
		const struct record_head *r = s->ops[k].record;
		uint32_t next = s->ops[k].next;

		if (feed.n >= ARGS_MAX - 2 || feed.n_unknown == UNKNOWNS_MAX)
			if (flush(s, f, &feed, name, err) != 0)
				return -1;
		if (r->type == RECORD_REPLACE) {
			/* what is before it goes into the file as it is */
			if (flush(s, f, &feed, name, err) != 0 ||
			    (prune_is(r) ? prune_apply(s, f, err)
					 : migrate_apply(s, f, r, err)) != 0)
				return -1;
			feed.last_s = f->last_s;
			store_op_drop(s, f, 1, next);
			feed.next = k = next;
			if (k != STORE_NONE && f->state == FILE_MISSING)
				return err_set(err, ERR_IO,
					       "%s: begins anew", name);
			continue;
		}
		if (r->type == RECORD_SAMPLE && r->n_values == f->n_ds &&
		    r->time_s > feed.last_s)
			feed_sample(&feed, f, r);
		else if (r->type == RECORD_SAMPLE && r->n_values != f->n_ds)
			report(s, f, NULL,
			       "sample does not fit its file: dropped");
		else if (r->type == RECORD_CREATE) {
			s->made_bytes += layout_bytes(store_op_body(r));
			s->made_files++;
		}
		feed.n_ops++;
		feed.next = k = next;
	}
	return flush(s, f, &feed, name, err);
}

/*
 * librrd refuses an argument, which what wal_put lets through never should:
 * takes it out, so that it does not hold up what comes after.
 */
static int
drop_refused(struct store *s, struct store_file *f, const char *name,
	     const struct err *why)
{
	struct rrdhead h;

	if (rrdhead_load(&h, name, NULL, NULL) != 0)
		return 1;
	while (f->first != STORE_NONE) {
		int64_t time_s = s->ops[f->first].record->time_s;

		store_op_drop(s, f, 1, s->ops[f->first].next);
		if (time_s > h.last_up_s)
			break;
	}
	rrdhead_done(&h);
	report(s, f, why, "a sample was dropped");
	return 1;
}

/* Whether it is the file that is at fault, and not the machine. */
static int
is_damaged(const char *name)
{
	struct rrdhead h;
	struct err why = {0};

	if (rrdhead_load(&h, name, NULL, &why) != 0)
		return why.code == ERR_CORRUPT || why.code == ERR_NOT_FOUND;
	rrdhead_done(&h);
	return 0;
}

/* One file whose header is in the log; 1 when it must be prepared again. */
static int
apply_file(struct store *s, struct store_file *f)
{
	char name[PATH_MAX];
	struct err why = {0};

	if (archive_name(s->state, f->path, name, &why) != 0)
		return 0;
	if (f->state == FILE_MISSING && make_file(s, f, &why) != 0) {
		report(s, f, &why, "file cannot be made");
		return 0;
	}
	if (f->touched != s->checkpoint) {
		f->touched = s->checkpoint;
		s->n_touched++;
	}
	if (apply_ops(s, f, name, &why) == 0) {
		if (f->reported)
			s->n_reported = 0;
		f->reported = false;
		return 0;
	}
	f->state = FILE_UNKNOWN;
	return why.code == ERR_INVALID ? drop_refused(s, f, name, &why)
	       : why.code == ERR_IO    ? is_damaged(name)
				       : 0;
}

/* One chunk: headers into the log, then the files. */
static int
apply_chunk(struct store *s, struct store_file **files, size_t n, bool retry,
	    struct err *err)
{
	bool ready[CHUNK], any = false;
	size_t again = 0;

	for (size_t i = 0; i < n && !any; i++)
		any = files[i]->state != FILE_READY ||
		      files[i]->touched != s->checkpoint;
	if (any && wal_begin(s->wal, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int rc = prepare(s, files[i], err);

		if (rc < 0) {
			wal_abort(s->wal);
			return -1;
		}
		ready[i] = rc > 0;
	}
	if (any && wal_commit(s->wal, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (ready[i] && apply_file(s, files[i]) != 0)
			files[again++] = files[i];
	/* what was put aside is made anew, once */
	if (again > 0 && retry)
		return apply_chunk(s, files, again, false, err);
	return 0;
}

/* Takes the files made off what the table has promised. */
static void
settle_promises(struct store *s)
{
	struct table_head *h;

	if (s->made_files == 0 || wal_begin(s->wal, NULL) != 0)
		return;
	h = wal_table(s->wal)->head;
	h->wanted_bytes -=
	    s->made_bytes < h->wanted_bytes ? s->made_bytes : h->wanted_bytes;
	h->wanted_files -=
	    s->made_files < h->wanted_files ? s->made_files : h->wanted_files;
	wal_abort(s->wal);
	s->made_bytes = 0;
	s->made_files = 0;
}

int
store_apply_files(struct store *s, struct store_file *const *files, size_t n,
		  int64_t until_boot_ms, struct err *err)
{
	struct store_file *chunk[CHUNK];
	size_t used = 0;
	int rc = 0;

	if (s->n_pending == 0)
		return 0;
	if (!store_clock_ok(s))
		return 0;
	if (store_sync_log(s, err) != 0)
		return -1;
	for (size_t i = 0; i < n && rc == 0; i++) {
		if (files[i]->n_ops > 0)
			chunk[used++] = files[i];
		if (used == 0 || (used < CHUNK && i + 1 < n))
			continue;
		rc = apply_chunk(s, chunk, used, true, err);
		used = 0;
		if (until_boot_ms > 0 && clock_boot_ms() > until_boot_ms)
			break;
	}
	settle_promises(s);
	return rc;
}

int
store_apply_path(struct store *s, const char *path, struct err *err)
{
	struct store_file *f = store_find(s, path, strlen(path), err);

	if (f == NULL)
		return -1;
	if (store_apply_files(s, &f, 1, 0, err) != 0)
		return -1;
	if (f->n_ops > 0 && s->guard.suspect)
		return err_set(err, ERR_BUSY,
			       "the clock is suspect: see robin clock");
	if (f->n_ops > 0)
		return err_set(err, ERR_IO,
			       "%s: the file cannot take its samples now",
			       path);
	return 0;
}

int
store_apply_slice(struct store *s, unsigned i, unsigned n,
		  int64_t until_boot_ms, struct err *err)
{
	struct store_file *mine[CHUNK];
	size_t used = 0;

	if (n <= 1)
		return store_apply_files(s, s->files, s->n_files, until_boot_ms,
					 err);
	for (size_t k = 0; k < s->n_files; k++) {
		if (s->files[k]->hash % n == i && s->files[k]->n_ops > 0)
			mine[used++] = s->files[k];
		if (used < CHUNK && k + 1 < s->n_files)
			continue;
		if (store_apply_files(s, mine, used, until_boot_ms, err) != 0)
			return -1;
		used = 0;
	}
	return 0;
}
