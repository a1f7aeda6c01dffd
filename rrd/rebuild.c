/* SPDX-License-Identifier: MIT */
/* Making the table of last values again: see rebuild.h. */
#include "rrd/rebuild.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/buf.h"
#include "core/family.h"
#include "core/number.h"
#include "core/path.h"
#include "core/state.h"
#include "rrd/archive_name.h"
#include "rrd/layout.h"
#include "rrd/rrdhead.h"
#include "rrd/segment.h"

/* table_add that grows a full table. */
static struct table_slot *
add(struct table *t, const char *path, size_t len, size_t n, struct err *err)
{
	uint64_t hash = table_hash(path, len);
	struct table_slot *s = table_find(t, hash, path, len);

	if (s != NULL && s->n_values == n)
		return s;
	if (!table_has_room(t, n, len) && table_grow(t, err) != 0)
		return NULL;
	return table_add(t, hash, path, len, n, err);
}

static int
apply_layout(struct table *t, const struct record *r, struct err *err)
{
	double unknown[FAMILY_METRICS_MAX];
	struct table_slot *s;
	int64_t last_s = 0;
	struct layout l;

	if (layout_parse(r->body, &l) != 0) {
		s = table_find(t, table_hash(r->path, r->path_bytes), r->path,
			       r->path_bytes);
		if (s != NULL && r->body_bytes == 0)
			table_remove(t, s);
		return 0;
	}
	s = table_find(t, table_hash(r->path, r->path_bytes), r->path,
		       r->path_bytes);
	if (s != NULL)
		last_s = table_newest_s(s);
	s = add(t, r->path, r->path_bytes, l.n_ds, err);
	if (s == NULL)
		return -1;
	s->schema = XXH64(r->body, r->body_bytes, 0);
	/* another number of values: what is older stays refused */
	if (last_s > 0 && table_newest_s(s) == 0) {
		for (size_t i = 0; i < l.n_ds; i++)
			unknown[i] = NAN;
		table_publish(t, s, last_s, unknown);
	}
	return 0;
}

static int
apply_sample(struct table *t, const struct record *r, struct err *err)
{
	double values[FAMILY_METRICS_MAX];
	const char *text = strchr(r->body, ':');
	struct table_slot *s;
	size_t n = 0;

	if (text == NULL)
		return 0;
	text++;
	while (n < FAMILY_METRICS_MAX &&
	       record_value_next(&text, &values[n]) == 0)
		n++;
	s = add(t, r->path, r->path_bytes, n, err);
	if (s == NULL)
		return -1;
	table_publish(t, s, r->time_s, values);
	return 0;
}

int
rebuild_apply(struct table *t, const struct record *r, struct err *err)
{
	switch (r->type) {
	case RECORD_CREATE:
	case RECORD_REPLACE:
		return apply_layout(t, r, err);
	case RECORD_SAMPLE:
		return apply_sample(t, r, err);
	default:
		return 0;
	}
}

/* One RRD file: its last update becomes the newest sample. */
static int
add_file(struct table *t, const char *name, const char *path, size_t len,
	 struct rebuild_note *note, struct err *err)
{
	double values[FAMILY_METRICS_MAX];
	struct table_slot *s;
	struct rrdhead h;
	struct buf layout;

	note->files++;
	if (rrdhead_load(&h, name, NULL, NULL) != 0) {
		note->damaged++; /* the writer quarantines it */
		return 0;
	}
	s = add(t, path, len, h.n_ds, err);
	if (s == NULL) {
		rrdhead_done(&h);
		return -1;
	}
	for (size_t i = 0; i < h.n_ds; i++) {
		const char *text = rrdhead_last_ds(&h, i);
		struct value v;

		values[i] = number_value(text, strlen(text), &v)
				? value_double(v)
				: NAN;
	}
	buf_init(&layout, 65536);
	rrdhead_layout(&h, &layout);
	s->schema = XXH64(layout.data, layout.len, 0);
	buf_done(&layout);
	table_publish(t, s, h.last_up_s, values);
	rrdhead_done(&h);
	return 0;
}

/* The series path of a file below rrd/, when it is one of ours. */
static size_t
path_of(const char *name, size_t skip, char out[PATH_SIZE])
{
	size_t len = strlen(name);
	struct path p;

	if (len < skip + 5 || strcmp(name + len - 4, ".rrd") != 0)
		return 0;
	len -= skip + 4;
	if (len >= PATH_SIZE || path_parse(name + skip, len, &p, NULL) != 0)
		return 0;
	memcpy(out, name + skip, len);
	out[len] = '\0';
	return len;
}

static int
add_files(const char *state, struct table *t, struct rebuild_note *note,
	  struct err *err)
{
	char folder[PATH_MAX], path[PATH_SIZE];
	char *roots[] = {folder, NULL};
	size_t skip;
	FTSENT *e;
	FTS *fts;
	int rc = 0;

