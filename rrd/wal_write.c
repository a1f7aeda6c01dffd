/* SPDX-License-Identifier: MIT */
/*
 * How a batch reaches the disk: into preallocated segments by one pwrite,
 * published in the table, then fdatasync.  After a failed fdatasync the
 * kernel may have dropped the pages and reports it only once, so that
 * segment is never trusted again: the batch goes into a new one.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "rrd/wal_impl.h"

#define ROOM_MIN  64 /* not worth a record */
#define TRIES_MAX 3  /* of one batch on a disk that fails */

int
wal_open_segment(struct wal *w, struct err *err)
{
	struct table_place place;

	table_place_get(&w->table, &place);
	if (w->segment.fd >= 0 && w->segment.head.number == place.at.segment &&
	    w->segment.head.epoch == place.epoch)
		return 0;
	segment_close(&w->segment);
	return segment_open(&w->segment, w->state, place.at.segment, 1, err);
}

/* Goes on in a new segment; the old one is durable, or marked as failed and
 * the new one as what comes after a failure. */
static int
rotate(struct wal *w, struct table_place *place, struct err *err)
{
	struct segment_head head = {
	    .number = place->at.segment + 1,
	    .first_sequence = place->at.sequence,
	    .prev_end = place->at.offset,
	};
	struct segment next = {.fd = -1};

	if (place->failed == 0 && fdatasync(w->segment.fd) != 0)
		place->failed = 1;
	if (place->failed != 0)
		head.flags |= SEGMENT_AFTER_FAILURE;
	if (segment_make(&next, w->state, &head, err) != 0)
		return -1;
	segment_close(&w->segment);
	w->segment = next;
	*place = (struct table_place){
	    .at = {head.number, sizeof(head), head.first_sequence},
	    .epoch = next.head.epoch,
	};
	return 0;
}

/* How many bytes of whole records from `from` on fit into room; seals them. */
static size_t
seal_some(struct wal *w, size_t from, uint64_t room, struct table_place *next)
{
	size_t at = from;

	while (at < w->batch.len) {
		void *p = w->batch.data + at;
		size_t n = record_size(p);

		if (n > room)
			break;
		record_seal(p, next->at.sequence++, next->epoch);
		room -= n;
		at += n;
	}
	next->at.offset += at - from;
	return at - from;
}

/*
 * Makes sure of the segments that the batch will need, before any of it is
 * written: half a batch in the log would be stored and refused at once.
 */
static int
reserve(struct wal *w, const struct table_place *place, struct err *err)
{
	uint64_t room =
	    place->failed != 0 ? 0 : SEGMENT_BYTES - place->at.offset;
	struct err why = {0};
	size_t n;

	if (w->batch.len <= room)
		return 0;
	/* a record does not cross segments: each may leave a gap at its end */
	n = (w->batch.len - room) / (SEGMENT_BYTES * 3 / 4) + 1;
	if (segment_reserve(w->state, n + (w->writer ? 0 : 1), &why) == 0 ||
	    why.code != ERR_FULL)
		return 0; /* another failure meets the rotation, too */
	err_prefix(&why, "full");
	if (err != NULL)
		*err = why;
	return -1;
}

int
wal_write_batch(struct wal *w, size_t *written, struct err *err)
{
	struct table_place place, next;
	int rc = 0, tries = 0;

	*written = 0;
	table_place_get(&w->table, &place);
	if (reserve(w, &place, err) != 0)
		return -1;
	while (*written < w->batch.len) {
		uint64_t room = SEGMENT_BYTES - place.at.offset;
		size_t n = 0;

		next = place;
		if (place.failed == 0 && room >= ROOM_MIN)
			n = seal_some(w, *written, room, &next);
		if (n == 0) {
			rc = rotate(w, &place, err);
			if (rc != 0)
				break;
			if (*written == 0 || (w->segment.head.flags &
					      SEGMENT_AFTER_FAILURE) == 0)
				continue;
			/* a part of this batch was in what was not synced */
			*written = 0;
			if (++tries < TRIES_MAX)
				continue;
			rc =
			    err_set(err, ERR_IO, "log: the disk does not sync");
			break;
		}
		rc = file_write_all_at(w->segment.fd, w->batch.data + *written,
				       n, place.at.offset);
		if (rc != 0) {
			static const char zeros[64];

			err_sys(err, errno, "log: write");
			/* half a batch must not be found by a later scan */
			(void)!pwrite(w->segment.fd, zeros, sizeof(zeros),
				      (off_t)place.at.offset);
			break;
		}
		*written += n;
		place = next;
	}
	table_place_set(&w->table, &place);
	return rc;
}

/* Writes the batch again, under the lock, to a segment that can be trusted. */
static int
write_again(struct wal *w, uint64_t failed, struct err *err)
{
	struct table_place place;
	size_t written;
	int rc;

	if (wal_lock(w, err) != 0)
		return -1;
	if (table_stale(&w->table)) {
		table_close(&w->table);
		if (table_open(&w->table, w->state, true, err) != 0) {
			wal_unlock(w);
			return -1;
		}
	}
	atomic_store(&w->table.head->dirty, 1);
	table_place_get(&w->table, &place);
	if (place.at.segment == failed) {
		place.failed = 1;
		table_place_set(&w->table, &place);
	}
	rc = wal_open_segment(w, err);
	if (rc == 0)
		rc = wal_write_batch(w, &written, err);
	atomic_store(&w->table.head->dirty, 0);
	wal_unlock(w);
	return rc;
}

int
wal_sync_batch(struct wal *w, struct err *err)
{
	for (int tries = 0; tries < 3; tries++) {
		uint64_t number = w->segment.head.number;

		if (fdatasync(w->segment.fd) == 0)
			return 0;
		err_sys(err, errno, "log segment %llu: fdatasync",
			(unsigned long long)number);
		if (write_again(w, number, err) != 0)
			return -1;
	}
	return -1;
}

int
wal_sync(struct wal *w, struct err *err)
{
	struct wal_pos end;

	/* segments before the current one were synced when it was made */
	if (wal_end(w, &end, err) != 0 || wal_open_segment(w, err) != 0)
		return -1;
	if (fdatasync(w->segment.fd) != 0)
		return err_sys(err, errno, "log segment %llu: fdatasync",
			       (unsigned long long)end.segment);
	return 0;
}

void
wal_publish(struct wal *w, size_t written)
{
	struct table *t = &w->table;

	for (size_t i = 0; i < w->n_items; i++) {
		const struct wal_item *it = &w->items[i];
		const struct record_head *h =
		    (const struct record_head *)(const void *)(w->batch.data +
							       it->record_at);
		const char *path = (const char *)(h + 1);
		struct table_slot *s;

		if (it->record_at >= written)
			break;
		s = it->slot_map == t->map
			? it->slot
			: table_find(t, it->hash, path, h->path_bytes);
		/* wal_put made sure of the room */
		if (s == NULL || s->n_values != it->n_values)
			s = table_add(t, it->hash, path, h->path_bytes,
				      it->n_values, NULL);
		if (s == NULL)
			continue;
		s->schema = it->schema;
		t->head->wanted_bytes += it->new_bytes;
		t->head->wanted_files += it->new_bytes != 0;
		table_publish(t, s, h->time_s, w->values + it->values_at);
		atomic_fetch_add_explicit(&t->head->counters[WAL_STORED], 1,
					  memory_order_relaxed);
	}
}
