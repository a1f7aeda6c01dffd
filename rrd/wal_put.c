/* SPDX-License-Identifier: MIT */
/*
 * What may enter the log: a sample of a known family, newer than the last of
 * its series, with values that librrd can take.  Nothing that passes here is
 * refused later.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/clock.h"
#include "rrd/layout.h"
#include "rrd/wal_impl.h"

/* Free space that new files must leave: spare segments, the table, pages. */
#define SPACE_KEEP_BYTES (2 * SEGMENT_BYTES)
#define SPACE_KEEP_FILES 64

/* A number that changes when anything a layout depends on does. */
static uint64_t
fingerprint(const struct family *f)
{
	uint64_t h =
	    XXH64(f->metrics, f->n_metrics * sizeof(*f->metrics),
		  (uint64_t)f->step_s << 32 | (uint32_t)f->heartbeat_s);

	return XXH64(f->name, strlen(f->name),
		     h ^ (uint64_t)(uintptr_t)f->profile);
}

static struct wal_schema *
schema_of(struct wal *w, const struct family *f, struct err *err)
{
	uint64_t key = (uint64_t)(uintptr_t)f, print;
	struct wal_schema *s =
	    &w->schemas[(key ^ key >> 6 ^ key >> 12) % WAL_SCHEMA_CACHE];

	/* a caller may not change a family under a batch */
	if (s->family == f && s->batch == w->table.head->batch)
		return s;
	print = fingerprint(f);
	s->batch = w->table.head->batch;
	if (s->family == f && s->fingerprint == print)
		return s;
	free(s->layout);
	memset(s, 0, sizeof(*s));
	buf_reset(&w->text);
	if (layout_text(f, &w->text, err) != 0)
		return NULL;
	s->layout = strdup(w->text.data);
	if (s->layout == NULL) {
		err_set(err, ERR_NOMEM, "log: out of memory");
		return NULL;
	}
	s->hash = XXH64(w->text.data, w->text.len, 0);
	s->bytes = layout_bytes(s->layout);
	s->family = f;
	s->fingerprint = print;
	s->batch = w->table.head->batch;
	return s;
}

/* The path's text; its length, or 0 when a part is too long. */
static size_t
format_path(const struct path *p, char out[PATH_SIZE])
{
	const char *parts[4] = {p->cluster, p->host, p->family, p->instance};
	static const char after[4] = {'/', '/', '.', '\0'};
	size_t len = 0;

	for (int i = 0; i < 4; i++) {
		size_t n = strlen(parts[i]);

		if (len + n + 2 > PATH_SIZE)
			return 0;
		memcpy(out + len, parts[i], n);
		len += n;
		if (i == 2 && p->instance[0] == '\0')
			break;
		out[len++] = after[i];
	}
	if (p->instance[0] != '\0')
		len--;
	out[len] = '\0';
	return len;
}

static bool
outside(const struct metric *m, double v)
{
	/* limits of a counter are on its rate, not on the reading */
	if (m->kind != METRIC_GAUGE)
		return m->kind != METRIC_DDERIVE && v < 0;
	return (!isnan(m->min) && v < m->min) || (!isnan(m->max) && v > m->max);
}

/*
 * What is stored for one reading; false when it cannot be stored as it is.
 */
static bool
storable(const struct metric *m, struct value *v)
{
	double d;

	if (v->kind == VALUE_UNKNOWN)
		return true;
	d = value_double(*v);
	if (!isfinite(d) || fabs(d) > LAYOUT_LIMIT || outside(m, d))
		return false;
	/* librrd takes digits only for a whole-number counter */
	if (m->kind == METRIC_DERIVE && v->kind == VALUE_FLOAT) {
		if (d != floor(d) || fabs(d) > 9007199254740992.0)
			return false;
		*v = VALUE_OF_U((uint64_t)d);
	}
	return true;
}

/* Whole part and `places` decimals of n / 10^places. */
static void
put_fixed(struct buf *b, bool minus, uint64_t n, int places)
{
	char text[32];
	size_t at = sizeof(text);

	for (int i = 0; n > 0 || i <= places; i++) {
		if (i == places && places > 0)
			text[--at] = '.';
		text[--at] = (char)('0' + n % 10);
		n /= 10;
	}
	if (minus)
		text[--at] = '-';
	buf_put(b, text + at, sizeof(text) - at);
}

