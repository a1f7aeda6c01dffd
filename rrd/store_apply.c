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
#define RUN	     16	 /* files that go through the gate together */
#define ARGS_MAX     512 /* samples in one call */
#define UNKNOWNS_MAX 16

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
			/* what is before it goes into the file as it is;
			 * what follows takes longer than a run may */
			if (flush(s, f, &feed, name, err) != 0)
				return -1;
			gate_run_end(&s->gate);
			if ((prune_is(r) ? prune_apply(s, f, err)
					 : migrate_apply(s, f, r, err)) != 0)
				return -1;
			feed.last_s = f->last_s;
			store_op_drop(s, f, 1, next);
			feed.next = k = next;
			if (k != STORE_NONE && f->state == FILE_MISSING)
				return err_set(err, ERR_IO, "%s: begins anew",
					       name);
			continue;
		}
		if (r->type == RECORD_SAMPLE && r->n_values == f->n_ds &&
		    r->time_s > feed.last_s)
			feed_sample(&feed, f, r);
		else if (r->type == RECORD_SAMPLE && r->n_values != f->n_ds)
			store_report(s, f, NULL,
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
	store_report(s, f, why, "a sample was dropped");
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
	if (f->state == FILE_MISSING) {
		gate_run_end(&s->gate); /* it takes longer than that may */
		if (store_make_file(s, f, &why) != 0) {
			store_report(s, f, &why, "file cannot be made");
			return 0;
		}
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
	if (why.code == ERR_INVALID)
		return drop_refused(s, f, name, &why);
	if (why.code == ERR_IO && is_damaged(name))
		return 1;
	if (why.code == ERR_IO || why.code == ERR_FULL)
		store_report(s, f, &why, "file cannot take its samples");
	return 0;
}

static int
by_pair(const void *a, const void *b)
{
	unsigned x = gate_pair((*(struct store_file *const *)a)->hash);
	unsigned y = gate_pair((*(struct store_file *const *)b)->hash);

	return (x > y) - (x < y);
}

static bool
is_over(int64_t until_boot_ms)
{
	return until_boot_ms > 0 && clock_boot_ms() > until_boot_ms;
}

/* The files whose headers are in the log, while there is time; keeps in front,
 * and counts, those to be prepared again. */
static size_t
apply_ready(struct store *s, struct store_file **files, size_t n,
	    int64_t until_boot_ms)
{
	size_t again = 0;

	qsort(files, n, sizeof(*files), by_pair);
	for (size_t i = 0; i < n; i++) {
		size_t last = i + RUN - 1 < n ? i + RUN - 1 : n - 1;

		if (i > 0 && i % RUN == 0 && is_over(until_boot_ms))
			break;
		if (i % RUN == 0 && i < last)
			gate_run(&s->gate, gate_pair(files[i]->hash),
				 gate_pair(files[last]->hash));
		if (apply_file(s, files[i]) != 0)
			files[again++] = files[i];
	}
	gate_run_end(&s->gate);
	return again;
}

/* One chunk: headers into the log, then the files. */
static int
apply_chunk(struct store *s, struct store_file **files, size_t n, bool retry,
	    int64_t until_boot_ms, struct err *err)
{
	bool any = false;
	size_t ready = 0, again;

	for (size_t i = 0; i < n && !any; i++)
		any = files[i]->state != FILE_READY ||
		      files[i]->touched != s->checkpoint;
	if (any && wal_begin(s->wal, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int rc = store_prepare(s, files[i], err);

		if (rc < 0) {
			wal_abort(s->wal);
			return -1;
		}
		if (rc > 0)
			files[ready++] = files[i];
	}
	if (any && wal_commit(s->wal, err) != 0)
		return -1;
	again = apply_ready(s, files, ready, until_boot_ms);
	/* what was put aside is made anew, once */
	if (again > 0 && retry)
		return apply_chunk(s, files, again, false, until_boot_ms, err);
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
	if (store_alive(s, err) != 0)
		return -1;
	if (!store_clock_ok(s))
		return 0;
	if (store_sync_log(s, err) != 0)
		return -1;
	for (size_t i = 0; i < n && rc == 0; i++) {
		if (files[i]->n_ops > 0)
			chunk[used++] = files[i];
		if (used == 0 || (used < CHUNK && i + 1 < n))
			continue;
		rc = apply_chunk(s, chunk, used, true, until_boot_ms, err);
		used = 0;
		if (rc == 0 && is_over(until_boot_ms))
			rc = 1;
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
	int rc;

	if (n <= 1)
		return store_apply_files(s, s->files, s->n_files, until_boot_ms,
					 err);
	for (size_t k = 0; k < s->n_files; k++) {
		if (s->files[k]->hash % n == i && s->files[k]->n_ops > 0)
			mine[used++] = s->files[k];
		if (used < CHUNK && k + 1 < s->n_files)
			continue;
		rc = store_apply_files(s, mine, used, until_boot_ms, err);
		if (rc != 0)
			return rc;
		used = 0;
	}
	return 0;
}