	if (state_path(state, STATE_RRD, folder, sizeof(folder), err) != 0)
		return -1;
	if (access(folder, F_OK) != 0)
		return 0;
	skip = strlen(folder) + 1;
	fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (fts == NULL)
		return err_sys(err, errno, "%s: open", folder);
	while (rc == 0 && (e = fts_read(fts)) != NULL) {
		size_t len;

		if (e->fts_info != FTS_F)
			continue;
		len = path_of(e->fts_path, skip, path);
		if (len > 0)
			rc = add_file(t, e->fts_path, path, len, note, err);
	}
	(void)fts_close(fts);
	return rc;
}

/* A range of the log whose samples newer than limit_s were discarded. */
struct discarded {
	uint64_t from, to;
	int64_t limit_s;
};

#define DISCARDED_MAX 32 /* more than that many clock faults: the last ones */

/* One pass for what has to be known beforehand: clock marks, and the files
 * that a CREATE promised and that are still to be made. */
static int
scan_log(const char *state, struct table *t, struct discarded *list, size_t *n,
	 struct err *err)
{
	struct wal_pos start = {0};
	struct record_mark mark;
	char name[PATH_MAX];
	struct cursor c;
	struct record r;
	int rc;

	if (cursor_init(&c, state, &start, err) != 0)
		return -1;
	while ((rc = cursor_next(&c, 0, &r, err)) > 0) {
		if (record_mark_get(&r, &mark) == 0 && mark.kind == MARK_CLOCK)
			list[(*n)++ % DISCARDED_MAX] = (struct discarded){
			    mark.sequence, r.sequence, r.time_s};
		if (r.type == RECORD_CREATE &&
		    archive_name(state, r.path, name, NULL) == 0 &&
		    access(name, F_OK) != 0) {
			t->head->wanted_bytes += layout_bytes(r.body);
			t->head->wanted_files++;
		}
		cursor_release(&c, c.at.segment);
	}
	cursor_done(&c);
	if (*n > DISCARDED_MAX)
		*n = DISCARDED_MAX;
	return rc;
}

static int
is_discarded(const struct discarded *list, size_t n, const struct record *r)
{
	for (size_t i = 0; i < n; i++)
		if (r->sequence >= list[i].from && r->sequence < list[i].to &&
		    r->time_s > list[i].limit_s)
			return 1;
	return 0;
}

/* Replays the whole log; *end is where it stops. */
static int
add_log(const char *state, struct table *t, struct wal_pos *end,
	struct rebuild_note *note, struct err *err)
{
	struct discarded list[DISCARDED_MAX];
	struct wal_pos start = {0};
	struct cursor c;
	struct record r;
	size_t n = 0;
	int rc;

	if (scan_log(state, t, list, &n, err) != 0 ||
	    cursor_init(&c, state, &start, err) != 0)
		return -1;
	while ((rc = cursor_next(&c, 0, &r, err)) > 0) {
		note->records++;
		if (!is_discarded(list, n, &r) &&
		    rebuild_apply(t, &r, err) != 0) {
			rc = -1;
			break;
		}
		/* what is behind is not needed in memory */
		cursor_release(&c, c.at.segment);
	}
	note->gaps = c.n_gaps;
	note->gap = c.gap;
	*end = c.at;
	cursor_done(&c);
	return rc;
}

/* Begins a segment after all there is and notes it as the log's end. */
static int
start_segment(const char *state, struct table *t, const struct wal_pos *end,
	      struct err *err)
{
	struct segment_head head = {
	    .number = end->segment + 1,
	    .first_sequence = end->sequence != 0 ? end->sequence : 1,
	    .prev_end = end->segment != 0 ? end->offset : 0,
	};
	struct segment s = {.fd = -1};
	struct table_place place = {0};
	uint64_t *v = NULL;
	size_t n = 0;

	/* damaged segments count too: never give a number twice */
	if (segment_list(state, &v, &n, err) != 0)
		return -1;
	if (n > 0 && v[n - 1] >= head.number)
		head.number = v[n - 1] + 1;
	free(v);
	if (segment_make(&s, state, &head, err) != 0)
		return -1;
	place.at =
	    (struct wal_pos){head.number, sizeof(head), head.first_sequence};
	place.epoch = s.head.epoch;
	segment_close(&s);
	table_place_set(t, &place);
	return 0;
}

int
rebuild_latest(const char *state, struct table *t, struct table *old,
	       struct rebuild_note *note, struct err *err)
{
	struct rebuild_note local = {0};
	struct wal_pos end = {0};
	struct table next;

	if (note == NULL)
		note = &local;
	if (table_make(&next, state, 0, 0, err) != 0)
		return -1;
	/* under its real name from here: growing replaces it by rename */
	if (table_install(&next, old, err) != 0)
		goto fail;
	next.head->dirty = 1;
	if (add_files(state, &next, note, err) != 0 ||
	    add_log(state, &next, &end, note, err) != 0)
		goto fail;
	if (start_segment(state, &next, &end, err) != 0)
		goto fail;
	atomic_store(&next.head->dirty, 0);
	*t = next;
	return 0;
fail:
	(void)unlink(next.name);
	atomic_store(&next.head->replaced, 1);
	table_close(&next);
	return -1;
}