/*
 * Appends a value.  Most readings have few decimals: when n / 10^k, both
 * exact in a double, rounds to the value, its text reads back as the value;
 * that is many times faster than the search for the shortest one.
 */
static void
put_value(struct buf *b, struct value v)
{
	static const double tens[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
	double x = v.kind == VALUE_FLOAT ? fabs(v.f) : INFINITY;

	if (x < 1e9 && !(x == 0 && signbit(v.f)))
		for (int k = 0; k <= 6; k++) {
			double n = rint(x * tens[k]);

			if (n / tens[k] != x)
				continue;
			put_fixed(b, v.f < 0, (uint64_t)n, k);
			return;
		}
	number_put_value(b, v);
}

static bool
grow_items(struct wal *w, size_t n_values)
{
	if (w->n_items == w->cap_items) {
		size_t cap = w->cap_items == 0 ? 128 : 2 * w->cap_items;
		void *p = realloc(w->items, cap * sizeof(*w->items));

		if (p == NULL)
			return false;
		w->items = p;
		w->cap_items = cap;
	}
	if (w->n_values + n_values > w->cap_values) {
		size_t cap = 2 * w->cap_values + FAMILY_METRICS_MAX * 16;
		void *p = realloc(w->values, cap * sizeof(*w->values));

		if (p == NULL)
			return false;
		w->values = p;
		w->cap_values = cap;
	}
	return true;
}

/* Whether the disk has room for one more file of that size, on top of those
 * promised and not yet made. */
static bool
space_for(struct wal *w, size_t bytes)
{
	const struct table_head *h = w->table.head;

	if (!w->space_known) {
		struct statvfs v;

		if (statvfs(w->state, &v) != 0)
			return false;
		w->space_bytes = (uint64_t)v.f_bavail * v.f_frsize;
		/* some file systems have no limit and say 0 of 0 */
		w->space_files = v.f_files == 0 ? UINT64_MAX / 2 : v.f_favail;
		w->space_known = true;
	}
	if (h->wanted_bytes + bytes + SPACE_KEEP_BYTES > w->space_bytes ||
	    h->wanted_files + SPACE_KEEP_FILES > w->space_files)
		return false;
	w->space_bytes -= bytes;
	w->space_files--;
	return true;
}

/* The series' entry, made when it is new; NULL when there is no room.  s is
 * what the table has for it. */
static struct table_slot *
slot_of(struct wal *w, struct table_slot *s, uint64_t hash, const char *path,
	size_t len, size_t n_values, struct err *err)
{
	if (s != NULL && s->n_values == n_values)
		return s;
	if (!table_has_room(&w->table, n_values, len)) {
		if (table_grow(&w->table, err) != 0)
			return NULL;
		s = table_find(&w->table, hash, path, len);
	}
	/* an entry of another size is replaced when the sample is published,
	 * so that a kill in between does not lose it */
	if (s != NULL && table_newest_s(s) != 0)
		return s;
	return table_add(&w->table, hash, path, len, n_values, err);
}

/* CREATE for a new series, REPLACE for one whose family changed. */
static enum wal_verdict
put_layout(struct wal *w, struct table_slot *s, const struct family *f,
	   struct wal_schema *schema, const char *path, int64_t time_s,
	   bool fresh, uint64_t *new_bytes, struct err *err)
{
	if (fresh && !space_for(w, schema->bytes)) {
		err_set(err, ERR_FULL, "%s: no space for a file of %zu bytes",
			path, schema->bytes);
		return WAL_FULL;
	}
	if (fresh && !schema->announced) {
		buf_reset(&w->text);
		family_to_json(f, &w->text);
		if (wal_note(w, RECORD_FAMILY, time_s, f->name, w->text.data,
			     w->text.len, err) != 0)
			return WAL_FAILED;
		schema->announced = true;
	}
	if (wal_note(w, fresh ? RECORD_CREATE : RECORD_REPLACE,
		     fresh ? time_s - f->step_s : time_s, path, schema->layout,
		     strlen(schema->layout), err) != 0)
		return WAL_FAILED;
	*new_bytes = fresh ? schema->bytes : 0;
	s->pending_schema = schema->hash;
	return WAL_STORED;
}

/* What will be stored for the readings; false when strict forbids it. */
static bool
take_values(const struct family *f, const struct value *values, bool strict,
	    struct value *out)
{
	for (size_t i = 0; i < f->n_metrics; i++) {
		out[i] = values[i];
		if (storable(&f->metrics[i], &out[i]))
			continue;
		if (strict)
			return false;
		out[i] = VALUE_NONE;
	}
	return true;
}

/* Encodes the sample into the batch. */
static enum wal_verdict
put_sample(struct wal *w, struct wal_item *item, const char *path, size_t len,
	   int64_t time_s, const struct value *values, struct err *err)
{
	if (!grow_items(w, item->n_values)) {
		err_set(err, ERR_NOMEM, "log: out of memory");
		return WAL_FAILED;
	}
	buf_reset(&w->text);
	buf_i64(&w->text, time_s);
	for (size_t i = 0; i < item->n_values; i++) {
		buf_char(&w->text, ':');
		put_value(&w->text, values[i]);
		w->values[w->n_values + i] = value_double(values[i]);
	}
	item->record_at = w->batch.len;
	item->values_at = w->n_values;
	record_put(&w->batch, RECORD_SAMPLE, time_s, path, len, w->text.data,
		   w->text.len);
	if (!buf_ok(&w->text) || !buf_ok(&w->batch)) {
		err_set(err, ERR_NOMEM, "log: batch too large");
		return WAL_FAILED;
	}
	((struct record_head *)(void *)(w->batch.data + item->record_at))
	    ->n_values = (uint32_t)item->n_values;
	w->n_values += item->n_values;
	w->items[w->n_items++] = *item;
	return WAL_STORED;
}

/* Time and shape: what can be told without looking at the series. */
static enum wal_verdict
check_shape(const struct wal *w, const struct family *f, int64_t time_s,
	    size_t n_values)
{
	if (n_values != f->n_metrics || n_values > FAMILY_METRICS_MAX ||
	    n_values == 0)
		return WAL_SCHEMA;
	if (time_s < CLOCK_MIN_S)
		return WAL_TOO_EARLY;
	if (time_s > w->now_s + CLOCK_AHEAD_S)
		return WAL_AHEAD;
	return WAL_STORED;
}

static enum wal_verdict
put(struct wal *w, const struct path *path, const struct family *f,
    int64_t time_s, const struct value *values, size_t n_values, int strict,
    struct err *err)
{
	char text[PATH_SIZE];
	size_t len = format_path(path, text);
	struct wal_item item = {.n_values = n_values};
	struct value stored[FAMILY_METRICS_MAX];
	enum wal_verdict v = check_shape(w, f, time_s, n_values);
	struct wal_schema *schema;
	struct table_slot *s;
	uint64_t batch;
	int64_t last_s;

	if (v != WAL_STORED)
		return v;
	schema = schema_of(w, f, err);
	if (schema == NULL)
		return WAL_SCHEMA;
	item.schema = schema->hash;
	item.hash = table_hash(text, len);
	s = table_find(&w->table, item.hash, text, len);
	/* what is in the table was a valid path when it came in */
	if ((s == NULL || table_newest_s(s) == 0) &&
	    path_parse(text, len, &(struct path){0}, err) != 0)
		return WAL_BAD_PATH;
	if (!take_values(f, values, strict != 0, stored))
		return WAL_BAD_VALUE;
	s = slot_of(w, s, item.hash, text, len, n_values, err);
	if (s == NULL)
		return WAL_FULL;
	batch = w->table.head->batch;
	last_s = s->pending_batch == batch ? s->pending_s : table_newest_s(s);
	if (time_s <= last_s)
		return WAL_OLD;
	if (s->pending_batch != batch)
		s->pending_schema = s->schema;
	if (last_s == 0 || s->pending_schema != schema->hash)
		v = put_layout(w, s, f, schema, text, time_s, last_s == 0,
			       &item.new_bytes, err);
	item.slot = s;
	item.slot_map = w->table.map;
	if (v == WAL_STORED)
		v = put_sample(w, &item, text, len, time_s, stored, err);
	if (v != WAL_STORED)
		return v;
	s->pending_s = time_s;
	s->pending_batch = batch;
	return WAL_STORED;
}

enum wal_verdict
wal_put(struct wal *w, const struct path *path, const struct family *family,
	int64_t time_s, const struct value *values, size_t n_values, int strict,
	struct err *err)
{
	enum wal_verdict v =
	    put(w, path, family, time_s, values, n_values, strict, err);

	if (v != WAL_STORED)
		atomic_fetch_add_explicit(&w->table.head->counters[v], 1,
					  memory_order_relaxed);
	return v;
}
